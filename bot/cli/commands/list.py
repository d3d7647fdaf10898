"""``countersign list``."""

import asyncio
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, TeamOption


def list_command(
    state: Annotated[str, typer.Option(help="open, closed or all.")] = "open",
    limit: Annotated[int, typer.Option(min=1, help="Print so many at the most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each review.")] = False,
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """The reviews in Redis, the newest first."""
    from bot.cli.reviews import list_reviews

    asyncio.run(list_reviews(state, limit, as_json, team, data))
