"""``countersign manifest``."""

import json
from typing import Annotated

import typer

from bot.cli.failures import CommandError


def manifest_command(
    url: Annotated[
        str | None, typer.Option(help="The bot's public address; without it, Socket Mode.")
    ] = None,
    several: Annotated[
        bool, typer.Option("--several-workspaces", help="For workspaces that install it there themselves.")
    ] = False,
) -> None:
    """The Slack app manifest, to paste where Slack asks for one."""
    from handlers.manifest import manifest

    if several and url is None:
        raise CommandError("Workspaces install the bot at its public address; say --url.")
    print(json.dumps(manifest(url, several=several), indent=2))
