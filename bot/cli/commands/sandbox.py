"""``countersign sandbox``."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import ReadyOption
from bot.cli.signals import run_until_stopped


def sandbox_command(
    port: Annotated[int, typer.Option(help="Where the workspace is served on this machine.")] = 8080,
    data: Annotated[Path | None, typer.Option(help="What the workspace remembers; else nothing.")] = None,
    request_url: Annotated[str | None, typer.Option(help="The app's address; else Socket Mode.")] = None,
    app_manifest: Annotated[
        Path | None,
        typer.Option("--manifest", help="Hold the app to the scopes and events of this JSON file."),
    ] = None,
    as_json: ReadyOption = False,
) -> None:
    """The Slack workspace of the demo alone, for any app."""
    from bot.sandbox.standalone import run_standalone

    run_until_stopped(run_standalone(port, data, request_url, as_json, app_manifest))
