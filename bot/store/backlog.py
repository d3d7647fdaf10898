"""What waits in Redis, counted for an operator at a cost that does not grow with the number of reviews."""

from datetime import datetime

from redis.asyncio import Redis

from bot.store.keys import DEAD_LETTERS, SHARDS, open_reviews, outbox
from bot.stored_metrics import WAITING_SINCE, Backlog


class BacklogStore:
    """Counts open reviews and waiting jobs of all shards in one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def read(self, now: datetime) -> Backlog:
        """The backlog at ``now`` (aware UTC); raises what ``StoreUnavailable`` names."""
        moment = now.timestamp()
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hlen(DEAD_LETTERS)
            for shard in range(SHARDS):
                pipe.xlen(outbox(shard))
                pipe.zcard(open_reviews(shard))
                pipe.zrange(open_reviews(shard), 0, 0, withscores=True)
                for age in WAITING_SINCE.values():
                    pipe.zcount(open_reviews(shard), "-inf", f"({moment - age.total_seconds()!r}")
            dead_letters, *counts = await pipe.execute()
        a_shard = len(counts) // SHARDS
        depths, numbers, oldest, *waiting = (counts[place::a_shard] for place in range(a_shard))
        submitted = [at for members in oldest for _, at in members]
        return Backlog(
            reviews_open=sum(numbers),
            waiting={name: sum(column) for name, column in zip(WAITING_SINCE, waiting, strict=True)},
            oldest_seconds=max(0.0, moment - min(submitted)) if submitted else 0.0,
            outbox_depth=sum(depths),
            dead_letters=dead_letters,
        )
