"""What is approved automatically to one vendor has a bound over all batches, also over those at one time."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.learn import LearnOutcomes
from bot.domain.transaction import Transaction
from bot.store import connect
from bot.store.topology.embedded import embedded_server
from tests.conftest import every_key_has_its_lifetime
from tests.store.audited import origin
from tests.wired import TEAM, Wired


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[list[Wired]]:
    """Two processes' worth of use cases on one server, without a model."""
    async with embedded_server(tmp_path) as url:
        clients = [connect(url) for _ in range(2)]
        yield [Wired(client) for client in clients]
        for client in clients:
            await client.aclose()
        await every_key_has_its_lifetime(url)


def parts(name: str, count: int = 40) -> tuple[Transaction, ...]:
    """Small payments to Staples, USD 8,000 and some cents in all."""
    return tuple(
        Transaction(
            ref=ref,
            amount=Decimal(200) + Decimal(ref) / 100,
            currency="USD",
            vendor="Staples",
            memo=f"{name} {ref}",
        )
        for ref in range(1, count + 1)
    )


async def judged(service: Wired, name: str) -> tuple[Decimal, str]:
    """Submit and judge a batch; what of it was approved automatically, and its review."""
    state = await service.submit(origin(name), parts(name))
    await service.assess(state.id)
    return await approved(service, state.id), state.id


async def approved(service: Wired, review_id: str) -> Decimal:
    review = await service.reviews.load_whole(TEAM, review_id)
    assert review is not None
    assert review.state.judged == review.state.total
    passed = [entry.transaction.amount for entry in review.entries.values() if not entry.flagged]
    return sum(passed, Decimal(0))


async def test_of_two_batches_at_once_no_more_passes_than_the_bound(services: list[Wired]) -> None:
    (first, _), (second, _) = await asyncio.gather(judged(services[0], "ink"), judged(services[1], "pens"))
    assert first + second <= 10_000
    assert first + second > 0


async def test_of_batches_one_after_the_other_the_rest_is_for_a_human(services: list[Wired]) -> None:
    service, stores = services[0], services[0].stores
    learn = LearnOutcomes(
        reviews=stores.reviews,
        history=stores.history,
        rows=stores.submitted_rows,
        index=service.index,
        now=service.now,
    )
    first, review = await judged(service, "ink")
    assert first == Decimal("8008.20")
    await learn.learn(TEAM, review)
    second, review = await judged(service, "pens")
    assert 0 < second <= 10_000 - first
    # What waits for a human takes no room from what comes after it.
    await learn.learn(TEAM, review)
    history = await stores.history.of(TEAM, parts("paper"))
    automatic = [past.amount for past in history.payments if past.automatic]
    assert sum(automatic) == first + second
    assert {past.automatic for past in history.payments} == {True, False}
