"""``countersign export``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, TeamOption


def export_command(
    review: Annotated[str, typer.Argument(help="The review's id, as R-7K3F2.")],
    state: Annotated[str, typer.Option(help="approved, rejected, held or all.")] = "approved",
    form: Annotated[str, typer.Option("--format", help="csv or xlsx.")] = "csv",
    output: Annotated[
        Path | None, typer.Option(help="The file to write; without it, CSV is printed.")
    ] = None,
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """The payments of a review as a file; its sums are said on stderr."""
    from bot.cli.export import export_review

    asyncio.run(export_review(review, state, form, output, team, data))
