"""Payments that were submitted before, as the rules need them; the store decides where they are kept."""

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from bot.domain.names import folded_name, name_key
from bot.domain.transaction import Transaction


class PaymentStatus(StrEnum):
    """What became of a past payment; only an approved one tells what is usual."""

    APPROVED = "approved"
    WAITING = "waiting"
    REJECTED = "rejected"
    HELD = "held"
    WITHDRAWN = "withdrawn"  # by whoever brought it
    CORRECTED = "corrected"  # an earlier version of a payment that whoever brought it corrected

    @property
    def is_out(self) -> bool:
        """Whether it was not paid and will not be."""
        return self in (PaymentStatus.REJECTED, PaymentStatus.WITHDRAWN, PaymentStatus.CORRECTED)


class PastPayment(BaseModel):
    """One payment of an earlier batch; ``name`` is how a person finds it, as ``#4 of R-7K3F2``.

    ``amount`` is in major units of ``currency`` (ISO 4217). Vendor, invoice, card and account are as typed.
    ``memo_key`` is that of ``memo_key``, and ``None`` where nobody noted it. ``submitted`` is the day (UTC)
    on which it was handed in, which nobody types. ``automatic`` is true where the bot approved it by itself,
    and false where a human saw it or is to see it. Both are ``None`` where nobody noted them, as in a ledger
    of last year, or where the store is older than that.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    status: PaymentStatus
    date: dt.date | None = None
    amount: Decimal
    currency: str
    vendor: str
    invoice: str | None = None
    card: str | None = None
    account: str | None = None
    memo_key: str | None = None
    submitted: dt.date | None = None
    automatic: bool | None = None


class PastExtent(BaseModel):
    """How much is known of the past: the number of approved payments, and the days of the first and last.

    The days are ``None`` where no payment has one.
    """

    model_config = ConfigDict(frozen=True)

    payments: int = 0
    first: dt.date | None = None
    last: dt.date | None = None

    @classmethod
    def of(cls, transactions: "Sequence[Transaction | PastPayment]") -> Self:
        """The extent of payments that were all made."""
        days = [transaction.date for transaction in transactions if transaction.date]
        return cls(payments=len(transactions), first=min(days, default=None), last=max(days, default=None))

    def is_short(self, days: int, payments: int) -> bool:
        """Whether it spans fewer days, or holds fewer payments."""
        span = (self.last - self.first).days if self.first and self.last else 0
        return self.payments < payments or span < days


class History(BaseModel):
    """The past payments that concern a batch: those of its vendors and cards.

    ``extent`` is how much is known of the whole past, ``None`` where nobody can tell. ``vendors`` are all
    names with an approved payment, of this batch or not: one of them may be imitated.
    ``submitted_before`` has, by reference, the payments of the batch of which it is known that they were
    submitted before, each with the name of the earlier one. ``invoices_elsewhere`` has in the same way those
    whose invoice number and amount stand in an earlier batch for another vendor. ``forgotten`` are the
    vendors of the batch, as written there, whose past somebody had forgotten.
    """

    model_config = ConfigDict(frozen=True)

    vendors: frozenset[str] = frozenset()
    payments: tuple[PastPayment, ...] = ()
    submitted_before: Mapping[int, str] = {}
    extent: PastExtent | None = None
    invoices_elsewhere: Mapping[int, str] = {}
    forgotten: frozenset[str] = frozenset()


def memo_key(memo: str | None) -> str:
    """By which equal memos are known, without their words: 6 letters, empty where there is no memo.

    Case, punctuation and spaces do not count. Two memos share a key once in 16 million pairs.
    """
    folded = folded_name(memo or "")
    return hashlib.sha256(folded.encode(errors="replace")).hexdigest()[:6] if folded else ""


def history_of(transactions: Sequence[Transaction], source: str) -> History:
    """A history of payments that were all made, such as those of last year's ledger.

    ``source`` is what evidence calls the file or system that they come from.
    """
    return History(
        vendors=frozenset(transaction.vendor for transaction in transactions),
        payments=past_payments_from(transactions, source),
        extent=PastExtent.of(transactions),
    )


def past_payments_from(
    transactions: Iterable[Transaction],
    source: str,
    status: PaymentStatus = PaymentStatus.APPROVED,
    undated_on: dt.date | None = None,
    *,
    submitted: dt.date | None = None,
    automatic: bool | None = None,
) -> tuple[PastPayment, ...]:
    """Transactions as past payments of ``source``, a review's id or the name of a file.

    Source and reference together are the identity of a past payment: two files of one name need two
    sources. ``submitted`` is the day (UTC) on which they were handed in, ``None`` where they were not;
    ``undated_on``, or else that day, is the date of transactions that have none. ``automatic`` is that of
    ``PastPayment``.
    """
    # The store tells past payments apart by their names, so a name holds nothing that could end it early.
    source = re.sub(r"[^\w.-]+", "-", source)
    return tuple(
        PastPayment(
            name=f"#{transaction.ref} of {source}",
            status=status,
            date=transaction.date or undated_on or submitted,
            amount=transaction.amount,
            currency=transaction.currency,
            vendor=transaction.vendor,
            invoice=transaction.invoice,
            card=transaction.card,
            account=transaction.account,
            memo_key=memo_key(transaction.memo),
            submitted=submitted,
            automatic=automatic,
        )
        for transaction in transactions
    )


class VendorPast(NamedTuple):
    """What a vendor was paid before: how often, the median in its most frequent currency, and when last.

    ``median`` is in major units of ``currency`` (ISO 4217), 0 where ``times`` is; ``last`` is ``None`` where
    no payment has a date.
    """

    times: int = 0
    median: Decimal = Decimal(0)
    currency: str = ""
    last: dt.date | None = None


def vendor_pasts(vendors: Iterable[str], history: History) -> dict[str, VendorPast]:
    """What each of these vendors was paid before, as far as the history knows; refunds do not count.

    A vendor whose name only looks alike is another one.
    """
    paid: defaultdict[str, list[PastPayment]] = defaultdict(list)
    for payment in history.payments:
        if payment.status is PaymentStatus.APPROVED and payment.amount > 0:
            paid[folded_name(payment.vendor)].append(payment)
    by_name = {name: _past_of(payments) for name, payments in paid.items()}
    return {vendor: by_name.get(folded_name(vendor), VendorPast()) for vendor in vendors}


def _past_of(payments: Sequence[PastPayment]) -> VendorPast:
    currency, _ = Counter(payment.currency for payment in payments).most_common(1)[0]
    middle = median(payment.amount for payment in payments if payment.currency == currency)
    last = max((payment.date for payment in payments if payment.date), default=None)
    return VendorPast(len(payments), middle, currency, last)


def facts_about(transactions: Iterable[Transaction], history: History) -> dict[str, str]:
    """By vendor as submitted, what the history knows of it: ``paid 14x, mostly 120-480 GBP, since 2025-03``.

    "Mostly" is the middle half of the amounts in the vendor's most frequent currency, in major units. The
    sentence is made of numbers, dates and the currency's code; no text that somebody typed is in it, so that
    a model may read it as a fact. A vendor that was never paid is left out.
    """
    paid: defaultdict[str, list[PastPayment]] = defaultdict(list)
    for payment in history.payments:
        if payment.status is PaymentStatus.APPROVED and payment.amount > 0:
            paid[name_key(payment.vendor)].append(payment)
    return {
        transaction.vendor: _in_brief(payments)
        for transaction in transactions
        if (payments := paid.get(name_key(transaction.vendor)))
    }


def _in_brief(payments: Sequence[PastPayment]) -> str:
    currency, _ = Counter(payment.currency for payment in payments).most_common(1)[0]
    amounts = sorted(payment.amount for payment in payments if payment.currency == currency)
    low, high = amounts[len(amounts) // 4], amounts[(len(amounts) * 3) // 4]
    since = min((payment.date for payment in payments if payment.date), default=None)
    usual = f"{low:.0f}" if low == high else f"{low:.0f}-{high:.0f}"
    return f"paid {len(payments)}x, mostly {usual} {currency}" + (f", since {since:%Y-%m}" if since else "")
