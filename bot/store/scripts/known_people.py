"""Keeping and forgetting what Slack said, so that an old answer never outlives the news of a change."""

from redis.asyncio import Redis

from bot.store.keys import PEOPLE_LIFE, KnownKeys
from bot.store.scripts import lua

SECONDS = int(PEOPLE_LIFE.total_seconds())


class KnownPeopleScripts:
    """``keep`` and ``forget``, each one atomic step on the keys of one name."""

    def __init__(self, redis: Redis) -> None:
        self._keep = redis.register_script(lua("keep_known"))
        self._forget = redis.register_script(lua("forget_known"))

    async def keep(self, changed: str, key: str, text: str, changes: str) -> bool:
        """Keep ``text`` under ``key`` where ``changed`` still counts ``changes``; whether that was done."""
        return bool(await self._keep(keys=[changed, key], args=[changes, text, SECONDS]))

    async def forget(self, keys: KnownKeys) -> None:
        """Drop what is kept of a name, and count that it has changed."""
        await self._forget(keys=[keys.changed, keys.person, keys.people], args=[2 * SECONDS])
