"""Bytes of one entry of what stands in one slot for all workspaces, or grows with their number."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.domain.review.week import WeekMedian
from bot.store import DeadLetter, NoticeRecord
from bot.store.installation_cipher import new_key
from bot.store.keys import INSTALLATIONS, open_reviews, shard_of, timers
from bot.store.opened import Stores, stores_over
from tests.bench.meter import filling
from tests.bench.sizes_idle import install

NUMBER = 1_000  # entries over which the memory of the server is told


async def sizes(redis: Redis) -> dict[str, float]:
    """By what it is; the growth of an empty server's memory, so with all that its tables take."""
    stores = stores_over(redis)
    made: dict[str, Callable[[int], Awaitable[None]]] = {
        "a workspace's record of digests": lambda place: _digests(stores, place),
        "a person who was told of what waits for them": lambda place: _notice(stores, place),
        "an open review in the lists of its shard": lambda place: _open(redis, place),
        "a job that was given up": lambda place: _dead(stores, place),
    }
    found: dict[str, float] = {}
    await redis.flushall()  # a table that shrinks meanwhile would be taken for entries
    async with filling(redis):
        for name, make in made.items():
            before = await _used(redis)
            for place in range(NUMBER):
                await make(place)
            found[name] = (await _used(redis) - before) / NUMBER
        before = await _used(redis)
        await install(redis, new_key(), NUMBER)
        found["an installation"] = (await _used(redis) - before) / NUMBER
        await redis.delete(INSTALLATIONS)  # nobody has the key any more
    return found


async def _used(redis: Redis) -> int:
    return int((await redis.info("memory"))["used_memory"])


async def _digests(stores: Stores, place: int) -> None:
    """All that is kept of twelve weeks."""
    team, end = f"T{place:010}", datetime.now(UTC)
    await stores.digests.begin(team, end)
    for week in range(12):
        until = end + timedelta(weeks=week)
        await stores.digests.settle(team, until, WeekMedian(until, timedelta(hours=3), 40))


async def _notice(stores: Stores, place: int) -> None:
    """Somebody who was told ten times, is due again, and for five causes."""
    team, user, now = f"T{place:010}", "U0123456789", datetime.now(UTC)
    record = NoticeRecord(sent=tuple(now + timedelta(hours=at) for at in range(9)))
    await stores.notices.told(team, user, record, now)
    for cause in range(5):
        await stores.notices.ask(team, user, f"R-{cause:05} first", now)


async def _open(redis: Redis, place: int) -> None:
    team, review_id, now = f"T{place:010}", "R-7K3F2", datetime.now(UTC).timestamp()
    shard = shard_of(team, review_id)
    await redis.zadd(open_reviews(shard), {f"{team} {review_id}": now})
    await redis.zadd(timers(shard), {f"{team} {review_id}": now})


async def _dead(stores: Stores, place: int) -> None:
    team = f"T{place:010}"
    await stores.job_attempts.bury(
        DeadLetter(
            job="publish",
            key=f"publish:{team}:R-7K3F2:12",
            ids=(team, "R-7K3F2", 12),
            begun=1,
            failed=1,
            reference="7f3a9c21",
            at=datetime.now(UTC),
            cause="Countersign is not installed there any more, so nothing was done there.",
        )
    )
