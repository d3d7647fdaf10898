"""Until when payments that wait are due or discounted, counted beside a review's sums. Pure.

They order and remind. Nothing is approved sooner by them, and nobody is passed over: a date is what a
submitter typed (law 11 in ARCHITECTURE.md).
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from bot.domain.conversation import DecisionKind
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Transition
from bot.domain.transaction import Transaction

# Before and after a batch was submitted, within which its days count: others order and remind of nothing, and
# a file of 50,000 days must not make each step of its review a long one.
BEFORE, AFTER = dt.timedelta(days=365), dt.timedelta(days=120)


class DeadlineKind(StrEnum):
    """What ends on a day."""

    DUE = "due"
    DISCOUNT = "discount"


class Deadline(NamedTuple):
    """A day on which a payment is due, or until which it is discounted."""

    day: dt.date
    kind: DeadlineKind

    @property
    def name(self) -> str:
        """How it is counted: ``due 2026-12-03``."""
        return f"{self.kind} {self.day.isoformat()}"


def with_deadlines(step: Transition, entries: Mapping[int, ReviewedTransaction]) -> Transition:
    """The step with the days that count after it, and for each how many payments wait.

    ``entries`` are the payments that it judges or decides about, as ``with_sums`` has them.
    """
    now: dict[int, bool] = {judged.ref: True for judged in step.judgements if judged.findings}
    was = dict.fromkeys(now, False)
    now |= dict.fromkeys(step.undone, True)
    now |= {made.ref: made.kind is DecisionKind.HELD for made in step.decisions}
    now |= {amended.ref: amended.payment is not None for amended in step.amendments}
    counts = Counter(step.state.deadlines)
    submitted = step.state.created_at.date()
    later = {amended.ref: amended.payment for amended in step.amendments if amended.payment}
    for ref, waits in now.items():
        entry = entries[ref]
        if was.get(ref, entry.open):
            counts.subtract(deadline.name for deadline in _deadlines(entry.transaction, submitted))
        if waits:
            payment = later.get(ref, entry.transaction)
            counts.update(deadline.name for deadline in _deadlines(payment, submitted))
    kept = {name: count for name, count in sorted(counts.items()) if count > 0}
    return step if kept == step.state.deadlines else step.followed_by(state=step.state.but(deadlines=kept))


def counted(entries: Mapping[int, ReviewedTransaction], submitted: dt.date) -> dict[str, int]:
    """The days that count, as they are of these payments."""
    waiting = (entry.transaction for entry in entries.values() if entry.open)
    return dict(Counter(one.name for payment in waiting for one in _deadlines(payment, submitted)))


def next_deadline(deadlines: Mapping[str, int], today: dt.date) -> Deadline | None:
    """The first of these days; one that has passed counts where something was due then."""
    return min((one for one in map(_named, deadlines) if _counts(one, today)), default=None)


def deadline_of(payment: Transaction, today: dt.date) -> Deadline | None:
    """The first day on which something ends for a payment, as ``next_deadline`` has it."""
    return min((one for one in _both(payment) if _counts(one, today)), default=None)


def _counts(deadline: Deadline, today: dt.date) -> bool:
    return deadline.kind is DeadlineKind.DUE or deadline.day >= today


def _both(payment: Transaction) -> Iterator[Deadline]:
    if payment.due:
        yield Deadline(payment.due, DeadlineKind.DUE)
    if payment.discount_until:
        yield Deadline(payment.discount_until, DeadlineKind.DISCOUNT)


def _deadlines(payment: Transaction, submitted: dt.date) -> Iterator[Deadline]:
    return (one for one in _both(payment) if submitted - BEFORE <= one.day <= submitted + AFTER)


def _named(name: str) -> Deadline:
    kind, _, day = name.partition(" ")
    return Deadline(dt.date.fromisoformat(day), DeadlineKind(kind))


def deadline_problems(state: ReviewState, entries: Mapping[int, ReviewedTransaction]) -> Iterator[str]:
    """Whether the days that a review counts are not those of what waits in it, a phrase."""
    if state.deadlines != counted(entries, state.created_at.date()):
        yield "the days that it counts are not those of the payments that wait"
