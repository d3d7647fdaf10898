"""Violations that stand just past the bounds which the policy sets: what its floors and windows cost."""

import datetime as dt
from decimal import Decimal

from bot.evaluation.kinds.repeats import parts
from bot.evaluation.kinds.violation import Group, Kind
from bot.evaluation.payment_generator import Case, Ground


def small_parts(on: Ground) -> Case:
    """Four to eight parts on one day, each smaller than counts as a part, together above the limit."""
    vendor, day = on.vendor(), on.day()
    total = on.limit * Decimal(on.dice.uniform(1.01, 1.3))
    most = on.limit * on.rules.split_payment.part
    count = max(int(total / most) + 1, on.dice.randint(4, 8))
    return Case(tuple(on.pay(on.rounded(total / count) + on.unit, vendor, date=day) for _ in range(count)))


def slow_split(on: Ground) -> Case:
    """Two parts, the second up to a week after the window has closed."""
    vendor, window = on.vendor(), on.rules.split_payment.days
    first, second = parts(on, 2, on.rules.split_payment.part)
    day = on.day(window + 7)
    later = day + dt.timedelta(days=window + on.dice.randint(1, 7))
    return Case((on.pay(first, vendor, date=day), on.pay(second, vendor, date=later)))


def small_duplicate(on: Ground) -> Case:
    """The same amount again, below the floor of the rule."""
    first = on.pay(on.small(), on.vendor())
    return Case((first.model_copy(update={"card": on.card()}),), beside=(first,))


def small_stranger(on: Ground) -> Case:
    """A vendor never seen, below the floor of the rule."""
    return Case((on.pay(on.small(), on.stranger()),))


KINDS = (
    Kind(
        "split in small parts",
        "parts smaller than the policy counts",
        frozenset({"split_payment"}),
        small_parts,
        Group.BEYOND,
        by_vendor=True,
    ),
    Kind(
        "slow split",
        "parts further apart than the policy's days",
        frozenset({"split_payment"}),
        slow_split,
        Group.BEYOND,
        by_vendor=True,
    ),
    Kind(
        "small duplicate",
        "below the floor for duplicates",
        frozenset({"duplicate_payment", "near_duplicate"}),
        small_duplicate,
        Group.BEYOND,
        by_vendor=True,
    ),
    Kind(
        "small unknown vendor",
        "below the floor for new vendors",
        frozenset({"unknown_vendor"}),
        small_stranger,
        Group.BEYOND,
        by_vendor=True,
    ),
)
