"""A review: one submitted batch, its state, and what one request makes of it. Pure and frozen."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.domain.conversation import Ask, DecisionKind, Exit, Form, How, Skip, Turn, Who
from bot.domain.judgement import Judgement, Verdict
from bot.domain.policy import HumanInputMode
from bot.domain.transaction import Transaction

FINANCE_BOT = "finance_bot"


class Status(StrEnum):
    """Where a review stands."""

    ASSESSING = "assessing"
    WAITING = "waiting"
    CLOSED = "closed"


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


class Decision(BaseModel):
    """What was decided about one transaction, by whom, when, why, and over which content."""

    model_config = ConfigDict(frozen=True)

    ref: int
    kind: DecisionKind
    by: str
    at: datetime
    how: How
    reason: str = ""
    content_hash: str


class Proposal(BaseModel):
    """What the model understood of a reply; nothing of it is done before its author confirms it."""

    model_config = ConfigDict(frozen=True)

    id: str
    by: str
    words: str
    reading: Skip | Exit | tuple[Ask, ...]


class Audit(BaseModel):
    """One entry of the audit trail; entries are only ever added."""

    model_config = ConfigDict(frozen=True)

    event: str
    actor: str
    at: datetime
    detail: dict[str, Any] = Field(default_factory=dict)


class Head(BaseModel):
    """The small mutable state of a review; everything large stands beside it.

    ``totals`` are sums by currency in major units. ``digest`` covers all transactions and the policy's
    version: a button carries its first characters, so a card of other content is told apart.
    """

    model_config = ConfigDict(frozen=True)

    team: str
    id: str
    request: str
    channel: str
    submitter: str
    created_at: datetime
    source: str
    note: str = ""
    mode: HumanInputMode
    policy_version: str
    model: str
    prompt_version: str = ""
    digest: str
    status: Status = Status.ASSESSING
    total: int
    totals: dict[str, Decimal]
    judged: int = 0
    flagged: int = 0
    undecided: int = 0
    approved: int = 0
    rejected: int = 0
    held: int = 0
    unassessed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    concluded: bool = False
    read_to: int = 0
    page: int = 0
    proposal: Proposal | None = None
    version: int = 0
    turns: int = 0

    @field_validator("totals", "proposal", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @property
    def routine(self) -> int:
        """How many were approved automatically."""
        return self.judged - self.flagged

    @property
    def seen(self) -> str:
        """What a button carries of the digest."""
        return self.digest[:12]

    def after(self, step: "Transition") -> Self:
        """The state as the step makes it, for words that belong to the same step."""
        dumped = self.fields() | step.set
        for name, by in step.add.items():
            dumped[name] = str(int(dumped[name]) + by)
        return type(self).model_validate(dumped)

    def fields(self) -> dict[str, str]:
        """The state as flat text, field by field, as it is stored."""
        dumped = self.model_dump(mode="json")
        return {name: as_text(value) for name, value in dumped.items()}


def as_text(value: Any) -> str:
    """One stored field: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


class Entry(BaseModel):
    """One transaction with what was found and decided about it so far."""

    model_config = ConfigDict(frozen=True)

    transaction: Transaction
    judgement: Judgement | None = None
    decision: Decision | None = None

    @property
    def flagged(self) -> bool:
        return self.judgement is not None and self.judgement.verdict is Verdict.FLAGGED

    @property
    def undecided(self) -> bool:
        return self.flagged and self.decision is None

    def content_hash(self, policy_version: str) -> str:
        """SHA-256 (hex) over the transaction, its findings and the policy's version."""
        findings = "" if self.judgement is None else self.judgement.model_dump_json()
        content = f"{self.transaction.content_hash}\n{findings}\n{policy_version}"
        return hashlib.sha256(content.encode()).hexdigest()


