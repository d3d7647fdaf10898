"""Sentences of the direct messages to whoever submitted payments."""

from collections.abc import Mapping
from decimal import Decimal

from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text.overview import outcomes
from bot.domain.text.sums import plural, totals_in_words


def received(state: ReviewState) -> str:
    """``3 payments, USD 17,500.00; 2 rows were left out``."""
    left_out = f"; {plural(state.left_out, 'row')} {'was' if state.left_out == 1 else 'were'} left out"
    what = f"{plural(state.total, 'payment')}, {totals_in_words(state.totals)}"
    return f"{what}{left_out if state.left_out else ''}"


def is_over(state: ReviewState) -> bool:
    """Whether nothing more comes of a review, unless somebody opens it again."""
    return state.status is ReviewStatus.CLOSED or (state.concluded and not state.waiting)


def end(state: ReviewState) -> str:
    """``R-7K3F2 is decided: 12 approved (USD 30,000.00), 1 rejected (USD 4,500.00).``"""
    if not is_over(state):
        return f"{state.id} was opened again: {outcomes(state)}."
    counted = (
        (state.routine + state.approved, "approved", _approved(state)),
        (state.rejected, "rejected", state.sums.get("rejected")),
        (state.withdrawn, "withdrawn", state.sums.get("withdrawn")),
        (state.waiting, "not approved", state.waiting_sums),
    )
    parts = (
        f"{count:,} {how}{f' ({totals_in_words(sums)})' if sums else ''}"
        for count, how, sums in counted
        if count
    )
    what = "is closed" if state.waiting else "is decided"
    return f"{state.id} {what}: {', '.join(parts)}."


def _approved(state: ReviewState) -> Mapping[str, Decimal] | None:
    """Sums by currency of what was approved, automatically or not; ``None`` where nobody knows them."""
    automatic = state.routine_sums
    if automatic is None:
        return None
    sums = dict(automatic)
    for currency, amount in state.sums.get("approved", {}).items():
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return dict(sorted(sums.items()))
