"""What people call themselves, for lists that are read outside Slack; no authority rests on it."""

from collections.abc import Iterable
from typing import cast

from redis.asyncio import Redis

from bot.store import keys

NAME = 80  # characters of a name that are kept; Slack takes as many


class PeopleNames:
    """The name of each person by Slack user id, as Slack last told it to an installation.

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

    async def of(self, home: str, users: Iterable[str]) -> dict[str, str]:
        """The names of these people, as far as they are known."""
        asked = sorted({user for user in users if user})
        if not asked:
            return {}
        found = cast("list[str | None]", await self._redis.hmget(keys.names(home), asked))
        return {user: name for user, name in zip(asked, found, strict=True) if name}
