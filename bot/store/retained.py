"""How far retention has come: which closed reviews are still to be looked at."""

from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from bot.store.keys import REVIEW_LIFE, closed_reviews, retained_to


class RetainedReviews:
    """Closed reviews in the order in which they were closed, and up to where their text was looked at."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def closed_by(self, team: str, until: datetime, most: int) -> list[tuple[str, float]]:
        """Those closed by ``until`` (aware UTC) and not looked at yet, each with when (epoch seconds)."""
        done = cast("str | None", await self._redis.get(retained_to(team)))
        after = f"({done}" if done else "-inf"
        found = await self._redis.zrangebyscore(
            closed_reviews(team), after, until.timestamp(), start=0, num=most, withscores=True
        )
        pairs = cast("list[tuple[str, float]]", found)
        return [(str(review), float(score)) for review, score in pairs]

    async def note(self, team: str, closed_at: float) -> None:
        """All that was closed by then (epoch seconds) was looked at."""
        await self._redis.set(retained_to(team), repr(closed_at), ex=REVIEW_LIFE)

    async def look_again(self, team: str) -> None:
        """Look at all of them once more, as after a legal hold has ended."""
        await self._redis.delete(retained_to(team))
