"""What can be asked of the bot: submit, decide, reply, skip, exit, confirm, look. No Slack in it."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from bot.application.steps import REFUSED, Queue, Steps
from bot.domain import text as wording
from bot.domain.conversation import (
    Correct,
    Decide,
    DecisionKind,
    DecisionRequest,
    DescribePayment,
    Exit,
    Help,
    Reading,
    ReviewFact,
    ShowStatus,
    Skip,
    TellFact,
    TurnKind,
    Unclear,
    Why,
)
from bot.domain.policy import Policy, SanctionsList
from bot.domain.replies.reader import Certainty, ReplyReading, read_reply
from bot.domain.review.audit_entries import submitted
from bot.domain.review.correction import correct
from bot.domain.review.review import (
    Actor,
    Outcome,
    RequestResult,
    Review,
    Transition,
    bot_turn,
    human_turn,
    state_after,
)
from bot.domain.review.state import (
    Decision,
    Price,
    Proposal,
    ReviewedTransaction,
    ReviewState,
    ReviewStatus,
    digest,
    proposal_text,
    review_id,
    totals,
)
from bot.domain.submission import Draft, FileSubmission, Origin, RawInput
from bot.domain.transaction import Transaction
from bot.intake import Intake
from bot.llm import CallLimit, ChatModel, assessment_prompt, describe_model, policy_in_brief
from bot.store import Committed, NotCommitted, PaymentHistory, ReviewStore, Shelf
from bot.store.step import Contended

REST = DecisionRequest(kind=DecisionKind.HELD, reason="skipped")

# Answers that concern only the person who asked; the others belong into the conversation.
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


class ReplyResult(BaseModel):
    """What came of a reply; ``private`` is a sentence for its author alone, ``already`` what it is about."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    private: str = ""
    already: tuple[Decision, ...] = ()


