"""Judging a review: the policy reads all of it, the model what no rule has flagged, several calls at once."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from bot.application.access import Access
from bot.application.conclude import closed_at_once, concluded
from bot.application.index import IndexReviews
from bot.application.judge_again import JudgeAgain
from bot.application.judging import Judging, exempted
from bot.application.portions import Portion, portions_of, with_other_policy
from bot.application.ports import Clock, Sanctions
from bot.application.routing import chooser, routed
from bot.application.steps import ReviewSteps
from bot.domain import text
from bot.domain.conversation import TurnKind
from bot.domain.judgement import Judgement, Verdict
from bot.domain.policy import (
    History,
    judge_by_policy,
    past_is_short,
    profile_of_channel,
    shares_of_limits,
    vendor_pasts,
)
from bot.domain.review import approvals
from bot.domain.review.audit_entries import judged
from bot.domain.review.deadlines import with_deadlines
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.ranking import Rank, ShareOfLimit, ranked
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.sums import with_sums
from bot.domain.review.transition import Transition, bot_turn
from bot.domain.routing import Route
from bot.llm import (
    POLICY_ONLY,
    Assessment,
    CallLimit,
    ModelContext,
)
from bot.store import ReviewStore
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
        judging: Judging,
        index: IndexReviews,
        access: Access,
        sanctions: Sanctions,
        call_limit: CallLimit,
        now: Clock,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._judging = judging
        self._index = index
        self._again = JudgeAgain(
            steps=steps, reviews=reviews, judging=judging, access=access, sanctions=sanctions, now=now
        )
        self._access = access
        self._sanctions = sanctions
        self._call_limit = call_limit
        self._now = now

    async def assess(self, team: str, review_id: str) -> None:
        """Judge what is not judged yet, portion by portion, each stored in its turn; then hand over.

        In a review that was handed over, judge again what was corrected since.

        The calls of the model run side by side, and a portion is stored when all before it are. Where
        another worker is at the same review, it goes on from what is stored, and this one leaves off.
        """
        review = await self._reviews.load(team, review_id, besides=Besides.FLAGGED)
        if review is None:
            return None
        if review.state.status is not ReviewStatus.ASSESSING:
            return await self._again.judge(team, review_id)
        state, flagged = review.state, dict(review.entries)
        transactions = await self._reviews.transactions(state)
        await self._index.submitted(state, transactions)
        policy = await self._judging.policy_of(state)
        today = state.created_at.date()
        history = await self._judging.past_payments(state, transactions, transactions, today)
        # Listeners have to answer while thousands of rows are looked at.
        sanctions = await asyncio.to_thread(self._sanctions, policy)
        profile = profile_of_channel(policy.profiles, state.channel)
        shares = shares_of_limits(policy, profile)
        short_past = past_is_short(policy, history)
        choose, routes = await chooser(self._access, policy, state, profile), state.routes
        about = (policy, transactions, history, today, sanctions, profile)
        by_policy = await computed(len(transactions), partial(judge_by_policy, *about))
        portions = portions_of(state, transactions, with_other_policy(state, policy, by_policy))
        context_of = partial(self._judging.context, state, policy, transactions, history)
        context = await computed(len(transactions), context_of)
        async with aclosing(self._assessed(state, portions, context)) as assessed:
            async for portion, assessment in assessed:
                judgements = self._judging.joined(state, portion.by_policy, portion.sent, assessment)
                judgements = exempted(judgements, state, policy, profile)
                if choose:
                    judgements, routes = routed(judgements, portion.payments, routes, choose)
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
                    routes=routes,
                )
                if (await self._steps.take(team, review_id, step)).transition is None:
                    break
        return None

    async def _assessed(
        self, state: ReviewState, portions: Iterator[Portion], context: ModelContext
    ) -> AsyncGenerator[tuple[Portion, Assessment | None]]:
        """Each portion with what the model says of it; where none is asked, as soon as the policy has it."""
        if state.model == POLICY_ONLY:
            while portion := await computed(state.total, partial(next, portions, None)):
                yield portion, None
            return
        all_of_them = await computed(state.total, partial(list[Portion], portions))
        calls = (partial(self._judging.assessment, state, portion.sent, context) for portion in all_of_them)
        async with aclosing(self._call_limit.in_order(calls)) as assessments:
            for portion in all_of_them:
                yield portion, await anext(assessments)

    def _step(
        self,
        review: Review,
        *,
        judgements: tuple[Judgement, ...],
        assessment: Assessment | None,
        entries: dict[int, ReviewedTransaction],
        short_past: bool,
        ranking: tuple[Rank, ...],
        routes: tuple[Route, ...],
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
            state.counting(counts).but(short_past=short_past, routes=routes),
            judgements=judgements,
            audit=(*audit, *approvals.routes(routes[len(state.routes) :], self._now())),
            jobs=("publish",) if _is_worth_showing(before, after, state.total) else (),
        )
        if after == state.total:
            step = self._with_opening(step, entries, ranking)
        return RequestResult(Outcome.RECORDED, with_deadlines(with_sums(step, entries), entries))

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
