"""``replace_installation.lua`` as a function: what was seen of an installation gives way, or nothing does."""

from redis.asyncio import Redis

from bot.store.keys import INSTALLATIONS
from bot.store.scripts import lua


class ReplaceInstallationScript:
    """Changes an installation that nobody else has changed meanwhile."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("replace_installation"))

    async def __call__(self, home: str, seen: str, encrypted: str) -> bool:
        """Keep ``encrypted``, or nothing where that is empty, in place of ``seen``; whether that was done."""
        return bool(await self._script(keys=[INSTALLATIONS], args=[home, seen, encrypted]))
