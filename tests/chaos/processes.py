"""What runs in the bots and workers of a run: the bot as its commands compose it, by the run's clock."""

import asyncio
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from bot.app import SOCKETS, assembled, working
from bot.config.logs import configure_logs
from bot.config.settings import read_settings
from handlers.inbound.socket_mode import socket_mode
from tests.chaos.clock import RunClock


def serve(kind: str, environment: Mapping[str, str], log: Path, clock: Path) -> None:
    """In the child, until it is killed: a ``bot`` that only listens, or a ``worker``."""
    for name in set(os.environ) - {"PATH", "PYTHONPATH"}:
        del os.environ[name]
    os.environ.update(environment)
    os.chdir(log.parent)
    with log.open("ab", buffering=0) as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    asyncio.run(_run(kind, RunClock(clock)))


async def _run(kind: str, clock: RunClock) -> None:
    settings = read_settings()
    configure_logs(settings.log_level, settings.log_format)
    async with assembled(settings, now=clock.now) as bot, contextlib.AsyncExitStack() as stack:
        if kind == "worker":
            await stack.enter_async_context(working(bot))
        elif settings.slack_app_token is not None:
            token = settings.slack_app_token.get_secret_value()
            await stack.enter_async_context(socket_mode(bot.slack, token, SOCKETS))
        await asyncio.Event().wait()
