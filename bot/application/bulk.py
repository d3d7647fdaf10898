"""Decisions about many payments: prepared, shown with their whole effect, and done in one step.

A form carries the name of what is prepared and nothing else. Which payments it is about stands here, and
whether its author may decide, and what still waits, is asked when it is done.
"""

import json
import secrets
from collections.abc import Iterable, Sequence

from bot.application.access import Access
from bot.application.conclude import concluding
from bot.application.decide import proposal_refused
from bot.application.desk import Desk
from bot.application.prepared import About, Bulk, BulkDone, BulkShown
from bot.application.steps import ReviewSteps, Wanted
from bot.domain.bulk import BulkRequest, decide_many
from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.review.bulk_effect import BulkEffect, ticked_at_first
from bot.domain.review.outcome import Outcome, RequestResult, refused_by
from bot.domain.review.review import Review
from bot.domain.review.selection import (
    DeskPayment,
    ShownState,
    found,
    page_of,
)
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.store import DeskStore, FlaggedPayments, ReviewStore
from bot.store.scripts.load import Besides

RISKY_PAGE = 100  # high-risk payments on a page of what will be done: ten times ten check marks
NAMED = 20  # payments that are named with why nobody, or not this person, approves them
FEW = 500  # payments that are read in one command; more are read in portions
NOTHING_TICKED = "Nothing would be decided. Please tick at least one payment."
REASON_MISSING = "Please give a reason."
REASON_FOR_RISK = "Please give a reason, since payments of high risk are approved."


