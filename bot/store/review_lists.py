"""Which reviews a person brought payments to, and which were closed last; the newest of each are kept."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from bot.store.keys import REVIEW_LIFE, brought_reviews, closed_reviews

MOST = 500  # reviews that the list of a person keeps
MOST_CLOSED = 20_000  # that of a workspace: more than a busy one closes in a week


class ReviewLists:
    """Ids of reviews, each workspace's apart; whoever reads them looks at the reviews themselves."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note_brought(self, team: str, review_id: str, people: Collection[str], at: datetime) -> None:
        """Note who brought a review that was submitted at ``at`` (aware UTC); told again, nothing changes."""
        for user in people:
            await self._note(brought_reviews(team, user), review_id, at, MOST)

    async def note_closed(self, team: str, review_id: str, at: datetime) -> None:
        """Note that a review was closed at ``at`` (aware UTC); where it was before, that is forgotten."""
        await self._note(closed_reviews(team), review_id, at, MOST_CLOSED)

    async def brought_by(self, team: str, user: str, newest: int) -> list[str]:
        """The reviews that a person brought, the newest first."""
        return await self._newest(brought_reviews(team, user), newest)

    async def closed(self, team: str, newest: int) -> list[str]:
        """The reviews that were closed, the last one first; some may have been opened again."""
        return await self._newest(closed_reviews(team), newest)

    async def closed_since(self, team: str, at: datetime) -> list[str]:
        """The reviews that were closed at ``at`` (aware UTC) or later; some may have been opened again."""
        found = await self._redis.zrange(closed_reviews(team), at.timestamp(), "+inf", byscore=True)
        return cast(list[str], found)

    async def _note(self, key: str, review_id: str, at: datetime, most: int) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.zadd(key, {review_id: at.timestamp()})
            pipe.zremrangebyrank(key, 0, -most - 1)
            pipe.expire(key, REVIEW_LIFE)
            await pipe.execute()

    async def _newest(self, key: str, newest: int) -> list[str]:
        return cast(list[str], await self._redis.zrevrange(key, 0, newest - 1))
