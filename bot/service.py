"""What can be asked of the bot: submit, decide, reply, skip, exit, confirm, look. No Slack in it."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from bot.agent import ChatModel, Lanes, assessing, describe_model, in_brief
from bot.domain import wording
from bot.domain.audit import submitted
from bot.domain.conversation import (
    Ask,
    Correct,
    Decide,
    DecisionKind,
    Exit,
    Facts,
    Form,
    Help,
    Reading,
    Skip,
    Tell,
    Unclear,
    What,
    Why,
)
from bot.domain.conversation import (
    Status as StatusAsked,
)
from bot.domain.correction import correct
from bot.domain.descriptions import may_describe
from bot.domain.grammar import read_amends, read_exactly
from bot.domain.policy import Policy, SanctionsList
from bot.domain.review import (
    Actor,
    Answer,
    Outcome,
    Review,
    Transition,
    bot_turn,
    human_turn,
    state_after,
)
from bot.domain.state import (
    Decision,
    Entry,
    Head,
    Price,
    Proposal,
    Status,
    digest,
    proposal_text,
    review_id,
    totals,
)
from bot.domain.submission import Draft, Origin, Parcel, RawInput
from bot.domain.transaction import Transaction
from bot.intake import Intake
from bot.steps import REFUSED, Queue, Steps
from bot.store import Committed, NotCommitted, Past, ReviewStore, Shelf
from bot.store.step import Contended

REST = Ask(kind=DecisionKind.HELD, reason="skipped")

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


class Heard(BaseModel):
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
        lanes: Lanes | None = None,
        past: Past,
        sanctions: Callable[[Policy], SanctionsList | None] = lambda _: None,
    ) -> None:
        self.reviews = reviews
        self.shelf = shelf
        self.model = model
        self.lanes = lanes or Lanes()
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

    async def offer(self, origin: Origin, intake: Intake) -> Head | Draft:
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
    ) -> Head:
        """Make a review of a batch; the same request always meets the same review.

        ``notes`` say how the batch was read (columns, currency), ``inputs`` from what, and ``left_out``
        which rows were refused; the audit trail keeps them.
        """
        policy = self.policy
        await self.shelf.keep_policy(policy)
        for length in range(5, 13):
            head = self._head(origin, transactions, policy, review_id(origin.team, origin.request, length))
            audit = submitted(head, notes, inputs, left_out)
            step = Transition(audit=(audit,), jobs=("assess", "publish"))
            done = await self.reviews.create(head, transactions, step)
            if isinstance(done, Committed):
                self._steps.follow(done)
                return head
            if done.what == origin.request and (stored := await self.reviews.head(head.team, head.id)):
                return stored
        raise Contended(f"no free id for request {origin.request}")

    def _head(self, origin: Origin, transactions: Sequence[Transaction], policy: Policy, name: str) -> Head:
        return Head(
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
            prompt_version=assessing(in_brief(policy)).version if self.model else "",
            price=self._price,
            digest=digest(transactions, policy.version),
            total=len(transactions),
            totals=totals(transactions),
        )

    async def submit_draft(self, team: str, draft_id: str, user: str) -> Head | None:
        """Take the good rows of a draft; ``None`` where it is gone or somebody else's."""
        draft = await self.shelf.draft(team, draft_id)
        if draft is None or draft.origin.submitter != user or not draft.transactions:
            return None
        return await self.submit(
            draft.origin, draft.transactions, draft.notes, draft.inputs, left_out=draft.problems
        )

    async def receive(self, parcel: Parcel) -> None:
        """Keep who sent which files where; a job fetches and reads them."""
        team = parcel.origin.team
        await self.shelf.keep_parcel(parcel)
        await self._queue.add("take_in", f"take_in:{team}:{parcel.id}", team, parcel.id)

    # -- deciding

    async def decide(
        self,
        team: str,
        review: str,
        asks: tuple[Ask, ...],
        actor: Actor,
        *,
        seen: str | None = None,
        once: str | None = None,
    ) -> Answer:
        """Record decisions; the first valid one of each transaction wins."""

        def step(loaded: Review) -> Answer:
            return loaded.decide(asks, actor, self.policy.approvers, seen)

        return await self._steps.take(team, review, step, actor, asks, once)

    async def follow_recommendations(self, team: str, review: str, actor: Actor, *, seen: str) -> Answer:
        """Approve what the bot recommends to approve; which ones these are, the stored review says."""

        def step(loaded: Review) -> Answer:
            return loaded.follow(actor, self.policy.approvers, seen)

        everything = (Ask(kind=DecisionKind.APPROVED),)
        return await self._steps.take(team, review, step, actor, everything, None)

    async def would_refuse(self, team: str, review: str, ref: int, actor: Actor, seen: str) -> Answer | None:
        """Why a decision about ``ref`` would change nothing, or ``None``; asked before a form is opened."""
        asks = (Ask(kind=DecisionKind.REJECTED, refs=(ref,)),)
        loaded = await self._steps.load_asked(team, review, asks)
        if loaded is None:
            return Answer(outcome=Outcome.NO_REVIEW)
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
    ) -> Answer:
        """End the review; what is undecided is held. A ``proposal`` must still stand for it."""

        def step(loaded: Review) -> Answer:
            if proposal is not None and loaded.head.proposal != proposal:
                return Answer(outcome=Outcome.NO_PROPOSAL)
            answer = loaded.exit(actor, self.policy.approvers)
            if answer.transition is None:
                return answer
            closed = state_after(loaded.head, answer.transition)
            form = Form.PLAIN if loaded.head.concluded else Form.SUMMARY
            words = wording.ended(closed, len(answer.recorded))
            turns = (bot_turn(words, actor.now, form),)
            standing = {} if proposal is None else {"proposal": proposal_text(proposal)}
            step = answer.transition.joined(turns=turns, expect=standing)
            return answer.model_copy(update={"transition": step})

        return await self._steps.take(team, review, step, actor, (REST,), once)

    async def confirm(
        self, team: str, review: str, proposal: str, actor: Actor, *, once: str | None = None
    ) -> Answer:
        """Do what a proposal says, asked by the person whose words it reads."""
        head = await self.reviews.head(team, review)
        refused = _proposal_refused(head, proposal, actor.user)
        if refused or head is None or head.proposal is None:
            return Answer(outcome=refused or Outcome.NO_PROPOSAL)
        standing = head.proposal
        if isinstance(standing.reading, Exit):
            return await self.exit(team, review, actor, once=once, proposal=standing)
        asks = _asks_of(standing.reading)

        def step(loaded: Review) -> Answer:
            if loaded.head.proposal != standing:
                return Answer(outcome=Outcome.NO_PROPOSAL)
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

    async def withdraw(self, team: str, review: str, proposal: str, actor: Actor) -> Answer:
        """Drop a proposal that read the reply wrongly; nothing of it is done."""
        head = await self.reviews.head(team, review)
        refused = _proposal_refused(head, proposal, actor.user)
        if refused or head is None:
            return Answer(outcome=refused or Outcome.NO_REVIEW)
        step = Transition(
            expect={"proposal": proposal_text(head.proposal), "status": Status.WAITING.value},
            set={"proposal": proposal_text(None)},
            turns=(human_turn(actor), bot_turn(f"Nothing was done. {wording.CAN_SAY}", actor.now)),
        )
        done = await self.reviews.commit(team, review, step)
        if isinstance(done, NotCommitted):
            return Answer(outcome=Outcome.NO_PROPOSAL)
        self._steps.follow(done)
        return Answer(outcome=Outcome.RECORDED, transition=step)

    def _corrected(self, loaded: Review, wanted: Correct, actor: Actor) -> Answer:
        policy = self.policy
        within = timedelta(minutes=policy.correction_minutes)
        return _answered(loaded, correct(loaded, wanted.changes, actor, policy.approvers, within), actor)

    # -- replying

    async def reply(self, team: str, review: str, actor: Actor, *, once: str | None = None) -> Heard:
        """Store what a human said in the thread, with its decisions where the exact grammar read them."""
        head = await self.reviews.head(team, review)
        reading = read_exactly(actor.text)
        if head is None:
            return _heard(Answer(outcome=Outcome.NO_REVIEW))
        match reading:
            case Decide(asks=asks):
                return await self._reply_decides(head, asks, actor, once)
            case Correct():
                return await self._reply_corrects(head, reading, actor, once)
            case Skip():
                return await self._reply_decides(head, (REST,), actor, once)
            case Exit():
                return _heard(await self.exit(team, review, actor, once=once))
            case _:
                return await self._reply_talks(head, reading, actor, once)

    async def _reply_decides(
        self, head: Head, asks: tuple[Ask, ...], actor: Actor, once: str | None
    ) -> Heard:
        def step(loaded: Review) -> Answer:
            return _answered(loaded, loaded.decide(asks, actor, self.policy.approvers), actor)

        answer = await self._steps.take(head.team, head.id, step, actor, asks, once)
        return await self._heard_in_thread(head, answer, actor, once)

    async def _heard_in_thread(self, head: Head, answer: Answer, actor: Actor, once: str | None) -> Heard:
        """Why a reply changed nothing, where it does not concern its author alone."""
        if answer.transition is None and answer.outcome not in PRIVATE | {Outcome.REPEATED}:
            words = bot_turn(wording.refusal(answer), actor.now)
            await self._say(head, Transition(turns=(human_turn(actor), words)), once)
        return _heard(answer)

    async def _reply_corrects(self, head: Head, wanted: Correct, actor: Actor, once: str | None) -> Heard:
        def step(loaded: Review) -> Answer:
            return self._corrected(loaded, wanted, actor)

        answer = await self._steps.take(head.team, head.id, step, actor, _asks_of(wanted), once)
        return await self._heard_in_thread(head, answer, actor, once)

    async def _reply_talks(self, head: Head, reading: Reading, actor: Actor, once: str | None) -> Heard:
        if head.status is Status.CLOSED and isinstance(reading, Unclear):
            return Heard(outcome=Outcome.CLOSED)  # people may go on talking; the bot does not
        turn = human_turn(actor)
        talker = Review(head=head, entries={}).may_decide(actor.user, self.policy.approvers)
        match reading:
            case Unclear() if talker is not None:
                step = Transition(turns=(turn,), jobs=())  # talk among others is kept, not answered
            case Unclear(question=question):
                if self.model is not None or may_describe(actor.text) or read_amends(actor.text):
                    unread = turn.model_copy(update={"form": Form.UNREAD})
                    step = Transition(turns=(unread,), jobs=("answer",))
                else:
                    step = Transition(turns=(turn, bot_turn(question, actor.now)))
            case _:
                words = await self._looked_up(head, reading)
                step = Transition(turns=(turn, bot_turn(words, actor.now)))
        await self._say(head, step, once)
        return Heard(outcome=Outcome.RECORDED)

    async def _looked_up(self, head: Head, reading: Reading) -> str:
        """What state alone answers: why, what, who, how much, status, help."""
        if isinstance(reading, StatusAsked):
            return wording.status(head)
        if isinstance(reading, Tell):
            return await self._told(head, reading.what)
        if isinstance(reading, What):
            found = await self.entries(head.team, head.id, (reading.about,))
            unknown = Answer(outcome=Outcome.UNKNOWN_TRANSACTION, refs=(reading.about,))
            return wording.what(found[0]) if found else wording.refusal(unknown)
        if isinstance(reading, Help) or not isinstance(reading, Why):
            return wording.CAN_SAY
        refs = (reading.ref,) if reading.ref else await self.reviews.undecided(head.team, head.id)
        loaded = await self.reviews.load(head.team, head.id, refs[: wording.LISTED])
        entries = loaded.entries.values() if loaded else ()
        if not entries:
            unknown = Answer(outcome=Outcome.UNKNOWN_TRANSACTION, refs=refs)
            return wording.refusal(unknown) if reading.ref else "Nothing is undecided here."
        return "\n".join(wording.why(entry) for entry in entries)

    async def _told(self, head: Head, asked: Facts) -> str:
        if asked is Facts.SUBMITTER:
            return wording.submitter(head)
        refs = await self.reviews.undecided(head.team, head.id)
        return wording.still_open(await self.entries(head.team, head.id, refs))

    async def _say(self, head: Head, step: Transition, once: str | None) -> None:
        done = await self.reviews.commit(head.team, head.id, step, once)
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

    async def entries(self, team: str, review: str, refs: Sequence[int]) -> tuple[Entry, ...]:
        """The named entries, in order."""
        loaded = await self.reviews.load(team, review, refs) if refs else None
        return tuple(loaded.entries.values()) if loaded else ()

    async def flagged(self, team: str, review: str) -> tuple[int, ...]:
        """References of everything that was flagged, decided or not, in order."""
        return await self.reviews.flagged(team, review)

    async def named_in_summary(self, head: Head) -> tuple[Entry, ...]:
        """What a summary names one by one: everything where that is few, else what was flagged."""
        few = head.total <= wording.LISTED
        refs = range(1, head.total + 1) if few else await self.flagged(head.team, head.id)
        return await self.entries(head.team, head.id, tuple(refs))

    async def open_heads(self, team: str, limit: int = 20) -> list[Head]:
        """The team's open reviews, newest first."""
        names = await self.reviews.open_reviews(team, newest=limit)
        heads = [await self.reviews.head(team, name) for name in names]
        return [head for head in heads if head is not None]


