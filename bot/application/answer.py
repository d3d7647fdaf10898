"""Answering: the model reads what no code could; what comes of it is a proposal, never a decision."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from bot import metrics
from bot.application.access import Access
from bot.application.ports import Clock, PolicyInForce
from bot.application.propose import (
    Doable,
    payment_facts,
    proposal_step,
    proposal_turn,
    read_entry,
    too_early,
)
from bot.application.steps import FLAGGED, NO_PAYMENTS, ReviewSteps
from bot.domain import text
from bot.domain.conversation import Talk, Turn, TurnKind, Unclear
from bot.domain.people import Approvers, Standing
from bot.domain.replies.reader import Scene, read_in_review, read_reply
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor, Transition, bot_turn
from bot.llm import ChatModel, Interpretation, ReviewDigest, interpret
from bot.store import ReviewStore, TokenBudgets
from bot.store.scripts.load import Besides

UNREAD = (TurnKind.UNREAD, TurnKind.UNREAD_QUESTION)


class AnswerReplies:
    """Has the model read the replies that wait for it, one after the other."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        budgets: TokenBudgets,
        access: Access,
        policy: PolicyInForce,
        model: ChatModel | None,
        now: Clock,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._budgets = budgets
        self._access = access
        self._policy = policy
        self._model = model
        self._now = now

    async def answer(self, team: str, review_id: str) -> None:
        """Read what waits for the model in this review, until nothing does; safe to run twice.

        Raises ``Contended``, and what ``StoreUnavailable`` names; of a model that does not answer comes a
        question to the human.
        """
        while True:
            state = await self._reviews.state(team, review_id)
            if state is None or state.status is ReviewStatus.CLOSED:
                return
            turns = await self._reviews.turns(team, review_id, after=state.read_to)
            unread = next((turn for turn in turns if turn.form in UNREAD), None)
            if unread is None:
                return
            author = unread.actor or ""
            approvers = await self._access.approvers(team, review_id, author)
            if refused := await self._refused(state, author, approvers):
                await self._steps.take(team, review_id, partial(self._unasked, turn=unread, why=refused))
                continue
            interpretation, unasked = await self._interpreted(state, unread)
            step = partial(
                self._step,
                turn=unread,
                interpretation=interpretation,
                unasked=unasked,
                approvers=approvers,
            )
            # A proposal shows the payments that it is about.
            wanted = FLAGGED if isinstance(interpretation.reading, Doable) else NO_PAYMENTS
            await self._steps.take(team, review_id, step, wanted=wanted)

    async def _refused(self, state: ReviewState, user: str, approvers: Approvers) -> Outcome | None:
        """Why the author of a reply may not decide now, which they may have lost since they wrote it."""
        person = await self._access.person(state.team, user)
        if self._access.admits(person):
            return Review(state, {}).may_decide(user, approvers)
        known = person.standing is not Standing.UNKNOWN
        return Outcome.NOT_AN_APPROVER if known else Outcome.NOT_ESTABLISHED

    def _unasked(self, review: Review, *, turn: Turn, why: Outcome) -> RequestResult:
        """A reply of somebody who may not decide, of which nothing comes, so that no model reads it.

        Whoever spoke to the bot is told so; who talked to others is not.
        """
        state, now = review.state, self._now()
        if state.read_to >= turn.seq or state.status is ReviewStatus.CLOSED:
            return RequestResult(Outcome.OVERTAKEN)
        told = text.refusal(RequestResult(why)) if turn.form is TurnKind.UNREAD_QUESTION else ""
        turns = (bot_turn(told, now),) if told else ()
        audit = (read_entry(turn.seq, told, FINANCE_BOT, now),)
        step = Transition(state.but(read_to=turn.seq), turns=turns, audit=audit)
        return RequestResult(Outcome.RECORDED, step)

    async def _interpreted(self, state: ReviewState, turn: Turn) -> tuple[Interpretation, str]:
        """What the model makes of a reply; or a question, and why the model was not asked."""
        digest = await self._digest(state)
        question = _question_to(turn, digest)
        unread = Unclear(question=question) if question else Talk()
        bound, now = self._policy().model.tokens_a_day, self._now()
        if self._model is None:
            return Interpretation(unread, FINANCE_BOT), ""
        # The budget is looked at before the call and counted after it, so replies that are read at the same
        # time may together spend more than the day's budget.
        if bound and await self._budgets.spent_on(state.team, now) >= bound:
            metrics.budget_refused("day")
            return Interpretation(unread, FINANCE_BOT), text.day_is_spent(bound, question) if question else ""
        interpretation = await interpret(self._model, turn.text, digest, question)
        tokens = interpretation.prompt_tokens + interpretation.completion_tokens
        await self._budgets.add(state.team, now, tokens)
        return interpretation, ""

    async def _digest(self, state: ReviewState) -> ReviewDigest:
        """What the model is told of the review: the flagged payments, decided ones too."""
        review = await self._reviews.load(state.team, state.id, besides=Besides.FLAGGED)
        payments = tuple(map(payment_facts, review.entries.values())) if review else ()
        return ReviewDigest(state.id, state.total, state.routine, payments)

    def _step(
        self,
        review: Review,
        *,
        turn: Turn,
        interpretation: Interpretation,
        unasked: str,
        approvers: Approvers,
    ) -> RequestResult:
        """The model's reading as the bot's turn: a proposal, a question, or the model's own words."""
        state, now = review.state, self._now()
        if state.read_to >= turn.seq or state.status is ReviewStatus.CLOSED:
            return RequestResult(Outcome.OVERTAKEN)
        state = state.but(read_to=turn.seq).counting(
            {
                "prompt_tokens": interpretation.prompt_tokens,
                "completion_tokens": interpretation.completion_tokens,
            }
        )
        reading = interpretation.reading
        if isinstance(reading, Talk):
            # People talk to each other, and the model has nothing to say. The card counts what that cost.
            unanswered = read_entry(turn.seq, "", interpretation.model, now)
            return RequestResult(Outcome.RECORDED, Transition(state, audit=(unanswered,)))
        if isinstance(reading, Doable) and _is_superseded(state, turn):
            answer = bot_turn(text.NEWER_WORDS, now)
        elif isinstance(reading, Doable) and (early := _too_early(review, reading, turn, approvers, now)):
            answer = bot_turn(text.refusal(early), now)
        elif isinstance(reading, Doable):
            review = replace(review, state=state)
            state, answer = proposal_step(review, reading, seq=turn.seq, by=turn.actor or "", now=now)
        elif interpretation.answer:
            answer = bot_turn(interpretation.answer, now, TurnKind.MODEL)
        else:
            question = reading.question if isinstance(reading, Unclear) else text.CAN_SAY
            answer = bot_turn(unasked or question, now)
            state = state.asking(turn.actor or "", state.turns + 1)
        audit = read_entry(turn.seq, answer.text, interpretation.model, now)
        return RequestResult(Outcome.RECORDED, Transition(state, turns=(answer,), audit=(audit,)))


def _question_to(turn: Turn, digest: ReviewDigest) -> str:
    """What code asks about a reply; empty where it takes it for talk among people."""
    named = turn.form is TurnKind.UNREAD_QUESTION
    reply = read_in_review(read_reply(turn.text), Scene(digest.payments, digest.total, named=named))
    if isinstance(reply.reading, Talk) and not named:
        return ""
    return getattr(reply.reading, "question", text.CAN_SAY)


def _too_early(
    review: Review, reading: Doable, turn: Turn, approvers: Approvers, now: datetime
) -> RequestResult | None:
    author = Actor(user=turn.actor or "", how=turn.how, text=turn.text, now=now)
    return too_early(review, reading, author, approvers)


def _is_superseded(state: ReviewState, turn: Turn) -> bool:
    """Whether a newer proposal stands, or a decision was taken back since these words were written."""
    return turn.seq <= max(state.undo_turn, proposal_turn(state.proposal) if state.proposal else 0)
