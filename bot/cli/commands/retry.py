"""``countersign retry``."""

import asyncio
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, TeamOption


def retry_command(
    key: Annotated[str | None, typer.Argument(help="The job, as doctor names it; without it, all.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Name them and change nothing.")] = False,
    discard: Annotated[
        bool, typer.Option("--discard", help="Forget the entries of Redis that were set aside unread.")
    ] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="Never do the job, or those of the workspace named with --team.")
    ] = False,
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """Try jobs again that were given up."""
    from bot.cli.retry import discard_unreadable, drop_jobs, retry_jobs

    if discard:
        asyncio.run(discard_unreadable(data))
    elif drop:
        asyncio.run(drop_jobs(key, team, data))
    else:
        asyncio.run(retry_jobs(key, team, listing, data))
