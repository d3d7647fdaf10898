"""``replace_files.lua`` as a function: one change of a submission follows another, and none is lost."""

from redis.asyncio import Redis

from bot.store.keys import DRAFT_LIFE
from bot.store.scripts import lua


class ReplaceFilesScript:
    """Replaces a submission that is being read."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("replace_files"))

    async def __call__(self, key: str, version: int, submission: str) -> bool:
        """Store a submission, as JSON, where the stored one still has this version; whether it was stored."""
        life = int(DRAFT_LIFE.total_seconds())
        return bool(await self._script(keys=[key], args=[version, submission, life]))
