"""Rules about refunds that are claimed twice, and payments that are made again after one."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.domain.money import format_amount
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.invoice_forms import invoice_number, may_be_one
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.policy.rules.repeats import days_apart
from bot.domain.transaction import Transaction


def refund_twice(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """The same credit again: one number, whatever its size, or one amount within some days.

    Where both have a number, that alone tells them apart. Of two such refunds the later one is flagged.
    """
    return batch.computed_once(_refunds_twice).get(transaction.ref)


def paid_after_refund(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A payment that was made before and given back: paid, refunded and paid again, of one amount.

    Where all are dated before or after the refund, one of them counts as made again: dates are typed.
    """
    return batch.computed_once(_paid_again).get(transaction.ref)


def _refunds_twice(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.refund_twice, dict[int, RuleHit]()
    for (_, currency), payments in batch.by_vendor.items():
        floor = batch.share_of_limit(currency, settings.amount_from)
        by_number: dict[tuple[str, Decimal], ComparablePayment] = {}
        last: dict[tuple[bool, Decimal], ComparablePayment] = {}
        for refund in payments:
            if refund.amount >= 0:
                continue
            number = invoice_number(refund.number).key
            if refund.ref is not None:
                same = by_number.get((number, refund.amount))
                others = [last.get((has_number, refund.amount)) for has_number in (False, True)]
                if same and not _is_small_line(batch, refund, same):
                    evidence = f"the same credit note as {same.name}"
                    line = batch.setting("refund_twice", "on")
                    hits[refund.ref] = RuleHit(evidence, line, [same.name])
                elif -refund.amount >= floor and (near := _like(batch, refund, others)):
                    amount = format_amount(-refund.amount, currency)
                    evidence = f"a refund of {amount} like {near.name}, {days_apart(refund, near)}"
                    line = batch.setting("refund_twice", "days")
                    hits[refund.ref] = RuleHit(evidence, line, [near.name])
            if number:
                by_number[number, refund.amount] = refund
            last[bool(number), refund.amount] = refund
    return hits


def _is_small_line(batch: Batch, refund: ComparablePayment, other: ComparablePayment) -> bool:
    """Whether two equal lines of one credit note in one batch are too small to ask about."""
    floor = batch.share_of_limit(refund.currency, batch.rules.duplicate_payment.lines_from)
    return other.ref is not None and -refund.amount < floor and refund.date == other.date


def _like(
    batch: Batch, refund: ComparablePayment, others: Iterable[ComparablePayment | None]
) -> ComparablePayment | None:
    """A refund of the same vendor and amount within days, unless both have a number and those are two."""
    for other in others:
        if other and refund.days_from(other) <= batch.rules.refund_twice.days:
            two_numbers = invoice_number(refund.number).key and invoice_number(other.number).key
            if not two_numbers or may_be_one(refund.number, other.number):
                return other
    return None


def _paid_again(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.paid_after_refund, dict[int, RuleHit]()
    for (_, currency), payments in batch.by_vendor.items():
        floor = batch.share_of_limit(currency, settings.amount_from)
        paid: defaultdict[Decimal, list[ComparablePayment]] = defaultdict(list)
        refunds: list[ComparablePayment] = []
        for payment in payments:
            is_large = payment.amount and abs(payment.amount) >= floor
            if is_large and payment.may_have_been_paid:
                (paid[payment.amount] if payment.amount > 0 else refunds).append(payment)
        in_order = {amount: sorted(made, key=_by_day) for amount, made in paid.items()}
        for refund in refunds:
            pair = _around(in_order.get(-refund.amount, ()), refund)
            if pair and max(payment.days_from(refund) for payment in pair) <= settings.days:
                before, again = pair
                evidence = (
                    f"paid as {before.name}, refunded as {refund.name} and paid again, "
                    f"{format_amount(again.amount, currency)} each time"
                )
                line = batch.setting("paid_after_refund", "days")
                hits[again.ref or 0] = RuleHit(evidence, line, [before.name, refund.name])
    return hits


def _by_day(payment: ComparablePayment) -> tuple[dt.date, bool, int]:
    return payment.date, *payment.sort_key[::2]


def _around(
    paid: Sequence[ComparablePayment], refund: ComparablePayment
) -> tuple[ComparablePayment, ComparablePayment] | None:
    """Two payments of the size of a refund, of which the later one, to be judged, was made again.

    The two that are dated around it; where all are dated before or after it, the last or the first two.
    """
    if len(paid) < 2:
        return None
    after = min(max(bisect_right(paid, _by_day(refund), key=_by_day), 1), len(paid) - 1)
    before, again = paid[after - 1], paid[after]
    return (before, again) if again.ref is not None else None
