"""``countersign watch``."""

from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, TeamOption


def watch_command(
    review: Annotated[str, typer.Argument(help="The review's id, as R-7K3F2.")],
    after: Annotated[str, typer.Option(help="Begin behind this place, which each line names.")] = "0.0",
    follow: Annotated[bool, typer.Option(help="Go on after the review was closed.")] = False,
    team: TeamOption = None,
    data: DataOption = None,
) -> None:
    """What happens in a review, in whichever process, a line of JSON for each event."""
    from bot.cli.signals import run_until_stopped
    from bot.cli.watch import watch_review

    run_until_stopped(watch_review(review, after, follow, team, data))
