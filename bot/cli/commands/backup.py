"""``countersign backup`` and ``countersign restore``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption


def backup_command(
    file: Annotated[Path, typer.Argument(help="Where to; a file that is not there yet.")],
    data: DataOption = None,
) -> None:
    """Copy all that is stored to a file, while the bot goes on; each review as of one moment."""
    from bot.cli.backup import back_up

    asyncio.run(back_up(file, data))


def restore_command(
    file: Annotated[Path, typer.Argument(help="A file that countersign backup wrote.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the file is whole and what is in it.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Put a backup into a Redis in which nothing is stored yet."""
    from bot.cli.backup import restore

    asyncio.run(restore(file, data, check))
