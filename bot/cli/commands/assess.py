"""``countersign assess``."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import ModelOption, PolicyOption


def assess_command(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, TXT, XLS or XLSX.")],
    policy: PolicyOption = None,
    history: Annotated[
        Path | None, typer.Option(help="Payments made before: their vendors are known.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each transaction.")] = False,
    model: ModelOption = True,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of submission; else today.")
    ] = None,
) -> None:
    """What would be flagged, without Slack or Redis."""
    from bot.cli.assess import assess_files

    today = (on or datetime.now(UTC)).date()
    asyncio.run(assess_files(files, policy, history, today, as_json, model))
