"""Violations just past the thresholds of the policy: what its smallest amounts and windows of days miss."""

import datetime as dt
from decimal import Decimal

from bot.evaluation.kinds.repeats import parts_of_one_sum
from bot.evaluation.kinds.violation import Violation, ViolationGroup, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator


def plant_small_parts(generator: PaymentGenerator) -> Violation:
    """Four to eight parts on one day, each smaller than the policy counts, together above the limit."""
    vendor, day = generator.known_vendor(), generator.day()
    total = generator.limit * Decimal(generator.random.uniform(1.01, 1.3))
    most = generator.limit * generator.rules.split_payment.part
    count = max(int(total / most) + 1, generator.random.randint(4, 8))
    return Violation(
        tuple(
            generator.payment(generator.rounded(total / count) + generator.smallest_unit, vendor, date=day)
            for _ in range(count)
        )
    )


def plant_slow_split(generator: PaymentGenerator) -> Violation:
    """Two parts of one sum, the second up to a week after the days of the rule have passed."""
    vendor, window = generator.known_vendor(), generator.rules.split_payment.days
    first, second = parts_of_one_sum(generator, 2, generator.rules.split_payment.part)
    day = generator.day(window + 7)
    later = day + dt.timedelta(days=window + generator.random.randint(1, 7))
    return Violation(
        (generator.payment(first, vendor, date=day), generator.payment(second, vendor, date=later))
    )


def plant_small_duplicate(generator: PaymentGenerator) -> Violation:
    """An equal payment to one vendor on one day, below the amount at which the rule looks."""
    first = generator.payment(generator.everyday_amount(), generator.known_vendor())
    return Violation((first.model_copy(update={"card": generator.new_card()}),), beside=(first,))


def plant_small_new_vendor(generator: PaymentGenerator) -> Violation:
    """A payment to a vendor never seen, below the amount at which the rule looks."""
    return Violation.of_row(generator.payment(generator.everyday_amount(), generator.new_vendor()))


KINDS = (
    ViolationKind(
        "split in small parts",
        "parts smaller than the policy counts",
        frozenset({"split_payment"}),
        plant_small_parts,
        ViolationGroup.OUTSIDE_THRESHOLDS,
        by_vendor=True,
    ),
    ViolationKind(
        "slow split",
        "parts further apart than the policy's days",
        frozenset({"split_payment"}),
        plant_slow_split,
        ViolationGroup.OUTSIDE_THRESHOLDS,
        by_vendor=True,
    ),
    ViolationKind(
        "small duplicate",
        "below the floor for duplicates",
        frozenset({"duplicate_payment", "near_duplicate"}),
        plant_small_duplicate,
        ViolationGroup.OUTSIDE_THRESHOLDS,
        by_vendor=True,
    ),
    ViolationKind(
        "small unknown vendor",
        "below the floor for new vendors",
        frozenset({"unknown_vendor"}),
        plant_small_new_vendor,
        ViolationGroup.OUTSIDE_THRESHOLDS,
        by_vendor=True,
    ),
)
