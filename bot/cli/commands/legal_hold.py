"""``countersign legal-hold add``, ``legal-hold end`` and ``legal-hold list``."""

import asyncio
from typing import Annotated

import typer

from bot.cli.commands.options import ByOption, DataOption, DocumentOption, TeamOption, VendorOption

legal_hold_commands = typer.Typer(
    help="What may not be forgotten: a review, a person, a vendor.", no_args_is_help=True
)

HeldArgument = Annotated[
    str | None, typer.Argument(metavar="REVIEW|PERSON", help="A review's id, or a Slack user id.")
]


@legal_hold_commands.command("add")
def legal_hold_add_command(
    reason: Annotated[str, typer.Option(help="Why, as a case's number.")],
    who: HeldArgument = None,
    vendor: VendorOption = None,
    by: ByOption = None,
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """Keep something from being forgotten until the hold ends."""
    from bot.cli.forget import add_hold

    asyncio.run(add_hold(who, vendor, team=team, by=by, reason=reason, data=data))


@legal_hold_commands.command("end")
def legal_hold_end_command(
    who: HeldArgument = None,
    vendor: VendorOption = None,
    by: ByOption = None,
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """End a hold; that it was there stays in the list."""
    from bot.cli.forget import end_hold

    asyncio.run(end_hold(who, vendor, team=team, by=by, data=data))


@legal_hold_commands.command("list")
def legal_hold_list_command(
    team: TeamOption = None, data: DataOption = None, as_json: DocumentOption = False
) -> None:
    """All holds, also those that ended."""
    from bot.cli.forget import list_holds

    asyncio.run(list_holds(team, data, as_json))
