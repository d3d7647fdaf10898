"""Bringing what is stored to the layout of this version, beside processes that go on working.

Everything is made of what is stored, and each review is one step like any other (law 6 in ARCHITECTURE.md):
run twice, by two at once, or again after it was killed, it comes to the same. The number is raised when a
whole scan has found nothing left.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.application.current_policy import CurrentPolicy
from bot.application.index import IndexReviews
from bot.application.ports import Clock
from bot.application.steps import FLAGGED, ReviewSteps
from bot.application.timers import ReviewTimers
from bot.domain.audit.entry import AuditEntry
from bot.domain.policy import VendorPast, profile_of_channel, shares_of_limits, vendor_pasts
from bot.domain.review.bringing_forward import brought_forward
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.ranking import ShareOfLimit
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.store import LAYOUT, Found, Job, Lack, Stores, StoreUnavailable
from bot.store.audit import UNREADABLE
from bot.store.scripts.load import Besides

SCANS = 5  # until what still lacks something counts as coming from an older version that still runs

Progress = Callable[[int], None]
"""Told how many more reviews were looked at."""


@dataclass(slots=True)
class Survey:
    """What a look at all that is stored has shown: the layout's number, and how many reviews lack what.

    ``layout`` is ``None`` where nothing is stored. ``unreadable`` are reviews that no version can read.
    """

    layout: int | None
    reviews: int = 0
    older: int = 0
    lacks: Counter[Lack] = field(default_factory=Counter)
    unreadable: list[Found] = field(default_factory=list)

    def add(self, found: Found) -> None:
        """Count a review."""
        self.reviews += 1
        self.older += bool(found.lacks)
        self.lacks.update(found.lacks)
        if found.is_unreadable:
            self.unreadable.append(found)


class _Outboxes:
    """Jobs stay in their outbox, from which the sweep of any worker takes them: this process has no queue."""

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        raise NotImplementedError("a migration asks for no job but in a step")

    def relay(self, jobs: Sequence[Job]) -> None:
        """Leave them there."""


class MigrateReviews:
    """Gives every review what is kept of each now, and raises the number of the layout.

    Every method raises what ``StoreUnavailable`` names.
    """

    def __init__(self, stores: Stores, now: Clock) -> None:
        self._stores = stores
        self._policy = CurrentPolicy(stores.policies, stores.policy_history)
        timers = ReviewTimers(self._policy, now)
        self._steps = ReviewSteps(stores.reviews, _Outboxes(), timed=timers.set_in)
        self._index = IndexReviews(stores.payment_index, stores.review_lists)

    async def survey(self) -> Survey:
        """What there is to do; changes nothing. Raises ``UnreadableLayout`` for a newer layout."""
        number = await self._stores.layout.number()
        if number is not None and number > LAYOUT:
            self._stores.layout.check(number)
        survey = Survey(number)
        async for portion in self._stores.older.portions():
            for found in portion:
                survey.add(found)
        return survey

    async def run(self, progress: Progress) -> Survey:
        """Bring everything forward; what then is still to do, and the number as it is then.

        Where something is, the number stays: a review cannot be read, or a process of an older version goes
        on making more. Raises ``UnreadableLayout`` for a newer layout, and ``PolicyUnreadable``.
        """
        await self._policy.refresh()
        for _ in range(SCANS):
            left = await self._scan(progress)
            if not left.older:
                break
        if left.layout is not None and left.layout < LAYOUT and not left.older and not left.unreadable:
            await self._stores.layout.raise_to(LAYOUT)
            left.layout = LAYOUT
        return left

    async def _scan(self, progress: Progress) -> Survey:
        """Look at all, and bring forward what lacks something; it counts as lacking until the next scan."""
        survey = Survey(await self._stores.layout.number())
        async for portion in self._stores.older.portions():
            for found in portion:
                if found.lacks:
                    found = await self._bring_or_name(found)
                survey.add(found)
            progress(len(portion))
        return survey

    async def _bring_or_name(self, found: Found) -> Found:
        try:
            await self._bring(found)
        except StoreUnavailable:
            raise
        except UNREADABLE:
            return Found(found.team, found.review_id, is_unreadable=True)
        return found

    async def _bring(self, found: Found) -> None:
        team, review_id = found.team, found.review_id
        review = await self._stores.reviews.load(team, review_id, besides=Besides.FLAGGED)
        if review is None:
            return  # it has expired since
        if set(found.lacks) - {Lack.INDEX}:
            trail = await self._stores.reviews.audit(team, review_id) if Lack.CLOSING in found.lacks else []
            shares, pasts = await self._order_of(review)
            step = partial(_step, shares=shares, pasts=pasts, trail=trail)
            await self._steps.take(team, review_id, step, wanted=FLAGGED)
        state = await self._stores.reviews.state(team, review_id)
        if state is not None:
            await self._list(state)

    async def _list(self, state: ReviewState) -> None:
        """Note by what the payments are found, and then in whose lists the review stands, which says that
        both are done."""
        await self._index.found_by(state, await self._stores.reviews.transactions(state))
        await self._index.settled(state)
        await self._index.listed(state)

    async def _order_of(self, review: Review) -> tuple[ShareOfLimit, dict[str, VendorPast]]:
        """What the order of a card goes by: limits of the policy that judged, and what vendors were paid."""
        state = review.state
        policy = await self._stores.policies.policy(state.policy_version) or self._policy()
        payments = [entry.transaction for entry in review.entries.values()]
        past = await self._stores.history.of(state.team, payments, state.id)
        profile = profile_of_channel(policy.profiles, state.channel)
        pasts = vendor_pasts((payment.vendor for payment in payments), past)
        return shares_of_limits(policy, profile), pasts


def _step(
    review: Review, *, shares: ShareOfLimit, pasts: dict[str, VendorPast], trail: Sequence[AuditEntry]
) -> RequestResult:
    step = brought_forward(review, shares=shares, pasts=pasts, trail=trail)
    return RequestResult(Outcome.RECORDED, transition=step)
