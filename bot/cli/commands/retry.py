"""``countersign retry``."""

import asyncio
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption


def retry_command(
    key: Annotated[str | None, typer.Argument(help="The job, as doctor names it; without it, all.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Name them and change nothing.")] = False,
    data: DataOption = None,
) -> None:
    """Try jobs again that were given up."""
    from bot.cli.retry import retry_jobs

    asyncio.run(retry_jobs(key, listing, data))
