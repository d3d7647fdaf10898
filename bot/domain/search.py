"""Finding payments: what one can be found by, and what somebody looks for."""

import re
from collections.abc import Iterable
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bot.domain.money import AmountError, read_amount
from bot.domain.names import core_words, fingerprint
from bot.domain.policy.invoices import invoice_key
from bot.domain.transaction import Transaction

QUERY_LIMIT = 200  # characters of what somebody looks for
MOST_WORDS = 8  # of a vendor's name
REVIEW_ID = re.compile(r"R-[0-9A-HJKMNP-TV-Z]{5,12}")  # as ``review_id`` makes them

Alternative = tuple[str, ...]
"""Terms that a payment must all have."""


class Query(BaseModel):
    """What somebody looks for: a review by its id, or else payments by terms.

    ``text`` is what they typed, on one line. A payment is found that has all terms of any of the
    ``alternatives``: a number may be an amount, an invoice, or part of a vendor's name.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    review: str = ""
    alternatives: tuple[Alternative, ...] = ()


def read_query(text: str) -> Query:
    """What is meant by ``acme``, ``12,000``, ``USD 12000``, ``INV-77`` or ``R-7K3F2``."""
    text = " ".join(text.split())[:QUERY_LIMIT]
    if REVIEW_ID.fullmatch(text.upper()):
        return Query(text=text, review=text.upper())
    if not any(map(str.isalnum, text)):
        return Query(text=text)
    found: list[Alternative] = [(_whole_name(text),)]
    if words := _words(text):
        found.append(words)
    if invoice := invoice_key(text):
        found.append((_invoice(invoice),))
    try:
        amount = read_amount(text)
    except AmountError:
        pass
    else:
        currency = (_currency(amount.currency),) if amount.currency else ()
        found.append((_amount(amount.value), *currency))
    return Query(text=text, alternatives=tuple(dict.fromkeys(found)))


def terms_of(payment: Transaction) -> tuple[str, ...]:
    """What a payment can be found by: its vendor's name and words, amount, currency, invoice number."""
    invoice = invoice_key(payment.invoice)
    terms = (
        _whole_name(payment.vendor),
        *_words(payment.vendor),
        _amount(payment.amount),
        *([_invoice(invoice)] if invoice else ()),
    )
    return tuple(dict.fromkeys(terms))


def has_all(payment: Transaction, alternatives: Iterable[Alternative]) -> bool:
    """Whether a payment has all terms of one of the alternatives."""
    terms = {*terms_of(payment), _currency(payment.currency)}
    return any(terms.issuperset(alternative) for alternative in alternatives)


def indexed(alternative: Alternative) -> Alternative:
    """The terms of an alternative that payments are noted under; by its currency none is looked up."""
    return tuple(term for term in alternative if not term.startswith(_currency("")))


def says_amount(term: str) -> bool:
    """Whether a term says an amount, and nothing of whom it is paid to."""
    return term.startswith("amount ")


def _whole_name(name: str) -> str:
    return f"name {fingerprint(name)}"


def _words(name: str) -> tuple[str, ...]:
    return tuple(f"word {word}" for word in core_words(name)[:MOST_WORDS])


def _amount(amount: Decimal) -> str:
    return f"amount {abs(amount).normalize():f}"


def _currency(currency: str) -> str:
    return f"currency {currency}"


def _invoice(key: str) -> str:
    return f"invoice {key}"
