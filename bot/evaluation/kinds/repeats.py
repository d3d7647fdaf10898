"""Violations that take several payments: one sum in parts, one payment twice."""

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from bot.domain.transaction import Transaction
from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator

INVOICE_SPELLINGS = (
    ("INV-00{}", "inv {}"),
    ("INV-00{}", "{}"),
    ("Invoice No. {}", "INV{}"),
    ("RG {}", "rg-0{}"),
    ("2016/A{}", "2016-a{}"),
    ("{}", "Rechnung Nr. {}"),
    ("inv.{}", "INV-{} "),
)


def plant_split_payment(generator: PaymentGenerator) -> Violation:
    """One sum in two to four parts, on one day or several, to one vendor or on one card.

    Now and then the first part was paid before the file begins.
    """
    amounts = parts_of_one_sum(generator, generator.random.randint(2, 4), generator.rules.split_payment.part)
    days = _days(generator, len(amounts), generator.rules.split_payment.days)
    if generator.has_cards and generator.random.random() < 0.3:
        card = generator.new_card()
        paid = [
            generator.payment(amount, generator.known_vendor(), date=day, card=card)
            for amount, day in zip(amounts, days, strict=True)
        ]
        return Violation(tuple(paid), way="one card")
    vendor = generator.known_vendor()
    paid = [generator.payment(amount, vendor, date=day) for amount, day in zip(amounts, days, strict=True)]
    if generator.random.random() < 0.3:
        return _partly_paid_before(generator, paid, generator.rules.split_payment.days)
    return Violation(tuple(paid), way="one day" if days[0] == days[-1] else "several days")