class Service:
    """Every request changes the review in one stored step before it returns."""

    def __init__(
        self,
        *,
        reviews: ReviewStore,
        shelf: Shelf,
        queue: Queue,
        policy: Callable[[], Policy],
        model: ChatModel | None,
        now: Callable[[], datetime],
        price: Price | None = None,
        lanes: CallLimit | None = None,
        past: PaymentHistory,
        sanctions: Callable[[Policy], SanctionsList | None] = lambda _: None,
    ) -> None:
        self.reviews = reviews
        self.shelf = shelf
        self.model = model
        self.lanes = lanes or CallLimit()
        self.past = past
        self.sanctions = sanctions
        self.now = now
        self._price = price
        self._queue = queue
        self._steps = Steps(reviews, queue)
        self._policy = policy

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy()

    def follow(self, done: Committed) -> None:
        """Queue what a step asked for."""
        self._steps.follow(done)

    # -- submitting

    async def offer(self, origin: Origin, intake: Intake) -> ReviewState | Draft:
        """Take a batch whole; one with bad rows waits as a draft for its submitter's word."""
        if not intake.errors:
            return await self.submit(origin, intake.transactions, intake.notes, intake.inputs)
        draft = Draft(
            # The same request makes the same draft, and both its buttons the same review.
            id=hashlib.sha256(f"{origin.submitter}\n{origin.request}".encode()).hexdigest()[:20],
            origin=origin,
            transactions=intake.transactions,
            problems=tuple(str(one) for one in intake.errors),
            notes=intake.notes,
            inputs=intake.inputs,
        )
        await self.shelf.keep_draft(draft)
        return draft

    async def submit(
        self,
        origin: Origin,
        transactions: Sequence[Transaction],
        notes: Sequence[str] = (),
        inputs: Sequence[RawInput] = (),
        left_out: Sequence[str] = (),
    ) -> ReviewState:
        """Make a review of a batch; the same request always meets the same review.

        ``notes`` say how the batch was read (columns, currency), ``inputs`` from what, and ``left_out``
        which rows were refused; the audit trail keeps them.
        """
        policy = self.policy
        await self.shelf.keep_policy(policy)
        for length in range(5, 13):
            state = self._head(origin, transactions, policy, review_id(origin.team, origin.request, length))
            audit = submitted(state, notes, inputs, left_out)
            step = Transition(audit=(audit,), jobs=("assess", "publish"))
            done = await self.reviews.create(state, transactions, step)
            if isinstance(done, Committed):
                self._steps.follow(done)
                return state
            if done.what == origin.request and (stored := await self.reviews.state(state.team, state.id)):
                return stored
        raise Contended(f"no free id for request {origin.request}")

    def _head(
        self, origin: Origin, transactions: Sequence[Transaction], policy: Policy, name: str
    ) -> ReviewState:
        return ReviewState(
            team=origin.team,
            id=name,
            request=origin.request,
            channel=origin.channel,
            submitter=origin.submitter,
            author=origin.author,
            created_at=self.now(),
            source=origin.source,
            note=origin.note,
            mode=policy.human_input_mode,
            recommend_only=policy.model.recommend_only,
            policy_version=policy.version,
            model=describe_model(self.model),
            prompt_version=assessment_prompt(policy_in_brief(policy)).version if self.model else "",
            price=self._price,
            digest=digest(transactions, policy.version),
            total=len(transactions),
            totals=totals(transactions),
        )

    async def submit_draft(self, team: str, draft_id: str, user: str) -> ReviewState | None:
        """Take the good rows of a draft; ``None`` where it is gone or somebody else's."""
        draft = await self.shelf.draft(team, draft_id)
        if draft is None or draft.origin.submitter != user or not draft.transactions:
            return None
        return await self.submit(
            draft.origin, draft.transactions, draft.notes, draft.inputs, left_out=draft.problems
        )

    async def receive(self, submission: FileSubmission) -> None:
        """Keep who sent which files where; a job fetches and reads them."""
        team = submission.origin.team
        await self.shelf.keep_submission(submission)
        await self._queue.add("take_in", f"take_in:{team}:{submission.id}", team, submission.id)

    # -- deciding

    async def decide(
        self,
        team: str,
        review: str,
        asks: tuple[DecisionRequest, ...],
        actor: Actor,
        *,
        seen: str | None = None,
        once: str | None = None,
    ) -> RequestResult:
        """Record decisions; the first valid one of each transaction wins."""

        def step(loaded: Review) -> RequestResult:
            return loaded.decide(asks, actor, self.policy.approvers, seen)

        return await self._steps.take(team, review, step, actor, asks, once)

    async def follow_recommendations(
        self, team: str, review: str, actor: Actor, *, seen: str
    ) -> RequestResult:
        """Approve what the bot recommends to approve; which ones these are, the stored review says."""

        def step(loaded: Review) -> RequestResult:
            return loaded.follow(actor, self.policy.approvers, seen)

        everything = (DecisionRequest(kind=DecisionKind.APPROVED),)
        return await self._steps.take(team, review, step, actor, everything, None)

    async def would_refuse(
        self, team: str, review: str, ref: int, actor: Actor, seen: str
    ) -> RequestResult | None:
        """Why a decision about ``ref`` would change nothing, or ``None``; asked before a form is opened."""
        asks = (DecisionRequest(kind=DecisionKind.REJECTED, refs=(ref,)),)
        loaded = await self._steps.load_asked(team, review, asks)
        if loaded is None:
            return RequestResult(outcome=Outcome.NO_REVIEW)
        answer = loaded.decide(asks, actor, self.policy.approvers, seen)
        if answer.transition:
            return None
        if answer.outcome in REFUSED:
            await self._steps.note_refusal(team, review, answer, actor, None)
        return answer

    async def exit(
        self,
        team: str,
        review: str,
        actor: Actor,
        *,
        once: str | None = None,
        proposal: Proposal | None = None,
    ) -> RequestResult:
        """End the review; what is undecided is held. A ``proposal`` must still stand for it."""

        def step(loaded: Review) -> RequestResult:
            if proposal is not None and loaded.state.proposal != proposal:
                return RequestResult(outcome=Outcome.NO_PROPOSAL)
            answer = loaded.exit(actor, self.policy.approvers)
            if answer.transition is None:
                return answer
            closed = state_after(loaded.state, answer.transition)
            form = TurnKind.PLAIN if loaded.state.concluded else TurnKind.SUMMARY
            words = wording.ended(closed, len(answer.recorded))
            turns = (bot_turn(words, actor.now, form),)
            standing = {} if proposal is None else {"proposal": proposal_text(proposal)}
            step = answer.transition.joined(turns=turns, expect=standing)
            return answer.model_copy(update={"transition": step})

        return await self._steps.take(team, review, step, actor, (REST,), once)

    async def confirm(
        self, team: str, review: str, proposal: str, actor: Actor, *, once: str | None = None
    ) -> RequestResult:
        """Do what a proposal says, asked by the person whose words it reads."""
        state = await self.reviews.state(team, review)
        refused = _proposal_refused(state, proposal, actor.user)
        if refused or state is None or state.proposal is None:
            return RequestResult(outcome=refused or Outcome.NO_PROPOSAL)
        standing = state.proposal
        if isinstance(standing.reading, Exit):
            return await self.exit(team, review, actor, once=once, proposal=standing)
        asks = _asks_of(standing.reading)

        def step(loaded: Review) -> RequestResult:
            if loaded.state.proposal != standing:
                return RequestResult(outcome=Outcome.NO_PROPOSAL)
            if isinstance(standing.reading, Correct):
                answer = self._corrected(loaded, standing.reading, actor)
            else:
                answer = _answered(loaded, loaded.decide(asks, actor, self.policy.approvers), actor)
            if answer.transition is None:
                return answer
            taken = answer.transition.joined(
                expect={"proposal": proposal_text(standing)}, set={"proposal": proposal_text(None)}
            )
            return answer.model_copy(update={"transition": taken})

        return await self._steps.take(team, review, step, actor, asks, once)

    async def withdraw(self, team: str, review: str, proposal: str, actor: Actor) -> RequestResult:
        """Drop a proposal that read the reply wrongly; nothing of it is done."""
        state = await self.reviews.state(team, review)
        refused = _proposal_refused(state, proposal, actor.user)
        if refused or state is None:
            return RequestResult(outcome=refused or Outcome.NO_REVIEW)
        step = Transition(
            expect={"proposal": proposal_text(state.proposal), "status": ReviewStatus.WAITING.value},
            set={"proposal": proposal_text(None)},
            turns=(human_turn(actor), bot_turn(f"Nothing was done. {wording.CAN_SAY}", actor.now)),
        )
        done = await self.reviews.commit(team, review, step)
        if isinstance(done, NotCommitted):
            return RequestResult(outcome=Outcome.NO_PROPOSAL)
        self._steps.follow(done)
        return RequestResult(outcome=Outcome.RECORDED, transition=step)

    def _corrected(self, loaded: Review, wanted: Correct, actor: Actor) -> RequestResult:
        policy = self.policy
        within = timedelta(minutes=policy.correction_minutes)
        return _answered(loaded, correct(loaded, wanted.changes, actor, policy.approvers, within), actor)

    # -- replying

    async def reply(self, team: str, review: str, actor: Actor, *, once: str | None = None) -> ReplyResult:
        """Store what a human said in the thread, with its decisions where the exact grammar read them."""
        state = await self.reviews.state(team, review)
        reply = read_reply(actor.text)
        reading = reply.reading
        if state is None:
            return _heard(RequestResult(outcome=Outcome.NO_REVIEW))
        match reading:
            case Decide(asks=asks):
                return await self._reply_decides(state, asks, actor, once)
            case Correct():
                return await self._reply_corrects(state, reading, actor, once)
            case Skip():
                return await self._reply_decides(state, (REST,), actor, once)
            case Exit():
                return _heard(await self.exit(team, review, actor, once=once))
            case _:
                return await self._reply_talks(state, reply, actor, once)

    async def _reply_decides(
        self, state: ReviewState, asks: tuple[DecisionRequest, ...], actor: Actor, once: str | None
    ) -> ReplyResult:
        def step(loaded: Review) -> RequestResult:
            return _answered(loaded, loaded.decide(asks, actor, self.policy.approvers), actor)

        answer = await self._steps.take(state.team, state.id, step, actor, asks, once)
        return await self._heard_in_thread(state, answer, actor, once)

    async def _heard_in_thread(
        self, state: ReviewState, answer: RequestResult, actor: Actor, once: str | None
    ) -> ReplyResult:
        """Why a reply changed nothing, where it does not concern its author alone."""
        if answer.transition is None and answer.outcome not in PRIVATE | {Outcome.REPEATED}:
            words = bot_turn(wording.refusal(answer), actor.now)
            await self._say(state, Transition(turns=(human_turn(actor), words)), once)
        return _heard(answer)

    async def _reply_corrects(
        self, state: ReviewState, wanted: Correct, actor: Actor, once: str | None
    ) -> ReplyResult:
        def step(loaded: Review) -> RequestResult:
            return self._corrected(loaded, wanted, actor)

        answer = await self._steps.take(state.team, state.id, step, actor, _asks_of(wanted), once)
        return await self._heard_in_thread(state, answer, actor, once)

    async def _reply_talks(
        self, state: ReviewState, reply: ReplyReading, actor: Actor, once: str | None
    ) -> ReplyResult:
        reading = reply.reading
        if state.status is ReviewStatus.CLOSED and isinstance(reading, Unclear):
            return ReplyResult(outcome=Outcome.CLOSED)  # people may go on talking; the bot does not
        turn = human_turn(actor)
        talker = Review(state=state, entries={}).may_decide(actor.user, self.policy.approvers)
        match reading:
            case Unclear() if talker is not None:
                step = Transition(turns=(turn,), jobs=())  # talk among others is kept, not answered
            case Unclear(question=question):
                if self.model is not None or reply.certainty is Certainty.DESCRIBABLE:
                    unread = turn.model_copy(update={"form": TurnKind.UNREAD})
                    step = Transition(turns=(unread,), jobs=("answer",))
                else:
                    step = Transition(turns=(turn, bot_turn(question, actor.now)))
            case _:
                words = await self._looked_up(state, reading)
                step = Transition(turns=(turn, bot_turn(words, actor.now)))
        await self._say(state, step, once)
        return ReplyResult(outcome=Outcome.RECORDED)

    async def _looked_up(self, state: ReviewState, reading: Reading) -> str:
        """What state alone answers: why, what, who, how much, status, help."""
        if isinstance(reading, ShowStatus):
            return wording.status(state)
        if isinstance(reading, TellFact):
            return await self._told(state, reading.what)
        if isinstance(reading, DescribePayment):
            found = await self.entries(state.team, state.id, (reading.about,))
            unknown = RequestResult(outcome=Outcome.UNKNOWN_TRANSACTION, refs=(reading.about,))
            return wording.what(found[0]) if found else wording.refusal(unknown)
        if isinstance(reading, Help) or not isinstance(reading, Why):
            return wording.CAN_SAY
        refs = (reading.ref,) if reading.ref else await self.reviews.undecided(state.team, state.id)
        loaded = await self.reviews.load(state.team, state.id, refs[: wording.LISTED])
        entries = loaded.entries.values() if loaded else ()
        if not entries:
            unknown = RequestResult(outcome=Outcome.UNKNOWN_TRANSACTION, refs=refs)
            return wording.refusal(unknown) if reading.ref else "Nothing is undecided here."
        return "\n".join(wording.why(entry) for entry in entries)

    async def _told(self, state: ReviewState, asked: ReviewFact) -> str:
        if asked is ReviewFact.SUBMITTER:
            return wording.submitter(state)
        refs = await self.reviews.undecided(state.team, state.id)
        return wording.still_open(await self.entries(state.team, state.id, refs))

    async def _say(self, state: ReviewState, step: Transition, once: str | None) -> None:
        done = await self.reviews.commit(state.team, state.id, step, once)
        if isinstance(done, Committed):
            self._steps.follow(done)

    # -- looking

    async def turn_page(self, team: str, review: str, page: int) -> Outcome:
        """Show another page of the card, for everybody who looks at it."""
        step = Transition(set={"page": str(max(page, 0))})
        done = await self.reviews.commit(team, review, step)
        if isinstance(done, NotCommitted):
            return Outcome.NO_REVIEW
        self._steps.follow(done)
        return Outcome.RECORDED

    async def entries(self, team: str, review: str, refs: Sequence[int]) -> tuple[ReviewedTransaction, ...]:
        """The named entries, in order."""
        loaded = await self.reviews.load(team, review, refs) if refs else None
        return tuple(loaded.entries.values()) if loaded else ()

    async def flagged(self, team: str, review: str) -> tuple[int, ...]:
        """References of everything that was flagged, decided or not, in order."""
        return await self.reviews.flagged(team, review)

    async def named_in_summary(self, state: ReviewState) -> tuple[ReviewedTransaction, ...]:
        """What a summary names one by one: everything where that is few, else what was flagged."""
        few = state.total <= wording.LISTED
        refs = range(1, state.total + 1) if few else await self.flagged(state.team, state.id)
        return await self.entries(state.team, state.id, tuple(refs))

    async def open_heads(self, team: str, limit: int = 20) -> list[ReviewState]:
        """The team's open reviews, newest first."""
        names = await self.reviews.open_reviews(team, newest=limit)
        heads = [await self.reviews.state(team, name) for name in names]
        return [state for state in heads if state is not None]


