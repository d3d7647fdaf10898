"""The rule about equal amounts that are handed in together, however far apart they are dated."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from bot.domain.money import format_amount
from bot.domain.policy.batch import Batch, ComparablePayment
from bot.domain.policy.history import PaymentStatus
from bot.domain.policy.recurrence import LEAST, on_calendar
from bot.domain.policy.rule_hit import MOST_NAMED, RuleHit, list_payment_names
from bot.domain.policy.usual import is_ledger, usual_repeats
from bot.domain.transaction import Transaction

A_MONTH = 27  # days; four weeks, or a month with a holiday at one end
VENDORS_OF_A_LEDGER = 3  # others that are paid around both ends of a time, so that a ledger covers it


def repeated_together(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """The same amount to the same vendor, without an invoice number, handed in within some days.

    Dates are typed, and equal payments dated eight days apart would never meet in a window of seven. So what
    is submitted together is compared together; of such payments all but the earliest are flagged.

    A rent in the ledger of a year is submitted together too. What tells it apart is the calendar: it comes on
    its weekday or its day of the month, once each time, as ``expected`` has it. A calendar can be typed as
    well, so something else must vouch for it: the past, which was decided and not typed now, or the rest of
    the ledger, with other vendors that are paid from its beginning to its end. A ledger of a quarter holds a
    monthly fee twice, which makes no calendar yet; there a month between two payments is enough. Nor are as
    many equal payments repeats as people approved within days before, as ``usual_repeats`` has it.
    """
    return batch.computed_once(_together).get(transaction.ref)


def expected(batch: Batch, payments: Sequence[ComparablePayment]) -> frozenset[int]:
    """References of payments that are paid on a calendar, where the past or a ledger vouches for it.

    ``payments`` are of one vendor and amount, those of the past among them, in any order.
    """
    paid = [payment for payment in payments if payment.ref or payment.status is PaymentStatus.APPROVED]
    paid.sort(key=lambda payment: (payment.date, payment.sort_key))
    regular = [paid[place] for place in sorted(on_calendar([payment.date for payment in paid]))]
    if not regular:
        return frozenset()
    vouched = sum(payment.ref is None for payment in regular) >= LEAST - 1
    if not vouched and not _is_ledger(batch, regular[0], regular[-1]):
        return frozenset()
    return frozenset(payment.ref for payment in regular if payment.ref is not None)


def _is_ledger(batch: Batch, first: ComparablePayment, last: ComparablePayment) -> bool:
    """Whether the batch pays other vendors, too, around the days of both payments."""
    return all(
        len(_paid_around(batch, payment) - {payment.vendor}) >= VENDORS_OF_A_LEDGER
        for payment in (first, last)
    )


def _paid_around(batch: Batch, payment: ComparablePayment) -> set[str]:
    """Up to a few vendors that the batch pays in the month of a payment or in those beside it."""
    vendors = batch.computed_once(_vendors_by_month)
    month = payment.date.year * 12 + payment.date.month
    return {vendor for near in (month - 1, month, month + 1) for vendor in vendors.get(near, ())}


def _vendors_by_month(batch: Batch) -> dict[int, set[str]]:
    months: defaultdict[int, set[str]] = defaultdict(set)
    for transaction in batch.transactions:
        payment = batch.comparable(transaction)
        vendors = months[payment.date.year * 12 + payment.date.month]
        if transaction.date and len(vendors) <= VENDORS_OF_A_LEDGER:  # one of them may be the payment's own
            vendors.add(payment.vendor)
    return dict(months)


def _together(batch: Batch) -> dict[int, RuleHit]:
    settings, hits = batch.rules.repeated_together, dict[int, RuleHit]()
    for (_, currency), payments in batch.by_vendor.items():
        floor = batch.share_of_limit(currency, settings.amount_from)
        by_amount: defaultdict[Decimal, list[ComparablePayment]] = defaultdict(list)
        for payment in payments:
            if payment.amount > 0 and payment.amount >= floor and not payment.invoice:
                by_amount[payment.amount].append(payment)
        for same in by_amount.values():
            recent = [
                payment
                for payment in same
                if payment.submitted and abs((batch.today - payment.submitted).days) <= settings.days
            ]
            if len(recent) > 1 and any(payment.ref for payment in recent):
                regular = expected(batch, same) | batch.computed_once(usual_repeats)
                hits |= _repeats(batch, recent, regular)
    return hits


def _repeats(
    batch: Batch, payments: Sequence[ComparablePayment], regular: Collection[int]
) -> Iterator[tuple[int, RuleHit]]:
    """Findings about payments that were handed in within days, all but the first and the expected ones."""
    days, near = batch.rules.repeated_together.days, batch.rules.duplicate_payment.days
    total = format_amount(payments[0].amount * len(payments), payments[0].currency)
    named = payments[: MOST_NAMED + 1]
    for earlier, payment in pairwise(payments):
        # Whatever is dated within a few days of another one is found by the rule for duplicates.
        apart = (payment.date - earlier.date).days
        if payment.ref is None or payment.ref in regular or apart <= near:
            continue
        if apart >= A_MONTH and batch.computed_once(is_ledger):
            continue
        others = [other.name for other in named if other is not payment][:MOST_NAMED]
        evidence = (
            f"the same vendor and amount as {list_payment_names(others, total=len(payments) - 1)}, handed in "
            f"within {days} days, {total} in all; only the dates differ"
        )
        yield payment.ref, RuleHit(evidence, batch.setting("repeated_together", "days"), others)
