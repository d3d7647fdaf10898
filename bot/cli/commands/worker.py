"""``countersign worker``."""

from typing import Annotated

import typer

from bot.cli.signals import run_until_stopped


def worker_command(
    queue: Annotated[
        list[int] | None,
        typer.Option(
            min=1, help="Only jobs of this queue, where COUNTERSIGN_QUEUES sets several; repeatable."
        ),
    ] = None,
) -> None:
    """Jobs only; as many as you like against one Redis."""
    from bot.cli.serve import run_worker

    run_until_stopped(run_worker(queue or ()))