class BulkDecisions:
    """Prepares and does them; raises ``Contended``, and what ``StoreUnavailable`` names."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        desks: DeskStore,
        desk: Desk,
        access: Access,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._desks = desks
        self._desk = desk
        self._access = access

    async def prepare(
        self,
        team: str,
        review_id: str,
        kind: DecisionKind,
        actor: Actor,
        about: About = About.EVERYTHING,
    ) -> str | RequestResult:
        """Prepare a decision about what can be decided of these payments; or why it would fail.

        The answer is a name by which ``actor`` alone finds it again.
        """
        approvers = await self._access.approvers(team, review_id, actor.user)

        def answer(review: Review) -> RequestResult:
            return RequestResult(review.refused(actor, approvers) or Outcome.RECORDED)

        checked = await self._steps.take(team, review_id, answer, actor=actor)
        if checked.outcome is not Outcome.RECORDED:
            return checked
        flagged = await self._desk.flagged(team, review_id, actor.user)
        if isinstance(flagged, Outcome):
            return RequestResult(flagged)
        meant = await self._meant(team, flagged, actor.user, about)
        return await self._keep(team, flagged.state, actor.user, kind, meant)

    async def _meant(
        self, team: str, flagged: FlaggedPayments, user: str, about: About
    ) -> Sequence[DeskPayment]:
        match about:
            case About.EVERYTHING:
                return [payment for payment in flagged.payments if payment.state is ShownState.UNDECIDED]
            case About.RECOMMENDED:
                reopened = frozenset(flagged.state.reopened)
                undecided = (payment for payment in flagged.payments if payment.state is ShownState.UNDECIDED)
                return [
                    payment for payment in undecided if payment.recommended and payment.ref not in reopened
                ]
            case About.FOUND:
                view = await self._desk.view(team, flagged.state.id, user)
                return found(flagged.payments, view.filter)
            case About.SELECTED:
                ticked = await self._desk.ticked(team, flagged.state.id, user)
                return [payment for payment in flagged.payments if payment.ref in ticked]

    async def prepare_proposal(
        self, team: str, review_id: str, proposal_id: str, user: str
    ) -> str | RequestResult:
        """Prepare what a proposal says, for its author, where it is one decision about payments.

        ``NO_PROPOSAL`` where it says more or something else.
        """
        flagged = await self._desk.flagged(team, review_id, user)
        if isinstance(flagged, Outcome):
            return RequestResult(flagged)
        state = flagged.state
        refused = proposal_refused(Review(state, {}), proposal_id, user)
        reading = state.proposal.reading if state.proposal else ()
        request = reading[0] if isinstance(reading, tuple) and len(reading) == 1 else None
        if refused or not isinstance(request, DecisionRequest):
            return RequestResult(refused or Outcome.NO_PROPOSAL)
        refs = request.refs
        about = [
            payment
            for payment in flagged.payments
            if (
                payment.ref in refs
                if refs is not None
                else payment.state is ShownState.UNDECIDED and payment.ref not in request.but
            )
        ]
        return await self._keep(team, state, user, request.kind, about, request.reason, proposal_id)

    async def _keep(
        self,
        team: str,
        state: ReviewState,
        user: str,
        kind: DecisionKind,
        meant: Iterable[DeskPayment],
        reason: str = "",
        proposal: str = "",
    ) -> str | RequestResult:
        # What is on hold can be approved and rejected, and is held already.
        states = {ShownState.UNDECIDED} | ({ShownState.HELD} if kind is not DecisionKind.HELD else set())
        about = [payment for payment in meant if payment.state in states and payment.open]
        if not about:
            return RequestResult(Outcome.NOTHING_TO_DECIDE)
        hindered = BulkEffect(kind, about, user=user).hindered
        if len(hindered) == len(about):
            return refused_by(hindered)
        bulk = Bulk(
            review=state.id,
            user=user,
            kind=kind,
            refs=tuple(payment.ref for payment in about),
            content_token=state.content_token,
            versions={payment.ref: payment.version for payment in about if payment.version > 1},
            held=frozenset(payment.ref for payment in about if payment.state is ShownState.HELD),
            calls={payment.ref: payment.calls for payment in about if payment.calls},
            reason=reason,
            proposal=proposal,
        )
        bulk_id = secrets.token_hex(8)
        await self._desks.keep(team, _name(bulk_id), bulk.model_dump_json())
        await self._desks.tick(team, _name(bulk_id), ticked_at_first(kind, about))
        return bulk_id

    async def shown(self, team: str, bulk_id: str, user: str) -> BulkShown | Outcome:
        """What would be done, as it stands now, or why ``user`` may not see it."""
        kept = await self._desks.kept(team, _name(bulk_id))
        bulk = _bulk(kept.view, user)
        if bulk is None:
            return Outcome.NO_PROPOSAL
        flagged = await self._desk.flagged(team, bulk.review, user)
        if isinstance(flagged, Outcome):
            return flagged
        refs = frozenset(bulk.refs)
        about = [
            payment
            for payment in flagged.payments
            if payment.open and payment.ref in refs and bulk.shows(payment)
        ]
        effect = BulkEffect(bulk.kind, about, kept.ticked, user)
        page = page_of(effect.high_risk, bulk.page, RISKY_PAGE)
        named = {payment.ref for payment in (*page.shown, *effect.largest)}
        named |= set(list(effect.hindered)[:NAMED])
        loaded = await self._reviews.load(team, bulk.review, named) if named else None
        entries = dict(loaded.entries) if loaded else {}
        gone = len(bulk.refs) - len(about)
        return BulkShown(bulk_id, bulk, flagged.state, effect, page, entries, gone, kept.revision)

    async def revision(self, team: str, bulk_id: str) -> int:
        """How often what is prepared was changed."""
        return await self._desks.revision(team, _name(bulk_id))

    async def tick(
        self, team: str, bulk_id: str, user: str, on: Iterable[int], off: Iterable[int] = ()
    ) -> None:
        """Tick payments by name, and take the check marks of others away, for the author alone."""
        if await self._of(team, bulk_id, user) is not None:
            await self._desks.tick(team, _name(bulk_id), on, off)

    async def turn(self, team: str, bulk_id: str, user: str, page: int | None = None) -> None:
        """Turn to another page, from 0, of the high-risk ones; the form shows the kept check marks."""
        bulk = await self._of(team, bulk_id, user)
        if bulk is not None:
            there = bulk.page if page is None else page
            turned = bulk.model_copy(update={"page": there, "resets": bulk.resets + 1})
            await self._desks.keep(team, _name(bulk_id), turned.model_dump_json())

    async def _of(self, team: str, bulk_id: str, user: str) -> Bulk | None:
        return _bulk((await self._desks.kept(team, _name(bulk_id))).view, user)

    async def do(self, team: str, bulk_id: str, actor: Actor, reason: str) -> BulkDone:
        """Do what was prepared, in one step and once, however often it is asked for."""
        kept = await self._desks.kept(team, _name(bulk_id))
        bulk = _bulk(kept.view, actor.user)
        if bulk is None:
            return BulkDone(RequestResult(Outcome.NO_PROPOSAL))
        flagged = await self._desk.flagged(team, bulk.review, actor.user)
        if isinstance(flagged, Outcome):
            return BulkDone(RequestResult(flagged))
        refs, ticked = frozenset(bulk.refs), kept.ticked
        about = [payment for payment in flagged.payments if payment.ref in refs]
        effect = BulkEffect(bulk.kind, about, ticked, actor.user)
        if not effect.taken:
            return BulkDone(RequestResult(Outcome.NOTHING_TO_DECIDE), bulk, NOTHING_TICKED)
        if effect.needs_reason and not reason:
            missing = REASON_FOR_RISK if bulk.kind is DecisionKind.APPROVED else REASON_MISSING
            return BulkDone(RequestResult(Outcome.NOTHING_TO_DECIDE), bulk, missing)
        taken = tuple(sorted(payment.ref for payment in effect.taken))
        by_name = frozenset(ticked & refs)
        request = BulkRequest(bulk.kind, taken, by_name, reason, bulk.versions, bulk.held, bulk.calls)
        result = await self._done(team, bulk, request, actor, f"bulk {bulk_id}")
        if result.outcome in {Outcome.RECORDED, Outcome.REPEATED}:
            await self._desk.tick(team, bulk.review, actor.user, on=(), off=taken)
        return BulkDone(result, bulk)

    async def _done(
        self, team: str, bulk: Bulk, request: BulkRequest, actor: Actor, idempotency_key: str
    ) -> RequestResult:
        approvers = await self._access.approvers(team, bulk.review, actor.user)

        def answer(review: Review) -> RequestResult:
            if bulk.proposal and (refused := proposal_refused(review, bulk.proposal, actor.user)):
                return RequestResult(refused)
            result = decide_many(review, request, actor, approvers, bulk.content_token)
            step = result.transition
            if step is not None and bulk.proposal:
                result = result.by(step.followed_by(state=step.state.but(proposal=None)))
            return concluding(result, actor.now)

        many = len(request.refs) > FEW
        wanted = Wanted(request.refs, Besides.UNDECIDED if many else Besides.NOTHING)
        return await self._steps.take(
            team,
            bulk.review,
            answer,
            wanted=wanted,
            actor=actor,
            idempotency_key=idempotency_key,
            asked=_asked(request),
        )


def _asked(request: BulkRequest) -> str:
    """What is asked for, as one text: which payments, which of them by name, and why."""
    return json.dumps([sorted(request.refs), sorted(request.by_name), request.reason])


def _name(bulk_id: str) -> str:
    return f"bulk {bulk_id}"


def _bulk(kept: str, user: str) -> Bulk | None:
    """What is prepared, for its author alone."""
    bulk = Bulk.model_validate_json(kept) if kept else None
    return bulk if bulk is not None and bulk.user == user else None
