"""What waits in Redis, counted on a real server."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store import connect
from bot.store.backlog import BacklogStore
from bot.store.keys import DEAD_LETTERS, SHARDS, open_reviews, outbox
from bot.store.topology.embedded import embedded_server

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with embedded_server(tmp_path) as url:
        client = connect(url)
        yield client
        await client.aclose()


async def submitted(redis: Redis, ages: list[timedelta]) -> None:
    """Open reviews of these ages, spread over the shards."""
    for number, age in enumerate(ages):
        member = {f"T1 R-{number}": (NOW - age).timestamp()}
        await redis.zadd(open_reviews(number % SHARDS), member)


async def test_nothing_waits_in_an_empty_server(redis: Redis) -> None:
    backlog = await BacklogStore(redis).read(NOW)
    assert (backlog.reviews_open, backlog.oldest_seconds, backlog.outbox_depth) == (0, 0, 0)
    assert backlog.dead_letters == 0
    assert backlog.waiting == {"1h": 0, "1d": 0, "1w": 0}


async def test_reviews_are_counted_by_how_long_they_are_open_and_jobs_by_where_they_stand(
    redis: Redis,
) -> None:
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    await submitted(redis, [*[minute] * SHARDS, hour, hour + minute, day + minute, 8 * day])
    for shard, jobs in ((0, 2), (SHARDS - 1, 1)):
        for _ in range(jobs):
            await redis.xadd(outbox(shard), {"job": "publish"})
    await redis.hset(DEAD_LETTERS, "publish:T1:R-1:1", "{}")
    backlog = await BacklogStore(redis).read(NOW)
    assert backlog.reviews_open == SHARDS + 4
    assert backlog.waiting == {"1h": 3, "1d": 2, "1w": 1}
    assert backlog.oldest_seconds == (8 * day).total_seconds()
    assert (backlog.outbox_depth, backlog.dead_letters) == (3, 1)


async def test_a_review_from_a_clock_that_is_ahead_is_not_younger_than_now(redis: Redis) -> None:
    await submitted(redis, [timedelta(seconds=-30)])
    assert (await BacklogStore(redis).read(NOW)).oldest_seconds == 0


async def test_more_reviews_take_no_more_commands(redis: Redis) -> None:
    async def commands() -> int:
        before = int((await redis.info("stats"))["total_commands_processed"])
        await BacklogStore(redis).read(NOW)
        return int((await redis.info("stats"))["total_commands_processed"]) - before

    few = await commands()
    for shard in range(SHARDS):
        ages = {f"T1 R-{number}": NOW.timestamp() - number for number in range(300)}
        await redis.zadd(open_reviews(shard), ages)
    assert await commands() == few < 7 * SHARDS
