"""Turns that several processes share, on a real server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Pace, Rate, connect
from bot.store.topology.embedded import embedded_server

SLOW = Rate(each=100.0, burst=2)


@pytest.fixture
async def paces(tmp_path: Path) -> AsyncIterator[list[Pace]]:
    """Two processes' worth."""
    async with embedded_server(tmp_path) as url:
        clients = [connect(url) for _ in range(2)]
        yield [Pace(client) for client in clients]
        for client in clients:
            await client.aclose()


async def test_a_burst_is_at_once_and_what_follows_stands_in_line(paces: list[Pace]) -> None:
    here, there = paces
    waits = [await one.turn("t", SLOW, 1000) for one in (here, there, here, there)]
    assert waits[:2] == [0, 0]
    assert 90 < waits[2] <= 100
    assert 190 < waits[3] <= 200


async def test_a_turn_too_far_away_is_not_taken(paces: list[Pace]) -> None:
    here, there = paces
    for _ in range(2):
        await here.turn("t", SLOW, 1000)
    refused = [await there.turn("t", SLOW, 1) for _ in range(3)]
    assert all(-100 <= wait < -90 for wait in refused)
    assert 90 < await there.turn("t", SLOW, 1000) <= 100


async def test_a_pause_holds_for_everybody_and_leaves_no_burst(paces: list[Pace]) -> None:
    here, there = paces
    await here.pause("t", SLOW, 500)
    first, second = await there.turn("t", SLOW, 1000), await here.turn("t", SLOW, 1000)
    assert 490 < first <= 500
    assert 590 < second <= 600
    assert await here.turn("another", SLOW, 0) == 0


async def test_without_a_pace_only_a_pause_holds(paces: list[Pace]) -> None:
    here, there = paces
    free = Rate(each=0, burst=1)
    assert [await here.turn("t", free, 0) for _ in range(5)] == [0] * 5
    await there.pause("t", free, 500)
    assert await here.turn("t", free, 0) < -490
