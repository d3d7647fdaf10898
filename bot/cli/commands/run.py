"""``countersign run``."""

from typing import Annotated

import typer

from bot.cli.signals import run_until_stopped


def run_command(
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Do jobs in this process too.")] = True,
) -> None:
    """The bot for a real workspace: Socket Mode where SLACK_APP_TOKEN is set, else HTTP."""
    from bot.cli.serve import run_bot

    run_until_stopped(run_bot(worker))
