"""Conversing: a reply in the thread is read once, where it arrives, and stored with what was read."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.application.access import Access
from bot.application.amend import AmendPayments
from bot.application.ask import RemarkOnPayments
from bot.application.claim import ClaimPayments
from bot.application.confirmations import change_to_confirm, risky_heap, to_confirm
from bot.application.decide import DecidePayments, proposal_refused
from bot.application.edited import told_of_edited
from bot.application.moving import MovesByReply
from bot.application.nudge import NudgePeople
from bot.application.propose import (
    Doable,
    Moving,
    approved_unseen,
    asked,
    payment_facts,
    proposed,
    too_early,
)
from bot.application.reply_reading import MoreNeeded, Remarking, Reply, read_in
from bot.application.steps import ReviewSteps, wanted_by
from bot.application.wanted import wanted_to_read
from bot.domain import text
from bot.domain.answers import answer_to
from bot.domain.conversation import (
    AddNote,
    AskSubmitter,
    Correct,
    Decide,
    DecisionRequest,
    Exit,
    Nudge,
    Question,
    Skip,
    Talk,
    TurnKind,
    Unclear,
)
from bot.domain.people import Approvers
from bot.domain.replies.meaning import without_risky
from bot.domain.replies.reader import Certainty, ReplyReading, read_reply
from bot.domain.review.claims import Claim
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import PRIVATE, Outcome, RequestResult
from bot.domain.review.review import REST, Review
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Actor, Transition, bot_turn, human_turn
from bot.store import PaymentHistory, ReviewStore


@dataclass(frozen=True, slots=True)
class ReplyResult:
    """What came of a reply; ``private`` is a sentence for its author alone.

    ``already`` and ``claimed`` are what that is about: what is decided, and who is on it. With ``mentions``
    it is made of our own words, and people are mentioned in it.
    """

    outcome: Outcome
    private: str = ""
    already: tuple[Decision, ...] = ()
    claimed: tuple[Claim, ...] = ()
    mentions: bool = False


class Converse:
    """Takes what humans say in a review's thread.

    Every method that is awaited raises ``Contended``, and what ``StoreUnavailable`` names.
    """

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        history: PaymentHistory,
        decide: DecidePayments,
        remarks: RemarkOnPayments,
        access: Access,
        amend: AmendPayments,
        claims: ClaimPayments,
        nudge: NudgePeople,
        has_model: bool,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._history = history
        self._decide = decide
        self._remarks = remarks
        self._access = access
        self._nudge = nudge
        self._moving = MovesByReply(decide, amend, claims)
        self._has_model = has_model

    async def reply(
        self,
        team: str,
        review_id: str,
        actor: Actor,
        *,
        named: bool = False,
        beside_files: bool = False,
        idempotency_key: str | None = None,
    ) -> ReplyResult:
        """Store what a human said, with its decisions where it is an exact command.

        ``actor.text`` is the reply, ``named`` whether it names the bot. Described decisions become a
        proposal, a question is answered from what is stored, what people say to each other is kept, and what
        no code can read is queued for the model, where there is one; ``beside_files`` nothing is, since the
        words may say what the files are. ``idempotency_key`` names the message, which is stored once.
        """
        first = read_reply(actor.text)
        if isinstance(first.reading, Nudge):
            said = await self._nudge.nudge(team, review_id, actor, idempotency_key=idempotency_key)
            return ReplyResult(said.outcome, said.sentence, mentions=True)
        approvers = await self._access.approvers(team, review_id, actor.user)
        reply = Reply(first, actor, approvers, named, wanted_to_read([first]), beside_files)
        while True:
            try:
                return await self._taken(team, review_id, reply, idempotency_key)
            except MoreNeeded as needed:
                reply = needed.reply
            if reply.asks and not reply.to:
                reply = replace(reply, to=await self._remarks.whose(team, review_id))
            if reply.vendor is not None:
                past = await self._history.to(team, reply.vendor)
                reply = replace(reply, past=tuple(past))

    async def _taken(
        self, team: str, review_id: str, reply: Reply, idempotency_key: str | None
    ) -> ReplyResult:
        reading = reply.first.reading

        def answer(review: Review) -> RequestResult:
            nonlocal reading
            read = read_in(review, reply)
            reading = read.reading
            if more := reply.needs_more(reading):
                raise MoreNeeded(more)
            return self._answer(review, reply, read)

        result = await self._steps.take(
            team,
            review_id,
            answer,
            wanted=reply.wanted,
            actor=reply.actor,
            idempotency_key=idempotency_key,
        )
        # People may go on talking below a review that is closed.
        is_talk = result.outcome is Outcome.CLOSED and not isinstance(reading, Doable | Remarking | Moving)
        if is_talk or result.outcome not in PRIVATE:
            return ReplyResult(result.outcome)
        return ReplyResult(result.outcome, text.refusal(result), result.already, result.claimed)

    def _answer(self, review: Review, reply: Reply, read: ReplyReading) -> RequestResult:
        """What a reply makes of the review, whichever kind it is."""
        actor, reading = reply.actor, read.reading
        if isinstance(reading, Question):
            return self._answered(review, reply, reading)
        if isinstance(reading, Doable | Remarking | Moving) and read.certainty is Certainty.EXACT:
            unseen = approved_unseen(review, reading.asks) if isinstance(reading, Decide) else []
            if isinstance(reading, Decide) and unseen:
                possible = review.decide(reading.asks, actor, reply.approvers).transition
                notes = tuple(map(text.has_changed, unseen))
                if possible:
                    return proposed(review, reading, actor, notes)
            return self._done(review, reading, reply)
        if isinstance(reading, Doable):
            if refused := review.refused(actor, reply.approvers):
                return RequestResult(refused)
            if early := too_early(review, reading, actor, reply.approvers):
                return early
            heap = risky_heap(review, reading, actor) if isinstance(reading, Correct) else None
            return heap or proposed(review, reading, actor, read.notes)
        if review.state.status is ReviewStatus.CLOSED:
            return RequestResult(Outcome.CLOSED)
        if read.certainty is Certainty.UNREAD and self._has_model:
            kind = TurnKind.UNREAD if isinstance(reading, Talk) else TurnKind.UNREAD_QUESTION
            unread = human_turn(actor).model_copy(update={"form": kind})
            step = Transition(review.state, turns=(unread,), jobs=("answer",))
            return RequestResult(Outcome.RECORDED, step)
        if not isinstance(reading, Unclear):
            step = Transition(review.state, turns=(human_turn(actor),), jobs=())
            return RequestResult(Outcome.RECORDED, step)
        return asked(review, reading, actor)

    def _done(self, review: Review, reading: Doable | Remarking | Moving, reply: Reply) -> RequestResult:
        """What an exact command makes of the review."""
        actor, approvers = reply.actor, reply.approvers
        match reading:
            case Decide(asks=requests):
                result = self._decided(review, requests, actor, approvers)
            case Skip():
                result = self._decide.answered(review, (REST,), actor, approvers)
            case Correct():
                result = self._changed(review, reading, actor, approvers)
            case AskSubmitter():
                result = self._remarks.asked(review, reading, actor, approvers, reply.to)
            case AddNote():
                result = self._remarks.noted(review, reading, actor, approvers)
            case Exit():
                result = self._decide.ended(review, actor, approvers)
                if result.transition and review.state.waiting:
                    return proposed(review, reading, actor)
            case _:
                result = self._moving.done(review, reading, actor, approvers)
        if result.transition is None and result.outcome not in PRIVATE:
            # Why a reply changed nothing belongs into the conversation, where it concerns everybody.
            turns = (human_turn(actor), bot_turn(text.refusal(result), actor.now))
            return result.by(Transition(review.state, turns=turns))
        return result

    def _decided(
        self, review: Review, requests: tuple[DecisionRequest, ...], actor: Actor, approvers: Approvers
    ) -> RequestResult:
        """The decisions, or the proposal that they become where they must be confirmed."""
        result = self._decide.answered(review, requests, actor, approvers)
        if result.transition is None:
            return result
        shares = self._decide.share_of_limit(review.state.channel)
        return to_confirm(review, requests, actor, shares) or result

    def _changed(self, review: Review, wanted: Correct, actor: Actor, approvers: Approvers) -> RequestResult:
        """The corrections, or the proposal that they become where they must be confirmed."""
        result = self._decide.corrected(review, wanted, actor, approvers)
        if result.transition is None:
            return result
        shares = self._decide.share_of_limit(review.state.channel)
        return change_to_confirm(review, wanted, actor, shares) or result

    def _answered(self, review: Review, reply: Reply, question: Question) -> RequestResult:
        """The question with its answer."""
        actor = reply.actor
        answer = answer_to(
            question,
            review,
            user=actor.user,
            today=actor.now.date(),
            approvers=reply.approvers,
            past=reply.past,
        )
        turns = (human_turn(actor), bot_turn(answer.text, actor.now, refs=answer.refs))
        return RequestResult(Outcome.RECORDED, Transition(review.state, turns=turns))

    # -- what the words of a proposal or a reply become later

    async def replace_proposal(
        self,
        team: str,
        review_id: str,
        proposal_id: str,
        requests: tuple[DecisionRequest, ...],
        actor: Actor,
        *,
        idempotency_key: str | None = None,
    ) -> RequestResult:
        """Propose ``requests`` instead of what was proposed to this person, who has changed it in a form.

        ``actor.text`` is what the conversation shows of that. Refused as a confirmation is, and where the
        decisions themselves would be; nothing is decided. ``idempotency_key`` names the form that was sent,
        which may come twice.
        """

        approvers = await self._access.approvers(team, review_id, actor.user)

        def answer(review: Review) -> RequestResult:
            if refused := proposal_refused(review, proposal_id, actor.user):
                return RequestResult(refused)
            result = review.decide(requests, actor, approvers)
            if result.transition is None:
                return result
            if result.already:  # decided since the form was opened: what is proposed must still be so
                return RequestResult(Outcome.ALREADY_DECIDED, already=result.already)
            kept, notes = without_risky(requests, tuple(map(payment_facts, review.entries.values())))
            if not kept:
                return RequestResult(Outcome.NOTHING_TO_DECIDE)
            return proposed(review, Decide(asks=tuple(kept)), actor, notes)

        return await self._steps.take(
            team,
            review_id,
            answer,
            wanted=wanted_by(requests),
            actor=actor,
            idempotency_key=idempotency_key,
        )

    async def edited(
        self, team: str, review_id: str, user: str, sent: datetime, before: str, after: str
    ) -> str:
        """What only ``user`` is told who has edited a reply, or deleted it where ``after`` is empty.

        ``sent`` is when the reply was first written. Empty where the reply did nothing that stands still, and
        where the review is closed.
        """
        return await told_of_edited(self._reviews, team, review_id, user, sent, before, after)
