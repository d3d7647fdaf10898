"""Violations in how payments to one vendor follow each other."""

import datetime as dt
from decimal import Decimal

from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator


def plant_sequential_invoices(generator: PaymentGenerator) -> Violation:
    """The newest of four to six invoices, a month apart, of a vendor that has only us."""
    vendor, count = generator.new_vendor(), generator.random.randint(4, 6)
    spelling, first = (
        generator.random.choice(["{}", "INV-{:04}", "2026/{}"]),
        generator.random.randint(1, 400),
    )
    rows = [
        generator.payment(
            generator.everyday_amount(),
            vendor,
            invoice=spelling.format(first + place),
            date=generator.last_day - dt.timedelta(days=30 * (count - 1 - place)),
        )
        for place in range(count)
    ]
    return Violation((rows[-1],), before=tuple(rows[:-1]), way=spelling)


def plant_dormant_vendor(generator: PaymentGenerator) -> Violation:
    """A payment of some size to a vendor that was last paid ten months to a year ago."""
    vendor = generator.new_vendor()
    amount = generator.rounded(generator.limit * Decimal(generator.random.uniform(0.12, 0.4)))
    asleep = generator.last_day - dt.timedelta(days=generator.random.randint(300, 380))
    return Violation(
        (generator.payment(amount, vendor, date=generator.last_day),),
        before=(generator.payment(generator.everyday_amount(), vendor, date=asleep),),
    )


KINDS = (
    ViolationKind(
        "sequential invoices",
        "all numbers of a vendor count up by one over months",
        frozenset({"sequential_invoices"}),
        plant_sequential_invoices,
        by_vendor=True,
    ),
    ViolationKind(
        "dormant vendor",
        "not paid for most of a year",
        frozenset({"dormant_vendor"}),
        plant_dormant_vendor,
        by_vendor=True,
    ),
)
