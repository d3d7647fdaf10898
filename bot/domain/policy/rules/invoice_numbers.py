"""Payments with the numbers of their invoices, and when one number stands for two invoices."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.domain.bounds import shortened
from bot.domain.names import visible
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.invoice_forms import InvoiceNumber, invoice_number

SHOWN = 40  # characters of an invoice number in a finding
RESTARTS_AFTER = 270  # days: a counter that begins anew each year comes to a number again about a year later
RESTARTING_DIGITS = 4  # a counter of a year has no more; longer ones run on
OTHER_AMOUNT = Decimal("0.1")  # part of the larger of two amounts by which they must differ to be two prices


class Numbered(NamedTuple):
    """A payment and the number of its invoice."""

    payment: ComparablePayment
    number: InvoiceNumber


def numbered(batch: Batch) -> Sequence[Numbered]:
    """Payments of batch and history with an invoice number and an amount above zero, earlier ones first."""
    return [
        Numbered(payment, number)
        for payment in batch.in_order
        if payment.amount > 0 and payment.number and (number := invoice_number(payment.number)).key
    ]


def begins_anew(number: InvoiceNumber, payment: ComparablePayment, other: ComparablePayment) -> bool:
    """Whether two payments of one number are two invoices of a counter that begins anew each year.

    So they are most of a year apart, the number is short and names no year, and the amounts are two prices.
    """
    return (
        number.digits <= RESTARTING_DIGITS
        and not number.dated
        and payment.days_from(other) >= RESTARTS_AFTER
        and abs(payment.amount - other.amount) > max(payment.amount, other.amount) * OTHER_AMOUNT
    )


def shown_number(payment: ComparablePayment) -> str:
    """The invoice number of a payment as typed, as evidence quotes it."""
    return f"“{shortened(visible(payment.number), SHOWN)}”"
