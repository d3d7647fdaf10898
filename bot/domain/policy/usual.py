"""What is usual for a vendor, card or account: the largest week that people approved, and rhythms of payment."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from bot.domain.policy.batch import Batch, ComparablePayment

PRECEDENTS = 5  # payments that must have been approved before anything is usual
IN_RHYTHM = 3  # equal payments at equal distances, from which a rhythm is known
RHYTHMS = ((6, 8), (13, 15), (27, 32))  # days between two payments: a week, two, a month; holidays move one
LEDGER_ROWS = 100
LEDGER_VENDORS = 20
LEDGER_DAYS = 7


class Usual(NamedTuple):
    """What was approved by people before: days (ordinals, in order), sums up to each, and the largest amount."""

    days: Sequence[int]
    sums: Sequence[Decimal]
    largest: Decimal

    @classmethod
    def of(cls, payments: Iterable[ComparablePayment], limit: Decimal) -> "Usual | None":
        """What is usual among the precedents in ``payments``; ``None`` where they are too few to tell.

        What was above the limit is no precedent: people decided about that amount, and not about a week.
        """
        past = sorted(
            (payment.date.toordinal(), payment.amount)
            for payment in payments
            if payment.is_precedent and 0 < payment.amount <= limit
        )
        if len(past) < PRECEDENTS:
            return None
        sums = [Decimal(0)]
        for _, amount in past:
            sums.append(sums[-1] + amount)
        return cls([day for day, _ in past], sums, max(amount for _, amount in past))

    def within(self, days: int) -> Decimal:
        """The largest sum that was approved within so many days after a first one."""
        return max(
            self.sums[bisect_right(self.days, day + days)] - self.sums[place]
            for place, day in enumerate(self.days)
        )


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


def due_payments(batch: Batch) -> frozenset[int]:
    """The references of payments that are the next ones in a rhythm that people approved.

    A rhythm is one payment of one amount to one vendor each week, fortnight or month. Each of its days can
    be due once, in its turn after the last payment, and no later than the policy lets a date be.
    """
    equal: defaultdict[tuple[str, str, Decimal], list[ComparablePayment]] = defaultdict(list)
    for payment in batch.payments:
        if payment.may_have_been_paid:
            equal[payment.vendor, payment.currency, payment.amount].append(payment)
    return frozenset(ref for payments in equal.values() for ref in _due_among(batch, payments))


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
