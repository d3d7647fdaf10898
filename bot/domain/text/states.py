"""How a review and each payment of it stand, in words."""

from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text.sums import plural


def outcome_of(entry: ReviewedTransaction) -> str:
    """``approved automatically``, ``rejected: duplicate``, ``waits for a decision``."""
    reason = f": {entry.decision.reason}" if entry.decision and entry.decision.reason else ""
    return f"{state_of(entry)}{reason}"


def state_of(entry: ReviewedTransaction) -> str:
    """How a payment stands, without the reason: ``rejected``, ``waits for a decision``."""
    if entry.decision is not None:
        return entry.decision.kind.value
    if entry.judgement is None:
        return "not assessed yet"
    return "waits for a decision" if entry.flagged else "approved automatically"


def counts(state: ReviewState) -> str:
    """``3 transactions: 2 approved automatically, 1 approved, 0 rejected, 0 held.``"""
    waiting = f", {state.undecided:,} undecided" if state.undecided else ""
    return (
        f"{plural(state.total, 'transaction')}: {state.routine:,} approved automatically, "
        f"{state.approved:,} approved, {state.rejected:,} rejected, {state.held:,} held{waiting}."
    )


def status(state: ReviewState) -> str:
    """How far a review is, in one sentence."""
    if state.status is ReviewStatus.ASSESSING:
        return f"{state.id} is being assessed: {state.judged:,} of {plural(state.total, 'transaction')}."
    standing = "closed" if state.status is ReviewStatus.CLOSED else "waiting for a human"
    return f"{state.id} is {standing}. {counts(state)}"
