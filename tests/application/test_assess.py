"""A review judged with several calls of the model at once, each portion stored in its turn."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.domain.policy import ModelUse, default_policy
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.llm import CallLimit, Completion, ModelFault, ModelRefused, ModelUnavailable, ScriptedModel
from bot.store import connect, keys
from bot.store.keys import ReviewKeys, spent
from bot.store.topology.embedded import embedded_server
from tests.conftest import every_key_has_its_lifetime
from tests.llm.gated import GatedModel, clears
from tests.llm.payments import payment
from tests.openai_server import flags_of
from tests.store.audited import origin
from tests.wired import NOW, TEAM, Wired

# Small ones, since together they stay below what is approved automatically to one vendor.
ROWS = tuple(
    payment(ref, f"Printer paper {ref}").model_copy(update={"amount": Decimal(5)}) for ref in range(1, 1_001)
)


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with embedded_server(tmp_path) as served:
        yield served
        await every_key_has_its_lifetime(served)


@pytest.fixture
async def services(url: str) -> AsyncIterator[list[Wired]]:
    """Two processes' worth of services on one server, each with a model of its own and two lanes."""
    clients = [connect(url) for _ in range(2)]
    yield [Wired(client, model=GatedModel(), call_limit=CallLimit(2), now=None) for client in clients]
    for client in clients:
        await client.aclose()


def gated(service: Wired) -> GatedModel:
    assert isinstance(service.model, GatedModel)
    return service.model


async def submitted(service: Wired) -> Review:
    review_state = await service.submit(origin(), ROWS)
    return await stored(service, review_state)


async def stored(service: Wired, review_state: ReviewState) -> Review:
    loaded = await service.reviews.load_whole(review_state.team, review_state.id)
    assert loaded is not None
    return loaded


def flag_one(user: str) -> str:
    """Flags the third row of a chunk, and names it."""
    return flags_of(user, lambda rows: [f"{rows[2][0]} other {rows[2][3]}"])


async def test_answers_in_any_order_are_stored_in_the_order_of_the_rows(services: list[Wired]) -> None:
    service = services[0]
    review, model = await submitted(service), gated(service)
    judging = asyncio.create_task(service.assess(review.state.id))
    while model.begun < 10 or model.waiting:
        await model.answer((await model.asked(1))[-1], flag_one)
        await asyncio.sleep(0)
    await judging
    after = await stored(service, review.state)
    flagged = {ref: one.judgement for ref, one in after.entries.items() if one.flagged}
    assert list(flagged) == list(range(3, 1_001, 100))
    assert all(one and f'"Printer paper {ref}"' in str(one.findings) for ref, one in flagged.items())
    review_state = after.state
    assert (review_state.judged, review_state.flagged, review_state.unassessed) == (1_000, 10, 0)
    assert (review_state.prompt_tokens, review_state.completion_tokens) == (100, 10)
    trail = [
        one.detail for one in await service.reviews.audit(TEAM, review_state.id) if one.event == "judged"
    ]
    assert [one["refs"][0] for one in trail] == list(range(1, 1_001, 100))


async def test_a_fault_of_one_call_flags_the_rows_of_that_call_alone(services: list[Wired]) -> None:
    service = services[0]
    review, model = await submitted(service), gated(service)
    judging = asyncio.create_task(service.assess(review.state.id))
    while model.begun < 10 or model.waiting:
        for user in await model.asked(1):
            await model.answer(user, (lambda _: "nonsense") if "\n401\t" in user else clears)
    await judging
    after = await stored(service, review.state)
    assert [ref for ref, one in after.entries.items() if one.flagged] == list(range(401, 501))
    assert after.state.unassessed == 100


