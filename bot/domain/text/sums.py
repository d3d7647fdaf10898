"""Counts, sums and lists of payments in words, as every other sentence is made of them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from bot.domain.lists import joined_with_and
from bot.domain.money import format_amount
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import totals
from bot.domain.transaction import Transaction

LISTED = 20  # payments that a turn names one by one; more are counted


CURRENCIES = 6  # sums that a line names; more are counted


def refs_in_words(refs: Iterable[int]) -> str:
    """``#2``, ``#2 and #5``, ``#2, #3 and #5``."""
    names = [f"#{ref}" for ref in refs]
    if len(names) > LISTED:
        names = [*names[:LISTED], f"{len(names) - LISTED} more"]
    return joined_with_and(names) or "none"


def totals_in_words(totals: Mapping[str, Decimal]) -> str:
    """``GBP 1,250.00 + USD 12,000.00``: by currency, without those of which nothing is left."""
    left = {currency: amount for currency, amount in sorted(totals.items()) if amount} or totals
    named = [format_amount(amount, currency) for currency, amount in left.items()]
    if len(named) > CURRENCIES:
        named = [*named[:CURRENCIES], f"{len(named) - CURRENCIES} more currencies"]
    return " + ".join(named) or "nothing"


def plural(count: int, noun: str) -> str:
    """``1 payment``, ``1,141 payments``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def counted(entries: Iterable[ReviewedTransaction], how: str = "") -> str:
    """``2 payments, USD 16,000.00``; ``how`` stands before the noun (``2 undecided payments``)."""
    payments = [entry.transaction for entry in entries]
    number = plural(len(payments), f"{how} payment".strip())
    return f"{number}, {totals_in_words(totals(payments))}"


def one_line(entry: ReviewedTransaction) -> str:
    """``#2 USD 12,000.00 to Acme Corp``."""
    return payment_line(entry.transaction)


def payment_line(payment: Transaction) -> str:
    """``#2 USD 12,000.00 to Acme Corp``."""
    return f"#{payment.ref} {format_amount(payment.amount, payment.currency)} to {payment.vendor}"
