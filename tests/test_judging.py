"""A review judged with several calls of the model at once, each portion stored in its turn."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.agent import Lanes
from bot.domain.policy import default_policy
from bot.domain.review import Review
from bot.domain.state import Head
from bot.judging import judge
from bot.service import Service
from bot.store import Past, ReviewStore, Shelf, connect
from bot.store.embedded import embedded_server
from tests.agent.gated import GatedModel, clears
from tests.agent.payments import payment
from tests.conftest import every_key_has_its_lifetime
from tests.openai_server import flags_of
from tests.store.audited import TEAM, NoQueue, origin

ROWS = tuple(payment(ref, f"Printer paper {ref}") for ref in range(1, 1_001))


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with embedded_server(tmp_path) as served:
        yield served
        await every_key_has_its_lifetime(served)


@pytest.fixture
async def services(url: str) -> AsyncIterator[list[Service]]:
    """Two processes' worth of services on one server, each with a model of its own and two lanes."""
    clients = [connect(url) for _ in range(2)]
    yield [
        Service(
            reviews=ReviewStore(client),
            shelf=Shelf(client),
            past=Past(client),
            queue=NoQueue(),
            policy=default_policy,
            model=GatedModel(),
            now=lambda: datetime.now(UTC),
            lanes=Lanes(2),
        )
        for client in clients
    ]
    for client in clients:
        await client.aclose()


def gated(service: Service) -> GatedModel:
    assert isinstance(service.model, GatedModel)
    return service.model


async def submitted(service: Service) -> Review:
    head = await service.submit(origin(), ROWS)
    return await stored(service, head)


async def stored(service: Service, head: Head) -> Review:
    loaded = await service.reviews.load(head.team, head.id)
    assert loaded is not None
    return loaded


def flag_one(user: str) -> str:
    """Flags the third row of a chunk, and names it."""
    return flags_of(user, lambda rows: [f"{rows[2][0]} other {rows[2][3]}"])


async def test_answers_in_any_order_are_stored_in_the_order_of_the_rows(services: list[Service]) -> None:
    service = services[0]
    review, model = await submitted(service), gated(service)
    judging = asyncio.create_task(judge(service, review))
    while model.begun < 10 or model.waiting:
        await model.answer((await model.asked(1))[-1], flag_one)
        await asyncio.sleep(0)
    assert await judging
    after = await stored(service, review.head)
    flagged = {ref: one.judgement for ref, one in after.entries.items() if one.flagged}
    assert list(flagged) == list(range(3, 1_001, 100))
    assert all(one and f'"Printer paper {ref}"' in str(one.findings) for ref, one in flagged.items())
    head = after.head
    assert (head.judged, head.flagged, head.unassessed) == (1_000, 10, 0)
    assert (head.prompt_tokens, head.completion_tokens) == (100, 10)
    trail = [one.detail for one in await service.reviews.audit(TEAM, head.id) if one.event == "judged"]
    assert [one["refs"][0] for one in trail] == list(range(1, 1_001, 100))


async def test_a_fault_of_one_call_flags_the_rows_of_that_call_alone(services: list[Service]) -> None:
    service = services[0]
    review, model = await submitted(service), gated(service)
    judging = asyncio.create_task(judge(service, review))
    while model.begun < 10 or model.waiting:
        for user in await model.asked(1):
            await model.answer(user, (lambda _: "nonsense") if "\n401\t" in user else clears)
    assert await judging
    after = await stored(service, review.head)
    assert [ref for ref, one in after.entries.items() if one.flagged] == list(range(401, 501))
    assert after.head.unassessed == 100


async def test_a_process_that_ends_leaves_no_call_and_the_next_one_asks_for_what_is_not_stored(
    services: list[Service],
) -> None:
    review, model, before = await submitted(services[0]), gated(services[0]), asyncio.all_tasks()
    judging = asyncio.create_task(judge(services[0], review))
    for _ in range(3):
        await model.answer((await model.asked(2))[0])
    while (await stored(services[0], review.head)).head.judged < 300:  # noqa: ASYNC110 - Redis tells nobody
        await asyncio.sleep(0.01)
    judging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await judging
    assert (model.waiting, asyncio.all_tasks() - before) == ({}, set())
    left = await stored(services[1], review.head)
    other = gated(services[1])
    again = asyncio.create_task(judge(services[1], left))
    while other.begun < 7 or other.waiting:
        await other.answer((await other.asked(1))[0])
    assert await again
    after = (await stored(services[1], review.head)).head
    assert (after.judged, other.begun) == (1_000, 7)


async def test_of_two_workers_at_one_review_one_stops_and_cancels_its_calls(services: list[Service]) -> None:
    review = await submitted(services[0])
    slow, fast = map(gated, services)
    late = asyncio.create_task(judge(services[0], review))
    await slow.asked(2)
    judging = asyncio.create_task(judge(services[1], review))
    while fast.begun < 10 or fast.waiting:
        await fast.answer((await fast.asked(1))[0])
    assert await judging
    await slow.answer((await slow.asked(2))[0], lambda user: flags_of(user, lambda rows: ["1 other late"]))
    assert not await late
    assert (slow.waiting, slow.begun) == ({}, slow.cancelled + 1)
    after = await stored(services[0], review.head)
    assert (after.head.judged, after.head.flagged) == (1_000, 0)
