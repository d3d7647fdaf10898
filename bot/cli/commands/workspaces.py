"""``countersign workspaces``: list, show, set, remove, new-key, encrypt."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, DocumentOption

workspaces_commands = typer.Typer(
    help="The workspaces that installed the bot, and what each has of its own.", no_args_is_help=True
)
TeamArgument = Annotated[
    str, typer.Argument(help="The id of a workspace (T...), or of an organisation (E...) that has it in all.")
]


@workspaces_commands.command("list")
def workspaces_list_command(data: DataOption = None, as_json: DocumentOption = False) -> None:
    """Every workspace and organisation that installed the bot."""
    from bot.cli.workspaces import list_workspaces

    asyncio.run(list_workspaces(data, as_json))


@workspaces_commands.command("show")
def workspaces_show_command(
    team: TeamArgument, data: DataOption = None, as_json: DocumentOption = False
) -> None:
    """One of them: since when, by whom, its channels, its policy; never its token."""
    from bot.cli.workspaces import show_workspace

    asyncio.run(show_workspace(team, data, as_json))


@workspaces_commands.command("set")
def workspaces_set_command(
    team: TeamArgument,
    channel: Annotated[
        str | None, typer.Option(help="The id of the channel where its cards go; '' for where people submit.")
    ] = None,
    operators: Annotated[
        str | None, typer.Option(help="The id of the channel that hears what needs attention; '' for none.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="A policy file for this workspace alone.")] = None,
    common_policy: Annotated[
        bool, typer.Option("--common-policy", help="Go by the policy of all workspaces again.")
    ] = False,
    loosen: Annotated[
        bool, typer.Option("--loosen", help="Let more pass, or more people decide, than now.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Put a policy into force without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Set what a workspace has of its own; what is not named stays as it is."""
    from bot.cli.workspaces import Wishes, set_workspace

    wishes = Wishes(channel=channel, operators=operators, policy=policy, common_policy=common_policy)
    asyncio.run(set_workspace(team, wishes, data, loosen=loosen, ask=not yes))


@workspaces_commands.command("remove")
def workspaces_remove_command(
    team: TeamArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Forget it without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Forget a workspace's token and channels; its reviews, trails and policies stay."""
    from bot.cli.workspaces import remove_workspace

    asyncio.run(remove_workspace(team, data, ask=not yes))


@workspaces_commands.command("new-key")
def workspaces_new_key_command() -> None:
    """Print a new key for COUNTERSIGN_INSTALLATION_KEYS."""
    from bot.store import new_key

    print(new_key())


@workspaces_commands.command("encrypt")
def workspaces_encrypt_command(data: DataOption = None) -> None:
    """Put the token of every workspace under the newest key."""
    from bot.cli.workspaces import encrypt_anew

    asyncio.run(encrypt_anew(data))
