"""``countersign worker``."""

from bot.cli.signals import run_until_stopped


def worker_command() -> None:
    """Jobs only; as many as you like against one Redis."""
    from bot.cli.serve import run_worker

    run_until_stopped(run_worker())