async def test_a_process_that_ends_leaves_no_call_and_the_next_one_asks_for_what_is_not_stored(
    services: list[Wired],
) -> None:
    review, model, before = await submitted(services[0]), gated(services[0]), asyncio.all_tasks()
    judging = asyncio.create_task(services[0].assess(review.state.id))
    for row in (1, 101, 201):
        await model.answer(await model.about(row))
    while (await stored(services[0], review.state)).state.judged < 300:  # noqa: ASYNC110 - Redis tells nobody
        await asyncio.sleep(0.01)
    judging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await judging
    assert (model.waiting, asyncio.all_tasks() - before) == ({}, set())
    other = gated(services[1])
    again = asyncio.create_task(services[1].assess(review.state.id))
    while other.begun < 7 or other.waiting:
        await other.answer((await other.asked(1))[0])
    await again
    after = (await stored(services[1], review.state)).state
    assert (after.judged, other.begun) == (1_000, 7)


async def test_of_two_workers_at_one_review_one_stops_and_cancels_its_calls(services: list[Wired]) -> None:
    review = await submitted(services[0])
    slow, fast = map(gated, services)
    late = asyncio.create_task(services[0].assess(review.state.id))
    await slow.asked(2)
    judging = asyncio.create_task(services[1].assess(review.state.id))
    while fast.begun < 10 or fast.waiting:
        await fast.answer((await fast.asked(1))[0])
    await judging
    await slow.answer(await slow.about(1), lambda user: flags_of(user, lambda rows: ["1 other late"]))
    await late
    assert (slow.waiting, slow.begun) == ({}, slow.cancelled + 1)
    after = await stored(services[0], review.state)
    assert (after.state.judged, after.state.flagged) == (1_000, 0)


# -- what it may cost


def charged(user: str) -> Completion:
    return Completion(text=clears(user), prompt_tokens=2_000, completion_tokens=30)


def with_model(service: Wired, **use: Any) -> Wired:
    """The same service under a policy that uses the model so."""
    policy = default_policy().model_copy(update={"model": ModelUse(**use)})
    return Wired(
        service.redis,
        policy=policy,
        model=ScriptedModel(lambda _, user: charged(user)),
        call_limit=CallLimit(1),
    )


async def judged(service: Wired, request: str = "one") -> Review:
    # Rows that stand in an earlier batch would be flagged for that, and no model would read them.
    rows = [row.model_copy(update={"memo": f"{row.memo} {request}"}) for row in ROWS]
    review_state = await service.submit(origin(request), rows)
    await service.assess(review_state.id)
    return await stored(service, review_state)


def reasons(review: Review) -> Counter[str]:
    return Counter(
        found.evidence for one in review.entries.values() if one.judgement for found in one.judgement.findings
    )


async def test_what_the_budget_of_a_review_has_no_room_for_goes_to_the_human_and_says_so(
    services: list[Wired],
) -> None:
    # Four calls of 2,030 leave too little room for a fifth, which may cost twice as much.
    service = with_model(services[0], tokens_a_review=11_000)
    review = await judged(service)
    assert reasons(review) == {
        "The model did not assess this one: the review's budget of 11,000 tokens is spent": 600
    }
    assert [ref for ref, one in review.entries.items() if one.flagged] == list(range(401, 1_001))
    assert (review.state.unassessed, review.state.prompt_tokens) == (600, 8_000)
    assert await service.stores.budgets.spent(ReviewKeys(TEAM, review.state.id).spent) == 4 * 2_030


async def test_the_budget_of_a_day_is_shared_by_the_reviews_of_a_workspace_and_ends_with_the_day(
    services: list[Wired],
) -> None:
    service = with_model(services[0], tokens_a_day=25_000)
    assert (await judged(service, "one")).state.unassessed == 0
    second = await judged(service, "two")
    assert 0 < second.state.unassessed < 1_000
    assert set(reasons(second)) == {
        "The model did not assess this one: the day's budget of 25,000 tokens is spent"
    }
    # What had no room today is not counted for the review either.
    calls = (1_000 - second.state.unassessed) // 100
    assert await service.stores.budgets.spent(ReviewKeys(TEAM, second.state.id).spent) == calls * 2_030
    service.time = NOW + timedelta(days=1)
    assert (await judged(service, "three")).state.unassessed == 0


