"""Listing the open reviews of one workspace: of many of its own, and among very many of others."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store import connect
from bot.store.keys import SHARDS, open_reviews, shard_of
from bot.store.open_reviews import newest_open
from bot.store.topology.embedded import embedded_server
from tests.store.servers import cluster_of_three
from tests.wired import TEAM

OURS = "T_FEW"


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with embedded_server(tmp_path) as url, contextlib.aclosing(connect(url)) as client:
        yield client


async def fill(redis: Redis, team: str, number: int, first: float = 0.0) -> list[str]:
    """Open reviews of a workspace, a second apart; their ids, the newest first."""
    names = [f"R-{place:05}" for place in range(number)]
    shards: dict[int, dict[str, float]] = {}
    for place, name in enumerate(names):
        shards.setdefault(shard_of(team, name), {})[f"{team} {name}"] = first + place
    for shard, members in shards.items():
        await redis.zadd(open_reviews(shard), members)
    return names[::-1]


async def commands(redis: Redis) -> int:
    """Commands that the server has done, this one not counted."""
    return int((await redis.info("stats"))["total_commands_processed"])


async def read_bytes(redis: Redis) -> int:
    return int((await redis.info("stats"))["total_net_output_bytes"])


async def test_none_are_none(redis: Redis) -> None:
    await fill(redis, "T_OTHER", 10)
    assert await newest_open(redis, OURS, 5) == []


@pytest.mark.parametrize("newest", [1, 7, 200, 10_000])
async def test_the_newest_of_very_many_of_ones_own_are_read_in_order(redis: Redis, newest: int) -> None:
    names = await fill(redis, TEAM, 9_000)
    assert await newest_open(redis, TEAM, newest) == names[:newest]


@pytest.mark.parametrize("newest", [1, 7, 200])
@pytest.mark.parametrize("first", [-1e6, 4_000.5, 1e6])
async def test_a_few_are_found_among_very_many_of_others(redis: Redis, newest: int, first: float) -> None:
    await fill(redis, "T_OTHER", 9_000)
    await fill(redis, f"{OURS}_TOO", 3, first)  # its name begins with ours
    names = await fill(redis, OURS, 12, first)
    assert await newest_open(redis, OURS, newest) == names[:newest]


async def test_a_few_are_found_without_reading_the_names_of_all(redis: Redis) -> None:
    await fill(redis, "T_OTHER", 30_000)
    await fill(redis, OURS, 12)
    before, bytes_before = await commands(redis), await read_bytes(redis)
    assert len(await newest_open(redis, OURS, 200)) == 12
    assert await commands(redis) - before < 3 * SHARDS
    assert await read_bytes(redis) - bytes_before < 100_000  # of some 700,000


async def test_a_name_that_looks_like_a_pattern_finds_its_own_alone(redis: Redis) -> None:
    await fill(redis, "T_OTHER", 3_000)
    names = await fill(redis, "T_*", 2)
    assert await newest_open(redis, "T_*", 5) == names


async def test_on_a_cluster_it_is_the_same(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path) as (node, *_):
        url = f"redis+cluster://127.0.0.1:{node.port}"
        async with contextlib.aclosing(connect(url)) as redis:
            await fill(redis, "T_OTHER", 5_000)
            names = await fill(redis, OURS, 12)
            assert await newest_open(redis, OURS, 200) == names
