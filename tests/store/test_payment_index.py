"""The index of payments: found by what is known of them, apart for each workspace, bounded, and mortal."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.search import terms_of
from bot.domain.transaction import Transaction
from bot.store import PaymentIndex, ReviewLists, connect
from bot.store.keys import REVIEW_LIFE
from bot.store.payment_index import REFERENCES, REVIEWS
from bot.store.topology.embedded import embedded_server
from tests.conftest import every_key_has_its_lifetime

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with embedded_server(tmp_path / "redis") as url:
        client = connect(url)
        yield client
        await client.aclose()
        await every_key_has_its_lifetime(url)


def payment(ref: int, vendor: str = "Acme Corp", amount: str = "12000", invoice: str = "") -> Transaction:
    return Transaction(ref=ref, amount=Decimal(amount), currency="USD", vendor=vendor, invoice=invoice)


async def found(redis: Redis, term: str, team: str = "T1", now: datetime = NOW) -> dict[str, set[int]]:
    places = (await PaymentIndex(redis).find(team, [term], now))[term]
    return {review: set(refs) for review, refs in places.items()}


async def test_a_payment_is_found_by_each_of_its_terms_and_by_nothing_else(redis: Redis) -> None:
    await PaymentIndex(redis).note("T1", "R-AAAAA", [payment(1, invoice="INV-77"), payment(2, "Globex")], NOW)
    for term in terms_of(payment(1, invoice="INV-77")):
        assert 1 in (await found(redis, term))["R-AAAAA"], term
    assert await found(redis, "word globex") == {"R-AAAAA": {2}}
    assert await found(redis, "amount 12000") == {"R-AAAAA": {1, 2}}
    assert await found(redis, "word initech") == {}
    assert await found(redis, "word globex", team="T2") == {}


async def test_to_note_a_review_twice_changes_nothing(redis: Redis) -> None:
    index, payments = PaymentIndex(redis), [payment(1), payment(2)]
    await index.note("T1", "R-AAAAA", payments, NOW)
    await index.note("T1", "R-BBBBB", payments, NOW)
    before = await found(redis, "word acme")
    await index.note("T1", "R-AAAAA", payments, NOW)
    assert await found(redis, "word acme") == before == {"R-AAAAA": {1, 2}, "R-BBBBB": {1, 2}}


async def test_a_payment_that_is_dropped_is_found_by_its_amount_alone_and_others_as_before(
    redis: Redis,
) -> None:
    index, gone = PaymentIndex(redis), payment(1, invoice="INV-77")
    await index.note("T1", "R-AAAAA", [gone, payment(2)], NOW)
    await index.note("T1", "R-BBBBB", [gone], NOW)
    for _ in range(2):
        await index.drop("T1", "R-AAAAA", [gone], NOW)
        assert await found(redis, "word acme") == {"R-AAAAA": {2}, "R-BBBBB": {1}}
        assert await found(redis, "amount 12000") == {"R-AAAAA": {1, 2}, "R-BBBBB": {1}}
        invoice = next(term for term in terms_of(gone) if term.startswith("invoice"))
        assert await found(redis, invoice) == {"R-BBBBB": {1}}
    await index.drop("T1", "R-BBBBB", [gone], NOW)
    assert await found(redis, invoice) == {}


async def test_what_a_payment_was_before_a_correction_finds_it_too(redis: Redis) -> None:
    index = PaymentIndex(redis)
    await index.note("T1", "R-AAAAA", [payment(1), payment(2)], NOW)
    await index.note("T1", "R-AAAAA", [payment(2, "Globex")], NOW)
    assert await found(redis, "word globex") == {"R-AAAAA": {2}}
    assert await found(redis, "word acme") == {"R-AAAAA": {1, 2}}


async def test_of_a_name_that_is_everywhere_the_newest_reviews_are_kept(redis: Redis) -> None:
    index = PaymentIndex(redis)
    for number in range(REVIEWS + 5):
        many = [payment(ref) for ref in range(1, REFERENCES + 5)]
        await index.note("T1", f"R-{number:05}", many, NOW)
    places = await found(redis, "word acme")
    assert list(places) == [f"R-{number:05}" for number in range(REVIEWS + 4, 4, -1)]
    assert all(refs == set(range(1, REFERENCES + 1)) for refs in places.values())


async def test_a_full_index_takes_nothing_new_and_keeps_what_it_has(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = PaymentIndex(redis)
    await index.note("T1", "R-AAAAA", [payment(1)], NOW)
    monkeypatch.setattr("bot.store.payment_index.MOST", 0)
    await index.note("T1", "R-BBBBB", [payment(1), payment(2, "Globex")], NOW)
    assert await found(redis, "word globex") == {}
    assert await found(redis, "word acme") == {"R-AAAAA": {1}, "R-BBBBB": {1}}


async def test_a_payment_is_found_as_long_as_its_review_lives(redis: Redis) -> None:
    await PaymentIndex(redis).note("T1", "R-AAAAA", [payment(1)], NOW - REVIEW_LIFE)
    assert await found(redis, "word acme") == {"R-AAAAA": {1}}
    assert await found(redis, "word acme", now=NOW + timedelta(days=REVIEW_LIFE.days)) == {}


async def test_a_list_has_the_newest_reviews_first_and_each_once(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = ReviewLists(redis)
    monkeypatch.setattr("bot.store.review_lists.MOST", 3)
    for number in range(4):
        at = NOW + timedelta(hours=number)
        await lists.note_brought("T1", f"R-{number:05}", ["U_ANA"], at)
        await lists.note_brought("T1", f"R-{number:05}", ["U_ANA"], at)
        await lists.note_closed("T1", f"R-{number:05}", at)
    assert await lists.brought_by("T1", "U_ANA", newest=9) == ["R-00003", "R-00002", "R-00001"]
    assert await lists.brought_by("T1", "U_BEN", newest=9) == []
    await lists.note_closed("T1", "R-00001", NOW + timedelta(days=1))
    assert await lists.closed("T1", newest=2) == ["R-00001", "R-00003"]
