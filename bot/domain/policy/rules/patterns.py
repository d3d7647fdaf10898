"""Rules about how payments to one vendor follow each other: its invoice numbers, and a long silence."""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.history import PaymentStatus
from bot.domain.policy.rule_hit import RuleHit, list_payment_names
from bot.domain.policy.usual import is_ledger
from bot.domain.transaction import Transaction


def sequential_invoices(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """Invoice numbers of a vendor that count up by one over weeks, as of one with no other customer."""
    return batch.computed_once(_sequences).get(transaction.ref)


def _sequences(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.sequential_invoices, dict[int, RuleHit]()
    for payments in batch.by_vendor.values():
        numbered = _by_number(payments)
        if (
            len(numbered) < settings.count
            or (numbered[-1][1].date - numbered[0][1].date).days < settings.days
        ):
            continue
        if any(after - before != 1 for (before, _), (after, _) in pairwise(numbered)):
            continue
        names = [payment.name for _, payment in numbered[:8]]
        for _, payment in numbered:
            if payment.ref is not None:
                others = [name for name in names if name != payment.name]
                days = (numbered[-1][1].date - numbered[0][1].date).days
                evidence = (
                    f"all invoice numbers of this vendor count up by one, over {days:,} days: with "
                    f"{list_payment_names(others, total=len(numbered) - 1)}"
                )
                hits[payment.ref] = RuleHit(evidence, batch.setting("sequential_invoices", "count"), others)
    return hits


def _by_number(payments: Sequence[ComparablePayment]) -> list[tuple[int, ComparablePayment]]:
    """The first payment of each invoice number, which is its last digits, in the order of their dates."""
    found: dict[int, ComparablePayment] = {}
    for payment in sorted(payments, key=lambda payment: (payment.date, payment.sort_key)):
        if (number := re.search(r"(\d{1,15})$", payment.invoice)) and payment.may_have_been_paid:
            found.setdefault(int(number[1]), payment)
    return list(found.items())


def dormant_vendor(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A payment of some size to a vendor that was paid before, and for a long time not at all.

    Counted to the day of submission, whatever date its row has; in a ledger to that date.
    """
    settings = batch.rules.dormant_vendor
    if transaction.amount < batch.share_of_limit(transaction.currency, settings.amount_from):
        return None
    payment = batch.comparable(transaction)
    last = batch.computed_once(_last_paid).get(payment.vendor)
    day = payment.date if batch.computed_once(is_ledger) else batch.today
    if last is None or (silent := (day - last.date).days) <= settings.days:
        return None
    evidence = f"this vendor was not paid for {silent:,} days, since {last.name}"
    return RuleHit(evidence, batch.setting("dormant_vendor", "days"), [last.name])


def _last_paid(batch: Batch) -> dict[str, ComparablePayment]:
    """By vendor, in whatever currency, the last payment of the past that was approved."""
    last: dict[str, ComparablePayment] = {}
    for payment in batch.payments:
        if payment.status is PaymentStatus.APPROVED and payment.amount > 0:
            known = last.setdefault(payment.vendor, payment)
            last[payment.vendor] = max(known, payment, key=lambda paid: paid.date)
    return last
