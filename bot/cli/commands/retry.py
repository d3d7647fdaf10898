"""``countersign retry``."""

import asyncio
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption


def retry_command(
    key: Annotated[str | None, typer.Argument(help="The job, as doctor names it; without it, all.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Name them and change nothing.")] = False,
    discard: Annotated[
        bool, typer.Option("--discard", help="Forget the entries of Redis that were set aside unread.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Try jobs again that were given up."""
    from bot.cli.retry import discard_unreadable, retry_jobs

    asyncio.run(discard_unreadable(data) if discard else retry_jobs(key, listing, data))
