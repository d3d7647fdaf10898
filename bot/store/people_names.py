"""What people call themselves, and by which clock they live; no authority rests on either."""

from collections.abc import Iterable
from typing import cast

from redis.asyncio import Redis

from bot.store import keys

NAME = 80  # characters of a name that are kept; Slack takes as many


class PeopleNames:
    """Name and time zone of each person by Slack user id, as Slack last told them to an installation.

    ``home`` is the workspace, or organisation, that the bot is installed in.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, home: str, user: str, name: str) -> None:
        """Keep what somebody calls themselves."""
        key = keys.names(home)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(key, user, " ".join(name.split())[:NAME])
            pipe.expire(key, keys.NAMES_LIFE)
            await pipe.execute()

    async def keep_time_zone(self, home: str, user: str, time_zone: str) -> None:
        """Keep the name of the time zone that somebody has set in Slack, such as Europe/Berlin."""
        key = keys.time_zones(home)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(key, user, time_zone[:NAME])
            pipe.expire(key, keys.NAMES_LIFE)
            await pipe.execute()

    async def time_zone(self, home: str, user: str) -> str:
        """The name of somebody's time zone, empty where it is not known."""
        return cast("str | None", await self._redis.hget(keys.time_zones(home), user)) or ""

    async def of(self, home: str, users: Iterable[str]) -> dict[str, str]:
        """The names of these people, as far as they are known."""
        asked = sorted({user for user in users if user})
        if not asked:
            return {}
        found = cast("list[str | None]", await self._redis.hmget(keys.names(home), asked))
        return {user: name for user, name in zip(asked, found, strict=True) if name}