def _partly_paid_before(generator: PaymentGenerator, paid: Sequence[Transaction], window: int) -> Violation:
    """The first part was paid before the file begins, the others are in it."""
    early = generator.first_day - dt.timedelta(days=generator.random.randint(1, max(window // 2, 1)))
    left = window - (generator.first_day - early).days
    late = [
        generator.first_day + dt.timedelta(days=generator.random.randint(0, max(left, 0))) for _ in paid[1:]
    ]
    rows = [part.model_copy(update={"date": day}) for part, day in zip(paid[1:], late, strict=True)]
    return Violation(
        tuple(rows), before=(paid[0].model_copy(update={"date": early}),), way="partly paid before"
    )


def parts_of_one_sum(generator: PaymentGenerator, count: int, least_share: Decimal) -> list[Decimal]:
    """Amounts of at least that share (0 to 1) of the limit and at most the limit, together above it."""
    low = (generator.limit * least_share).quantize(generator.smallest_unit, ROUND_CEILING)
    while True:
        amounts = [generator.amount_between(low, generator.limit) for _ in range(count)]
        if sum(amounts) > generator.limit:
            return amounts


def _days(generator: PaymentGenerator, count: int, window: int) -> list[dt.date]:
    """Days in order: all equal, or up to ``window`` days apart."""
    start = generator.day(window)
    most = generator.random.choice([0, window, window])
    return sorted(
        [start, *(start + dt.timedelta(days=generator.random.randint(0, most)) for _ in range(count - 1))]
    )


def plant_submitted_before(generator: PaymentGenerator) -> Violation:
    """An everyday payment that stands in an earlier batch too, its invoice in another spelling."""
    number = generator.random.randint(100, 9_999)
    spelling, other_spelling = generator.random.choice(INVOICE_SPELLINGS)
    payment = generator.payment(
        generator.everyday_amount(),
        generator.known_vendor(),
        date=generator.day(0),
        invoice=spelling.format(number),
    )
    earlier = payment.model_copy(update={"invoice": other_spelling.format(number)})
    return Violation((payment,), before=(earlier,))


def plant_duplicate_payment(generator: PaymentGenerator) -> Violation:
    """The same vendor and amount again within days; where the file has a row large enough, of that row."""
    least = generator.limit * generator.rules.duplicate_payment.amount_from
    days = generator.rules.duplicate_payment.days
    original = generator.file_row(lambda row: least <= row.amount <= generator.limit)
    if original is not None and generator.random.random() < 0.7:
        day = original.date
        assert day is not None
        again = {"date": day + dt.timedelta(days=generator.random.randint(0, days)), "memo": original.memo}
        return Violation.of_row(original.model_copy(update=again), way="of a row of the file")
    return _twice(generator, generator.amount_between(least, generator.limit), days)


def _twice(
    generator: PaymentGenerator, amount: Decimal, days: int, again: Decimal | None = None
) -> Violation:
    first = generator.payment(amount, generator.known_vendor(), date=generator.day(days))
    assert first.date is not None
    if generator.random.random() < 0.3:
        early = generator.first_day - dt.timedelta(days=generator.random.randint(1, max(days, 1)))
        gap = generator.random.randint(0, max(days - (generator.first_day - early).days, 0))
        second = _copy(first, generator.first_day + dt.timedelta(days=gap), again)
        return Violation((second,), before=(first.model_copy(update={"date": early}),), way="paid before")
    second = _copy(first, first.date + dt.timedelta(days=generator.random.randint(0, days)), again)
    return Violation((second,), beside=(first,), way="in one batch")


def _copy(first: Transaction, day: dt.date, amount: Decimal | None) -> Transaction:
    return first.model_copy(update={"date": day, "amount": first.amount if amount is None else amount})


def plant_duplicate_invoice(generator: PaymentGenerator) -> Violation:
    """The same invoice in another spelling, weeks apart and of any size."""
    number = generator.random.randint(100, 9_999)
    spelling, other_spelling = generator.random.choice(INVOICE_SPELLINGS)
    first = generator.payment(
        generator.everyday_amount(), generator.known_vendor(), invoice=spelling.format(number)
    )
    second = first.model_copy(update={"invoice": other_spelling.format(number)})
    if generator.random.random() < 0.5:
        early = generator.first_day - dt.timedelta(days=generator.random.randint(1, 60))
        return Violation((second,), before=(first.model_copy(update={"date": early}),), way="paid before")
    return Violation(
        (second.model_copy(update={"date": generator.last_day}),), beside=(first,), way="in one batch"
    )


def plant_near_duplicate(generator: PaymentGenerator) -> Violation:
    """A payment one smallest unit off another, or with two neighbouring digits swapped."""
    rule = generator.rules.duplicate_payment
    least = generator.limit * rule.amount_from + generator.smallest_unit
    while True:
        amount = generator.amount_between(least, generator.limit)
        if generator.random.random() < 0.5:
            slip, way = (
                amount + generator.random.choice([generator.smallest_unit, -generator.smallest_unit]),
                "a unit off",
            )
        else:
            slip, way = _swapped(generator, amount), "two digits swapped"
        if slip != amount and least <= slip <= generator.limit:
            pair = _twice(generator, amount, rule.days, slip)
            return Violation(pair.rows, pair.beside, pair.before, f"{way}, {pair.way}")


def _swapped(generator: PaymentGenerator, amount: Decimal) -> Decimal:
    written = list(str(int(amount / generator.smallest_unit)))
    place = generator.random.randrange(len(written) - 1)
    written[place], written[place + 1] = written[place + 1], written[place]
    return int("".join(written)) * generator.smallest_unit


KINDS = (
    ViolationKind(
        "split",
        "one sum in two to four parts below the limit, to one vendor or on one card",
        frozenset({"split_payment"}),
        plant_split_payment,
        by_vendor=True,
    ),
    ViolationKind(
        "submitted before",
        "a row of an earlier batch again, of any size",
        frozenset({"submitted_before"}),
        plant_submitted_before,
        by_vendor=True,
    ),
    ViolationKind(
        "duplicate",
        "the same vendor and amount again within days",
        frozenset({"duplicate_payment"}),
        plant_duplicate_payment,
        by_vendor=True,
    ),
    ViolationKind(
        "duplicate invoice",
        "the same invoice in another spelling",
        frozenset({"duplicate_payment"}),
        plant_duplicate_invoice,
        by_vendor=True,
    ),
    ViolationKind(
        "near duplicate",
        "a penny or two swapped digits away from another payment",
        frozenset({"near_duplicate"}),
        plant_near_duplicate,
        by_vendor=True,
    ),
)
