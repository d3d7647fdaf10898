"""``countersign migrate``."""

import sys
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption
from bot.cli.failures import CommandError
from bot.cli.signals import run_until_stopped


def migrate_command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what there is to do, and leave.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Bring what is stored to the layout of this version; it may run beside bots and workers.

    Says first what there is to do. It may be stopped at any time and run again.
    """
    from bot.cli.migrate import migrate

    def confirm() -> None:
        if yes:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to ask; say --yes to have it done.")
        typer.confirm("Do it?", abort=True)

    if not run_until_stopped(migrate(data, dry_run=dry_run, confirm=confirm)):
        raise typer.Exit(1)
