"""Rules about the size of an amount."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate
from math import log
from statistics import median
from typing import NamedTuple

from bot.domain.money import format_amount
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.history import PaymentStatus
from bot.domain.policy.rule_hit import MOST_NAMED, RuleHit, list_payment_names
from bot.domain.transaction import Transaction

# A median absolute deviation times this estimates the standard deviation of a normal distribution.
MAD_TO_DEVIATION = 1.4826
MANY_PAYMENTS = 40  # above this number one payment does not move a median

VendorAndCurrency = tuple[str, str]


def amount_over_limit(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """An amount strictly above the lowest limit that holds for it; a refund counts by its size."""
    limit = batch.limit_for(transaction)
    if limit is None or abs(transaction.amount) <= limit.amount:
        return None
    above = f"above the limit of {format_amount(limit.amount, transaction.currency)}{limit.scope}"
    amount = format_amount(transaction.amount, transaction.currency)
    if transaction.amount < 0:
        return RuleHit(f"a refund of {amount}, in size {above}", limit.policy_line)
    return RuleHit(f"{amount} is {above}", limit.policy_line)


def no_limit_for_currency(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A currency without a limit, in which no amount can be called small."""
    if transaction.currency in batch.policy.limits:
        return None
    return RuleHit(f"the policy has no limit for {transaction.currency}", "limits")


