"""The rule about one sum paid in parts, each of them small enough to pass by itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from bot.domain.money import format_amount
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.rule_hit import MOST_NAMED, RuleHit, list_payment_names
from bot.domain.policy.usual import MONTH, Usual, is_ledger
from bot.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class _Window:
    """In which payments count as parts of one sum.

    ``setting`` names the smallest part, ``days`` is how far apart they may be by the day that ``day_of``
    tells, which is when they were ``submitted`` or the date of their rows.
    """

    setting: str
    days: int
    day_of: Callable[[ComparablePayment], date]
    submitted: bool = False


def split_payment(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """One of several payments within some days that are each below the limit and together above it.

    What is submitted within those days is compared by the day of submission as well, so that no typed date
    pulls parts apart; a ledger, whose dates are those of what was paid, goes by them alone. A week like those
    that people approved for the vendor before is no split, as far as its parts are no larger than they were.
    """
    return batch.computed_once(_splits).get(transaction.ref)


def _splits(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.split_payment, dict[int, RuleHit]()
    dated = _Window("part", settings.days, lambda payment: payment.date)
    submitted = _Window("part", settings.days, lambda payment: payment.handed_in, submitted=True)
    one_day = _Window("day_part", 0, lambda payment: payment.date)
    for groups, shared, windows in (
        (batch.by_vendor, "to this vendor", (dated, one_day, submitted)),
        (batch.by_account, "to this account", (dated, one_day, submitted)),
        # A card is used at many shops on one day, so that smaller parts are no parts of one sum.
        (batch.by_card, "on this card", (dated, submitted)),
    ):
        for payments in groups.values():
            if (limit := _lowest_limit(batch, payments)) is None:
                continue
            if sum(payment.amount for payment in payments if 0 < payment.amount <= limit) <= limit:
                continue  # before anything costlier: whatever is a part of it, it is not above the limit
            usual = Usual.of(batch, payments, limit)
            for window in windows:
                if not (window.submitted and batch.computed_once(is_ledger)):
                    for ref, hit in _splits_among(batch, payments, limit, usual, window, shared):
                        hits.setdefault(ref, hit)
    return hits


def _splits_among(
    batch: Batch,
    payments: Sequence[ComparablePayment],
    limit: Decimal,
    usual: Usual | None,
    window: _Window,
    shared: str,
) -> Iterator[tuple[int, RuleHit]]:
    """The parts of one sum among the payments to one vendor or account, or on one card.

    ``shared`` says in words what they share. Takes time in proportion to their number: a window of days moves
    over the parts in order, and each part is reported once.
    """
    settings, day_of = batch.rules.split_payment, window.day_of
    least = limit * getattr(settings, window.setting)
    parts = [
        payment for payment in payments if least <= payment.amount <= limit and payment.may_have_been_paid
    ]
    parts.sort(key=lambda part: (day_of(part), part.sort_key))
    sums = [Decimal(0), *accumulate(part.amount for part in parts)]
    # In a usual week only what is larger than anything before is no part of it.
    usual_sum = usual.within(_usual_days(parts, window)) * settings.usual if usual else Decimal(0)
    usual_part = usual.largest * settings.usual if usual else Decimal(0)
    start = reported = looked = 0
    for end, last in enumerate(parts):
        while (day_of(last) - day_of(parts[start])).days > window.days:
            start += 1
        total = sums[end + 1] - sums[start]
        if total <= limit:
            continue
        found = [part for part in parts[max(start, looked) : end + 1] if part.amount > usual_part]
        looked = end + 1
        if total > usual_sum:
            found = parts[max(start, reported) : end + 1]
            reported = end + 1
        first = parts[start : end + 1] if end - start < MOST_NAMED else parts[start : start + MOST_NAMED + 1]
        for part in found:
            if part.ref is not None:
                others = [other.name for other in first if other is not part]
                evidence = (
                    f"with {list_payment_names(others, total=end - start)}: "
                    f"{format_amount(total, last.currency)} {shared} "
                    f"{_time_of(parts[start], last, window)}, each below the limit"
                )
                yield part.ref, RuleHit(evidence, batch.setting("split_payment", window.setting), others)


def _usual_days(parts: Sequence[ComparablePayment], window: _Window) -> int:
    """Over how many days the parts are held against what is usual.

    Payments of a month that are submitted together are held against a month; their weeks are looked at too.
    """
    dates = [part.date for part in parts if part.ref is not None]
    if window.submitted and dates:
        return max(window.days, min((max(dates) - min(dates)).days, MONTH))
    return max(window.days, 1)


def _time_of(first: ComparablePayment, last: ComparablePayment, window: _Window) -> str:
    days = (window.day_of(last) - window.day_of(first)).days + 1
    span = "in one day" if days == 1 else f"in {days} days"
    return f"submitted {span}" if window.submitted else span


def _lowest_limit(batch: Batch, payments: Sequence[ComparablePayment]) -> Decimal | None:
    """The lowest limit that holds for one of these payments; ``None`` where none is of the batch."""
    limits = batch.computed_once(_limits_by_ref)
    return min((limits[payment.ref] for payment in payments if payment.ref in limits), default=None)


def _limits_by_ref(batch: Batch) -> dict[int | None, Decimal]:
    return {
        transaction.ref: limit.amount
        for transaction in batch.transactions
        if (limit := batch.limit_for(transaction))
    }
