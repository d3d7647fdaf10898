"""Claiming: saying that one is on a payment or a review, taking that over, and giving it back."""

from collections.abc import Iterable

from bot.application.access import Access
from bot.application.ports import PolicyInForce
from bot.application.steps import OPEN, ReviewSteps, Wanted
from bot.domain.people import Approvers
from bot.domain.review.claiming import claim, give_back
from bot.domain.review.outcome import RequestResult
from bot.domain.review.remarks import OF_REVIEW
from bot.domain.review.review import Review
from bot.domain.review.transition import Actor, human_turn
from bot.store import ReviewStore


class ClaimPayments:
    """Puts down who is on what; it shows on the card, and keeps nobody from deciding.

    Every method that is awaited raises ``Contended``, and what ``StoreUnavailable`` names.
    """

    def __init__(
        self, *, steps: ReviewSteps, reviews: ReviewStore, access: Access, policy: PolicyInForce
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._access = access
        self._policy = policy

    async def press(self, team: str, review_id: str, ref: int, actor: Actor, seen: str = "") -> RequestResult:
        """Do what a button means: claim, give back what is one's own, or take over what is another's.

        ``ref`` is a payment, or the review (``OF_REVIEW``), ``seen`` whose claim the button showed, by Slack
        user id; empty where it showed none.
        """
        if seen == actor.user:
            return await self._steps.take(team, review_id, lambda review: give_back(review, ref, actor))
        refs = () if ref == OF_REVIEW else (ref,)
        approvers = await self._access.approvers(team, review_id, actor.user)
        return await self._steps.take(
            team,
            review_id,
            lambda review: claim(review, refs, actor, approvers, self._policy().claims.life, seen),
            wanted=Wanted(refs) if refs else await self._looked_at(team, review_id),
            actor=actor,
        )

    def said(self, review: Review, refs: Iterable[int], actor: Actor, approvers: Approvers) -> RequestResult:
        """What it makes of a review that somebody says in its thread that they are on it."""
        result = claim(review, refs, actor, approvers, self._policy().claims.life)
        step = result.transition
        return result.by(step.followed_by(turns=(human_turn(actor),))) if step else result

    async def _looked_at(self, team: str, review_id: str) -> Wanted:
        """What must be loaded of a review to tell whether any of it is for somebody to decide."""
        state = await self._reviews.state(team, review_id)
        return OPEN if state and state.routes else Wanted()
