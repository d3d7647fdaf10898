"""Due dates and discounts in Redis: counted with each step, first in lists, and a reminder in time."""

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.check import check_review
from bot.application.overview import LookOver
from bot.application.steps import ReviewSteps
from bot.application.timers import ReviewTimers
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.domain.transaction import Transaction
from bot.store.keys import ReviewKeys
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin, show
from tests.wired import TEAM, Wired, wired

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
FRIDAY = dt.date(2026, 11, 27)


def paid(ref: int, **days: object) -> Transaction:
    fields = {"ref": ref, "amount": Decimal(20_000 + ref), "currency": "USD", "vendor": f"Vendor {ref}"}
    return Transaction.model_validate(fields | days)


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path) as url, wired(url) as one:
        one.time = MONDAY
        one.policy = one.policy.model_copy(update={"approvers": ("U_BEN", "U_CHI")})
        one.steps = ReviewSteps(
            one.reviews, one.queue, timed=ReviewTimers(lambda: one.policy, one.now).set_in
        )
        yield one


async def submitted(process: Wired, request: str, *payments: Transaction) -> ReviewState:
    state = await process.submit(origin(request), payments)
    await process.assess(state.id)
    return await stored(process, state)


async def stored(process: Wired, state: ReviewState) -> ReviewState:
    found = await process.reviews.state(state.team, state.id)
    assert found is not None
    return found


async def decide(process: Wired, state: ReviewState, kind: DecisionKind, ref: int) -> ReviewState:
    actor = Actor("U_BEN", Medium.BUTTON, "a click", process.now())
    await process.decide(TEAM, state.id, (DecisionRequest(kind=kind, refs=(ref,)),), actor)
    return await stored(process, state)


def looking(process: Wired) -> LookOver:
    stores = process.stores
    return LookOver(
        reviews=stores.reviews,
        lists=stores.review_lists,
        index=stores.payment_index,
        messages=stores.messages,
        homes=stores.homes,
        access=process.access,
        policy=lambda: process.policy,
        now=process.now,
    )


async def test_what_waits_is_counted_with_each_step_and_can_be_read_back(process: Wired) -> None:
    state = await submitted(process, "one", paid(1, due=FRIDAY), paid(2, due=FRIDAY), paid(3))
    assert state.deadlines == {"due 2026-11-27": 2}
    assert state.near_until == dt.date(2026, 11, 30)
    state = await decide(process, state, DecisionKind.HELD, 1)
    assert state.deadlines == {"due 2026-11-27": 2}
    state = await decide(process, state, DecisionKind.REJECTED, 1)
    assert state.deadlines == {"due 2026-11-27": 1}
    payments = await process.reviews.transactions(state)
    assert [payment.due for payment in payments] == [FRIDAY, FRIDAY, None]
    state = await decide(process, state, DecisionKind.APPROVED, 2)
    assert state.deadlines == {}
    await show(process, TEAM, state.id)
    assert await check_review(process.stores, TEAM, state.id) == []


async def test_the_check_of_a_review_finds_days_that_are_not_those_of_its_payments(process: Wired) -> None:
    state = await submitted(process, "one", paid(1, due=FRIDAY), paid(2))
    await process.redis.hset(ReviewKeys(TEAM, state.id).state, "deadlines", "{}")
    assert "the days that it counts are not those of the payments that wait" in await check_review(
        process.stores, TEAM, state.id
    )


async def test_what_is_due_soon_is_first_whatever_has_waited_longer(process: Wired) -> None:
    await submitted(process, "oldest", paid(1))
    process.time = MONDAY + dt.timedelta(hours=1)
    await submitted(process, "later", paid(1, due=dt.date(2026, 12, 30)))  # not near
    process.time = MONDAY + dt.timedelta(hours=2)
    await submitted(process, "soon", paid(1, due=FRIDAY))
    process.time = MONDAY + dt.timedelta(hours=3)
    wanted = {"discount_until": dt.date(2026, 11, 25), "discount": Decimal(2), "due": FRIDAY}
    await submitted(process, "sooner", paid(1, **wanted))
    listed = await looking(process).waiting(TEAM, "U_BEN")
    assert [one.state.request for one in listed] == ["sooner", "soon", "oldest", "later"]
    assert [one.deadline and one.deadline.name for one in listed] == [
        "discount 2026-11-25",
        "due 2026-11-27",
        None,
        None,
    ]
    reminders = process.policy.reminders.model_copy(update={"near_days": 0})
    process.policy = process.policy.model_copy(update={"reminders": reminders})
    listed = await looking(process).waiting(TEAM, "U_BEN")
    assert [one.state.request for one in listed] == ["oldest", "later", "soon", "sooner"]


async def test_people_are_reminded_a_working_day_before_and_nothing_else_changes(process: Wired) -> None:
    reminders = process.policy.reminders.model_copy(update={"first_hours": 100})
    process.policy = process.policy.model_copy(update={"reminders": reminders})
    state = await submitted(process, "one", paid(1, due=FRIDAY))
    escalation = MONDAY.replace(day=24, hour=17)
    assert state.timer_at == escalation  # which comes before the day before
    state = await decide(process, state, DecisionKind.HELD, 1)
    assert (state.timer_at, state.approved) == (None, 0)
    other = await submitted(process, "two", paid(1, due=dt.date(2026, 11, 25)), paid(2))
    assert other.timer_at == dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    process.time = other.timer_at
    await process.reminding.remind(TEAM, other.id)
    told = await process.stores.notices.due(process.now())
    assert sorted(user for _, user in told) == ["U_BEN", "U_CHI"]
    other = await stored(process, other)
    assert (other.reminded, other.undecided, other.approved) == (1, 2, 0)
    assert other.due == other.version  # a card says what is near
