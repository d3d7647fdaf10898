"""Sentences about payments that wait: reminders, escalation, expiry."""

from collections.abc import Sequence

from bot.domain.review.state import ReviewState
from bot.domain.text.sums import plural, refs_in_words, totals_in_words

TITLE = "Payments wait for you"
NUDGED = "I remind whoever can decide, within their working hours."
NUDGED_LATELY = "They were reminded less than four hours ago, so I do not remind them again yet."
NOTHING_TO_NUDGE = "Nothing of this review waits for a decision."


def was_added(review_id: str, refs: Sequence[int]) -> str:
    """What somebody reads who was added to payments of a review as an approver."""
    return f"You were added as an approver of {refs_in_words(refs)} of {review_id}; its details say why."


def escalation(state: ReviewState, days: int) -> str:
    """What the thread says when payments have waited too long; ``days`` are working days."""
    waits = "waits" if state.undecided == 1 else "wait"
    return (
        f"{plural(state.undecided, 'payment')} in this review {waits} for a decision for "
        f"{plural(days, 'working day')} now{_sums(state)}. Please decide, or close the review."
    )


def still_waits(state: ReviewState) -> str:
    """What the thread says where nobody is named whom a direct message could remind."""
    waits = "waits" if state.undecided == 1 else "wait"
    return f"{plural(state.undecided, 'payment')} in this review still {waits} for a decision{_sums(state)}."


def expiry(state: ReviewState, days: int) -> str:
    """What the thread says when a review is closed because nobody decided; ``days`` are working days."""
    is_ = "is" if state.undecided == 1 else "are"
    return (
        f"Nobody decided for {plural(days, 'working day')}, so this review is closed: "
        f"{plural(state.undecided, 'payment')}{_sums(state)} {is_} not approved. "
        "Whoever may decide can reopen it for 30 days."
    )


def _sums(state: ReviewState) -> str:
    return f", {totals_in_words(state.waiting_sums)}" if state.waiting_sums else ""
