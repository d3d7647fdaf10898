"""``countersign manifest``."""

import json
from typing import Annotated

import typer


def manifest_command(
    url: Annotated[
        str | None, typer.Option(help="The bot's public address; without it, Socket Mode.")
    ] = None,
) -> None:
    """The Slack app manifest, to paste where Slack asks for one."""
    from handlers.manifest import manifest

    print(json.dumps(manifest(url), indent=2))
