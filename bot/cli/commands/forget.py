"""``countersign forget``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import ByOption, DataOption, TeamOption, VendorOption


def forget_command(
    person: Annotated[str | None, typer.Argument(help="A person, by Slack user id.")] = None,
    vendor: VendorOption = None,
    reason: Annotated[str, typer.Option(help="Why; it stands in every trail that loses words.")] = "",
    by: ByOption = None,
    orders: Annotated[bool, typer.Option("--orders", help="Print all orders so far; keep them.")] = False,
    again: Annotated[
        Path | None, typer.Option(help="Carry out the orders of such a list again, as after a restore.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what would go.")] = False,
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """Take a person or a vendor out of all that is stored, for good; amounts and decisions stay."""
    from bot.cli.forget import forget, forget_again, list_orders

    if orders:
        asyncio.run(list_orders(team, data))
    elif again is not None:
        asyncio.run(forget_again(again, yes, data))
    else:
        asyncio.run(forget(person, vendor, team=team, by=by, reason=reason, do_it=yes, data=data))
