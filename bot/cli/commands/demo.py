"""``countersign demo``."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import ReadyOption
from bot.cli.signals import run_until_stopped

DEMO_DATA = Path(".countersign/demo")


def demo_command(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the workspace is served on this machine.")
    ] = 8080,
    data: Annotated[Path, typer.Option(help="What the demo remembers.")] = DEMO_DATA,
    as_json: ReadyOption = False,
) -> None:
    """A Slack workspace in a box, with the bot in it: no account, no key, no Redis needed."""
    from bot.cli.demo import run_demo

    run_until_stopped(run_demo(port, data, as_json))
