"""The payments of a review as one person looks at them: filtered, in an order, in pages, some selected. Pure.

Nothing here decides anything. What a person selected is only a list of references; whether they may decide
about these, and which of them still wait, is asked when it is done.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import Severity
from bot.domain.names import folded_name
from bot.domain.review.outcome import Outcome
from bot.domain.review.ranking import pair_of, pairs_together
from bot.domain.review.reviewed_transaction import ReviewedTransaction

PAGE = 20  # payments on a page; a modal of Slack has 100 blocks, and more than these nobody reads at once
_SEVERITIES = list(Severity)  # the lowest first


class ShownState(StrEnum):
    """Which payments are shown by how they stand; ``OPEN`` are those that can still be decided."""

    OPEN = "open"
    UNDECIDED = "undecided"
    HELD = "held"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ANY = "any"


class ShownRisk(StrEnum):
    """Which payments are shown by the severity of their worst finding."""

    ANY = "any"
    HIGH = "high"
    NOT_HIGH = "not high"
    MEDIUM = "medium"
    LOW = "low"


class DeskOrder(StrEnum):
    """In which order payments are shown: riskiest, largest, by vendor, as in the file, by date, due first."""

    RANK = "rank"
    AMOUNT = "amount"
    VENDOR = "vendor"
    ROW = "row"
    DATE = "date"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class DeskPayment:
    """One flagged payment, as far as it is needed to find, order and count it.

    ``place`` is where it stands in the order of the card, from 0; ``codes`` are those of its findings;
    ``vendor_key`` is the vendor's name as names are compared; ``words`` is what a search looks in, folded.
    ``version`` is the one that stands, from 1, and with ``rejudging`` it is still to be judged. With
    ``recommended`` nothing was found about it when it was judged. ``pair`` is the payment of the same review
    that it repeats, by its reference, 0 for none. With ``frozen`` nobody approves it, ``caller`` is by whose
    call its bank account counts as confirmed, and ``calls`` is how many calls were noted. ``due`` is the
    first day on which it is due, or its discount ends.
    """

    ref: int
    place: int
    amount: Decimal
    currency: str
    vendor: str
    vendor_key: str
    risk: Severity
    codes: frozenset[str]
    state: ShownState
    row: int | None
    date: date | None
    words: str
    version: int = 1
    rejudging: bool = False
    due: dt.date | None = None
    recommended: bool = False
    pair: int = 0
    frozen: bool = False
    caller: str = ""
    calls: int = 0

    def hindrance(self, user: str) -> Outcome | None:
        """Why a call to the vendor keeps this person from approving it; ``None`` where it does not."""
        if self.frozen:
            return Outcome.FROZEN
        return Outcome.CALLED_BACK_BY_YOU if user and self.caller == user else None

    @property
    def open(self) -> bool:
        """Whether it can be decided as it stands."""
        return self.state in (ShownState.UNDECIDED, ShownState.HELD) and not self.rejudging

    @property
    def high_risk(self) -> bool:
        """Whether it is approved by name alone (law 12 in ARCHITECTURE.md)."""
        return self.risk is Severity.HIGH


def desk_payment(entry: ReviewedTransaction, place: int) -> DeskPayment:
    """What the desk knows of a flagged payment that stands at this place, from 0, of the card's order."""
    payment = entry.transaction
    findings = entry.judgement.findings if entry.judgement else ()
    texts = (payment.vendor, payment.memo, payment.invoice, payment.category, payment.account)
    return DeskPayment(
        ref=payment.ref,
        place=place,
        amount=payment.amount,
        currency=payment.currency,
        vendor=payment.vendor,
        vendor_key=folded_name(payment.vendor),
        risk=max((finding.severity for finding in findings), key=_SEVERITIES.index, default=Severity.LOW),
        codes=frozenset(finding.code for finding in findings),
        state=_state(entry),
        row=payment.row,
        date=payment.date,
        words="\n".join((f"#{payment.ref}", f"{payment.amount:f}", *filter(None, texts))).casefold(),
        version=entry.version,
        rejudging=entry.rejudging,
        due=min(filter(None, (payment.due, payment.discount_until)), default=None),
        recommended=entry.judgement is not None and entry.judgement.recommended,
        pair=pair_of(entry.judgement) if entry.judgement else 0,
        frozen=entry.frozen,
        caller=entry.call_back.by if entry.needs_call_back and entry.call_back else "",
        calls=len(entry.call_backs),
    )


def _state(entry: ReviewedTransaction) -> ShownState:
    if entry.withdrawn:
        return ShownState.WITHDRAWN
    return ShownState.UNDECIDED if entry.decision is None else ShownState(entry.decision.kind.value)


