"""Judging a review: the policy reads all of it, the model what no rule has flagged, several calls at once."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from bot.application.conclude import closed_at_once, concluded
from bot.application.portions import Portion, portions_of, with_other_policy
from bot.application.ports import Clock, PolicyInForce, Sanctions
from bot.application.steps import ReviewSteps
from bot.domain import text
from bot.domain.conversation import TurnKind
from bot.domain.judgement import Judgement, Verdict
from bot.domain.policy import (
    History,
    PaymentStatus,
    Policy,
    facts_about,
    judge_by_policy,
    past_is_short,
    past_payments_from,
    profile_of_channel,
    shares_of_limits,
    vendor_pasts,
)
from bot.domain.review.audit_entries import judged
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.ranking import Rank, ShareOfLimit, ranked
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.sums import with_sums
from bot.domain.review.transition import Transition, bot_turn
from bot.domain.transaction import Transaction
from bot.llm import (
    POLICY_ONLY,
    Assessment,
    CallLimit,
    ChatModel,
    ModelContext,
    assess_chunk,
    assessment_prompt,
    describe_model,
    merge,
    policy_in_brief,
)
from bot.store import PaymentHistory, PolicyArchive, ReviewStore, SubmittedRows, TokenBudgets
from bot.store.off_loop import computed
from bot.store.scripts.load import Besides

SHOWN = 10  # times, at the most, that the card of a long batch shows how far it is


class AssessReview:
    """Judges what is submitted, and hands over to the human."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        policies: PolicyArchive,
        history: PaymentHistory,
        rows: SubmittedRows,
        budgets: TokenBudgets,
        policy: PolicyInForce,
        sanctions: Sanctions,
        model: ChatModel | None,
        call_limit: CallLimit,
        now: Clock,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._policies = policies
        self._history = history
        self._rows = rows
        self._budgets = budgets
        self._policy = policy
        self._sanctions = sanctions
        self._model = model
        self._call_limit = call_limit
        self._now = now

    async def assess(self, team: str, review_id: str) -> None:
        """Judge what is not judged yet, portion by portion, each stored in its turn; then hand over.

        The calls of the model run side by side, and a portion is stored when all before it are. Where
        another worker is at the same review, it goes on from what is stored, and this one leaves off.
        """
        review = await self._reviews.load(team, review_id, besides=Besides.FLAGGED)
        if review is None or review.state.status is not ReviewStatus.ASSESSING:
            return
        state, flagged = review.state, dict(review.entries)
        transactions = await self._reviews.transactions(state)
        policy = await self._policies.policy(state.policy_version) or self._policy()
        history = await self._past_payments(state, transactions)
        # Listeners have to answer while thousands of rows are looked at.
        sanctions = await asyncio.to_thread(self._sanctions, policy)
        profile = profile_of_channel(policy.profiles, state.channel)
        shares = shares_of_limits(policy, profile)
        today, short_past = state.created_at.date(), past_is_short(policy, history)
        about = (policy, transactions, history, today, sanctions, profile)
        by_policy = await computed(len(transactions), partial(judge_by_policy, *about))
        portions = portions_of(state, transactions, with_other_policy(state, policy, by_policy))
        context_of = partial(self._context, state, policy, transactions, history)
        context = await computed(len(transactions), context_of)
        async with aclosing(self._assessed(state, portions, context)) as assessed:
            async for portion, assessment in assessed:
                judgements = self._judgements(state, portion, assessment)
                for payment, judgement in zip(portion.payments, judgements, strict=True):
                    if judgement.findings:
                        entry = ReviewedTransaction(transaction=payment, judgement=judgement)
                        flagged[judgement.ref] = entry
                ranking = () if judgements[-1].ref < state.total else await _ranking(flagged, shares, history)
                step = partial(
                    self._step,
                    judgements=judgements,
                    assessment=assessment,
                    entries=flagged,
                    short_past=short_past,
                    ranking=ranking,
                )
                if (await self._steps.take(team, review_id, step)).transition is None:
                    return

    async def _past_payments(self, state: ReviewState, transactions: Sequence[Transaction]) -> History:
        """What was paid before; these payments are noted, as ones that wait."""
        today = state.created_at.date()
        # Before they are judged, so that of two batches at the same time at least one knows of the other.
        # What waits never pushes out what is settled, so the history that is read next is whole.
        waiting = (
            past
            for transaction in transactions
            for past in past_payments_from((transaction,), state.id, PaymentStatus.WAITING, submitted=today)
        )
        await self._history.remember(state.team, waiting, today=today)
        history = await self._history.of(state.team, transactions, state.id)
        await self._rows.note(state.team, state.id, transactions, state.created_at)
        elsewhere = await self._rows.invoices_elsewhere(
            state.team, transactions, self._now(), without=state.id
        )
        history = history.model_copy(
            update={"invoices_elsewhere": {ref: row.name for ref, row in elsewhere.items()}}
        )
        if state.submitted_again:
            known = await self._rows.known(state.team, transactions, self._now(), without=state.id)
            names = {ref: row.name for ref, row in known.items()}
            history = history.model_copy(update={"submitted_before": names})
        return history

    def _context(
        self, state: ReviewState, policy: Policy, transactions: Sequence[Transaction], history: History
    ) -> ModelContext:
        """How the model is to be asked about these payments."""
        return ModelContext(
            assessment_prompt(policy_in_brief(policy)),
            {} if state.model == POLICY_ONLY else facts_about(transactions, history),
            call_limit=self._call_limit,
            budget=self._budgets.of(policy.model, state.team, state.id, self._now()),
        )

    async def _assessed(
        self, state: ReviewState, portions: Iterator[Portion], context: ModelContext
    ) -> AsyncGenerator[tuple[Portion, Assessment | None]]:
        """Each portion with what the model says of it; where none is asked, as soon as the policy has it."""
        if state.model == POLICY_ONLY:
            while portion := await computed(state.total, partial(next, portions, None)):
                yield portion, None
            return
        all_of_them = await computed(state.total, partial(list[Portion], portions))
        calls = (partial(self._assessment, state, portion.sent, context) for portion in all_of_them)
        async with aclosing(self._call_limit.in_order(calls)) as assessments:
            for portion in all_of_them:
                yield portion, await anext(assessments)

    async def _assessment(
        self, state: ReviewState, sent: Sequence[Transaction], context: ModelContext
    ) -> Assessment | None:
        """What the model says of these rows; ``None`` where it had none to read, or there is no model.

        A worker that has another model than the card names, or none, lets nothing pass: what nobody has
        read as promised goes to the human.
        """
        model = self._model
        if state.model == POLICY_ONLY or not sent:
            return None
        if model is not None and model.name == state.model:
            return await assess_chunk(model, sent, context)
        why = f"this worker has {describe_model(model)} instead of {state.model}"
        return Assessment(
            model=state.model,
            prompt_version=state.prompt_version,
            unassessed=dict.fromkeys((transaction.ref for transaction in sent), why),
        )

    def _judgements(
        self, state: ReviewState, portion: Portion, assessment: Assessment | None
    ) -> tuple[Judgement, ...]:
        """What policy and model together say of a portion."""
        refs = [transaction.ref for transaction in portion.sent] if assessment else []
        judgements = merge(portion.by_policy, assessment, refs)
        if state.recommend_only:
            return tuple(judgement.left_to_a_human() for judgement in judgements)
        return tuple(judgements)

    def _step(
        self,
        review: Review,
        *,
        judgements: tuple[Judgement, ...],
        assessment: Assessment | None,
        entries: dict[int, ReviewedTransaction],
        short_past: bool,
        ranking: tuple[Rank, ...],
    ) -> RequestResult:
        """The step that stores one portion, with what it cost and who judged; the last one hands over."""
        state = review.state
        before, after = judgements[0].ref - 1, judgements[-1].ref
        if state.status is not ReviewStatus.ASSESSING or state.judged != before:
            return RequestResult(Outcome.OVERTAKEN)
        tokens = (assessment.prompt_tokens, assessment.completion_tokens) if assessment else (0, 0)
        flagged = sum(judgement.verdict is Verdict.FLAGGED for judgement in judgements)
        audit = judged(
            judgements,
            self._now(),
            policy=state.policy_version,
            model=state.model if assessment else "none asked",
            prompt=assessment.prompt_version if assessment else state.prompt_version,
            prompt_tokens=tokens[0],
            completion_tokens=tokens[1],
        )
        counts = {
            "judged": len(judgements),
            "flagged": flagged,
            "undecided": flagged,
            "unassessed": len(assessment.unassessed) if assessment else 0,
            "recommended": sum(judgement.recommended for judgement in judgements),
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
        }
        step = Transition(
            state.counting(counts).but(short_past=short_past),
            judgements=judgements,
            audit=tuple(audit),
            jobs=("publish",) if _is_worth_showing(before, after, state.total) else (),
        )
        if after == state.total:
            step = self._with_opening(step, entries, ranking)
        return RequestResult(Outcome.RECORDED, with_sums(step, entries))

    def _with_opening(
        self, step: Transition, entries: dict[int, ReviewedTransaction], ranking: tuple[Rank, ...]
    ) -> Transition:
        """The step with card's order and first turn; what nobody has to decide about ends the review."""
        now, state = self._now(), step.state
        if not state.flagged:
            return closed_at_once(step.followed_by(jobs=("publish", "learn")), now)
        flagged = [entries[rank.ref] for rank in ranking]
        opening = bot_turn(text.opening(state, flagged), now, TurnKind.OPENING)
        step = replace(step, ranking=ranking).followed_by(
            state=state.but(status=ReviewStatus.WAITING), turns=(opening,), jobs=("publish", "learn")
        )
        return concluded(step, now)


async def _ranking(
    flagged: Mapping[int, ReviewedTransaction], shares: ShareOfLimit, past: History
) -> tuple[Rank, ...]:
    """The order of the card, of everything flagged, with what each vendor was paid before."""
    judged = [(entry.transaction, entry.judgement) for entry in flagged.values() if entry.judgement]
    pasts = vendor_pasts((payment.vendor for payment, _ in judged), past)
    return await computed(len(judged), partial(ranked, judged, shares, pasts))


def _is_worth_showing(before: int, after: int, total: int) -> bool:
    """Whether another tenth is done; what comes after the last one is shown when it is handed over."""
    return before * SHOWN // total < after * SHOWN // total and after < total
