"""The one clock of the demo: the sandbox owns it, and bot and worker go by it.

No other command has one: ``run`` and ``worker`` go by the machine's time, and nothing can put that forward.
"""

from datetime import UTC, datetime, timedelta

import structlog

from bot.application.ports import Clock
from bot.sandbox import Sandbox
from bot.store import StoreUnavailable
from bot.store.ageing import age_keys

log = structlog.get_logger()


def clock_of(sandbox: Sandbox) -> Clock:
    """The sandbox's clock as the bot reads one: now, aware, in UTC."""
    return lambda: datetime.fromtimestamp(sandbox.clock(), UTC)


def keep_ages(sandbox: Sandbox, redis_url: str) -> None:
    """From now on, make what the bot keeps for a while older with each advance of the sandbox's clock."""

    async def age(seconds: float) -> None:
        try:
            await age_keys(redis_url, timedelta(seconds=seconds))
        except StoreUnavailable as error:  # then it is kept for longer, which takes nothing away
            log.warning("what is kept for a while lives on", error=type(error).__name__)

    sandbox.clock.follow(age)