class Transition(BaseModel):
    """Everything one step changes, and what must still be so for it to happen; stored in one script.

    ``expect`` holds head fields as stored text, ``undecided`` the references that must have no decision
    yet, ``jobs`` the names of the jobs that follow. A step that finds anything else changes nothing.
    """

    model_config = ConfigDict(frozen=True)

    expect: dict[str, str] = Field(default_factory=dict)
    undecided: tuple[int, ...] = ()
    set: dict[str, str] = Field(default_factory=dict)
    add: dict[str, int] = Field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    turns: tuple[Turn, ...] = ()
    audit: tuple[Audit, ...] = ()
    jobs: tuple[str, ...] = ("publish",)

    def joined(self, *, turns: tuple[Turn, ...] = (), **more: Any) -> Self:
        """The same step with further turns, expectations (``expect``) and settings (``set``)."""
        merged = {name: {**getattr(self, name), **value} for name, value in more.items()}
        return self.model_copy(update={"turns": (*self.turns, *turns), **merged})


class Answer(BaseModel):
    """What came of a request: the outcome, the step that makes it so, and what to tell."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    transition: Transition | None = None
    recorded: tuple[Decision, ...] = ()
    already: tuple[Decision, ...] = ()
    refs: tuple[int, ...] = ()


class Actor(BaseModel):
    """Who asks, by which way, in which words, and when (aware UTC)."""

    model_config = ConfigDict(frozen=True)

    user: str
    how: How
    text: str
    now: datetime


class Review(BaseModel):
    """A review with the entries that a request is about."""

    model_config = ConfigDict(frozen=True)

    head: Head
    entries: dict[int, Entry]

    def may_decide(self, user: str, approvers: Iterable[str]) -> Outcome | None:
        """Why this person may not decide here, or ``None`` when they may.

        Nobody decides on their own batch. Who may decide comes from the policy in force now, not from
        the one that judged the batch: a person taken off the list is off it for open reviews too.
        """
        if user == self.head.submitter:
            return Outcome.OWN_BATCH
        named = tuple(approvers)
        return Outcome.NOT_AN_APPROVER if named and user not in named else None

    def decide(
        self, asks: tuple[Ask, ...], actor: Actor, approvers: Iterable[str], seen: str | None = None
    ) -> Answer:
        """Decide what was asked; all of it, or none where a reference is unknown or was never flagged."""
        refused = self._refused(actor, approvers, seen)
        if refused is not None:
            return Answer(outcome=refused)
        named = {ref for ask in asks for ref in ask.refs or ()}
        unknown = tuple(sorted(ref for ref in named if ref not in self.entries))
        if unknown:
            return Answer(outcome=Outcome.UNKNOWN_TRANSACTION, refs=unknown)
        unflagged = tuple(sorted(ref for ref in named if not self.entries[ref].flagged))
        if unflagged:
            return Answer(outcome=Outcome.NOT_FLAGGED, refs=unflagged)
        already = tuple(self.entries[ref].decision for ref in sorted(named) if self.entries[ref].decision)
        decisions = self._decisions(asks, actor)
        if not decisions:
            outcome = Outcome.ALREADY_DECIDED if already else Outcome.NOTHING_TO_DECIDE
            return Answer(outcome=outcome, already=tuple(one for one in already if one))
        return Answer(
            outcome=Outcome.RECORDED,
            recorded=decisions,
            already=tuple(one for one in already if one),
            transition=self._recording(decisions, actor),
        )

    def hold_rest(self, actor: Actor, approvers: Iterable[str], reason: str) -> Answer:
        """Hold everything undecided (skip)."""
        return self.decide((Ask(kind=DecisionKind.HELD, reason=reason),), actor, approvers)

    def exit(self, actor: Actor, approvers: Iterable[str]) -> Answer:
        """End the review; what is undecided is held, never approved."""
        refused = self._refused(actor, approvers, None)
        if refused is not None:
            return Answer(outcome=refused)
        ask = Ask(kind=DecisionKind.HELD, reason="the review was ended before a decision")
        decisions = self._decisions((ask,), actor)
        step = self._recording(decisions, actor)
        closed = step.model_copy(
            update={
                "set": {**step.set, "status": Status.CLOSED.value, "proposal": proposal_text(None)},
                "expect": {**step.expect, "undecided": as_text(self.head.undecided)},
                "audit": (*step.audit, Audit(event="closed", actor=actor.user, at=actor.now)),
            }
        )
        return Answer(outcome=Outcome.RECORDED, recorded=decisions, transition=closed)

    def _refused(self, actor: Actor, approvers: Iterable[str], seen: str | None) -> Outcome | None:
        if self.head.status is Status.CLOSED:
            return Outcome.CLOSED
        if refused := self.may_decide(actor.user, approvers):
            return refused
        if self.head.status is Status.ASSESSING:
            return Outcome.NOT_READY
        if seen is not None and seen != self.head.seen:
            return Outcome.STALE_CARD
        return None

    def _decisions(self, asks: tuple[Ask, ...], actor: Actor) -> tuple[Decision, ...]:
        named = {ref for ask in asks for ref in ask.refs or ()}
        made: dict[int, Decision] = {}
        for ask in asks:
            # A general decision covers what the same request does not name.
            refs = ask.refs if ask.refs is not None else tuple(set(self.entries) - named)
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
                        content_hash=entry.content_hash(self.head.policy_version),
                    )
        return tuple(made[ref] for ref in sorted(made))

    def _recording(self, decisions: tuple[Decision, ...], actor: Actor) -> Transition:
        counts = count_kinds(decisions)
        return Transition(
            expect={"status": Status.WAITING.value},
            undecided=tuple(one.ref for one in decisions),
            add={**counts, "undecided": -len(decisions)},
            decisions=decisions,
            turns=(human_turn(actor),),
            audit=tuple(
                Audit(event="decided", actor=actor.user, at=actor.now, detail=one.model_dump(mode="json"))
                for one in decisions
            ),
        )


def count_kinds(decisions: Iterable[Decision]) -> dict[str, int]:
    """How many of each kind, by the names of the head's counters."""
    counts: dict[str, int] = {}
    for one in decisions:
        counts[one.kind.value] = counts.get(one.kind.value, 0) + 1
    return counts


