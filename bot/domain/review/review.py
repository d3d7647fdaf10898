"""What one request makes of a review: pure, frozen, no clock, no Redis, no Slack."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.conversation import DecisionKind, DecisionRequest, Medium, Party, Turn, TurnKind
from bot.domain.judgement import Judgement
from bot.domain.review.audit_entries import decided
from bot.domain.review.state import (
    AuditEntry,
    Decision,
    ReviewedTransaction,
    ReviewState,
    ReviewStatus,
    as_text,
    proposal_text,
)


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


class Transition(BaseModel):
    """Everything one step changes, and what must still be so for it to happen; stored in one script.

    ``expect`` holds head fields as stored text, ``undecided`` the references that must have no decision
    yet, ``replaced`` where in the audit trail, from 1, the decisions stand that it corrects, ``undone``
    which of these are gone then, ``jobs`` the names of the jobs that follow. A step that finds anything
    else changes nothing.
    """

    model_config = ConfigDict(frozen=True)

    expect: dict[str, str] = Field(default_factory=dict)
    undecided: tuple[int, ...] = ()
    replaced: dict[int, int] = Field(default_factory=dict)
    undone: tuple[int, ...] = ()
    set: dict[str, str] = Field(default_factory=dict)
    add: dict[str, int] = Field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    turns: tuple[Turn, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    jobs: tuple[str, ...] = ("publish",)

    def joined(self, *, turns: tuple[Turn, ...] = (), **more: Any) -> Self:
        """The same step with further turns, expectations (``expect``) and settings (``set``)."""
        merged = {name: {**getattr(self, name), **value} for name, value in more.items()}
        return self.model_copy(update={"turns": (*self.turns, *turns), **merged})


class RequestResult(BaseModel):
    """What came of a request: the outcome, the step that makes it so, and what to tell."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    transition: Transition | None = None
    recorded: tuple[Decision, ...] = ()
    undone: tuple[int, ...] = ()
    already: tuple[Decision, ...] = ()
    refs: tuple[int, ...] = ()


class Actor(BaseModel):
    """Who asks, by which way, in which words, and when (aware UTC)."""

    model_config = ConfigDict(frozen=True)

    user: str
    how: Medium
    text: str
    now: datetime


