"""By which people and policy the cards of a workspace were last drawn."""

from typing import cast

from redis.asyncio import Redis

from bot.store import keys


class DrawnStore:
    """One text a workspace; raises what ``StoreUnavailable`` names."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def by(self, team: str) -> str:
        """What the cards were last drawn by; empty where that is not known."""
        return cast("str | None", await self._redis.get(keys.drawn(team))) or ""

    async def note(self, team: str, seen: str, by: str) -> None:
        """Note what the cards are drawn by, where ``seen`` still stands: else they are to be drawn anew."""
        if await self.by(team) == seen:
            await self._redis.set(keys.drawn(team), by, ex=keys.DRAWN_LIFE)

    async def forget(self, team: str) -> None:
        """Have the cards drawn anew."""
        await self._redis.set(keys.drawn(team), "anew", ex=keys.DRAWN_LIFE)