def _proposal_refused(head: Head | None, proposal: str, user: str) -> Outcome | None:
    if head is None:
        return Outcome.NO_REVIEW
    if head.proposal is None or head.proposal.id != proposal:
        return Outcome.NO_PROPOSAL
    return None if head.proposal.by == user else Outcome.NOT_YOURS


def _answered(loaded: Review, answer: Answer, actor: Actor) -> Answer:
    """The same answer with the bot's turn, which counts what is left: so nothing may come between."""
    if answer.transition is None:
        return answer
    left = state_after(loaded.head, answer.transition).undecided
    turns = (bot_turn(wording.recorded(answer, left), actor.now),)
    step = answer.transition.joined(turns=turns, expect={"undecided": str(loaded.head.undecided)})
    return answer.model_copy(update={"transition": step})


def _asks_of(reading: Skip | Correct | tuple[Ask, ...]) -> tuple[Ask, ...]:
    """What a step has to load: everything undecided, or the payments that are named."""
    if isinstance(reading, Skip):
        return (REST,)
    if isinstance(reading, Correct):
        return tuple(Ask(kind=one.kind or DecisionKind.HELD, refs=one.refs) for one in reading.changes)
    return reading


def _heard(answer: Answer) -> Heard:
    if answer.outcome not in PRIVATE:
        return Heard(outcome=answer.outcome)
    return Heard(outcome=answer.outcome, private=wording.refusal(answer), already=answer.already)
