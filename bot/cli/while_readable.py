"""A process that serves as long as its version can work with what is stored, and then stands still."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from bot.app import Bot, assembled
from bot.config.settings import Settings
from bot.store import UnreadableLayout

log = structlog.get_logger()


async def while_readable(
    settings: Settings, serve: Callable[[Bot], Awaitable[None]], *, over_http: bool
) -> None:
    """Serve until stopped; where what is stored becomes newer than this version, stand still until then.

    Raises ``UnreadableLayout`` where it is so at the start.
    """
    async with assembled(settings) as bot:
        try:
            async with bot.layout.while_readable():
                return await serve(bot)
        except UnreadableLayout as error:
            why = str(error)
    # Nothing of the bot is left: no connection to Slack or Redis, no job, no look at the policy.
    log.error("no more work is taken", why=why)
    await _stand_still(settings, why, over_http)


async def _stand_still(settings: Settings, why: str, over_http: bool) -> None:
    """Answer whoever probes, and Slack, that this process does nothing more, until stopped."""
    from handlers.inbound.http_server import http_server
    from handlers.inbound.standing_still import site_standing_still

    ports = {settings.port if over_http else None, settings.metrics_port} - {None}
    async with contextlib.AsyncExitStack() as stack:
        for port in ports:
            site = http_server(site_standing_still(why), settings.host, port or 0)
            chosen, _ = await stack.enter_async_context(site)
            log.info("standing still", host=settings.host, port=chosen)
        await asyncio.Event().wait()