class Review(BaseModel):
    """A review with the entries that a request is about."""

    model_config = ConfigDict(frozen=True)

    state: ReviewState
    entries: dict[int, ReviewedTransaction]

    def may_decide(self, user: str, approvers: Iterable[str]) -> Outcome | None:
        """Why this person may not decide here, or ``None`` when they may.

        Nobody decides on their own batch, whether they submitted or only wrote it. Who may decide comes
        from the policy in force now, not from the one that judged the batch: a person taken off the list
        is off it for open reviews too.
        """
        if user in (self.state.submitter, self.state.author):
            return Outcome.OWN_BATCH
        named = tuple(approvers)
        return Outcome.NOT_AN_APPROVER if named and user not in named else None

    def decide(
        self,
        asks: tuple[DecisionRequest, ...],
        actor: Actor,
        approvers: Iterable[str],
        seen: str | None = None,
    ) -> RequestResult:
        """Decide what was asked; all of it, or none where a reference is unknown or was never flagged."""
        refused = self.refused(actor, approvers, seen)
        if refused is not None:
            return RequestResult(outcome=refused)
        named = {ref for ask in asks for ref in (*(ask.refs or ()), *ask.but)}
        unknown = tuple(sorted(ref for ref in named if ref not in self.entries))
        if unknown:
            return RequestResult(outcome=Outcome.UNKNOWN_TRANSACTION, refs=unknown)
        unflagged = tuple(sorted(ref for ref in named if not self.entries[ref].flagged))
        if unflagged:
            return RequestResult(outcome=Outcome.NOT_FLAGGED, refs=unflagged)
        already = tuple(self.entries[ref].decision for ref in sorted(named) if self.entries[ref].decision)
        decisions = self._decisions(asks, actor)
        if not decisions:
            outcome = Outcome.ALREADY_DECIDED if already else Outcome.NOTHING_TO_DECIDE
            return RequestResult(outcome=outcome, already=tuple(one for one in already if one))
        return RequestResult(
            outcome=Outcome.RECORDED,
            recorded=decisions,
            already=tuple(one for one in already if one),
            transition=self._recording(decisions, actor),
        )

    def follow(self, actor: Actor, approvers: Iterable[str], seen: str | None = None) -> RequestResult:
        """Approve what the bot recommends to approve and nobody has decided about."""
        refs = tuple(ref for ref, entry in self.entries.items() if entry.recommended)
        return self.decide((DecisionRequest(kind=DecisionKind.APPROVED, refs=refs),), actor, approvers, seen)

    def exit(self, actor: Actor, approvers: Iterable[str]) -> RequestResult:
        """End the review; what is undecided is held, never approved."""
        refused = self.refused(actor, approvers, None)
        if refused is not None:
            return RequestResult(outcome=refused)
        ask = DecisionRequest(kind=DecisionKind.HELD, reason="the review was ended before a decision")
        decisions = self._decisions((ask,), actor)
        step = self._recording(decisions, actor)
        closed = step.model_copy(
            update={
                "set": {**step.set, "status": ReviewStatus.CLOSED.value, "proposal": proposal_text(None)},
                "expect": {
                    **step.expect,
                    **tallied(self.state),
                    "concluded": as_text(self.state.concluded),
                },
                "audit": (*step.audit, AuditEntry(event="closed", actor=actor.user, at=actor.now)),
                "jobs": ("publish", "learn"),
            }
        )
        return RequestResult(outcome=Outcome.RECORDED, recorded=decisions, transition=closed)

    def refused(self, actor: Actor, approvers: Iterable[str], seen: str | None = None) -> Outcome | None:
        """Why nothing may be decided now by this person, on the card that they see."""
        if self.state.status is ReviewStatus.CLOSED:
            return Outcome.CLOSED
        if refused := self.may_decide(actor.user, approvers):
            return refused
        if self.state.status is ReviewStatus.ASSESSING:
            return Outcome.NOT_READY
        if seen is not None and seen != self.state.seen:
            return Outcome.STALE_CARD
        return None

    def _decisions(self, asks: tuple[DecisionRequest, ...], actor: Actor) -> tuple[Decision, ...]:
        named = {ref for ask in asks for ref in ask.refs or ()}
        made: dict[int, Decision] = {}
        for ask in asks:
            # A general decision covers what the same request does not name.
            refs = ask.refs if ask.refs is not None else tuple(set(self.entries) - named - set(ask.but))
            for ref in refs:
                entry = self.entries[ref]
                if entry.undecided and ref not in made:
                    made[ref] = Decision(
                        ref=ref,
                        kind=ask.kind,
                        by=actor.user,
                        at=actor.now,
                        how=actor.how,
                        reason=ask.reason,
                        content_hash=entry.content_hash(self.state.policy_version),
                    )
        return tuple(made[ref] for ref in sorted(made))

    def _recording(self, decisions: tuple[Decision, ...], actor: Actor) -> Transition:
        return Transition(
            # What was undone since it was loaded is another payment to whoever clicked before.
            expect={"status": ReviewStatus.WAITING.value, "taken_back": as_text(self.state.taken_back)},
            undecided=tuple(one.ref for one in decisions),
            add=counted(decisions, self.entries),
            decisions=decisions,
            turns=(human_turn(actor),),
            audit=tuple(decided(one) for one in decisions),
        )


def counted(decisions: Sequence[Decision], entries: Mapping[int, ReviewedTransaction]) -> dict[str, int]:
    """What these decisions change of the head's counters."""
    recommended = sum(entries[one.ref].recommended for one in decisions)
    return {**count_kinds(decisions), "undecided": -len(decisions), "recommended": -recommended}


def count_kinds(decisions: Iterable[Decision]) -> dict[str, int]:
    """How many of each kind, by the names of the head's counters."""
    counts: dict[str, int] = {}
    for one in decisions:
        counts[one.kind.value] = counts.get(one.kind.value, 0) + 1
    return counts


def tallied(state: ReviewState) -> dict[str, str]:
    """What a step expects that says how many are decided how: a correction changes that too."""
    return {name: as_text(getattr(state, name)) for name in ("undecided", "approved", "rejected", "held")}


def human_turn(actor: Actor) -> Turn:
    """The human's turn as it was said."""
    return Turn(who=Party.HUMAN, how=actor.how, text=actor.text, at=actor.now, actor=actor.user)


def bot_turn(text: str, now: datetime, form: TurnKind = TurnKind.PLAIN) -> Turn:
    """The finance bot's turn."""
    return Turn(who=Party.FINANCE_BOT, how=Medium.API, text=text, at=now, form=form)


def state_after(state: ReviewState, step: Transition) -> ReviewState:
    """The state as the step makes it, for words that belong to the same step."""
    fields = state.fields() | step.set
    for name, by in step.add.items():
        fields[name] = str(int(fields[name]) + by)
    return ReviewState.model_validate(fields)
