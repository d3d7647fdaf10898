"""What one request makes of a review: pure, frozen, no clock, no Redis, no Slack."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.people import Approvers
from bot.domain.review import approvals
from bot.domain.review.approving import Authority, grouped
from bot.domain.review.audit_entries import decided
from bot.domain.review.decision import Decision, without_refs
from bot.domain.review.having_part import has_part, is_told
from bot.domain.review.outcome import Outcome, RequestResult, by_hindrance, refused_by
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor, Transition, decision_counts, human_turn
from bot.domain.routing import Vote

# What a reply to skip asks for: all that is undecided is held, nothing is approved.
REST = DecisionRequest(kind=DecisionKind.HELD, reason="skipped")


@dataclass(frozen=True, slots=True)
class Review:
    """A review with the entries, by reference, that a request is about."""

    state: ReviewState
    entries: Mapping[int, ReviewedTransaction]

    def may_decide(self, user: str, approvers: Approvers) -> Outcome | None:
        """Why this person may not decide here, or ``None`` when they may.

        Nobody decides on what they brought: submitted, uploaded, wrote or forwarded. Who may decide comes
        from the policy in force now, not from the one that judged the batch: a person taken off the list
        is off it for open reviews too.
        """
        if user in self.state.barred:
            return Outcome.OWN_BATCH
        if user in approvers.people or user in approvers.added:
            return None
        if approvers.is_nobody:
            return Outcome.NO_APPROVERS
        return Outcome.NOT_AN_APPROVER if approvers.established else Outcome.NOT_ESTABLISHED

    def has_no_part(self, user: str, approvers: Approvers) -> Outcome | None:
        """Why this person may not close or reopen the review: they may decide about no payment in it."""
        if has_part(user, self.state.routes, approvers, self.state.barred):
            return None
        told = is_told(self.state.routes, approvers)
        return Outcome.NOT_AN_APPROVER if told else Outcome.NOT_ESTABLISHED

    def decide(
        self,
        requests: tuple[DecisionRequest, ...],
        actor: Actor,
        approvers: Approvers,
        content_token: str | None = None,
        versions: Mapping[int, int] | None = None,
        held: Set[int] | None = None,
        called: Mapping[int, int] | None = None,
    ) -> RequestResult:
        """Decide what was asked; all of it, or none where any payment is no longer as it was shown.

        None either where a reference is unknown or was never flagged, or was withdrawn, or is being judged
        again.

        Where several requests name one payment, the first one counts; a general one (``refs`` is ``None``)
        covers what is undecided and no other names. What is on hold is approved or rejected by whoever names
        it; held again, it keeps who held it and why. ``content_token`` is what the pressed button carried;
        ``None`` for words. ``versions`` are those that it showed, by reference; one that is not in there was
        shown in its first. What is on hold is approved or rejected by a button only where it is among
        ``held``, which were shown so; ``None`` is not compared. Nor is anything approved by a button of which
        there are more call-backs than were ``called`` as it showed, by reference; ``None`` is not compared.
        A refusal has no transition.
        """
        refused = self.refused(actor, approvers, content_token)
        if refused is not None:
            return RequestResult(refused)
        named = {ref for request in requests for ref in (*(request.refs or ()), *request.but)}
        unknown = tuple(sorted(ref for ref in named if ref not in self.entries))
        if unknown:
            return RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=unknown)
        if refusal := self._no_longer_as_shown(requests, named, content_token, versions or {}):
            return refusal
        if content_token is not None and held is not None and (unseen := self._held_since(requests, held)):
            return RequestResult(Outcome.STALE_CARD, refs=unseen)
        if content_token is not None and called is not None and (new := self._called_since(requests, called)):
            return RequestResult(Outcome.STALE_CARD, refs=new)
        answers = self._answers(requests, actor, Authority(actor.user, approvers, self.state.barred))
        decisions, votes = answers.decisions, answers.votes
        made = {*votes, *answers.others, *answers.hindered, *(decision.ref for decision in decisions)}
        left_out = {ref for request in requests for ref in request.but}
        standing = {
            ref: entry.decision
            for ref in sorted(named - made)
            if (entry := self.entries[ref]).decided or (entry.held and ref not in left_out)
        }
        already = tuple(decision for decision in standing.values() if decision)
        if not decisions and not votes:
            if answers.hindered:
                return refused_by(answers.hindered)
            if answers.others:
                return RequestResult(Outcome.NOT_YOUR_STAGE, refs=answers.others)
            outcome = Outcome.ALREADY_DECIDED if already else Outcome.NOTHING_TO_DECIDE
            return RequestResult(outcome, already=already)
        return RequestResult(
            Outcome.RECORDED,
            recorded=decisions,
            already=already,
            given=tuple(votes),
            others=answers.others,
            hindered=by_hindrance(answers.hindered),
            transition=self._recording(decisions, votes, actor),
        )

    def _no_longer_as_shown(
        self,
        requests: tuple[DecisionRequest, ...],
        named: Set[int],
        content_token: str | None,
        versions: Mapping[int, int],
    ) -> RequestResult | None:
        """Why nothing is decided about some of the named payments, by words or by what a button showed."""
        entries = {ref: self.entries[ref] for ref in sorted(named)}
        asked = {ref for request in requests for ref in request.refs or ()}
        decided = [(ref, entry) for ref, entry in entries.items() if ref in asked]
        by_click = content_token is not None
        general = any(request.refs is None for request in requests)
        if by_click and general and content_token != self.state.whole_token:
            return RequestResult(Outcome.STALE_CARD)  # it may have shown a payment before its correction
        for outcome, refs in (
            (Outcome.NOT_FLAGGED, [ref for ref, entry in entries.items() if not entry.flagged]),
            (Outcome.WITHDRAWN, [ref for ref, entry in decided if entry.withdrawn]),
            (
                Outcome.STALE_CARD,
                [ref for ref, entry in decided if by_click and entry.version != versions.get(ref, 1)],
            ),
            (Outcome.REJUDGING, [ref for ref, entry in decided if entry.rejudging]),
        ):
            if refs:
                return RequestResult(outcome, refs=tuple(refs))
        return None

    def _held_since(self, requests: tuple[DecisionRequest, ...], held: Set[int]) -> tuple[int, ...]:
        """What would be approved or rejected though somebody has put it on hold since it was shown."""
        moves = (request for request in requests if request.kind is not DecisionKind.HELD)
        refs = {ref for request in moves for ref in request.refs or ()}
        return tuple(ref for ref in sorted(refs - held) if self.entries[ref].held)

    def _called_since(
        self, requests: tuple[DecisionRequest, ...], called: Mapping[int, int]
    ) -> tuple[int, ...]:
        """What would be approved though somebody has noted a call-back on it since it was shown."""
        approving = (request for request in requests if request.kind is DecisionKind.APPROVED)
        refs = {ref for request in approving for ref in request.refs or ()}
        return tuple(ref for ref in sorted(refs) if len(self.entries[ref].call_backs) != called.get(ref, 0))

    def exit(self, actor: Actor, approvers: Approvers) -> RequestResult:
        """Close the review; what is undecided or on hold stays so, and is not approved.

        Whoever was added to one payment decides about that alone, and whose group no route here names
        decides about none.
        """
        refused = self.refused(actor, replace(approvers, added=frozenset()))
        if refused := refused or self.has_no_part(actor.user, approvers):
            return RequestResult(refused)
        step = Transition(self.state, turns=(human_turn(actor),))
        return RequestResult(Outcome.RECORDED, transition=closing(step, actor.user, actor.now))

    def refused(self, actor: Actor, approvers: Approvers, content_token: str | None = None) -> Outcome | None:
        """Why nothing may be decided now by this person, on the card that they see; ``None`` where it may."""
        if self.state.status is ReviewStatus.CLOSED:
            return Outcome.CLOSED
        if refused := self.may_decide(actor.user, approvers):
            return refused
        if self.state.status is ReviewStatus.ASSESSING:
            return Outcome.NOT_READY
        if content_token not in {None, self.state.content_token, self.state.whole_token}:
            return Outcome.STALE_CARD
        return None

    def _answers(
        self, requests: tuple[DecisionRequest, ...], actor: Actor, authority: Authority
    ) -> "_Answers":
        named = {ref for request in requests for ref in request.refs or ()}
        made: dict[int, Decision] = {}
        votes: dict[int, Vote] = {}
        others: set[int] = set()
        hindered: dict[int, Outcome] = {}
        for request in requests:
            refs = request.refs
            if refs is None:
                # A general decision covers what the same request does not name.
                refs = tuple(set(self.entries) - named - set(request.but))
            for ref in refs:
                entry = self.entries[ref]
                replaces = entry.held and request.refs is not None and request.kind is not DecisionKind.HELD
                if not (entry.undecided or replaces) or entry.rejudging:
                    continue
                if ref in made or ref in votes or ref in others or ref in hindered:
                    continue
                answer = authority.answer(entry, request.kind, actor.now, request.reason)
                if answer.vote is not None:
                    votes[ref] = answer.vote
                elif answer.decides:
                    made[ref] = self._decision(entry, request, actor, answer.whose)
                elif answer.hindrance:
                    hindered[ref] = answer.hindrance
                else:
                    others.add(ref)
        decisions = tuple(made[ref] for ref in sorted(made))
        return _Answers(decisions, dict(sorted(votes.items())), tuple(sorted(others)), hindered)

    def _decision(
        self, entry: ReviewedTransaction, request: DecisionRequest, actor: Actor, whose: str
    ) -> Decision:
        return Decision(
            ref=entry.transaction.ref,
            kind=request.kind,
            by=actor.user,
            at=actor.now,
            how=actor.how,
            reason=request.reason,
            content_hash=entry.content_hash(self.state.policy_version),
            replaces=entry.place,
            whose=whose,
        )

    def _recording(
        self, decisions: tuple[Decision, ...], votes: Mapping[int, Vote], actor: Actor
    ) -> Transition:
        # What was proposed is not confirmed by somebody who has not seen that it is on hold now.
        held = {decision.ref for decision in decisions if decision.kind is DecisionKind.HELD}
        counts = decision_counts(decisions, self.entries)
        turn = human_turn(actor)
        if whose := whose_seat(decisions, votes.values()):
            turn = turn.model_copy(update={"to": whose})
        given = (approvals.given(refs, votes[refs[0]], actor.how) for refs in grouped(votes).values())
        return Transition(
            state=self.state.counting(counts).but(proposal=without_refs(self.state.proposal, held)),
            decisions=decisions,
            turns=(turn,),
            audit=(*(decided(decision) for decision in decisions), *given),
        )


class _Answers(NamedTuple):
    """What requests come to: decisions, answers at a stage by reference, and what was not theirs.

    ``hindered`` is what a call to the vendor kept them from approving, with why.
    """

    decisions: tuple[Decision, ...]
    votes: Mapping[int, Vote]
    others: tuple[int, ...]
    hindered: Mapping[int, Outcome]


def whose_seat(decisions: Iterable[Decision], votes: Iterable[Vote]) -> str:
    """For whom all of these were given, by Slack user id; empty where for nobody, or for several."""
    seats = {decision.whose for decision in decisions} | {vote.whose for vote in votes}
    return seats.pop() if len(seats) == 1 else ""


def closing(step: Transition, by: str, at: datetime) -> Transition:
    """The step that also closes its review; ``by`` is a Slack user id or ``FINANCE_BOT``, ``at`` aware UTC.

    What is undecided or on hold after it gets no decision: the trail counts it as ``not_approved``.
    """
    state = step.state
    left = {"not_approved": state.waiting} if state.waiting else {}
    return step.followed_by(
        state=state.but(status=ReviewStatus.CLOSED, closed_at=at, proposal=None, recommended=0),
        audit=(AuditEntry(event="closed", actor=by, at=at, detail=left),),
        jobs=("learn",),
    )
