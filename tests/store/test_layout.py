"""The number of the stored layout: written once, read everywhere, and a reason to refuse."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store import LAYOUT, StoredLayout, UnreadableLayout, connect
from bot.store.keys import LAYOUT_NUMBER
from bot.store.layout import BEFORE_NUMBERS
from bot.store.topology.embedded import embedded_server
from tests.conftest import every_key_has_its_lifetime


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with embedded_server(tmp_path / "redis") as url:
        client = connect(url)
        yield client
        await client.aclose()
        await every_key_has_its_lifetime(url)


async def test_an_empty_redis_gets_the_number_of_whoever_comes_first(redis: Redis) -> None:
    await redis.set("of somebody else", "1", ex=60)
    assert await StoredLayout(redis).number() is None
    assert await StoredLayout(redis, knows=LAYOUT).begin() == LAYOUT
    # The next version finds a number, and leaves it to `migrate` to raise it.
    assert await StoredLayout(redis, knows=LAYOUT + 1).begin() == LAYOUT
    assert await redis.get(LAYOUT_NUMBER) == str(LAYOUT)


async def test_what_has_no_number_is_from_before_there_were_any_and_stays_so(redis: Redis) -> None:
    await redis.set("cs:{3}:T1:R-7K3F2:state", "anything", ex=60)
    assert await StoredLayout(redis).begin() == BEFORE_NUMBERS
    assert await redis.exists(LAYOUT_NUMBER) == 0
    await StoredLayout(redis).look()  # no number is no news to a running process


async def test_two_that_begin_at_once_in_an_empty_redis_take_each_other_for_no_older_version(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = StoredLayout(redis)
    look = late._is_empty

    async def after_another_began() -> bool:
        assert await StoredLayout(redis).begin() == LAYOUT
        return await look()

    monkeypatch.setattr(late, "_is_empty", after_another_began)
    assert await late.begin() == LAYOUT


async def test_newer_data_are_refused_in_a_sentence_with_both_numbers(redis: Redis) -> None:
    await StoredLayout(redis, knows=LAYOUT + 1).begin()
    layout = StoredLayout(redis)
    for ask in (layout.begin, layout.look):
        with pytest.raises(UnreadableLayout, match=f"layout {LAYOUT + 1}, and .* knows {LAYOUT} at most"):
            await ask()


async def test_what_is_too_old_to_be_read_asks_for_migrate(redis: Redis) -> None:
    await StoredLayout(redis, knows=2).begin()
    with pytest.raises(UnreadableLayout, match="reads from 3 on; run: countersign migrate"):
        await StoredLayout(redis, knows=4, readable_from=3).begin()
    assert await StoredLayout(redis, knows=3, readable_from=2).begin() == 2


async def test_a_number_that_is_none_is_refused(redis: Redis) -> None:
    for stored in ("two", "-1", "", "²"):
        await redis.set(LAYOUT_NUMBER, stored)
        for ask in (StoredLayout(redis).begin, StoredLayout(redis).look):
            with pytest.raises(UnreadableLayout, match="cannot be read"):
                await ask()
