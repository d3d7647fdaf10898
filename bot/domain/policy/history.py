"""What was submitted before, as the rules need it; where it is kept is not their business."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.names import name_key
from bot.domain.transaction import Transaction


class PaymentStatus(StrEnum):
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
    standing: PaymentStatus
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
    transactions: Iterable[Transaction],
    source: str,
    standing: PaymentStatus = PaymentStatus.APPROVED,
    on: dt.date | None = None,
) -> tuple[PastPayment, ...]:
    """Transactions as past payments of ``source``, a review or a file; ``on`` dates those without a date.

    ``source`` and reference are the identity of a payment: two files of one name need two sources.
    """
    # The name is an identity too, so nothing may stand in it that takes a name apart.
    source = re.sub(r"[^\w.-]+", "-", source)
    return tuple(
        PastPayment(
            name=f"#{one.ref} of {source}",
            standing=standing,
            date=one.date or on,
            amount=one.amount,
            currency=one.currency,
            vendor=one.vendor,
            invoice=one.invoice,
            card=one.card,
            account=one.account,
        )
        for one in transactions
    )


def facts_about(transactions: Iterable[Transaction], history: History) -> dict[str, str]:
    """By vendor as submitted, what the books know of it: ``paid 14x, mostly 120-480 GBP, since 2025-03``.

    Made of numbers and dates alone; nothing that somebody typed is in it.
    """
    paid: defaultdict[str, list[PastPayment]] = defaultdict(list)
    for one in history.payments:
        if one.standing is PaymentStatus.APPROVED and one.amount > 0:
            paid[vendor_key(one.vendor)].append(one)
    return {
        one.vendor: _in_brief(before) for one in transactions if (before := paid.get(vendor_key(one.vendor)))
    }


def _in_brief(payments: Sequence[PastPayment]) -> str:
    currency, _ = Counter(one.currency for one in payments).most_common(1)[0]
    amounts = sorted(one.amount for one in payments if one.currency == currency)
    low, high = amounts[len(amounts) // 4], amounts[(len(amounts) * 3) // 4]
    since = min((one.date for one in payments if one.date), default=None)
    usual = f"{low:.0f}" if low == high else f"{low:.0f}-{high:.0f}"
    return f"paid {len(payments)}x, mostly {usual} {currency}" + (f", since {since:%Y-%m}" if since else "")


def history_of(transactions: Sequence[Transaction], source: str) -> History:
    """A history of payments that were all made, such as a file of last year's."""
    return History(vendors=frozenset(one.vendor for one in transactions), payments=past(transactions, source))


def vendor_key(name: str) -> str:
    """What past payments of a vendor are found by."""
    return name_key(name)
