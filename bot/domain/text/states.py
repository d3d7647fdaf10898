"""How a review and each payment of it stand, in words."""

from bot.domain.conversation import DecisionKind
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text.sums import plural


def outcome_of(entry: ReviewedTransaction) -> str:
    """``approved automatically``, ``rejected: duplicate``, ``needs a decision``."""
    reason = f": {entry.decision.reason}" if entry.decision and entry.decision.reason else ""
    if entry.withdrawn:
        return state_of(entry)
    return f"{state_of(entry)}{reason}"


def state_of(entry: ReviewedTransaction) -> str:
    """How a payment stands, without the reason: ``rejected``, ``on hold``, ``needs a decision``."""
    if entry.withdrawn:
        return "withdrawn"
    if entry.not_approved:
        return "not approved"
    if entry.decision is not None:
        return decided_as(entry.decision.kind)
    if entry.judgement is None:
        return "not assessed yet"
    if entry.frozen:
        return "frozen, needs a call-back"
    return "needs a decision" if entry.flagged else "approved automatically"


def decided_as(kind: DecisionKind) -> str:
    """``approved``, ``rejected``, ``on hold``: how a payment stands after such a decision."""
    return "on hold" if kind is DecisionKind.HELD else kind.value


def still_waiting(state: ReviewState) -> str:
    """``3 payments still need a decision; 1 payment is on hold.``"""
    left = state.undecided
    parts = [f"{plural(left, 'payment')} still {'needs' if left == 1 else 'need'} a decision"] if left else []
    if state.held:
        parts.append(f"{plural(state.held, 'payment')} {'is' if state.held == 1 else 'are'} on hold")
    return f"{'; '.join(parts)}."


def counts(state: ReviewState) -> str:
    """``4 payments: 2 approved automatically, 1 approved, 0 rejected, 1 on hold.``"""
    if state.status is ReviewStatus.CLOSED:
        left = [(state.waiting, "not approved")]
    else:
        left = [(state.held, "on hold"), (state.undecided, "undecided")]
    left.insert(0, (state.withdrawn, "withdrawn"))
    others = "".join(f", {count:,} {word}" for count, word in left if count)
    return (
        f"{plural(state.total, 'payment')}: {state.routine:,} approved automatically, "
        f"{state.approved:,} approved, {state.rejected:,} rejected{others}."
    )


def status(state: ReviewState) -> str:
    """How far a review is, in one or two sentences."""
    if state.status is ReviewStatus.ASSESSING:
        return f"{state.id} is being assessed: {state.judged:,} of {plural(state.total, 'payment')}."
    if state.status is ReviewStatus.CLOSED:
        return f"{state.id} is closed. {counts(state)}"
    waits = still_waiting(state) if state.waiting else "everything is decided."
    return f"{state.id} is open: {waits} {counts(state)}"