class PaymentFilter(BaseModel):
    """Which payments somebody wants to see; one that is left as it is shows all that can be decided.

    ``finding`` is a code and ``vendor`` a name as ``DeskPayment.vendor_key`` has it, empty for any.
    ``least`` and ``most`` bound the size of the amount, in major units of whatever currency a payment has;
    a refund counts by its size. ``words`` must all be found in what a payment says of itself.
    """

    model_config = ConfigDict(frozen=True)

    state: ShownState = ShownState.OPEN
    risk: ShownRisk = ShownRisk.ANY
    finding: str = ""
    vendor: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    words: str = ""

    def takes(self, payment: DeskPayment) -> bool:
        """Whether this payment is to be seen."""
        return (
            self._takes_state(payment)
            and self._takes_risk(payment.risk)
            and (not self.finding or self.finding in payment.codes)
            and (not self.vendor or self.vendor == payment.vendor_key)
            and (self.least is None or abs(payment.amount) >= self.least)
            and (self.most is None or abs(payment.amount) <= self.most)
            and all(word in payment.words for word in self.words.casefold().split())
        )

    def _takes_state(self, payment: DeskPayment) -> bool:
        if self.state is ShownState.OPEN:
            return payment.open
        return self.state in (ShownState.ANY, payment.state)

    def _takes_risk(self, risk: Severity) -> bool:
        match self.risk:
            case ShownRisk.ANY:
                return True
            case ShownRisk.NOT_HIGH:
                return risk is not Severity.HIGH
            case _:
                return risk.value == self.risk.value

    def but(self, **changed: object) -> Self:
        """A copy with other values, in the fields' own types."""
        return self.model_copy(update=changed)


def found(
    payments: Iterable[DeskPayment], wanted: PaymentFilter, order: DeskOrder = DeskOrder.RANK
) -> list[DeskPayment]:
    """The payments that the filter takes, in this order; those that are equal in it by rank.

    By rank, a payment stands with the one that it repeats, as on the card.
    """
    taken = sorted((payment for payment in payments if wanted.takes(payment)), key=lambda one: one.place)
    match order:
        case DeskOrder.RANK:
            return pairs_together(taken, lambda one: one.ref, lambda one: one.pair)
        case DeskOrder.AMOUNT:
            # Without rates, USD and EUR have no order: the currency of most payments stands first.
            often = Counter(payment.currency for payment in taken)
            return sorted(taken, key=lambda one: (-often[one.currency], one.currency, -abs(one.amount)))
        case DeskOrder.VENDOR:
            return sorted(taken, key=lambda one: one.vendor_key)
        case DeskOrder.ROW:
            return sorted(taken, key=lambda one: (one.row is None, one.row or 0, one.ref))
        case DeskOrder.DATE:
            return sorted(taken, key=lambda one: (one.date is None, one.date or date.min))
        case DeskOrder.DUE:
            return sorted(taken, key=lambda one: (one.due is None, one.due or date.min))


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page of what was found: page ``number``, from 0, of ``pages``."""

    number: int
    pages: int
    shown: Sequence[DeskPayment]


def page_of(payments: Sequence[DeskPayment], number: int, size: int = PAGE) -> PageOf:
    """Page ``number``, from 0, with ``size`` payments; the last one where there are fewer pages."""
    pages = max(1, -(-len(payments) // size))
    here = max(0, min(number, pages - 1))
    return PageOf(here, pages, payments[here * size : (here + 1) * size])


def sums(payments: Iterable[DeskPayment]) -> dict[str, Decimal]:
    """Sums by currency (ISO 4217), exact, in major units."""
    added: dict[str, Decimal] = {}
    for payment in payments:
        added[payment.currency] = added.get(payment.currency, Decimal(0)) + payment.amount
    return dict(sorted(added.items()))


def by_finding(payments: Iterable[DeskPayment]) -> list[tuple[str, int]]:
    """The codes of findings with how many payments have each, the most first."""
    often = Counter(code for payment in payments for code in payment.codes)
    return sorted(often.items(), key=lambda item: (-item[1], item[0]))


def by_vendor(payments: Iterable[DeskPayment]) -> list[tuple[str, str, int]]:
    """Vendors as compared, as first written, and with how many payments each, the most first."""
    often, written = Counter[str](), dict[str, str]()
    for payment in payments:
        often[payment.vendor_key] += 1
        written.setdefault(payment.vendor_key, payment.vendor)
    return sorted(((key, written[key], count) for key, count in often.items()), key=lambda one: -one[2])
