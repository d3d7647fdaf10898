"""``countersign digest``."""

import asyncio
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, TeamOption


def digest_command(
    first: Annotated[
        str | None, typer.Option("--from", help="First day of the week, as 2026-11-23; else the last 7 days.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as JSON, times in seconds.")] = False,
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """How a week went: how much, how fast, and where people decided otherwise than the rules."""
    from bot.cli.digest import print_week

    asyncio.run(print_week(first, as_json, team, data))
