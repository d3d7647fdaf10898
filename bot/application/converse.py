"""Conversing: a reply in the thread is read once, where it arrives, and stored with what was read."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.application.access import Access
from bot.application.amend import AmendPayments
from bot.application.ask import RemarkOnPayments
from bot.application.confirmations import change_to_confirm, risky_heap, to_confirm
from bot.application.decide import DecidePayments, proposal_refused
from bot.application.propose import (
    Doable,
    Moving,
    approved_unseen,
    asked,
    payment_facts,
    proposal_turn,
    proposed,
)
from bot.application.reading import is_open, read_among
from bot.application.steps import FLAGGED, ReviewSteps, Wanted, wanted_by
from bot.application.wanted import covers, joined, wanted_by_reading, wanted_to_read
from bot.domain import text
from bot.domain.answers import answer_to
from bot.domain.conversation import (
    AddNote,
    AskHistory,
    AskSubmitter,
    Correct,
    Decide,
    DecisionRequest,
    Exit,
    Question,
    Reading,
    Release,
    Reopen,
    Skip,
    Talk,
    TurnKind,
    Unclear,
    Withdraw,
)
from bot.domain.edited_reply import as_first_said, as_it_was, proposed_before, standing, told_of_edit
from bot.domain.people import Approvers
from bot.domain.policy import PastPayment
from bot.domain.replies.meaning import without_risky
from bot.domain.replies.reader import Certainty, ReplyReading, read_reply
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import PRIVATE, Outcome, RequestResult
from bot.domain.review.review import REST, Review
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Actor, Transition, bot_turn, human_turn
from bot.store import PaymentHistory, ReviewStore

# What is done at once where it names payments by their numbers, and decides nothing.
Remarking = AskSubmitter | AddNote


@dataclass(frozen=True, slots=True)
class ReplyResult:
    """What came of a reply; ``private`` is a sentence for its author alone, ``already`` what it is about."""

    outcome: Outcome
    private: str = ""
    already: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reply:
    """A reply on its way: what its text alone means, who said it, and what is loaded for it.

    ``approvers`` are those who may decide now, ``named`` is whether the reply names the bot, ``beside_files``
    whether files came with it, and ``past`` are
    the earlier payments of the ``vendor`` it asks about.
    """

    first: ReplyReading
    actor: Actor
    approvers: Approvers
    named: bool
    wanted: Wanted
    beside_files: bool = False
    vendor: str | None = None
    past: tuple[PastPayment, ...] = ()

    def needs_more(self, reading: Reading) -> "_Reply | None":
        """The reply with what must be loaded for this reading of it; ``None`` where that is loaded."""
        wanted = wanted_by_reading(reading)
        vendor = reading.vendor if isinstance(reading, AskHistory) else self.vendor
        if covers(self.wanted, wanted) and vendor == self.vendor:
            return None
        return replace(self, wanted=joined(self.wanted, wanted), vendor=vendor)


class _MoreNeeded(Exception):
    """Raised out of a step that must be taken again with more loaded: only the step knew what it is about."""

    def __init__(self, reply: _Reply) -> None:
        super().__init__()
        self.reply = reply


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
        has_model: bool,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._history = history
        self._decide = decide
        self._remarks = remarks
        self._access = access
        self._amend = amend
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
        approvers = await self._access.approvers(team, review_id, actor.user)
        reply = _Reply(first, actor, approvers, named, wanted_to_read([first]), beside_files)
        while True:
            try:
                return await self._taken(team, review_id, reply, idempotency_key)
            except _MoreNeeded as needed:
                reply = needed.reply
            if reply.vendor is not None:
                past = await self._history.to(team, reply.vendor)
                reply = replace(reply, past=tuple(past))

    async def _taken(
        self, team: str, review_id: str, reply: _Reply, idempotency_key: str | None
    ) -> ReplyResult:
        reading = reply.first.reading

        def answer(review: Review) -> RequestResult:
            nonlocal reading
            read = self._read(review, reply)
            reading = read.reading
            if more := reply.needs_more(reading):
                raise _MoreNeeded(more)
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
        private = text.refusal(result) if result.outcome in PRIVATE and not is_talk else ""
        return ReplyResult(result.outcome, private, result.already if private else ())

    def _read(self, review: Review, reply: _Reply) -> ReplyReading:
        """The reply read to the end; what is not for the bot to answer is talk."""
        user, named = reply.actor.user, reply.named or review.state.awaits_answer_of(reply.actor.user)
        proposal = review.state.proposal
        proposed_to = proposal is not None and proposal.by == user and is_open(proposal, review)
        facts = map(payment_facts, review.entries.values())
        read = read_among(reply.first, facts, review, named, proposed_to)
        if isinstance(read.reading, Withdraw) and read.certainty is Certainty.EXACT:
            return read  # asked for by whoever brought the payments, who may not decide
        if isinstance(read.reading, Remarking) and read.certainty is not Certainty.EXACT:
            read = replace(read, reading=Unclear(question=text.BY_NUMBER), certainty=Certainty.DESCRIBED)
        if isinstance(read.reading, Moving) and read.certainty is not Certainty.EXACT:
            read = replace(read, reading=Unclear(question=text.SAY_PLAINLY), certainty=Certainty.DESCRIBED)
        if reply.beside_files and isinstance(read.reading, Talk | Unclear):
            return replace(read, reading=Talk(), certainty=Certainty.TALK)
        may_decide = review.may_decide(user, reply.approvers) is None
        if may_decide or (isinstance(read.reading, Question) and not isinstance(read.reading, AskHistory)):
            return read
        if isinstance(read.reading, AskHistory):  # of other reviews too, so for those who decide alone
            return replace(read, reading=Talk(), certainty=Certainty.TALK)
        # Whoever may not decide is told so where they command, and not where they only talk about payments.
        is_command = isinstance(read.reading, Doable | Remarking | Moving)
        commands = is_command and (named or read.certainty is Certainty.EXACT)
        return read if commands else replace(read, reading=Talk(), certainty=Certainty.TALK)

    def _answer(self, review: Review, reply: _Reply, read: ReplyReading) -> RequestResult:
        """What a reply makes of the review, whichever kind it is."""
        actor, reading = reply.actor, read.reading
        if isinstance(reading, Question):
            return self._answered(review, reply, reading)
        if isinstance(reading, Doable | Remarking | Moving) and read.certainty is Certainty.EXACT:
            unseen = approved_unseen(review, reading.asks) if isinstance(reading, Decide) else []
            if isinstance(reading, Decide) and unseen:
                possible = review.decide(reading.asks, actor, reply.approvers).transition
                notes = tuple(map(text.was_corrected, unseen))
                if possible:
                    return proposed(review, reading, actor, notes)
            return self._done(review, reading, reply)
        if isinstance(reading, Doable):
            if refused := review.refused(actor, reply.approvers):
                return RequestResult(refused)
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

    def _done(self, review: Review, reading: Doable | Remarking | Moving, reply: _Reply) -> RequestResult:
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
                result = self._remarks.asked(review, reading, actor, approvers)
            case AddNote():
                result = self._remarks.noted(review, reading, actor, approvers)
            case Release(refs=refs):
                result = self._decide.released(review, refs, actor, approvers)
            case Reopen():
                result = self._decide.reopened(review, actor, approvers)
            case Exit():
                result = self._decide.ended(review, actor, approvers)
                if result.transition and review.state.waiting:
                    return proposed(review, reading, actor)
            case Withdraw(refs=refs):
                result = self._amend.withdrawn(review, refs, actor)
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

    def _answered(self, review: Review, reply: _Reply, question: Question) -> RequestResult:
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
        if before == after:
            return ""
        conversation = await self._reviews.turns(team, review_id)
        said = as_first_said(conversation, user, sent, before)
        first, second = read_reply(said[0].text if said else before), read_reply(after)
        wanted = joined(wanted_to_read([first, second]), FLAGGED)  # "approve all" has left nothing undecided
        review = await self._reviews.load(team, review_id, wanted.refs, wanted.besides)
        if review is None or review.state.status is ReviewStatus.CLOSED:
            return ""
        proposal = review.state.proposal
        if proposal and proposal_turn(proposal) in {turn.seq for turn in said}:
            return proposed_before(deleted=not after)
        times = {turn.at for turn in said}
        facts = as_it_was(map(payment_facts, review.entries.values()), review.entries, times)
        meant = read_among(first, facts, review, named=True).reading
        means = read_among(second, facts, review, named=True).reading if after else None
        undecided = [ref for ref, entry in review.entries.items() if entry.undecided]
        return told_of_edit(standing(meant, review.entries, user, times), means, undecided)
