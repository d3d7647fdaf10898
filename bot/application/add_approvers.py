"""Adding an approver to one payment, and telling whoever was added."""

from bot.application.access import Access
from bot.application.ports import Clock, PolicyInForce
from bot.application.steps import ReviewSteps, Wanted
from bot.domain.review.adding import add_approver, refused_to_add
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.transition import Actor
from bot.store import NoticeStore, ReviewStore


class AddApprovers:
    """Stores who was added, in one step with its audit entry.

    Every method raises ``Contended``, and what ``StoreUnavailable`` names.
    """

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        notices: NoticeStore,
        access: Access,
        policy: PolicyInForce,
        now: Clock,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._notices = notices
        self._access = access
        self._policy = policy
        self._now = now

    async def would_refuse(self, team: str, review_id: str, ref: int, actor: Actor) -> RequestResult | None:
        """Why this person may add nobody to a payment, or ``None``; asked before a form is opened."""
        approvers = await self._access.approvers(team, review_id, actor.user)
        allowed = False

        def answer(review: Review) -> RequestResult:
            nonlocal allowed
            refused = refused_to_add(review, ref, actor, approvers)
            allowed = refused is None
            return refused or _NOTHING

        result = await self._steps.take(team, review_id, answer, wanted=Wanted((ref,)), actor=actor)
        return None if allowed else result

    async def add(
        self,
        team: str,
        review_id: str,
        ref: int,
        person: str,
        reason: str,
        actor: Actor,
        *,
        idempotency_key: str,
    ) -> RequestResult:
        """Have somebody approve a payment too; ``idempotency_key`` names the form."""
        approvers = await self._access.approvers(team, review_id, actor.user, {person})
        is_member = await self._access.is_member(team, person)
        return await self._steps.take(
            team,
            review_id,
            lambda review: add_approver(review, ref, person, reason, actor, approvers, is_member=is_member),
            wanted=Wanted((ref,)),
            actor=actor,
            idempotency_key=idempotency_key,
        )

    async def payment(self, team: str, review_id: str, ref: int) -> Review | None:
        """A review with one payment, for whoever may add somebody to it; ``None`` without one."""
        return await self._reviews.load(team, review_id, (ref,))

    async def tell_added(self, team: str, review_id: str) -> None:
        """Have those who were added told of what waits for them, each once; may run twice."""
        state = await self._reviews.state(team, review_id)
        for ref, person in state.added if state else ():
            zone = await self._access.time_zone(team, person)
            at = self._policy().calendar.of_person(zone).next_working(self._now())
            await self._notices.ask(team, person, f"{review_id} added {ref}", at)


_NOTHING = RequestResult(Outcome.NOTHING_TO_DECIDE)
