"""Nudging: whoever brought payments has those reminded for whom they wait, once in four hours at most."""

from datetime import timedelta

from bot.domain.audit.entry import AuditEntry
from bot.domain.review.outcome import Outcome
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor, Transition

NUDGE_EVERY = timedelta(hours=4)
AT_ONCE = timedelta(minutes=1)  # within which a second request is taken for the first one, come again


def nudge_refused(state: ReviewState, actor: Actor) -> Outcome | None:
    """Why nobody is reminded because this person asks now; ``None`` where people are."""
    if actor.user not in state.barred:
        return Outcome.NOT_BROUGHT
    if state.status is not ReviewStatus.WAITING:
        return Outcome.CLOSED if state.status is ReviewStatus.CLOSED else Outcome.NOT_READY
    if not state.undecided:
        return Outcome.NOTHING_TO_DECIDE
    if state.nudged_at is None or actor.now >= state.nudged_at + NUDGE_EVERY:
        return None
    return Outcome.REPEATED if actor.now < state.nudged_at + AT_ONCE else Outcome.NUDGED_LATELY


def nudged(state: ReviewState, people: tuple[str, ...], actor: Actor) -> Transition:
    """The step after these people (Slack user ids) are to be reminded because ``actor`` asked."""
    detail = {"people": list(people), "how": actor.how.value}
    entry = AuditEntry(event="nudged", actor=actor.user, at=actor.now, detail=detail)
    return Transition(state.but(nudged_at=actor.now), audit=(entry,), jobs=())
