"""``countersign policy try`` and ``countersign policy show``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, DocumentOption, TeamOption

policy_commands = typer.Typer(
    help="The policy: show it, try a draft on what was decided.", no_args_is_help=True
)


@policy_commands.command("try")
def policy_try_command(
    draft: Annotated[Path, typer.Argument(help="The draft, as a policy file.")],
    team: TeamOption = None,
    data: DataOption = None,
    as_json: DocumentOption = False,
) -> None:
    """Judge every stored payment again by a draft, beside what people decided; changes nothing."""
    from bot.cli.policy import try_draft

    asyncio.run(try_draft(draft, data, team, as_json))


@policy_commands.command("show")
def policy_show_command(
    as_json: Annotated[bool, typer.Option("--json", help="Every value, as one JSON document.")] = False,
) -> None:
    """The policy in force, and its version."""
    from bot.cli.policy import show_policy

    show_policy(as_json)
