"""`countersign migrate`: what it finds, what it does, and that it may be stopped, doubled and run again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection

from bot.application.check import check_review
from bot.application.migrate import MigrateReviews, Survey
from bot.cli.migrate import migrate
from bot.domain.review.state import ReviewStatus
from bot.domain.search import terms_of
from bot.store import LAYOUT, Lack, PaymentIndex, Stores, UnreadableLayout, open_stores
from bot.store.keys import LAYOUT_NUMBER, ReviewKeys
from bot.store.layout import BEFORE_NUMBERS
from bot.store.topology.embedded import embedded_server
from tests.layouts.older import COMMITS, Json, fill, read
from tests.office import TEAM
from tests.processes import countersign

OLD, NEW = COMMITS  # of long before there were numbers, and of just before
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
# A step has a stamp of its own each time.
CHANCE = {"stamp"}
ALL = 10**9


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with embedded_server(tmp_path / "redis") as address:
        yield address


@pytest.fixture
async def redis(url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(url)
    yield client
    await client.aclose()


@pytest.fixture
async def stores(url: str) -> AsyncIterator[Stores]:
    async with open_stores(url) as opened:
        yield opened


async def migrated(stores: Stores) -> Survey:
    return await MigrateReviews(stores, lambda: NOW).run(lambda _: None)


async def content(redis: Any) -> dict[str, Any]:
    """Every key with what it holds, by its type; what is left to chance is left out."""
    found: dict[str, Any] = {}
    async for raw in redis.scan_iter(match="cs:*", count=1000):
        key, kind = raw.decode(), (await redis.type(raw)).decode()
        if kind == "hash":
            held = {name.decode(): text for name, text in (await redis.hgetall(raw)).items()}
            found[key] = {name: text for name, text in held.items() if name not in CHANCE}
        elif kind == "list":
            found[key] = await redis.lrange(raw, 0, -1)
        elif kind == "zset":
            found[key] = await redis.zrange(raw, 0, -1, withscores=True)
        elif kind == "set":
            found[key] = await redis.smembers(raw)
        else:
            found[key] = await redis.dump(raw) if kind == "stream" else await redis.get(raw)
    return found


def reviews_of(written: Json) -> list[str]:
    return [card["metadata"]["event_payload"]["review"] for card in written["cards"]]


async def test_a_survey_says_what_lacks_and_changes_nothing(stores: Stores, redis: Redis) -> None:
    await fill(redis, read(OLD)["keys"])
    before = await content(redis)
    survey = await MigrateReviews(stores, lambda: NOW).survey()
    assert (survey.layout, survey.reviews, survey.older) == (BEFORE_NUMBERS, 3, 3)
    assert survey.lacks == {
        Lack.INDEX: 3,
        Lack.ORDER: 3,
        Lack.SUMS: 3,
        Lack.HOLDS: 1,
        Lack.TIMER: 2,
        Lack.CLOSING: 1,
    }
    assert await content(redis) == before


async def test_an_older_review_gets_what_each_review_has_now(stores: Stores, redis: Redis) -> None:
    written = read(OLD)
    await fill(redis, written["keys"])
    closed, half, waiting = reviews_of(written)
    trails = {name: await stores.reviews.audit(TEAM, name) for name in (closed, half, waiting)}
    left = await migrated(stores)
    assert (left.older, left.layout, await redis.get(LAYOUT_NUMBER)) == (0, LAYOUT, str(LAYOUT).encode())

    # Found by search, and by whoever brought it.
    payments = (await stores.reviews.load_whole(TEAM, waiting)).entries  # type: ignore[union-attr]
    for term in terms_of(payments[3].transaction):
        assert 3 in (await stores.payment_index.find(TEAM, [term], NOW))[term][waiting], term
    assert set(await stores.review_lists.brought_by(TEAM, "U_REQUESTER", 10)) == {closed, half, waiting}
    # The riskiest first, sums as they stand, holds in their list.
    assert await stores.reviews.card_order(TEAM, waiting) == (1, 2, 3)
    assert all(rank.severity for rank in await stores.reviews.ranks(TEAM, half))
    state = await stores.reviews.state(TEAM, half)
    assert state is not None
    assert {how: dict(sums) for how, sums in state.sums.items()} == {
        "approved": {"USD": 12500},
        "rejected": {"USD": 18000},
        "held": {"USD": 21000},
        "undecided": {"USD": 15000},
    }
    assert await redis.smembers(ReviewKeys(TEAM, half).holds) == {b"3"}
    # Somebody is reminded from now on; what is closed can be reopened, and counts in its week.
    state = await stores.reviews.state(TEAM, waiting)
    assert state is not None
    assert state.waits_since == NOW
    assert state.timer_at is not None
    assert NOW < state.timer_at < NOW + timedelta(days=1)
    score = await redis.zscore(ReviewKeys(TEAM, waiting).timers, f"{TEAM} {waiting}")
    assert score == state.timer_at.timestamp()
    state = await stores.reviews.state(TEAM, closed)
    assert state is not None
    assert (state.status, state.closed_at) == (ReviewStatus.CLOSED, trails[closed][-1].at)
    assert await stores.review_lists.closed(TEAM, 10) == [closed]
    # The trail is as it was, nothing is posted, and all of it fits together.
    for name, trail in trails.items():
        assert await stores.reviews.audit(TEAM, name) == trail
        assert await stores.outbox.of_review(TEAM, name) == []
        assert await check_review(stores, TEAM, name) == []


async def test_run_again_it_changes_nothing(stores: Stores, redis: Redis) -> None:
    await fill(redis, read(OLD)["keys"])
    await migrated(stores)
    once = await content(redis)
    assert (await migrated(stores)).older == 0
    assert await content(redis) == once


async def test_data_of_just_before_only_get_their_number(stores: Stores, redis: Redis) -> None:
    await fill(redis, read(NEW)["keys"])
    before = await content(redis)
    assert (await migrated(stores)).layout == LAYOUT
    assert await content(redis) == before | {LAYOUT_NUMBER: str(LAYOUT).encode()}


async def test_killed_anywhere_and_run_again_it_comes_to_the_same(
    stores: Stores, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = read(OLD)["keys"]
    await fill(redis, keys)
    await migrated(stores)
    wanted, kills = await content(redis), 0
    let = _counted_commands(monkeypatch)
    while True:
        await fill(redis, keys)
        let(1 + 13 * kills)
        try:
            await migrated(stores)
            break
        except Killed:
            kills += 1
        let(ALL)
        assert (await migrated(stores)).layout == LAYOUT
        # A step that was stored though its answer never came is not taken twice.
        assert await content(redis) == wanted, f"killed for the {kills}th time"
    assert kills > 3


class Killed(BaseException):
    """The process is gone."""


def _counted_commands(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """What it gives lets so many commands be sent, and then none."""
    left = ALL
    send = AbstractConnection.send_packed_command

    async def counting(self: AbstractConnection, *args: Any, **more: Any) -> None:
        nonlocal left
        if left <= 0:
            await self.disconnect(nowait=True)
            raise Killed
        left -= 1
        await send(self, *args, **more)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", counting)

    def let(number: int) -> None:
        nonlocal left
        left = number

    return let


async def test_killed_while_payments_are_noted_it_notes_them_when_run_again(
    stores: Stores, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = read(OLD)
    await fill(redis, written["keys"])
    with monkeypatch.context() as patch:

        async def killed(*_: Any) -> None:
            raise Killed

        patch.setattr(PaymentIndex, "note", killed)
        with pytest.raises(Killed):
            await migrated(stores)
    await migrated(stores)
    for name in reviews_of(written):
        review = await stores.reviews.load_whole(TEAM, name)
        assert review is not None
        for term in terms_of(review.entries[1].transaction):
            assert name in (await stores.payment_index.find(TEAM, [term], NOW))[term], (name, term)


async def test_two_at_once_come_to_what_one_does(url: str, stores: Stores, redis: Redis) -> None:
    written = read(OLD)
    await fill(redis, written["keys"])
    async with open_stores(url) as others:
        first, second = await asyncio.gather(migrated(stores), migrated(others))
    assert (first.older, second.older) == (0, 0)
    for name in reviews_of(written):
        ranks = await stores.reviews.ranks(TEAM, name)
        assert len({rank.ref for rank in ranks}) == len(ranks)
        assert await check_review(stores, TEAM, name) == []


async def test_what_cannot_be_read_is_named_and_keeps_the_number(stores: Stores, redis: Redis) -> None:
    written = read(OLD)
    await fill(redis, written["keys"])
    closed, half, waiting = reviews_of(written)
    await redis.hset(ReviewKeys(TEAM, half).state, "flagged", "many")
    await redis.delete(ReviewKeys(TEAM, closed).holds)
    await redis.set(ReviewKeys(TEAM, closed).holds, "no set")
    left = await migrated(stores)
    assert {found.review_id for found in left.unreadable} == {closed, half}
    assert (left.older, left.layout) == (0, BEFORE_NUMBERS)
    assert await redis.exists(LAYOUT_NUMBER) == 0
    state = await stores.reviews.state(TEAM, waiting)
    assert state is not None
    assert state.sums


async def test_newer_data_are_left_alone(stores: Stores, redis: Redis) -> None:
    await redis.set(LAYOUT_NUMBER, LAYOUT + 1)
    with pytest.raises(UnreadableLayout, match=f"layout {LAYOUT + 1}"):
        await MigrateReviews(stores, lambda: NOW).survey()


async def test_the_command_says_first_what_it_would_do(
    url: str,
    redis: Redis,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await fill(redis, read(OLD)["keys"])
    asked = await countersign(tmp_path, "migrate", REDIS_URL=url)
    assert (asked.code, asked.err) == (2, "countersign: Nobody is there to ask; say --yes to have it done.\n")
    assert asked.out.startswith(
        f"What is stored has layout 1, this version's is {LAYOUT}.\n3 of 3 reviews must be brought forward:\n"
        "        3  in no index: its payments"
    )
    monkeypatch.setenv("REDIS_URL", url)
    confirmed: list[str] = []
    await migrate(None, dry_run=True, confirm=lambda: confirmed.append("dry"))
    assert capsys.readouterr().out == asked.out
    assert await redis.exists(LAYOUT_NUMBER) == 0
    await migrate(None, dry_run=False, confirm=lambda: confirmed.append("asked"))
    done = f"3 reviews brought forward. What is stored has layout {LAYOUT} now.\n"
    assert capsys.readouterr() == (f"{asked.out}{done}", "")
    assert confirmed == ["asked"]
    await migrate(None, dry_run=False, confirm=lambda: confirmed.append("again"))
    assert capsys.readouterr().out.endswith("There is nothing to do.\n")
    assert confirmed == ["asked"]
