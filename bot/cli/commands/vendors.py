"""``countersign vendors import`` and ``countersign vendors show``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, MapOption, TeamOption

vendors_commands = typer.Typer(help="What is known of payments made before.", no_args_is_help=True)


@vendors_commands.command("import")
def vendors_import_command(
    file: Annotated[Path, typer.Argument(help="Payments made: CSV, TSV, TXT, XLS or XLSX.")],
    team: TeamOption = None,
    data: DataOption = None,
    mapping: MapOption = None,
) -> None:
    """Take the payments of a file as made: their vendors are known, and repeats of them are noticed."""
    from bot.cli.vendors import import_payments

    asyncio.run(import_payments(file, team, data, mapping or []))


@vendors_commands.command("show")
def vendors_show_command(
    vendor: Annotated[str, typer.Argument(help="Its name, in any case and punctuation.")],
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """What is known of one vendor, the newest payments first."""
    from bot.cli.vendors import show_vendor

    asyncio.run(show_vendor(vendor, team, data))
