"""Deciding: by a button, by a confirmed proposal, and ending the review."""

from collections.abc import Callable, Mapping, Set
from datetime import timedelta
from functools import partial

from bot.application.access import Access
from bot.application.conclude import concluding
from bot.application.confirmations import without_a_reason
from bot.application.ports import PolicyInForce
from bot.application.steps import NO_PAYMENTS, OPEN, TRIES, Contended, ReviewSteps, Wanted, wanted_by
from bot.application.wanted import wanted_by_proposal
from bot.domain import text
from bot.domain.conversation import Correct, DecisionKind, DecisionRequest, Exit, Skip, TurnKind
from bot.domain.people import Approvers
from bot.domain.policy import profile_of_channel, shares_of_limits
from bot.domain.review.correction import correct, release
from bot.domain.review.decision import Proposal
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.ranking import ShareOfLimit
from bot.domain.review.reopening import reopen
from bot.domain.review.review import REST, Review
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor, Transition, bot_turn, human_turn
from bot.store import OpenContent, ReviewStore


class DecidePayments:
    """Records what people decide; the first valid decision of each payment wins.

    Every method that is awaited raises ``Contended``, and what ``StoreUnavailable`` names.
    """

    def __init__(
        self, *, steps: ReviewSteps, reviews: ReviewStore, access: Access, policy: PolicyInForce
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._access = access
        self._policy = policy

    # -- buttons

    async def decide(
        self,
        team: str,
        review_id: str,
        requests: tuple[DecisionRequest, ...],
        actor: Actor,
        *,
        content_token: str | None = None,
        versions: Mapping[int, int] | None = None,
        held: Set[int] | None = None,
        called: Mapping[int, int] | None = None,
        asks_reasons: bool = False,
        idempotency_key: str | None = None,
    ) -> RequestResult:
        """Record decisions; those that were made before stand, and are named in the result.

        ``content_token`` is what the pressed button carried of the content that its card showed; ``None`` is
        not compared. ``versions`` are those of the payments that it showed, by reference, where that is not
        the first, and ``called`` how many call-backs: one that was corrected since is not decided, nor
        approved with other call-backs, nor is one on hold decided that is not among ``held``.
        With ``asks_reasons`` an approval of high risk without a reason is ``NEEDS_REASON``.
        ``idempotency_key`` names a request that may come twice, as a form does.
        """
        approvers = await self._access.approvers(team, review_id, actor.user)

        def answer(review: Review) -> RequestResult:
            result = review.decide(requests, actor, approvers, content_token, versions, held, called)
            if asks_reasons and result.transition:
                shares = self.share_of_limit(review.state.channel)
                if refs := without_a_reason(review, requests, shares):
                    return RequestResult(Outcome.NEEDS_REASON, refs=refs)
            return concluding(result, actor.now)

        return await self._steps.take(
            team,
            review_id,
            answer,
            wanted=wanted_by(requests),
            actor=actor,
            idempotency_key=idempotency_key,
            asked=actor.text if idempotency_key else "",
        )

    async def would_refuse(
        self,
        team: str,
        review_id: str,
        ref: int,
        actor: Actor,
        content_token: str,
        version: int = 1,
        held: Set[int] | None = None,
    ) -> RequestResult | None:
        """Why a decision about ``ref`` would change nothing, or ``None``; asked before a form is opened.

        ``content_token``, ``version`` and ``held`` are what the pressed button showed.
        """
        request = DecisionRequest(kind=DecisionKind.REJECTED, refs=(ref,))
        approvers = await self._access.approvers(team, review_id, actor.user)
        allowed = False

        def answer(review: Review) -> RequestResult:
            nonlocal allowed
            result = review.decide((request,), actor, approvers, content_token, {ref: version}, held)
            allowed = result.transition is not None
            return RequestResult(result.outcome, already=result.already, refs=result.refs)

        result = await self._steps.take(team, review_id, answer, wanted=Wanted((ref,)), actor=actor)
        return None if allowed else result

    # -- replies

    def answered(
        self, review: Review, requests: tuple[DecisionRequest, ...], actor: Actor, approvers: Approvers
    ) -> RequestResult:
        """What a reply that decides makes of a review, with the bot's own turn."""
        result = review.decide(requests, actor, approvers)
        return _with_words(review, result, actor)

    def share_of_limit(self, channel: str) -> ShareOfLimit:
        """What share of its limit an amount is, by the policy in force, in a review of this channel."""
        policy = self._policy()
        return shares_of_limits(policy, profile_of_channel(policy.profiles, channel))

    def corrected(self, review: Review, wanted: Correct, actor: Actor, approvers: Approvers) -> RequestResult:
        """What a correction makes of a review, with the bot's own turn."""
        within = timedelta(minutes=self._policy().correction_minutes)
        result = correct(review, wanted.changes, actor, approvers, within)
        return _with_words(review, result, actor)

    # -- closing and reopening

    async def exit(
        self,
        team: str,
        review_id: str,
        actor: Actor,
        *,
        seen: str | None = None,
        idempotency_key: str | None = None,
    ) -> RequestResult:
        """Close the review; what is undecided or on hold is not approved.

        ``seen`` is the digest of what was open when its author was asked; with something else open since then
        it is ``STALE_CARD``. ``None`` is not compared.
        """
        approvers = await self._access.approvers(team, review_id, actor.user)
        moved = False

        def answer(review: Review) -> RequestResult:
            nonlocal moved
            result = self.ended(review, actor, approvers)
            if result.transition is None or seen is None:
                return result
            # What is open is read apart from the review; it must be that of this very version.
            moved = content is None or content.state.version != review.state.version
            if moved or content is None:
                return RequestResult(Outcome.OVERTAKEN)
            return result if content.digest == seen else RequestResult(Outcome.STALE_CARD)

        for _ in range(TRIES):
            content = await self._reviews.open_content(team, review_id)
            result = await self._steps.take(
                team, review_id, answer, actor=actor, idempotency_key=idempotency_key
            )
            if not moved:
                return result
        raise Contended(f"{review_id}: {TRIES} tries")

    async def exit_at_once(self, team: str, review_id: str, actor: Actor) -> RequestResult | OpenContent:
        """Close the review where nothing is open in it; else what is, which its author has to be shown."""
        approvers = await self._access.approvers(team, review_id, actor.user)
        asks = False

        def answer(review: Review) -> RequestResult:
            nonlocal asks
            result = self.ended(review, actor, approvers)
            asks = bool(result.transition and review.state.waiting)
            return RequestResult(result.outcome) if asks else result

        result = await self._steps.take(team, review_id, answer, actor=actor)
        content = await self._reviews.open_content(team, review_id) if asks else None
        return content or result

    async def reopen(
        self, team: str, review_id: str, actor: Actor, *, seen: str | None = None
    ) -> RequestResult:
        """Open a closed review again; ``seen`` is what the pressed button carried of its closing."""
        approvers = await self._access.approvers(team, review_id, actor.user)
        return await self._steps.take(
            team,
            review_id,
            lambda review: self.reopened(review, actor, approvers, seen),
            wanted=OPEN,
            actor=actor,
        )

    def reopened(
        self, review: Review, actor: Actor, approvers: Approvers, seen: str | None = None
    ) -> RequestResult:
        """What reopening makes of a review, with the bot's own turn."""
        return _saying(reopen(review, actor, approvers, seen), text.reopened, actor)

    async def release(self, team: str, review_id: str, ref: int, actor: Actor, seen: str) -> RequestResult:
        """Take a payment off hold, whoever put it there; ``seen`` is the button's content token."""
        approvers = await self._access.approvers(team, review_id, actor.user)
        answer = partial(release, refs=(ref,), actor=actor, approvers=approvers, content_token=seen)
        return await self._steps.take(team, review_id, answer, wanted=Wanted((ref,)), actor=actor)

    def released(
        self, review: Review, refs: tuple[int, ...], actor: Actor, approvers: Approvers
    ) -> RequestResult:
        """What it makes of a review that payments are taken off hold, with the bot's own turn."""
        return _saying(release(review, refs, actor, approvers), partial(text.released, refs), actor)

    def ended(self, review: Review, actor: Actor, approvers: Approvers) -> RequestResult:
        """What ``exit`` makes of a review, with the bot's closing turn."""
        result = review.exit(actor, approvers)
        if result.transition is None:
            return result
        kind = TurnKind.PLAIN if review.state.concluded else TurnKind.SUMMARY
        words = text.ended(result.transition.state)
        return result.by(result.transition.followed_by(turns=(bot_turn(words, actor.now, kind),)))

    # -- proposals

    async def confirm(self, team: str, review_id: str, proposal_id: str, actor: Actor) -> RequestResult:
        """Do what a proposal says, asked by the person whose words it reads."""
        state = await self._reviews.state(team, review_id)
        if state is None:
            return RequestResult(Outcome.NO_REVIEW)
        standing = state.proposal
        approvers = await self._access.approvers(team, review_id, actor.user)

        def answer(review: Review) -> RequestResult:
            refused = proposal_refused(review, proposal_id, actor.user)
            proposal = review.state.proposal
            if refused or proposal is None or proposal != standing:
                return RequestResult(refused or Outcome.NO_PROPOSAL)
            result = self._confirmed(review, proposal, actor, approvers)
            step = result.transition
            return result.by(step.followed_by(state=step.state.but(proposal=None))) if step else result

        wanted = wanted_by_proposal(standing) if standing else NO_PAYMENTS
        return await self._steps.take(team, review_id, answer, wanted=wanted, actor=actor)

    def _confirmed(
        self, review: Review, proposal: Proposal, actor: Actor, approvers: Approvers
    ) -> RequestResult:
        match proposal.reading:
            case Exit():
                return self.ended(review, actor, approvers)
            case Correct():
                return self.corrected(review, proposal.reading, actor, approvers)
            case Skip():
                return self.answered(review, (REST,), actor, approvers)
            case requests:
                return self.answered(review, requests, actor, approvers)

    async def withdraw(self, team: str, review_id: str, proposal_id: str, actor: Actor) -> RequestResult:
        """Drop a proposal that read the reply wrongly; nothing of it is done."""

        def answer(review: Review) -> RequestResult:
            if refused := proposal_refused(review, proposal_id, actor.user):
                return RequestResult(refused)
            words = bot_turn("Nothing was done.", actor.now)
            state = review.state.but(proposal=None)
            return RequestResult(Outcome.RECORDED, Transition(state, turns=(human_turn(actor), words)))

        return await self._steps.take(team, review_id, answer)


def proposal_refused(review: Review, proposal_id: str, user: str) -> Outcome | None:
    """Why this person can do nothing with this proposal, or ``None`` where they can."""
    proposal = review.state.proposal
    if proposal is None or proposal.id != proposal_id:
        return Outcome.NO_PROPOSAL
    return None if proposal.by == user else Outcome.NOT_YOURS


def _saying(result: RequestResult, words: Callable[[ReviewState], str], actor: Actor) -> RequestResult:
    """The result with a turn of the bot, made of the state after the step."""
    step = result.transition
    return result.by(step.followed_by(turns=(bot_turn(words(step.state), actor.now),))) if step else result


def _with_words(review: Review, result: RequestResult, actor: Actor) -> RequestResult:
    """The result with the bot's turn, which counts what is left, and the summary where nothing is."""
    step = result.transition
    if step is None:
        return result
    words = bot_turn(text.recorded(result, step.state, review.entries), actor.now)
    if whose := step.turns[0].to:
        words = words.model_copy(update={"form": TurnKind.STAND_IN, "to": f"{actor.user} {whose}"})
    return concluding(result.by(step.followed_by(turns=(words,))), actor.now)
