"""The Redis that the settings name."""

import contextlib
from collections.abc import AsyncIterator

from bot.config.settings import Settings
from bot.store.topology.embedded import embedded_server


@contextlib.asynccontextmanager
async def redis_of(settings: Settings) -> AsyncIterator[str]:
    """The address of the configured Redis, else of the embedded server in the data folder."""
    if settings.redis_url:
        yield settings.redis_url
        return
    async with embedded_server(settings.data / "redis") as url:
        yield url