async def test_no_bound_is_no_bound(services: list[Wired]) -> None:
    service = with_model(services[0], tokens_a_review=0, tokens_a_day=0)
    assert (await judged(service)).state.unassessed == 0
    assert await service.stores.budgets.spent(spent(TEAM, NOW)) == 10 * 2_030


async def test_of_many_calls_at_once_none_passes_the_bound(services: list[Wired]) -> None:
    purse, use = services[0].stores.budgets, ModelUse(tokens_a_review=10_000, tokens_a_day=15_000)
    budgets = [purse.of(use, TEAM, f"R-{number:05}", NOW) for number in (1, 2)]
    refused = await asyncio.gather(*(budgets[number % 2].reserve(1_000) for number in range(40)))
    assert Counter(refused)[""] == 15
    assert await purse.spent(spent(TEAM, NOW)) == 15_000


async def test_a_call_that_a_crash_cut_off_stays_counted(services: list[Wired]) -> None:
    review, model = await submitted(services[0]), gated(services[0])
    judging = asyncio.create_task(services[0].assess(review.state.id))
    await model.asked(2)
    judging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await judging
    counted = await services[0].stores.budgets.spent(ReviewKeys(TEAM, review.state.id).spent)
    assert counted > 2 * 3_000


@pytest.mark.parametrize(
    ("answer", "counted"),
    [
        (ModelUnavailable("it rejected the request (400)"), 0),
        (ModelRefused("the model's answer was cut off", prompt_tokens=500, completion_tokens=9), 509),
        (ModelUnavailable("the model did not answer in time", unknown=True), "all"),
        ("no usage is told", "all"),
    ],
)
async def test_a_fault_costs_what_it_was_charged_and_where_nobody_knows_all_it_may_have_cost(
    services: list[Wired], answer: str | ModelFault, counted: int | str
) -> None:
    service = with_model(services[0])
    service.model = ScriptedModel(lambda system, user: answer)
    review_state = await service.submit(origin(), ROWS[:100])
    await service.assess(review_state.id)
    found = await service.stores.budgets.spent(spent(TEAM, NOW))
    assert found == counted if isinstance(counted, int) else 3_000 < found < 6_000


# -- nothing without a human


async def test_a_policy_that_only_recommends_leaves_everything_to_a_human(services: list[Wired]) -> None:
    service = with_model(services[0], recommend_only=True)
    service.model = ScriptedModel(lambda _, user: flag_one(user))
    rows = (*ROWS[:99], payment(100, "Reimbursement").model_copy(update={"amount": Decimal(12_345)}))
    review_state = await service.submit(origin(), rows)
    await service.assess(review_state.id)
    review = await stored(service, review_state)
    assert (review.state.flagged, review.state.routine, review.state.recommended) == (100, 0, 98)
    codes = {
        ref: [found.code for found in one.judgement.findings]
        for ref, one in review.entries.items()
        if one.judgement
    }
    assert codes.pop(3) == ["model_other"]
    assert "recommend_only" not in codes.pop(100)
    assert set(map(tuple, codes.values())) == {("recommend_only",)}
    # The model is asked about what no rule flagged, as ever.
    assert isinstance(service.model, ScriptedModel)
    assert "\n100\t" not in service.model.asked[0][1]


async def test_without_a_model_a_policy_that_only_recommends_does_so_too(services: list[Wired]) -> None:
    service = with_model(services[0], recommend_only=True)
    service.model = None
    assert (await judged(service)).state.recommended == 1_000


async def test_what_another_policy_judged_than_the_one_named_goes_to_a_human(
    services: list[Wired], url: str
) -> None:
    review_state = await services[0].submit(origin("one"), ROWS)
    changed = default_policy().model_copy(update={"currency": "EUR"})
    other = with_model(services[0])
    redis = connect(url)
    await redis.set(keys.policy(review_state.policy_version), changed.model_dump_json())
    await redis.aclose()
    await other.assess(review_state.id)
    review = await stored(other, review_state)
    assert all(one.flagged for one in review.entries.values())
    assert f"{changed.version} judged instead" in str(reasons(review))