def human_turn(actor: Actor) -> Turn:
    """The human's turn as it was said."""
    return Turn(who=Who.HUMAN, how=actor.how, text=actor.text, at=actor.now, actor=actor.user)


def bot_turn(text: str, now: datetime, form: Form = Form.PLAIN) -> Turn:
    """The finance bot's turn."""
    return Turn(who=Who.FINANCE_BOT, how=How.API, text=text, at=now, form=form)


def totals(transactions: Iterable[Transaction]) -> dict[str, Decimal]:
    """Sums by currency, exact, in major units."""
    sums: dict[str, Decimal] = {}
    for one in transactions:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    return dict(sorted(sums.items()))


def digest(transactions: Iterable[Transaction], policy_version: str) -> str:
    """SHA-256 (hex) over all transactions of a review and the policy's version."""
    content = hashlib.sha256(policy_version.encode())
    for one in transactions:
        content.update(one.content_hash.encode())
    return content.hexdigest()


def review_id(team: str, request: str, length: int = 5) -> str:
    """A short, sayable id that the same request always gets (Crockford base 32: no I, L, O, U).

    A repeated delivery therefore meets the review it made before; where two requests share an id, the
    later one takes a longer one.
    """
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(hashlib.sha256(f"{team}\n{request}".encode()).digest())
    return "R-" + "".join(alphabet[(number >> (5 * place)) & 31] for place in range(length))


def proposal_text(proposal: Proposal | None) -> str:
    """A proposal as the head stores it, so that a step can expect it."""
    return as_text(None if proposal is None else proposal.model_dump(mode="json"))
