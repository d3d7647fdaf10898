"""What a vendor was paid before, in words."""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain.lists import joined_with_and
from bot.domain.money import format_amount
from bot.domain.names import folded_name
from bot.domain.policy import PastPayment, PaymentStatus

LAST = 3  # payments that are told one by one
CURRENCIES = 5  # that have a line of their own


def history_in_words(vendor: str, past: Iterable[PastPayment], review_id: str) -> str:
    """The answer to "have we paid Initech before?": how often, the median, when last, and the last three.

    ``past`` may hold look-alikes of the vendor and payments of this review; the first are only counted, and
    the others left out. Only what was approved counts as paid, and money back does not.
    """
    earlier = [payment for payment in past if not payment.name.endswith(f" of {review_id}")]
    same = [payment for payment in earlier if folded_name(payment.vendor) == folded_name(vendor)]
    # A vendor is never told to be known because somebody with nearly its name is.
    others = Counter(payment.vendor for payment in earlier if payment not in same and _was_paid(payment))
    refused = sum(payment.status in (PaymentStatus.REJECTED, PaymentStatus.HELD) for payment in same)
    paid = [payment for payment in same if _was_paid(payment)]
    lines = _paid(vendor, paid) if paid else [f"{vendor} was not paid before, as far as I have records."]
    if refused:
        lines.append(f"{_times(refused).capitalize()} a payment to this vendor was rejected or put on hold.")
    if others:
        names = [f"“{name}” ({_times(count)})" for name, count in others.most_common(LAST)]
        lines.append(f"Not counted are names that look much like it: {joined_with_and(names)}.")
    return "\n".join(lines)


def _was_paid(payment: PastPayment) -> bool:
    return payment.status is PaymentStatus.APPROVED and payment.amount > 0


def _paid(vendor: str, paid: Sequence[PastPayment]) -> list[str]:
    """A line for each currency, the most frequent first, and the last payments."""
    often = Counter(payment.currency for payment in paid).most_common()
    said = f"{vendor} was paid {_times(len(paid))} in this workspace"
    if len(paid) == 1:
        return [f"{said}: {_one(paid[0])}."]
    if len(often) == 1:
        lines = [f"{said}: {_figures(paid)}."]
    else:
        lines = [f"{said}, in {len(often):,} currencies."]
        for currency, count in often[:CURRENCIES]:
            figures = _figures([payment for payment in paid if payment.currency == currency])
            lines.append(f"{_times(count).capitalize()}: {figures}.")
    # Of payments without a date nobody knows when they were: they stand before all others.
    last = sorted(paid, key=lambda payment: payment.date or dt.date.min)[-LAST:][::-1]
    return [*lines, f"The last {len(last)}: {'; '.join(map(_one, last))}."]


def _figures(paid: Sequence[PastPayment]) -> str:
    """``median USD 480.00, last 2026-10-02``, of payments in one currency."""
    median = format_amount(statistics.median(payment.amount for payment in paid), paid[0].currency)
    last = max((payment.date for payment in paid if payment.date), default=None)
    return f"median {median}" + (f", last {last}" if last else "")


def _one(payment: PastPayment) -> str:
    on = f" on {payment.date}" if payment.date else ""
    return f"{format_amount(payment.amount, payment.currency)}{on} ({payment.name})"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
