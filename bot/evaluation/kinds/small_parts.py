"""Violations in which a sum passes in many small payments."""

import datetime as dt
from collections import Counter
from decimal import Decimal

from bot.domain.names import fingerprint
from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator


def rarely_paid(generator: PaymentGenerator) -> str:
    """A vendor with so few payments, or none, that nobody can say what is usual for it."""
    times = Counter(fingerprint(row.vendor) for row in (*generator.past, *generator.rows))
    rare = [name for name in generator.known_vendors if times[fingerprint(name)] <= 2]
    return generator.first_unused(rare) or generator.new_vendor()


def plant_small_payments(generator: PaymentGenerator) -> Violation:
    """Twenty to sixty small payments to one vendor on one day or in a week, together above the limit.

    Only what is above the limit has to be found: of equal payments any, so that the last ones are named.
    """
    count = generator.random.randint(20, 60)
    total = generator.limit * Decimal(generator.random.uniform(1.2, 1.6))
    each = generator.rounded(total / count)
    first, days = generator.day(6), generator.random.choice([0, 6])
    vendor = rarely_paid(generator)
    rows = [
        generator.payment(
            each + index * generator.smallest_unit,
            vendor,
            date=first + dt.timedelta(days=generator.random.randint(0, days)),
        )
        for index in range(count)
    ]
    passing = int(generator.limit / rows[-1].amount)
    return Violation(
        tuple(rows[passing + 1 :]), beside=tuple(rows[: passing + 1]), way="one day" if not days else "a week"
    )


def plant_parts_of_one_day(generator: PaymentGenerator) -> Violation:
    """Four parts of a little more than a quarter of the limit each, on one day."""
    vendor, day = rarely_paid(generator), generator.day()
    parts = [generator.limit * Decimal(generator.random.uniform(0.255, 0.32)) for _ in range(4)]
    return Violation(
        tuple(generator.payment(generator.rounded(part), vendor, date=day) for part in parts), way="one day"
    )


KINDS = (
    ViolationKind(
        "many small payments",
        "together above the limit in a week",
        frozenset({"exposure"}),
        plant_small_payments,
        by_vendor=True,
    ),
    ViolationKind(
        "parts of one day",
        "four parts of a quarter to a third of the limit",
        frozenset({"split_payment"}),
        plant_parts_of_one_day,
        by_vendor=True,
    ),
)
