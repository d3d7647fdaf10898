"""Rules about the size of an amount."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate
from math import log
from statistics import median
from typing import NamedTuple

from bot.domain.names import name_key
from bot.domain.policy.batch import NAMED, Batch, Payment, Said, money, named
from bot.domain.policy.history import PaymentStatus
from bot.domain.transaction import Transaction

# A median absolute deviation times this estimates the standard deviation of a normal distribution.
MAD_TO_DEVIATION = 1.4826
MANY = 40  # payments, from which on one of them does not move a median


def amount_over_limit(batch: Batch, one: Transaction) -> Said | None:
    """Strictly above the lowest limit that holds; a refund counts by its size."""
    limit = batch.limit(one)
    if limit is None or abs(one.amount) <= limit.amount:
        return None
    bound = f"above the limit of {money(limit.amount, one.currency)}{limit.whose}"
    written = money(one.amount, one.currency)
    if one.amount < 0:
        return Said(f"a refund of {written}, in size {bound}", limit.line)
    return Said(f"{written} is {bound}", limit.line)


def no_limit_for_currency(batch: Batch, one: Transaction) -> Said | None:
    """Without a limit nothing can be called small."""
    if one.currency in batch.policy.limits:
        return None
    return Said(f"the policy has no limit for {one.currency}", "limits")


def just_under_limit(batch: Batch, one: Transaction) -> Said | None:
    """At the limit or shortly below it, where an amount stands that was made to pass."""
    limit = batch.limit(one)
    if limit is None or not _just_under(batch, one.amount, limit.amount):
        return None
    part = one.amount * 100 // limit.amount
    bound = f"the limit of {money(limit.amount, one.currency)}{limit.whose}"
    words = f"{money(one.amount, one.currency)} is {part} % of {bound}"
    return Said(words, batch.line("just_under_limit", "share"))


def cluster_under_limit(batch: Batch, one: Transaction) -> Said | None:
    """Several just under the limit for the same vendor or on the same card within some days."""
    return batch.worked_out(_clusters).get(one.ref)


def _clusters(batch: Batch) -> dict[int, Said]:
    limits = {one.ref: limit.amount for one in batch.transactions if (limit := batch.limit(one))}
    found: dict[int, Said] = {}
    for groups in (batch.by_vendor, batch.by_card):
        for (_, currency), group in groups.items():
            general = batch.policy.limits.get(currency, Decimal(0))
            near = [
                one
                for one in sorted(group, key=lambda one: one.date)
                if one.standing is not PaymentStatus.REJECTED
                and _just_under(batch, one.amount, limits.get(one.ref, general) if one.ref else general)
            ]
            found = dict(_clusters_of(batch, near)) | found
    return found


def _clusters_of(batch: Batch, near: Sequence[Payment]) -> Iterator[tuple[int, Said]]:
    """Of payments just under the limit, those with enough others around them, in order of their dates."""
    rule = batch.rules.cluster_under_limit
    days = [one.date.toordinal() for one in near]
    for one, day in zip(near, days, strict=True):
        first, end = bisect_left(days, day - rule.days), bisect_right(days, day + rule.days)
        if one.ref is not None and end - first >= rule.count:
            others = [other for other in near[first : min(end, first + NAMED + 1)] if other is not one]
            words = f"just under the limit, like {named(others, of=end - first - 1)}, within {rule.days} days"
            yield one.ref, Said(words, batch.line("cluster_under_limit", "days"))


def _just_under(batch: Batch, amount: Decimal, limit: Decimal) -> bool:
    return amount > 0 and limit * batch.rules.just_under_limit.share <= amount <= limit


def unusual_amount(batch: Batch, one: Transaction) -> Said | None:
    """Far above what this vendor is usually paid, by median and median absolute deviation of the logarithm.

    Both stay where they are when a few amounts are wild, unlike mean and standard deviation (Iglewicz and
    Hoaglin, "How to detect and handle outliers", 1993). Of the logarithm, because prices spread in
    proportion: a shop that sells tools and machines is not unusual at every machine. The factor keeps a
    vendor with one fixed price from being unusual at a penny more.
    """
    rule = batch.rules.unusual_amount
    if one.amount <= 0 or one.amount < batch.share(one.currency, rule.amount_from):
        return None
    usual = _usual_without(batch, one)
    if usual is None or usual.payments < rule.payments:
        return None
    if log(one.amount / usual.middle) <= max(usual.spread * rule.spread, log(rule.factor)):
        return None
    return Said(
        f"{money(one.amount, one.currency)} is {one.amount / usual.middle:.0f} times what this vendor is "
        f"usually paid (the median of {usual.payments:,} payments)",
        batch.line("unusual_amount", "spread"),
    )


class _Usual(NamedTuple):
    """What a vendor is paid: how many payments tell, their median, and the spread of their logarithms."""

    payments: int
    middle: Decimal
    spread: float


def _usual_without(batch: Batch, one: Transaction) -> _Usual | None:
    """What is usual beside this payment; among many payments it makes no difference and stays in."""
    key = (name_key(one.vendor), one.currency)
    paid = batch.worked_out(_usual_amounts).get(key, {})
    if len(paid) > MANY:
        return batch.worked_out(_usual).get(key)
    return _usual_of([amount for ref, amount in paid.items() if ref != one.ref])


def _usual_amounts(batch: Batch) -> dict[tuple[str, str], dict[int, Decimal]]:
    """By vendor, amounts by reference, those of the past by numbers below 0.

    Where enough was approved before, that alone tells: else a batch would vouch for itself.
    """
    found: dict[tuple[str, str], dict[int, Decimal]] = {}
    for key, group in batch.by_vendor.items():
        past = [one.amount for one in group if one.amount > 0 and one.standing is PaymentStatus.APPROVED]
        usual = {-place: amount for place, amount in enumerate(past, start=1)}
        if len(past) < batch.rules.unusual_amount.payments:
            usual |= {one.ref: one.amount for one in group if one.amount > 0 and one.ref is not None}
        found[key] = usual
    return found


def _usual(batch: Batch) -> dict[tuple[str, str], _Usual | None]:
    many = batch.worked_out(_usual_amounts).items()
    return {key: _usual_of(list(paid.values())) for key, paid in many if len(paid) > MANY}


def _usual_of(amounts: Sequence[Decimal]) -> _Usual | None:
    if not amounts:
        return None
    middle = median(amounts)
    spread = median(abs(log(amount / middle)) for amount in amounts) * MAD_TO_DEVIATION
    return _Usual(len(amounts), middle, spread)


def round_amount(batch: Batch, one: Transaction) -> Said | None:
    """A large round sum, which prices with tax rarely are."""
    rule = batch.rules.round_amount
    unit = batch.share(one.currency, rule.unit)
    if not unit or one.amount < batch.share(one.currency, rule.amount_from) or one.amount % unit:
        return None
    words = f"{money(one.amount, one.currency)} is a round sum"
    return Said(words, batch.line("round_amount", "unit"))


def refund_without_original(batch: Batch, one: Transaction) -> Said | None:
    """Money back from a vendor that was not paid as much before, as far as is known."""
    if one.amount >= 0 or -one.amount < batch.share(
        one.currency, batch.rules.refund_without_original.amount_from
    ):
        return None
    days, largest, left = batch.worked_out(_paid_until).get((name_key(one.vendor), one.currency), _NOTHING)
    until = bisect_right(days, batch.payment(one).date.toordinal())
    if until and largest[until - 1] >= -one.amount and left[until - 1] >= 0:
        return None
    words = (
        f"a refund of {money(-one.amount, one.currency)}, and no payment of that size to this vendor is known"
    )
    return Said(words, batch.line("refund_without_original", "amount_from"))


_NOTHING: tuple[list[int], list[Decimal], list[Decimal]] = ([], [], [])


def _paid_until(batch: Batch) -> dict[tuple[str, str], tuple[list[int], list[Decimal], list[Decimal]]]:
    """By vendor: days in order, and up to each the largest payment, and what refunds have left of all."""
    found = {}
    for key, group in batch.by_vendor.items():
        # Of one day payments come before refunds.
        dated = sorted(
            (one.date.toordinal(), -one.amount) for one in group if one.standing is not PaymentStatus.REJECTED
        )
        amounts = [-amount for _, amount in dated]
        found[key] = ([day for day, _ in dated], list(accumulate(amounts, max)), list(accumulate(amounts)))
    return found