def zero_amount(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """An amount of zero, which pays nothing: mostly the amount was taken from the wrong column."""
    if transaction.amount:
        return None
    return RuleHit(f"{format_amount(transaction.amount, transaction.currency)} pays nothing", "always on")


def just_under_limit(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """An amount at the limit or shortly below it, as somebody chooses who wants it to pass."""
    limit = batch.limit_for(transaction)
    if limit is None or not _is_just_under(batch, transaction.amount, limit.amount):
        return None
    percent = transaction.amount * 100 // limit.amount
    evidence = (
        f"{format_amount(transaction.amount, transaction.currency)} is {percent} % of the limit of "
        f"{format_amount(limit.amount, transaction.currency)}{limit.scope}"
    )
    return RuleHit(evidence, batch.setting("just_under_limit", "share"))


def cluster_under_limit(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """Several amounts just under the limit for one vendor or on one card within some days."""
    return batch.computed_once(_clusters).get(transaction.ref)


def _clusters(batch: Batch) -> dict[int, RuleHit]:
    limits = {
        transaction.ref: limit.amount
        for transaction in batch.transactions
        if (limit := batch.limit_for(transaction))
    }
    hits: dict[int, RuleHit] = {}
    for groups in (batch.by_vendor, batch.by_card):
        for (_, currency), payments in groups.items():
            general = batch.policy.limits.get(currency, Decimal(0))
            near = [
                payment
                for payment in sorted(payments, key=lambda payment: payment.date)
                if payment.may_have_been_paid
                and _is_just_under(
                    batch, payment.amount, limits.get(payment.ref, general) if payment.ref else general
                )
            ]
            hits = dict(_clusters_in(batch, near)) | hits
    return hits


def _clusters_in(batch: Batch, near: Sequence[ComparablePayment]) -> Iterator[tuple[int, RuleHit]]:
    """Of payments just under the limit, in order of their dates, those with enough others around them."""
    settings = batch.rules.cluster_under_limit
    days = [payment.date.toordinal() for payment in near]
    for payment, day in zip(near, days, strict=True):
        first, end = bisect_left(days, day - settings.days), bisect_right(days, day + settings.days)
        if payment.ref is not None and end - first >= settings.count:
            nearby = near[first : min(end, first + MOST_NAMED + 1)]
            others = [other.name for other in nearby if other is not payment]
            evidence = (
                f"just under the limit, like {list_payment_names(others, total=end - first - 1)}, "
                f"within {settings.days} days"
            )
            yield payment.ref, RuleHit(evidence, batch.setting("cluster_under_limit", "days"), others)


def _is_just_under(batch: Batch, amount: Decimal, limit: Decimal) -> bool:
    return amount > 0 and limit * batch.rules.just_under_limit.share <= amount <= limit


def unusual_amount(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """An amount far above what this vendor is usually paid.

    Measured by median and median absolute deviation of the logarithm. Both stay where they are when a few
    amounts are wild, unlike mean and standard deviation (Iglewicz and Hoaglin, "How to detect and handle
    outliers", 1993). The logarithm, because prices spread in proportion: a shop that sells tools and machines
    is not unusual at every machine. The factor keeps a vendor with one fixed price from being unusual at a
    penny more. What is not far above the largest amount that people approved for it is not unusual either.
    """
    settings = batch.rules.unusual_amount
    floor = batch.share_of_limit(transaction.currency, settings.amount_from)
    if transaction.amount <= 0 or transaction.amount < floor:
        return None
    largest = batch.computed_once(_largest_precedent)
    key = (batch.comparable(transaction).vendor, transaction.currency)
    if transaction.amount <= largest.get(key, Decimal(0)) * settings.largest:
        return None
    usual = _usual_without(batch, transaction)
    if usual is None or usual.payments < settings.payments:
        return None
    if log(transaction.amount / usual.median) <= max(usual.spread * settings.spread, log(settings.factor)):
        return None
    return RuleHit(
        f"{format_amount(transaction.amount, transaction.currency)} is "
        f"{transaction.amount / usual.median:.0f} times what this vendor is usually paid (the median of "
        f"{usual.payments:,} payments)",
        batch.setting("unusual_amount", "spread"),
    )


def _largest_precedent(batch: Batch) -> dict[VendorAndCurrency, Decimal]:
    """By vendor, the largest amount that people approved before; what was above the limit is none."""
    largest: dict[VendorAndCurrency, Decimal] = {}
    for key, payments in batch.by_vendor.items():
        limit = batch.share_of_limit(key[1], Decimal(1))
        amounts = (past.amount for past in payments if past.is_precedent and past.amount <= limit)
        largest[key] = max(amounts, default=Decimal(0))
    return largest


class _UsualAmount(NamedTuple):
    """What a vendor is paid: the number of payments, their median, and the spread of their logarithms."""

    payments: int
    median: Decimal
    spread: float


def _usual_without(batch: Batch, transaction: Transaction) -> _UsualAmount | None:
    """What is usual beside this payment; among many payments it makes no difference and stays in."""
    key = (batch.comparable(transaction).vendor, transaction.currency)
    amounts = batch.computed_once(_amounts_to_compare).get(key, {})
    if len(amounts) > MANY_PAYMENTS:
        return batch.computed_once(_usual_of_many).get(key)
    return _usual([amount for ref, amount in amounts.items() if ref != transaction.ref])


def _amounts_to_compare(batch: Batch) -> dict[VendorAndCurrency, dict[int, Decimal]]:
    """By vendor, amounts by reference; past payments have references below 0.

    Where enough was approved before, the past alone tells what is usual: else a batch would vouch for itself.
    """
    amounts_by_vendor: dict[VendorAndCurrency, dict[int, Decimal]] = {}
    for key, payments in batch.by_vendor.items():
        positive = [payment for payment in payments if payment.amount > 0]
        past = [payment.amount for payment in positive if payment.status is PaymentStatus.APPROVED]
        amounts = {-place: amount for place, amount in enumerate(past, start=1)}
        if len(past) < batch.rules.unusual_amount.payments:
            amounts |= {payment.ref: payment.amount for payment in positive if payment.ref is not None}
        amounts_by_vendor[key] = amounts
    return amounts_by_vendor


def _usual_of_many(batch: Batch) -> dict[VendorAndCurrency, _UsualAmount | None]:
    """What is usual for each vendor with many payments, computed once and not once for every payment."""
    return {
        key: _usual(list(amounts.values()))
        for key, amounts in batch.computed_once(_amounts_to_compare).items()
        if len(amounts) > MANY_PAYMENTS
    }


def _usual(amounts: Sequence[Decimal]) -> _UsualAmount | None:
    if not amounts:
        return None
    middle = median(amounts)
    spread = median(abs(log(amount / middle)) for amount in amounts) * MAD_TO_DEVIATION
    return _UsualAmount(len(amounts), middle, spread)


def round_amount(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A large round sum, which prices with tax rarely are."""
    settings = batch.rules.round_amount
    unit = batch.share_of_limit(transaction.currency, settings.unit)
    floor = batch.share_of_limit(transaction.currency, settings.amount_from)
    if not unit or transaction.amount < floor or transaction.amount % unit:
        return None
    evidence = f"{format_amount(transaction.amount, transaction.currency)} is a round sum"
    return RuleHit(evidence, batch.setting("round_amount", "unit"))


class _PaidUntil(NamedTuple):
    """Of one vendor: days in order, and up to each day the largest payment and the sum after refunds."""

    days: list[int]
    largest: list[Decimal]
    balance: list[Decimal]


def refund_without_original(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """Money back from a vendor that was not paid as much before, as far as batch and history tell."""
    refund = -transaction.amount
    floor = batch.share_of_limit(transaction.currency, batch.rules.refund_without_original.amount_from)
    if refund <= 0 or refund < floor:
        return None
    paid = batch.computed_once(_paid_until).get((batch.comparable(transaction).vendor, transaction.currency))
    if paid is not None:
        until = bisect_right(paid.days, batch.comparable(transaction).date.toordinal())
        if until and paid.largest[until - 1] >= refund and paid.balance[until - 1] >= 0:
            return None
    evidence = (
        f"a refund of {format_amount(refund, transaction.currency)}, and no payment of that size to this "
        "vendor is known"
    )
    return RuleHit(evidence, batch.setting("refund_without_original", "amount_from"))


def _paid_until(batch: Batch) -> dict[VendorAndCurrency, _PaidUntil]:
    paid: dict[VendorAndCurrency, _PaidUntil] = {}
    for key, payments in batch.by_vendor.items():
        # Payments come before refunds of the same day.
        dated = sorted(
            (payment.date.toordinal(), -payment.amount) for payment in payments if payment.may_have_been_paid
        )
        amounts = [-negated for _, negated in dated]
        paid[key] = _PaidUntil(
            [day for day, _ in dated], list(accumulate(amounts, max)), list(accumulate(amounts))
        )
    return paid
