"""When a workspace read how its week went, and how fast the weeks before were."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis.asyncio import Redis

from bot.domain.review.week import WeekMedian
from bot.store.codec import EPOCH, MICROSECOND
from bot.store.keys import DIGEST_LIFE, digest

WEEKS = 12  # whose medians are kept and shown


@dataclass(frozen=True, slots=True)
class DigestRecord:
    """``done`` is when (aware UTC) the newest digest that was posted was due, ``None`` before the first.

    ``intent`` is when somebody set out to post the next one, ``since`` when they last tried; ``None`` where
    nobody has, or where their call to Slack has ended. ``medians`` are those of earlier weeks, in order.
    """

    done: datetime | None = None
    intent: datetime | None = None
    since: datetime | None = None
    medians: tuple[WeekMedian, ...] = ()


class DigestStore:
    """One record a workspace."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def record(self, team: str) -> DigestRecord:
        """What is known of a workspace's digests."""
        fields = await self._redis.hgetall(digest(team))
        times = {name: _time(int(fields[name])) for name in ("done", "intent", "since") if name in fields}
        medians = tuple(
            WeekMedian(_time(until), timedelta(microseconds=took), count)
            for until, took, count in json.loads(fields.get("medians", "[]"))
        )
        return DigestRecord(**times, medians=medians)

    async def begin(self, team: str, at: datetime) -> None:
        """Count from ``at`` (aware UTC), where nothing was counted before: older weeks are not told."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(digest(team), "done", _micros(at))
            pipe.expire(digest(team), DIGEST_LIFE)
            await pipe.execute()

    async def claim(self, team: str, at: datetime) -> bool:
        """Set out to post a digest at ``at`` (aware UTC); false where somebody else has."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(digest(team), "intent", _micros(at))
            pipe.hset(digest(team), "since", _micros(at))
            is_first, _ = await pipe.execute()
        return bool(is_first)

    async def renew(self, team: str, since: datetime | None) -> None:
        """Note when the last try began (aware UTC); ``None`` where its call has ended without an answer."""
        if since is None:
            await self._redis.hdel(digest(team), "since")
        else:
            await self._redis.hset(digest(team), "since", str(_micros(since)))

    async def give_up(self, team: str) -> None:
        """Forget that somebody set out: Slack took nothing of it."""
        await self._redis.hdel(digest(team), "intent", "since")

    async def settle(self, team: str, due: datetime, median: WeekMedian | None) -> None:
        """The digest that was due at ``due`` (aware UTC) is posted; ``median`` is that of its week."""
        medians = [
            known for known in (await self.record(team)).medians if not median or known.until != median.until
        ]
        kept = sorted([*medians, *([median] if median else [])], key=lambda known: known.until)[-WEEKS:]
        lines = [[_micros(week.until), week.median // MICROSECOND, week.count] for week in kept]
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(digest(team), mapping={"done": _micros(due), "medians": json.dumps(lines)})
            pipe.hdel(digest(team), "intent", "since")
            pipe.expire(digest(team), DIGEST_LIFE)
            await pipe.execute()


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _time(micros: int) -> datetime:
    return EPOCH + micros * MICROSECOND
