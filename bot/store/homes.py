"""Who has opened Home, so that it is kept up to date for nobody else."""

from redis.asyncio import Redis

from bot.store import keys


class OpenedHomes:
    """The people who have opened Home, each for ``HOME_LIFE`` since they did last."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(self, team: str, user: str) -> None:
        """Note that somebody opened theirs."""
        await self._redis.set(keys.home(team, user), "opened", ex=keys.HOME_LIFE)

    async def has(self, team: str, user: str) -> bool:
        """Whether somebody has opened theirs."""
        return bool(await self._redis.exists(keys.home(team, user)))
