"""Sentences of the card of a review."""

from bot.domain.review.state import ReviewState
from bot.domain.text.sums import plural


def assumed(state: ReviewState) -> str:
    """Which currency was assumed, and for how many payments; empty where each names its own."""
    if state.assumed is None:
        return ""
    rows = state.assumed.rows
    if rows == state.total:
        which = "in the file" if state.assumed.in_file else "was named"
    else:
        which = f"for {rows:,} of {plural(state.total, 'payment')}" if rows else "for some of the payments"
    return f"No currency {which}; {state.assumed.currency} assumed"


def progress(state: ReviewState) -> str:
    """How far a long batch is: ``600 of 3,000 assessed, 12 flagged so far``."""
    return (
        f"{state.judged:,} of {state.total:,} assessed, {state.flagged - state.recommended:,} flagged so far"
    )


def recommendation(state: ReviewState) -> str:
    """The sentence where the policy leaves every decision to a human."""
    words = "This is a recommendation: the policy leaves every decision to a human."
    return f"{words} To approve: {state.recommended:,}." if state.recommended else words


def not_assessed(state: ReviewState) -> str:
    """How many the model should have read and did not; why stands at each of them."""
    was = "was" if state.unassessed == 1 else "were"
    return f"{plural(state.unassessed, 'transaction')} {was} not assessed by the model, so left to a human."


SHORT_PAST = (
    "The past that I can compare with is short, so new vendors are flagged for larger payments alone."
)
