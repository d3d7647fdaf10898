"""Until when payments are due or discounted, in a few words."""

import datetime as dt
from decimal import Decimal

from bot.domain.review.deadlines import Deadline, DeadlineKind
from bot.domain.review.state import ReviewState
from bot.domain.transaction import Transaction


def near_deadlines(state: ReviewState, payment: Transaction) -> str:
    """``2% off until 1 Dec, due 3 Dec``: of a payment what is near; empty where nothing is."""
    until = state.near_until
    if until is None:
        return ""
    began = (state.waits_since or state.created_at).date()
    parts = []
    if payment.discount_until and began <= payment.discount_until <= until:
        parts.append(discounted(payment))
    if payment.due and payment.due <= until:
        parts.append(f"due {_day(payment.due)}")
    return ", ".join(parts)


def all_deadlines(payment: Transaction) -> str:
    """``due 2026-12-03, 2% off until 2026-12-01``: both of a payment, whenever they are; empty for none."""
    parts = [f"due {payment.due.isoformat()}"] if payment.due else []
    if payment.discount_until:
        parts.append(f"{_percent(payment.discount)} until {payment.discount_until.isoformat()}")
    return ", ".join(parts)


def discounted(payment: Transaction) -> str:
    """``2% off until 1 Dec``, of a payment that has such a day."""
    assert payment.discount_until is not None
    return f"{_percent(payment.discount)} until {_day(payment.discount_until)}"


def first_ends(deadline: Deadline) -> str:
    """``due 3 Dec`` or ``discount until 1 Dec``: what ends first of several payments."""
    word = "due" if deadline.kind is DeadlineKind.DUE else "discount until"
    return f"{word} {_day(deadline.day)}"


def _percent(discount: Decimal | None) -> str:
    return f"{discount.normalize():f}% off" if discount else "discount"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b}"
