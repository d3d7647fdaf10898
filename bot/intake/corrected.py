"""A payment as whoever brought it corrects it in a form: read and bounded as what is submitted is."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.domain.money import format_amount
from bot.domain.transaction import Transaction
from bot.intake.cells import (
    CellError,
    read_account,
    read_currency,
    read_memo,
    read_money,
    read_plain,
    read_vendor,
)
from bot.intake.dates import read_date

CORRECTED_FIELDS = ("amount", "currency", "vendor", "memo", "invoice", "account", "date", "category")
"""What can be corrected of a payment, by the names of its fields."""

T = TypeVar("T")


class CorrectionErrors(ValueError):
    """Why a correction cannot be read: a sentence for each field at fault, by its name."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__("; ".join(sentences.values()))
        self.sentences = dict(sentences)


def as_typed(payment: Transaction) -> dict[str, str]:
    """The fields of a payment that can be corrected, as somebody would type them; empty where it has none."""
    return {
        "amount": format_amount(payment.amount, payment.currency).partition(" ")[2].replace(",", ""),
        "currency": payment.currency,
        "vendor": payment.vendor,
        "memo": payment.memo or "",
        "invoice": payment.invoice or "",
        "account": payment.account or "",
        "date": payment.date.isoformat() if payment.date else "",
        "category": payment.category or "",
    }


def read_correction(payment: Transaction, typed: Mapping[str, str]) -> Transaction:
    """The payment with what was ``typed`` into its fields; one that is typed as it was stays exactly so.

    A field that is not named stays too. Raises ``CorrectionErrors`` where any cannot be read.
    """
    before = as_typed(payment)
    given = {name: _clean(typed[name]) for name in CORRECTED_FIELDS if name in typed}
    changed = {name: text for name, text in given.items() if text != _clean(before[name])}
    errors: dict[str, str] = {}

    def read(name: str, reader: Callable[[str], T], stays: T) -> T:
        if name not in changed:
            return stays
        try:
            return reader(changed[name])
        except CellError as error:
            errors[name] = str(error)
            return stays

    currency = read("currency", read_currency, payment.currency)
    if currency != payment.currency:
        changed.setdefault("amount", before["amount"])  # which is read anew: yen have no cents
    update = {
        "currency": currency,
        "amount": read("amount", lambda text: read_money(text, currency, currency).amount, payment.amount),
        "vendor": read("vendor", read_vendor, payment.vendor),
        "memo": read("memo", lambda text: read_memo([text]), payment.memo),
        "invoice": read("invoice", read_plain, payment.invoice),
        "account": read("account", read_account, payment.account),
        "date": read("date", _date, payment.date),
        "category": read("category", read_plain, payment.category),
    }
    if errors:
        raise CorrectionErrors(errors)
    return payment.model_copy(update=update)


def _date(text: str) -> dt.date | None:
    return read_date(text, "unknown") if text else None


def _clean(text: str) -> str:
    """A text on one line; half of a surrogate pair, which JSON can carry, can neither be stored nor sent."""
    return " ".join(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").split())
