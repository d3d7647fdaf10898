"""Opening a review again that was closed: by whoever may decide about it, for some days."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.audit.entry import AuditEntry
from bot.domain.people import Approvers
from bot.domain.policy import HumanInputMode
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor, Transition, human_turn

REOPEN_DAYS = 30  # after it was closed; what was paid or not since then is known to everybody


def closing_seen(state: ReviewState) -> str:
    """What a button carries of the closing that its card shows; empty for a review that is open."""
    return "" if state.status is not ReviewStatus.CLOSED else f"{_closed_at(state).timestamp():.6f}"


def may_be_reopened(state: ReviewState, now: datetime) -> bool:
    """Whether a review is closed and whole, and has not been so for too long; ``now`` is aware UTC."""
    closed = state.status is ReviewStatus.CLOSED
    return closed and not state.forgotten and now - _closed_at(state) <= timedelta(days=REOPEN_DAYS)


def reopen(review: Review, actor: Actor, approvers: Approvers, seen: str | None = None) -> RequestResult:
    """Open a closed review again; what was not approved can be decided then, what was decided stands.

    ``seen`` is what the pressed button carried of the closing that its card showed; ``None`` for words. The
    review has the payments that are open. A refusal has no transition.
    """
    state = review.state
    if refused := review.may_decide(actor.user, replace(approvers, added=frozenset())):
        return RequestResult(refused)
    if refused := review.has_no_part(actor.user, approvers):
        return RequestResult(refused)
    if state.status is not ReviewStatus.CLOSED:
        return RequestResult(Outcome.NOT_CLOSED)
    if seen is not None and seen != closing_seen(state):
        return RequestResult(Outcome.STALE_CARD)
    if state.forgotten:
        return RequestResult(Outcome.FORGOTTEN)
    if not may_be_reopened(state, actor.now):
        return RequestResult(Outcome.CLOSED_TOO_LONG)
    entries = (entry.model_copy(update={"closed": False}) for entry in review.entries.values())
    opened = state.but(
        status=ReviewStatus.WAITING,
        closed_at=None,
        reopenings=state.reopenings + 1,
        # Without anything open, or with nobody to ask, there is nothing after which to sum up once more.
        concluded=not state.waiting or state.mode is HumanInputMode.NEVER,
        recommended=sum(entry.recommended for entry in entries),
    )
    step = Transition(
        opened,
        turns=(human_turn(actor),),
        audit=(AuditEntry(event="reopened", actor=actor.user, at=actor.now),),
        jobs=("publish", "learn"),
    )
    return RequestResult(Outcome.RECORDED, transition=step)


def _closed_at(state: ReviewState) -> datetime:
    """When it was closed; where that was not noted, when it was submitted, which is earlier."""
    return state.closed_at or state.created_at
