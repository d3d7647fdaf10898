"""Days on which payments are due or discounted: counted with each step, and a reminder before them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.reminder_settings import ReminderSettings
from bot.domain.review.amending import withdraw
from bot.domain.review.correction import release
from bot.domain.review.deadlines import (
    Deadline,
    DeadlineKind,
    counted,
    deadline_of,
    next_deadline,
    with_deadlines,
)
from bot.domain.review.outcome import RequestResult
from bot.domain.review.review import Review
from bot.domain.review.selection import DeskOrder, PaymentFilter, desk_payment, found
from bot.domain.review.state import ReviewState
from bot.domain.review.timers import TimerKind, next_timer
from bot.domain.text.deadlines import all_deadlines, first_ends, near_deadlines
from bot.domain.working_time import WorkingCalendar
from tests.domain.review.test_claiming import actor
from tests.domain.review.test_review import APPROVERS, NOW, review
from tests.words.sample import payment, state

A, H = DecisionKind.APPROVED, DecisionKind.HELD
DUE, DISCOUNT = DeadlineKind.DUE, DeadlineKind.DISCOUNT
THIRD, FIRST = dt.date(2026, 12, 3), dt.date(2026, 12, 1)
MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
NOTHING_EARLY = ReminderSettings(first_hours=100, escalate_days=0, expire_days=0)


def dated() -> Review:
    """The usual review, in which 2 and 4 have days."""
    now = review()
    fields: dict[int, dict[str, Any]] = {
        2: {"due": THIRD},
        4: {"due": THIRD, "discount_until": FIRST, "discount": Decimal(2)},
        3: {"due": THIRD},  # routine: it waits for nobody
    }
    entries = {
        ref: one.model_copy(update={"transaction": one.transaction.model_copy(update=fields.get(ref, {}))})
        for ref, one in now.entries.items()
    }
    return Review(now.state.but(deadlines=counted(entries, NOW.date())), entries)


def after(now: Review, answer: RequestResult) -> Review:
    assert answer.transition is not None, answer.outcome
    step = with_deadlines(answer.transition, now.entries)
    entries = dict(now.entries)
    for made in step.decisions:
        entries[made.ref] = entries[made.ref].model_copy(update={"decision": made})
    for ref in step.undone:
        entries[ref] = entries[ref].model_copy(update={"decision": None})
    for gone in step.amendments:
        entries[gone.ref] = entries[gone.ref].model_copy(update={"withdrawal": gone})
    return Review(step.state, entries)


def test_what_waits_is_counted_with_each_step_as_if_it_were_counted_anew() -> None:
    now = dated()
    assert now.state.deadlines == {"due 2026-12-03": 2, "discount 2026-12-01": 1}
    held = after(now, now.decide((DecisionRequest(kind=H, refs=(4,)),), actor("U_BEN"), APPROVERS))
    assert held.state.deadlines == now.state.deadlines  # what is on hold waits as well
    freed = after(held, release(held, (4,), actor("U_CHI"), APPROVERS))
    assert freed.state.deadlines == now.state.deadlines
    decided = after(freed, freed.decide((DecisionRequest(kind=A, refs=(4,)),), actor("U_BEN"), APPROVERS))
    assert decided.state.deadlines == {"due 2026-12-03": 1}
    gone = after(decided, withdraw(decided, (2,), actor("U_ANA")))
    assert gone.state.deadlines == {}
    for step in (now, held, freed, decided, gone):
        assert step.state.deadlines == counted(step.entries, NOW.date())


def test_days_that_are_far_away_count_nothing() -> None:
    entries = dated().entries
    assert counted(entries, THIRD - dt.timedelta(days=200)) == {}
    assert counted(entries, THIRD + dt.timedelta(days=400)) == {}


def test_what_was_due_stays_first_and_a_discount_that_is_over_is_nothing() -> None:
    days = {"due 2026-12-03": 1, "discount 2026-12-01": 1}
    assert next_deadline(days, FIRST) == Deadline(FIRST, DISCOUNT)
    assert next_deadline(days, FIRST + dt.timedelta(days=1)) == Deadline(THIRD, DUE)
    assert next_deadline(days, THIRD + dt.timedelta(days=9)) == Deadline(THIRD, DUE)
    assert next_deadline({}, FIRST) is None
    paid = payment(due=THIRD, discount_until=FIRST)
    assert deadline_of(paid, FIRST) == Deadline(FIRST, DISCOUNT)
    assert deadline_of(paid, THIRD) == Deadline(THIRD, DUE)


def time_of(state: ReviewState, settings: ReminderSettings) -> dt.datetime:
    """When the next thing happens, which there must be."""
    timer = next_timer(state, settings, WorkingCalendar())
    assert timer is not None
    return timer.at


@pytest.mark.parametrize(
    ("due", "at"),
    [
        (dt.date(2026, 11, 26), dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)),  # a Thursday
        (dt.date(2026, 11, 30), dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)),  # a Monday: on Friday
        (dt.date(2026, 11, 24), MONDAY + dt.timedelta(hours=1)),  # tomorrow: an hour after the card
        (dt.date(2026, 11, 2), MONDAY + dt.timedelta(hours=1)),  # it is over
    ],
)
def test_the_first_reminder_comes_a_working_day_before_at_the_latest(due: dt.date, at: dt.datetime) -> None:
    waits = review().state.but(waits_since=MONDAY, deadlines={f"due {due}": 1})
    assert next_timer(waits, NOTHING_EARLY, WorkingCalendar()) == (at, TimerKind.REMIND)
    # And only the first one, only where reminders are wanted, and never later than without such a day.
    assert time_of(waits.but(reminded=1), NOTHING_EARLY) > at
    off = NOTHING_EARLY.model_copy(update={"near_days": 0})
    assert time_of(waits, off) > at
    none = NOTHING_EARLY.model_copy(update={"first_hours": 0})
    assert next_timer(waits, none, WorkingCalendar()) is None
    soon = ReminderSettings(first_hours=1, escalate_days=0, expire_days=0)
    assert time_of(waits, soon) == MONDAY + dt.timedelta(hours=1)


def test_the_first_reminder_is_never_outside_hours() -> None:
    night = MONDAY.replace(hour=20)
    waits = review().state.but(waits_since=night, deadlines={"due 2026-11-24": 1})
    timer = next_timer(waits, NOTHING_EARLY, WorkingCalendar())
    assert timer is not None
    assert timer.at == dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)


def test_what_is_near_is_said_in_a_few_words() -> None:
    paid = payment(due=THIRD, discount_until=FIRST, discount=Decimal("2.0"))
    assert near_deadlines(state(near_until=THIRD), paid) == "2% off until 1 Dec, due 3 Dec"
    assert near_deadlines(state(near_until=FIRST), paid) == "2% off until 1 Dec"
    assert near_deadlines(state(near_until=dt.date(2026, 11, 29)), paid) == ""
    assert near_deadlines(state(), paid) == ""
    over = payment(discount_until=dt.date(2026, 11, 1))
    assert near_deadlines(state(near_until=THIRD), over) == ""
    assert all_deadlines(paid) == "due 2026-12-03, 2% off until 2026-12-01"
    assert first_ends(Deadline(THIRD, DUE)) == "due 3 Dec"
    assert first_ends(Deadline(FIRST, DISCOUNT)) == "discount until 1 Dec"


def test_the_desk_shows_due_first() -> None:
    payments = [desk_payment(entry, place) for place, entry in enumerate(dated().entries.values())]
    order = [one.ref for one in found(payments, PaymentFilter(), DeskOrder.DUE)]
    assert order[:2] == [4, 2]


def test_payments_without_days_have_the_hash_that_their_trails_name() -> None:
    assert payment().content_hash == "b73811713c88692ee24a0127e8be39cc29c7423a64a003e64baed1697e42cbcf"
    assert payment(due=THIRD).content_hash != payment().content_hash
