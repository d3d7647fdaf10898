"""``countersign assess``."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import MapOption, ModelOption, PolicyOption


def assess_command(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, TXT, XLS or XLSX.")],
    policy: PolicyOption = None,
    history: Annotated[
        Path | None, typer.Option(help="Payments made before: their vendors are known.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each payment.")] = False,
    mapping: MapOption = None,
    model: ModelOption = True,
    profile: Annotated[
        str, typer.Option(help="A profile of the policy, as a channel of Slack has one: card.")
    ] = "",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of submission; else today.")
    ] = None,
) -> None:
    """What would be flagged, without Slack or Redis.

    Exits with 0 where every row was read, with 1 where rows were refused or a file has two readings (the
    question says which --map answers it), with 2 where nothing could be read.
    """
    from bot.cli.assess import AssessRequest, assess_files

    today = (on or datetime.now(UTC)).date()
    request = AssessRequest(files, mapping or [], policy, history, today, model, profile)
    if not asyncio.run(assess_files(request, as_json)):
        raise typer.Exit(1)
