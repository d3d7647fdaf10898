"""What was submitted before, as the rules need it; where it is kept is not their business."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.lookalike import same_name
from bot.domain.transaction import Transaction


class Standing(StrEnum):
    """What became of a past payment; only an approved one tells what is usual."""

    APPROVED = "approved"
    WAITING = "waiting"
    REJECTED = "rejected"
    HELD = "held"


class PastPayment(BaseModel):
    """One payment of an earlier batch; ``name`` is how a person finds it, as ``#4 of R-7K3F2``.

    ``amount`` is in major units of ``currency`` (ISO 4217). Vendor, invoice, card and account are as typed.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    standing: Standing
    date: dt.date | None = None
    amount: Decimal
    currency: str
    vendor: str
    invoice: str | None = None
    card: str | None = None
    account: str | None = None


class History(BaseModel):
    """The past payments that concern a batch: those of its vendors and cards.

    ``vendors`` are all names with an approved payment, of this batch or not: one of them may be imitated.
    """

    model_config = ConfigDict(frozen=True)

    vendors: frozenset[str] = frozenset()
    payments: tuple[PastPayment, ...] = ()


def past(
    transactions: Iterable[Transaction], source: str, standing: Standing = Standing.APPROVED
) -> tuple[PastPayment, ...]:
    """Transactions as past payments of ``source`` (a review, or a file)."""
    return tuple(
        PastPayment(
            name=f"#{one.ref} of {source}",
            standing=standing,
            **one.model_dump(include={"date", "amount", "currency", "vendor", "invoice", "card", "account"}),
        )
        for one in transactions
    )


def history_of(transactions: Sequence[Transaction], source: str) -> History:
    """A history of payments that were all made, such as a file of last year's."""
    return History(vendors=frozenset(one.vendor for one in transactions), payments=past(transactions, source))


def vendor_key(name: str) -> str:
    """What past payments of a vendor are found by."""
    return same_name(name)
