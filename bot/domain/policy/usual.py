"""What is usual for a payee or card: the largest week that people approved, and rhythms of payment."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import NamedTuple

from bot.domain.policy.batch import Batch, ComparablePayment

PRECEDENTS = 5  # payments that must have been approved before anything is usual
BUSY = 20  # payments approved to one payee in a short past, from which it is a busy one
OWN_WEEKS = 3  # in which a ledger must have paid a vendor, before it tells by itself what is usual
IN_RHYTHM = 3  # equal payments at equal distances, from which a rhythm is known
RHYTHMS = ((6, 8), (13, 15), (27, 32))  # days between two payments: a week, two, a month; holidays move one
MONTH = 31  # days; what is submitted together for a longer time is still held against one
LEDGER_ROWS = 100
LEDGER_VENDORS = 20
LEDGER_DAYS = 7


class Usual(NamedTuple):
    """What is paid in some days: days (ordinals, in order), sums up to each, and the largest amount."""

    days: Sequence[int]
    sums: Sequence[Decimal]
    largest: Decimal

    @classmethod
    def of(cls, batch: Batch, payments: Iterable[ComparablePayment], limit: Decimal) -> "Usual | None":
        """What is usual among these payments; ``None`` where too little is known to tell.

        That is what people approved before. Where they approved too little, and the batch is a ledger, its
        own weeks tell, without the largest of them; of a busy payee in a short past they tell beside the
        past, since a few weeks seldom hold a large one, and what they tell is no larger single payment. What
        was above the limit is no precedent: somebody decided about that amount, and not about a week.
        """
        small = [payment for payment in payments if 0 < payment.amount <= limit]
        past = [payment for payment in small if payment.is_precedent]
        if len(past) < PRECEDENTS:
            own = _own_weeks(batch, small)
            return cls._among(own) if own else None
        usual = cls._among(past)
        if len(past) < BUSY or not batch.computed_once(_past_is_short):
            return usual
        return cls._among([*past, *_own_weeks(batch, small)])._replace(largest=usual.largest)

    @classmethod
    def _among(cls, payments: Iterable[ComparablePayment]) -> "Usual":
        dated = sorted((payment.date.toordinal(), payment.amount) for payment in payments)
        sums = [Decimal(0), *accumulate(amount for _, amount in dated)]
        return cls([day for day, _ in dated], sums, max(amount for _, amount in dated))

    def within(self, days: int) -> Decimal:
        """The largest sum that was approved within so many days after a first one."""
        return max(
            self.sums[bisect_right(self.days, day + days)] - self.sums[place]
            for place, day in enumerate(self.days)
        )


def _own_weeks(batch: Batch, payments: Iterable[ComparablePayment]) -> Sequence[ComparablePayment]:
    """Those of the batch, without its largest week; none where it is no ledger or paid too seldom to tell."""
    own = [payment for payment in payments if payment.ref is not None]
    if len(own) < PRECEDENTS or not batch.computed_once(is_ledger):
        return ()
    weeks: defaultdict[int, list[ComparablePayment]] = defaultdict(list)
    for payment in own:
        weeks[payment.date.toordinal() // 7].append(payment)
    if len(weeks) < OWN_WEEKS:
        return ()
    by_sum = sorted(weeks.values(), key=lambda week: sum(payment.amount for payment in week))
    return [payment for week in by_sum[:-1] for payment in week]


def _past_is_short(batch: Batch) -> bool:
    """Whether so little is known of the past that no largest week of it says what is usual."""
    settings, extent = batch.rules.unknown_vendor, batch.history.extent
    return extent is not None and extent.is_short(settings.short_days, settings.short_payments)


def is_ledger(batch: Batch) -> bool:
    """Whether the batch tells of payments over some time, so that their dates say when they were made.

    In anything smaller the dates are what somebody typed beside payments that are all to be made now.
    """
    dates = [transaction.date for transaction in batch.transactions if transaction.date]
    return (
        len(dates) >= LEDGER_ROWS
        and (max(dates) - min(dates)).days > LEDGER_DAYS
        and len({payment.vendor for payment in batch.payments if payment.ref is not None}) >= LEDGER_VENDORS
    )


def usual_repeats(batch: Batch) -> frozenset[int]:
    """The references of equal payments that are no more within days than people approved of them before.

    Hours of several people of an agency are equal amounts, and so are fees for several children. An amount
    that people approved often for a vendor may come as often again as it came within the days in which it
    would repeat; the ones above that number are repeats. In a ledger the days are those of the dates, in
    anything smaller what is submitted together counts together.
    """
    equal: defaultdict[tuple[str, str, Decimal], list[ComparablePayment]] = defaultdict(list)
    for payment in batch.payments:
        if payment.may_have_been_paid and payment.amount > 0:
            equal[payment.vendor, payment.currency, payment.amount].append(payment)
    often = (
        payments
        for payments in equal.values()
        if sum(payment.is_precedent for payment in payments) >= PRECEDENTS
    )
    return frozenset(ref for payments in often for ref in _usual_among(batch, payments))


def _usual_among(batch: Batch, equal: Sequence[ComparablePayment]) -> Iterator[int]:
    days, ledger = batch.rules.duplicate_payment.days, batch.computed_once(is_ledger)
    approved = sorted(payment.date.toordinal() for payment in equal if payment.is_precedent)
    usual = max(bisect_right(approved, day + days) - place for place, day in enumerate(approved))
    past = [payment for payment in equal if payment.ref is None]
    # By the date and by the day of submission: what is near by both counts twice, and lets fewer pass.
    near = [sorted(payment.date.toordinal() for payment in past)]
    if not ledger:
        near.append(sorted(payment.submitted.toordinal() for payment in past if payment.submitted))
    earlier: list[int] = []
    for payment in sorted(equal, key=lambda payment: payment.sort_key):
        if payment.ref is None:
            continue
        day = payment.date.toordinal()
        beside = len(earlier) - (bisect_left(earlier, day - days) if ledger else 0)
        for around, known in zip((day, batch.today.toordinal()), near, strict=False):
            beside += bisect_right(known, around + days) - bisect_left(known, around - days)
        if beside < usual:
            yield payment.ref
        earlier.append(day)


def due_payments(batch: Batch) -> frozenset[int]:
    """The references of payments that are the next ones in a rhythm that people approved.

    A rhythm is one payment of one amount to one vendor each week, fortnight or month. Each of its days can
    be due once, in its turn after the last payment, and no later than the policy lets a date be.
    """
    equal: defaultdict[tuple[str, str, Decimal], list[ComparablePayment]] = defaultdict(list)
    for payment in batch.payments:
        if payment.may_have_been_paid:
            equal[payment.vendor, payment.currency, payment.amount].append(payment)
    return frozenset(
        ref for payments in equal.values() if len(payments) > IN_RHYTHM for ref in _due_among(batch, payments)
    )


def _due_among(batch: Batch, equal: Sequence[ComparablePayment]) -> Iterator[int]:
    past = [payment.date for payment in equal if payment.ref is None]
    precedents = sorted(payment.date for payment in equal if payment.is_precedent)[-IN_RHYTHM:]
    steps = [(after - before).days for before, after in pairwise(precedents)]
    rhythm = next((span for span in RHYTHMS if all(span[0] <= step <= span[1] for step in steps)), None)
    if rhythm is None or len(steps) < IN_RHYTHM - 1:
        return
    last = max(past)
    for payment in sorted(equal, key=lambda payment: payment.sort_key):
        if payment.ref is None or payment.date < last:
            continue
        early = (payment.date - batch.today).days > batch.rules.date_out_of_range.future_days
        if early or not rhythm[0] <= (payment.date - last).days <= rhythm[1]:
            return
        yield payment.ref
        last = payment.date
