"""What the commands share that look at reviews in Redis."""

import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

from redis.asyncio import Redis

from bot.app import redis_of
from bot.config.settings import SettingsError, read_settings
from bot.store import connect


@contextlib.asynccontextmanager
async def stored(data: Path | None) -> AsyncIterator[Redis]:
    """The configured Redis, or the one of a demo's data folder."""
    settings = read_settings()
    if data is not None:
        settings = settings.model_copy(update={"data": data, "redis_url": None})
    async with redis_of(settings) as url:
        client = connect(url)
        try:
            yield client
        finally:
            await client.aclose()


def review_name(written: str) -> str:
    """The name of a review as it is stored; raises ``SettingsError`` where it cannot be one."""
    if not re.fullmatch(r"R-[0-9A-Z]{5,12}", written.upper()):
        raise SettingsError(f"{written!r} is not the name of a review; they look like R-7K3F2.")
    return written.upper()
