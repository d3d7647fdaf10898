"""Violations that take several payments: one sum in parts, one payment twice."""

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from bot.domain.transaction import Transaction
from bot.evaluation.kinds.violation import Kind
from bot.evaluation.payment_generator import Case, Ground

SPELLINGS = (
    ("INV-00{}", "inv {}"),
    ("INV-00{}", "{}"),
    ("Invoice No. {}", "INV{}"),
    ("RG {}", "rg-0{}"),
    ("2016/A{}", "2016-a{}"),
    ("{}", "Rechnung Nr. {}"),
    ("inv.{}", "INV-{} "),
)


def split_payment(on: Ground) -> Case:
    """Two to four parts on one day or several, to one vendor or on one card, all new or partly paid."""
    amounts = parts(on, on.dice.randint(2, 4), on.rules.split_payment.part)
    days = _days(on, len(amounts), on.rules.split_payment.days)
    if on.has_cards and on.dice.random() < 0.3:
        card = on.card()
        paid = [
            on.pay(amount, on.vendor(), date=day, card=card)
            for amount, day in zip(amounts, days, strict=True)
        ]
        return Case(tuple(paid), way="one card")
    vendor = on.vendor()
    paid = [on.pay(amount, vendor, date=day) for amount, day in zip(amounts, days, strict=True)]
    if on.dice.random() < 0.3:
        return _across(on, paid, on.rules.split_payment.days)
    return Case(tuple(paid), way="one day" if days[0] == days[-1] else "several days")


def _across(on: Ground, paid: Sequence[Transaction], window: int) -> Case:
    """The first part was paid before the file begins, the others are in it."""
    early = on.first - dt.timedelta(days=on.dice.randint(1, max(window // 2, 1)))
    left = window - (on.first - early).days
    late = [on.first + dt.timedelta(days=on.dice.randint(0, max(left, 0))) for _ in paid[1:]]
    rows = [one.model_copy(update={"date": day}) for one, day in zip(paid[1:], late, strict=True)]
    return Case(tuple(rows), before=(paid[0].model_copy(update={"date": early}),), way="partly paid before")


def parts(on: Ground, count: int, least: Decimal) -> list[Decimal]:
    """Amounts of at least that share of the limit and at most the limit, together above it."""
    low = (on.limit * least).quantize(on.unit, ROUND_CEILING)
    while True:
        amounts = [on.amount(low, on.limit) for _ in range(count)]
        if sum(amounts) > on.limit:
            return amounts


def _days(on: Ground, count: int, window: int) -> list[dt.date]:
    """In order; all the same, or up to the whole window apart."""
    start = on.day(window)
    most = on.dice.choice([0, window, window])
    return sorted([start, *(start + dt.timedelta(days=on.dice.randint(0, most)) for _ in range(count - 1))])


def duplicate_payment(on: Ground) -> Case:
    """The same vendor and amount again; beside a row of the file where one is large enough."""
    least = on.limit * on.rules.duplicate_payment.amount_from
    days = on.rules.duplicate_payment.days
    original = on.paid_row(lambda one: least <= one.amount <= on.limit)
    if original is not None and on.dice.random() < 0.7:
        day = original.date
        assert day is not None
        again = {"date": day + dt.timedelta(days=on.dice.randint(0, days)), "memo": original.memo}
        return Case((original.model_copy(update=again),), way="of a row of the file")
    return _twice(on, on.amount(least, on.limit), days)


def _twice(on: Ground, amount: Decimal, days: int, again: Decimal | None = None) -> Case:
    first = on.pay(amount, on.vendor(), date=on.day(days))
    assert first.date is not None
    if on.dice.random() < 0.3:
        early = on.first - dt.timedelta(days=on.dice.randint(1, max(days, 1)))
        gap = on.dice.randint(0, max(days - (on.first - early).days, 0))
        second = _copy(first, on.first + dt.timedelta(days=gap), again)
        return Case((second,), before=(first.model_copy(update={"date": early}),), way="paid before")
    second = _copy(first, first.date + dt.timedelta(days=on.dice.randint(0, days)), again)
    return Case((second,), beside=(first,), way="in one batch")


def _copy(first: Transaction, day: dt.date, amount: Decimal | None) -> Transaction:
    return first.model_copy(update={"date": day, "amount": first.amount if amount is None else amount})


def duplicate_invoice(on: Ground) -> Case:
    """The same invoice, spelled otherwise, weeks apart and of any size."""
    number = on.dice.randint(100, 9_999)
    one, other = on.dice.choice(SPELLINGS)
    first = on.pay(on.small(), on.vendor(), invoice=one.format(number))
    second = first.model_copy(update={"invoice": other.format(number)})
    if on.dice.random() < 0.5:
        early = on.first - dt.timedelta(days=on.dice.randint(1, 60))
        return Case((second,), before=(first.model_copy(update={"date": early}),), way="paid before")
    return Case((second.model_copy(update={"date": on.last}),), beside=(first,), way="in one batch")


def near_duplicate(on: Ground) -> Case:
    """The smallest unit off, or two neighbouring digits swapped."""
    rule = on.rules.duplicate_payment
    least = on.limit * rule.amount_from + on.unit
    while True:
        amount = on.amount(least, on.limit)
        if on.dice.random() < 0.5:
            slip, way = amount + on.dice.choice([on.unit, -on.unit]), "a unit off"
        else:
            slip, way = _swapped(on, amount), "two digits swapped"
        if slip != amount and least <= slip <= on.limit:
            case = _twice(on, amount, rule.days, slip)
            return Case(case.rows, case.beside, case.before, f"{way}, {case.way}")


def _swapped(on: Ground, amount: Decimal) -> Decimal:
    written = list(str(int(amount / on.unit)))
    place = on.dice.randrange(len(written) - 1)
    written[place], written[place + 1] = written[place + 1], written[place]
    return int("".join(written)) * on.unit


KINDS = (
    Kind(
        "split",
        "one sum in two to four parts below the limit, to one vendor or on one card",
        frozenset({"split_payment"}),
        split_payment,
        by_vendor=True,
    ),
    Kind(
        "duplicate",
        "the same vendor and amount again within days",
        frozenset({"duplicate_payment"}),
        duplicate_payment,
        by_vendor=True,
    ),
    Kind(
        "duplicate invoice",
        "the same invoice in another spelling",
        frozenset({"duplicate_payment"}),
        duplicate_invoice,
        by_vendor=True,
    ),
    Kind(
        "near duplicate",
        "a penny or two swapped digits away from another payment",
        frozenset({"near_duplicate"}),
        near_duplicate,
        by_vendor=True,
    ),
)
