"""Which reviews have something due: their timers, which the steps of a review set and remove."""

from datetime import datetime

from redis.asyncio import Redis

from bot.store.keys import SHARDS, ReviewKeys, timers

Due = tuple[str, str]
"""Workspace and id of a review."""


class TimerStore:
    """Reads the timers of all shards."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def due(self, now: datetime, limit: int = 100) -> list[Due]:
        """Reviews whose timer was due by ``now`` (aware UTC), the longest first, ``limit`` of each shard."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                pipe.zrange(
                    timers(shard), "-inf", now.timestamp(), byscore=True, offset=0, num=limit, withscores=True
                )
            found = [pair for shard in await pipe.execute() for pair in shard]
        return [_names(member) for member, _ in sorted(found, key=lambda pair: pair[1])]

    async def put_off(self, review: Due, until: datetime) -> None:
        """Look at a review's timer later (aware UTC), if it still has one; its next step sets it anew."""
        await self._redis.zadd(ReviewKeys(*review).timers, {" ".join(review): until.timestamp()}, xx=True)

    async def forget(self, review: Due) -> None:
        """Take a timer away whose review there is no more."""
        await self._redis.zrem(ReviewKeys(*review).timers, " ".join(review))


def _names(member: str) -> Due:
    team, _, review_id = member.partition(" ")
    return team, review_id
