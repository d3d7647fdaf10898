"""About which status in Slack somebody was asked, so that nobody is asked twice about one."""

from redis.asyncio import Redis

from bot.store import keys


class AskedStatuses:
    """One key a status of a person; raises what ``StoreUnavailable`` names."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(self, team: str, user: str, fingerprint: str) -> bool:
        """Note that somebody is asked about a status; false where they were before."""
        key = keys.asked_status(team, user, fingerprint)
        return bool(await self._redis.set(key, "asked", nx=True, ex=keys.NOTICE_LIFE))

    async def forget(self, team: str, user: str, fingerprint: str) -> None:
        """Note that they were not asked after all."""
        await self._redis.delete(keys.asked_status(team, user, fingerprint))
