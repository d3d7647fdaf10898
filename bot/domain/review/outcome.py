"""What came of one request."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from bot.domain.review.decision import Decision
from bot.domain.review.transition import Transition


class Outcome(StrEnum):
    """What came of one request; a second click is a normal answer, not an error."""

    RECORDED = "recorded"
    ALREADY_DECIDED = "already_decided"
    NOT_AN_APPROVER = "not_an_approver"
    OWN_BATCH = "own_batch"
    STALE_CARD = "stale_card"
    NOT_FLAGGED = "not_flagged"
    UNKNOWN_TRANSACTION = "unknown_transaction"
    NOTHING_TO_DECIDE = "nothing_to_decide"
    NOT_READY = "not_ready"
    CLOSED = "closed"
    NO_REVIEW = "no_review"
    NO_PROPOSAL = "no_proposal"
    NOT_YOURS = "not_yours"
    REPEATED = "repeated"
    NOT_DECIDED = "not_decided"
    ANOTHERS = "anothers"
    TOO_LATE = "too_late"
    CONTRADICTORY = "contradictory"


# Attempts that an auditor wants to see, though they changed nothing.
REFUSED = {
    Outcome.NOT_AN_APPROVER,
    Outcome.OWN_BATCH,
    Outcome.STALE_CARD,
    Outcome.ANOTHERS,
    Outcome.TOO_LATE,
}

# Outcomes that concern only the person who asked; the others belong into the conversation.
PRIVATE = {
    Outcome.NOT_AN_APPROVER,
    Outcome.OWN_BATCH,
    Outcome.CLOSED,
    Outcome.NO_REVIEW,
    Outcome.NOT_READY,
    Outcome.ANOTHERS,
    Outcome.TOO_LATE,
    Outcome.NOT_DECIDED,
}


@dataclass(frozen=True, slots=True)
class RequestResult:
    """What came of a request: the outcome, the step that makes it so, and what there is to tell.

    ``recorded`` are the decisions made, ``undone`` the references of those taken back, ``already`` the
    decisions that stand and were not touched, ``refs`` the payments that a refusal is about.
    """

    outcome: Outcome
    transition: Transition | None = None
    recorded: tuple[Decision, ...] = ()
    undone: tuple[int, ...] = ()
    already: tuple[Decision, ...] = ()
    refs: tuple[int, ...] = ()

    def by(self, transition: Transition) -> Self:
        """A copy that another step makes so."""
        return replace(self, transition=transition)
