"""What a review from before something was kept beside it lacks, made of its payments and its trail. Pure.

Nothing of it is news: sums, holds and the card's order follow from what the trail says, so that the trail
gets no entry. Since when a review waits nobody noted; its clock begins now, as in each step (``timed``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.audit.entry import AuditEntry
from bot.domain.policy import VendorPast
from bot.domain.review.deadlines import counted
from bot.domain.review.ranking import ShareOfLimit, ranked
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.sums import sums_of
from bot.domain.review.transition import Transition


def brought_forward(
    review: Review,
    *,
    shares: ShareOfLimit,
    pasts: Mapping[str, VendorPast],
    trail: Sequence[AuditEntry] = (),
) -> Transition:
    """The step that gives a review what it lacks; the review is loaded with all its flagged payments.

    ``shares`` and ``pasts`` are what the order of the card goes by, as when payments are judged; ``trail`` is
    the audit trail where the review is closed and nobody knows when. An order that the review has stays.
    """
    state = _counted(review)
    if state.status is ReviewStatus.CLOSED and state.closed_at is None:
        state = state.but(closed_at=_closed_at(trail))
    # Cards stay as they are: tens of thousands of them would keep Slack busy for hours, and what people do
    # meanwhile would wait behind. The next thing that happens to a review has its card drawn anew.
    step = Transition(state, jobs=())
    if state.status is ReviewStatus.ASSESSING:
        return step
    judged = [(entry.transaction, entry.judgement) for entry in review.entries.values() if entry.judgement]
    held = tuple(sorted(ref for ref, entry in review.entries.items() if entry.held))
    return replace(step, ranking=tuple(ranked(judged, shares, pasts)), noted_held=held)


def _counted(review: Review) -> ReviewState:
    """The state with what is counted of its flagged payments, where it was not."""
    state = review.state
    if state.sums or not state.flagged:
        return state
    sums, high_risk = sums_of(review.entries)
    return state.but(
        sums=sums, high_risk=high_risk, deadlines=counted(review.entries, state.created_at.date())
    )


def _closed_at(trail: Sequence[AuditEntry]) -> datetime | None:
    """When it was closed last; where the trail does not say so by name, when its last entry was made."""
    closings = (entry.at for entry in reversed(trail) if entry.event == "closed")
    return next(closings, trail[-1].at if trail else None)
