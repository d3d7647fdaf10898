"""Violations by payments that are dated apart, and by refunds; made without what the rules look for."""

import datetime as dt
from decimal import Decimal

from bot.domain.transaction import Transaction
from bot.evaluation.kinds.violation import Violation, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator


def plant_repeated_together(generator: PaymentGenerator) -> Violation:
    """Two to eight equal payments in one batch, dated a little more than a week apart."""
    amount = generator.amount_between(generator.limit * Decimal("0.2"), generator.limit * Decimal("0.89"))
    vendor, count = generator.known_vendor(), generator.random.randint(2, 8)
    day, gap = generator.last_day, generator.random.choice([8, 9, 10, 11, 12, 13])
    rows = [
        generator.payment(amount, vendor, date=day - dt.timedelta(days=gap * place)) for place in range(count)
    ]
    return Violation(tuple(rows[:-1]), beside=(rows[-1],), way=f"{gap} days apart")


def plant_refund_twice(generator: PaymentGenerator) -> Violation:
    """The same credit claimed twice, in one batch or weeks apart, with its number or without one."""
    amount = -generator.amount_between(generator.limit * Decimal("0.06"), generator.limit * Decimal("0.5"))
    vendor = generator.known_vendor()
    number = f"CN-{generator.random.randint(100, 99_999)}" if generator.random.random() < 0.5 else None
    first = generator.payment(amount, vendor, invoice=number)
    paid = _earlier(generator, first.model_copy(update={"amount": -amount * 3, "invoice": None}), 40)
    if generator.random.random() < 0.5:
        again = first.model_copy(update={"date": generator.first_day})
        return Violation((again,), before=(paid, _earlier(generator, first, 25)), way="refunded before")
    again = first.model_copy(update={"date": generator.last_day})
    return Violation((again,), beside=(first,), before=(paid,), way="in one batch")


def plant_paid_after_refund(generator: PaymentGenerator) -> Violation:
    """Paid and refunded before the file begins or in it, and then paid again."""
    amount = generator.amount_between(generator.limit * Decimal("0.06"), generator.limit * Decimal("0.8"))
    first = generator.payment(amount, generator.known_vendor())
    paid, refund = _earlier(generator, first, 30), first.model_copy(update={"amount": -amount})
    again = first.model_copy(
        update={"date": generator.first_day + dt.timedelta(days=min(generator.days, 20))}
    )
    if generator.random.random() < 0.5:
        refunded = refund.model_copy(update={"date": generator.first_day - dt.timedelta(days=1)})
        return Violation((again,), before=(paid, refunded), way="refunded before")
    refunded = refund.model_copy(update={"date": generator.first_day})
    return Violation((again,), beside=(refunded,), before=(paid,), way="refunded in the batch")


def _earlier(generator: PaymentGenerator, payment: Transaction, most: int) -> Transaction:
    """The payment up to so many days before the file begins, and at least two."""
    gap = dt.timedelta(days=generator.random.randint(2, most))
    return payment.model_copy(update={"date": generator.first_day - gap})


KINDS = (
    ViolationKind(
        "repeated together",
        "equal payments without a number, dated more than a week apart in one batch",
        frozenset({"repeated_together"}),
        plant_repeated_together,
        by_vendor=True,
    ),
    ViolationKind(
        "refund twice",
        "the same credit again",
        frozenset({"refund_twice"}),
        plant_refund_twice,
        by_vendor=True,
    ),
    ViolationKind(
        "paid after refund",
        "paid, refunded and paid again",
        frozenset({"paid_after_refund"}),
        plant_paid_after_refund,
        by_vendor=True,
    ),
)