def _proposal_refused(state: ReviewState | None, proposal: str, user: str) -> Outcome | None:
    if state is None:
        return Outcome.NO_REVIEW
    if state.proposal is None or state.proposal.id != proposal:
        return Outcome.NO_PROPOSAL
    return None if state.proposal.by == user else Outcome.NOT_YOURS


def _answered(loaded: Review, answer: RequestResult, actor: Actor) -> RequestResult:
    """The same answer with the bot's turn, which counts what is left: so nothing may come between."""
    if answer.transition is None:
        return answer
    left = state_after(loaded.state, answer.transition).undecided
    turns = (bot_turn(wording.recorded(answer, left), actor.now),)
    step = answer.transition.joined(turns=turns, expect={"undecided": str(loaded.state.undecided)})
    return answer.model_copy(update={"transition": step})


def _asks_of(reading: Skip | Correct | tuple[DecisionRequest, ...]) -> tuple[DecisionRequest, ...]:
    """What a step has to load: everything undecided, or the payments that are named."""
    if isinstance(reading, Skip):
        return (REST,)
    if isinstance(reading, Correct):
        return tuple(
            DecisionRequest(kind=one.kind or DecisionKind.HELD, refs=one.refs) for one in reading.changes
        )
    return reading


def _heard(answer: RequestResult) -> ReplyResult:
    if answer.outcome not in PRIVATE:
        return ReplyResult(outcome=answer.outcome)
    return ReplyResult(outcome=answer.outcome, private=wording.refusal(answer), already=answer.already)
