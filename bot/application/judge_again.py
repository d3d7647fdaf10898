"""Judging again what was corrected: the newest version, among the other payments of its review."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from bot.application.access import Access
from bot.application.judging import Judging, exempted
from bot.application.portions import with_other_policy
from bot.application.ports import Clock, Sanctions
from bot.application.routing import ChooseRoute, chooser, routed
from bot.application.steps import ReviewSteps, Wanted
from bot.domain import text
from bot.domain.judgement import Judgement
from bot.domain.policy import (
    History,
    PaymentStatus,
    judge_by_policy,
    past_payments_from,
    profile_of_channel,
    shares_of_limits,
    vendor_pasts,
)
from bot.domain.review import approvals
from bot.domain.review.audit_entries import judged
from bot.domain.review.judged_again import found_about_others, judged_anew
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.ranking import Rank, ShareOfLimit, ranked
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.sums import is_high_risk
from bot.domain.review.transition import Moved, Transition, bot_turn
from bot.domain.transaction import Transaction
from bot.llm import Assessment, rows_to_send
from bot.store import ReviewStore
from bot.store.off_loop import computed
from bot.store.scripts.load import Besides


class _Found(NamedTuple):
    """What is found about newest versions, before what their earlier versions leave is added."""

    judgements: Sequence[Judgement]
    assessment: Assessment | None
    tokens: tuple[int, int]
    shares: ShareOfLimit
    history: History
    choose: ChooseRoute | None
    exempted: Callable[[Sequence[Judgement]], tuple[Judgement, ...]]


class JudgeAgain:
    """Judges corrected payments, each in a stored step; until then nobody decides about them."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        judging: Judging,
        access: Access,
        sanctions: Sanctions,
        now: Clock,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._judging = judging
        self._access = access
        self._sanctions = sanctions
        self._now = now

    async def judge(self, team: str, review_id: str) -> None:
        """Judge the newest version of all that was corrected, until nothing is left; safe to run twice.

        Raises ``Contended``, and what ``StoreUnavailable`` names.
        """
        while True:
            review = await self._reviews.load(team, review_id, besides=Besides.FLAGGED)
            if review is None or not review.state.rejudging:
                return
            corrected = [review.entries[ref] for ref in review.state.rejudging]
            found = await self._found(review, corrected)
            for entry, judgement in zip(corrected, found.judgements, strict=True):
                await self._store(review, entry, judgement, found)
                # What the call has cost is counted with the first that is stored of those it was about.
                found = found._replace(tokens=(0, 0))

    async def _found(self, review: Review, corrected: Sequence[ReviewedTransaction]) -> _Found:
        """What policy and model say of the newest versions, by the policy that card and trail name."""
        state, new = review.state, [entry.transaction for entry in corrected]
        policy = await self._judging.policy_of(state)
        others = await self._payments(review)
        # The day on which the newest of these versions was handed in.
        today = max(entry.amended.at.date() for entry in corrected if entry.amended)
        history = await self._judging.past_payments(state, others, new, today, state.version)
        history = _with_withdrawn(history, review, today)
        sanctions = await asyncio.to_thread(self._sanctions, policy)
        profile = profile_of_channel(policy.profiles, state.channel)
        about = (policy, others, history, today, sanctions, profile)
        by_policy = await computed(len(others), partial(judge_by_policy, *about))
        own = [
            judgement.joined(found_about_others(judgement, by_policy, review.entries))
            for judgement in by_policy
            if judgement.ref in set(state.rejudging)
        ]
        own = list(with_other_policy(state, policy, own))
        sent = rows_to_send(new, own)
        context = await computed(len(new), lambda: self._judging.context(state, policy, new, history))
        assessment = await self._judging.assessment(state, sent, context)
        judgements = self._judging.joined(state, own, sent, assessment)
        tokens = (assessment.prompt_tokens, assessment.completion_tokens) if assessment else (0, 0)
        # Where the policy is lost that chose the routes, each payment keeps its own: another may ask fewer.
        is_lost = policy.version != state.policy_version and bool(state.routes)
        choose = None if is_lost else await chooser(self._access, policy, state, profile)
        spared = partial(exempted, state=state, policy=policy, profile=profile)
        shares = shares_of_limits(policy, profile)
        return _Found(judgements, assessment, tokens, shares, history, choose, spared)

    async def _payments(self, review: Review) -> list[Transaction]:
        """All payments of the review in their newest versions, but for those that were withdrawn."""
        submitted = await self._reviews.transactions(review.state)
        newest = {
            ref: None if entry.withdrawn else entry.transaction for ref, entry in review.entries.items()
        }
        payments = (newest.get(payment.ref, payment) for payment in submitted)
        return [payment for payment in payments if payment is not None]

    async def _store(
        self, review: Review, entry: ReviewedTransaction, found: Judgement, all_found: _Found
    ) -> None:
        """Take the step that lets people decide about one payment again."""
        before = entry.judgement.findings if entry.judgement else ()
        judgement = judged_anew((*entry.earlier, entry.transaction), before, found)
        # By all that stands of it: a version that names the old account again is frozen still.
        (judgement,) = all_found.exempted([judgement])
        after = entry.model_copy(update={"judgement": judgement, "rejudging": False})
        state = review.state
        moved = await self._moved(state, {**review.entries, found.ref: after}, found.ref, all_found)
        step = partial(self._step, after=after, moved=moved, found=all_found)
        await self._steps.take(state.team, state.id, step, wanted=Wanted((found.ref,)))

    async def _moved(
        self,
        state: ReviewState,
        entries: Mapping[int, ReviewedTransaction],
        ref: int,
        found: _Found,
    ) -> Moved | None:
        """The payment's new rank, and where it stands among the ranks of the others, which stay.

        ``None`` where the review has no order, as one from before there was any. It is ranked as the others
        were and not put first: who submits could else push others off the card by correcting many.
        """
        stored = await self._reviews.ranks(state.team, state.id)
        was = next((rank for rank in stored if rank.ref == ref), None)
        if was is None:
            return None
        judged_ones = [(entry.transaction, entry.judgement) for entry in entries.values() if entry.judgement]
        pasts = vendor_pasts((entries[ref].transaction.vendor,), found.history)
        ranks = await computed(len(judged_ones), partial(ranked, judged_ones, found.shares, pasts))
        rank = next(rank for rank in ranks if rank.ref == ref)
        others = (other for other in stored if other.ref != ref and _place(other) > _place(rank))
        return Moved(was, rank, next(others, None))

    def _step(
        self,
        review: Review,
        *,
        after: ReviewedTransaction,
        moved: Moved | None,
        found: _Found,
    ) -> RequestResult:
        """The step that stores what was found about a version, as long as that is the newest one."""
        state, ref, judgement = review.state, after.transaction.ref, after.judgement
        stands = review.entries.get(ref)
        if stands is None or judgement is None or not stands.rejudging or stands.version != after.version:
            return RequestResult(Outcome.OVERTAKEN)
        now, assessment, routes = self._now(), found.assessment, state.routes
        if found.choose:  # a new version starts its route again, which may be another one
            (judgement,), routes = routed([judgement], [after.transaction], routes, found.choose)
        elif stands.judgement:
            judgement = judgement.model_copy(update={"route": stands.judgement.route})
        entries = judged(
            [judgement],
            now,
            policy=state.policy_version,
            model=state.model if assessment else "none asked",
            prompt=assessment.prompt_version if assessment else state.prompt_version,
            prompt_tokens=found.tokens[0],
            completion_tokens=found.tokens[1],
        )
        counts = {"prompt_tokens": found.tokens[0], "completion_tokens": found.tokens[1]}
        counts["unassessed"] = int(assessment is not None and ref in assessment.unassessed)
        if state.sums:
            counts["high_risk"] = is_high_risk(after) - is_high_risk(stands)
        step = Transition(
            state.counting(counts).but(
                rejudging=tuple(other for other in state.rejudging if other != ref), routes=routes
            ),
            judgements=(judgement,),
            moved=moved,
            turns=(bot_turn(text.judged_again(after), now),),
            audit=(*entries, *approvals.routes(routes[len(state.routes) :], now)),
            jobs=("publish", "learn"),
        )
        return RequestResult(Outcome.RECORDED, step)


def _place(rank: Rank) -> tuple[float, int]:
    return -rank.score, rank.ref


def _with_withdrawn(history: History, review: Review, today: date) -> History:
    """The history with what was withdrawn of the review itself: what repeats it says that it was."""
    gone = [entry.transaction for entry in review.entries.values() if entry.withdrawn]
    past = past_payments_from(gone, review.state.id, PaymentStatus.WITHDRAWN, submitted=today)
    return history.model_copy(update={"payments": (*history.payments, *past)}) if gone else history
