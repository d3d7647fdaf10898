"""What happens to a review when nobody acts: its approvers are reminded, others are asked, it expires.

Every part may run twice, late or side by side (law 6 in ARCHITECTURE.md): whom to tell is noted by its cause
before the step is taken that moves the timer on.
"""

from collections.abc import Callable
from datetime import datetime

from bot.application.access import Access
from bot.application.ports import Clock, PolicyInForce
from bot.application.steps import NO_PAYMENTS, ReviewSteps
from bot.application.whom_it_waits_for import WhomItWaitsFor
from bot.domain.review.claiming import lapsed
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.domain.review.timers import Timer, TimerKind, escalated, expired, next_timer, reminded
from bot.domain.review.transition import Transition, bot_turn
from bot.domain.text import reminders as text
from bot.store import NoticeStore, ReviewStore, TimerStore


class RemindOfReviews:
    """Does what the timer of a review says."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        timers: TimerStore,
        notices: NoticeStore,
        access: Access,
        policy: PolicyInForce,
        now: Clock,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._timers = timers
        self._notices = notices
        self._access = access
        self.whom = WhomItWaitsFor(reviews=reviews, access=access, policy=policy)
        self._policy = policy
        self._now = now

    async def remind(self, team: str, review_id: str) -> None:
        """Do what is due for a review; raises ``Contended``, and what ``StoreUnavailable`` names."""
        state = await self._reviews.state(team, review_id)
        if state is None:
            await self._timers.forget((team, review_id))
            return
        timer, now = self._next(state), self._now()
        if timer is None or timer.at > now:
            await self._set_anew(state, timer)
        elif timer.kind is TimerKind.LAPSE:
            await self._take(state, lambda still: lapsed(still, self._now()))
        elif timer.kind is TimerKind.REMIND:
            await self._remind(state, now)
        elif timer.kind is TimerKind.ESCALATE:
            await self._escalate(state, now)
        else:
            days = self._policy().reminders.expire_days
            await self._take(state, lambda still: expired(still, text.expiry(still, days), self._now()))

    async def have_reminded(self, state: ReviewState, cause: str) -> tuple[str, ...]:
        """Have those who can decide in a review told of it, once for a cause; answers who they are."""
        people, now = await self.whom.next_approvers(state), self._now()
        for user in people:
            zone = await self._access.time_zone(state.team, user)
            at = self._policy().calendar.of_person(zone).next_working(now)
            await self._notices.ask(state.team, user, f"{state.id} {cause}", at)
        return people

    def _next(self, state: ReviewState) -> Timer | None:
        policy = self._policy()
        return next_timer(state, policy.reminders, policy.calendar)

    async def _set_anew(self, state: ReviewState, timer: Timer | None) -> None:
        """Set the timer by the policy as it is now, where that was changed since it was set."""
        if state.timer_at != (timer.at if timer else None):
            await self._steps.take(state.team, state.id, _nothing_but_the_timer)
        elif timer is None:
            await self._timers.forget((state.team, state.id))

    async def _remind(self, state: ReviewState, now: datetime) -> None:
        people = await self.have_reminded(state, f"{state.waits_since} {state.reminded}")
        policy = self._policy()
        # Where nobody is named, or all are away, the thread says it.
        tells_nobody = not people and (policy.anyone_decides or await self._access.absent(state.team))

        def step(still: ReviewState) -> Transition:
            done = reminded(still, people, policy.reminders, policy.calendar, now)
            words = (bot_turn(text.still_waits(still), now),)
            return done.followed_by(turns=words, jobs=("publish",)) if tells_nobody else done

        await self._take(state, step)

    async def _escalate(self, state: ReviewState, now: datetime) -> None:
        stages = await self.whom.stages(state)
        asked = await self.whom.asked_late(state, stages)
        days = self._policy().reminders.escalate_days
        named = [(stage.name, stage.count) for stage in stages if stage.name]
        await self._take(
            state, lambda still: escalated(still, text.escalation(still, days, named), asked, now)
        )

    async def _take(self, seen: ReviewState, step: Callable[[ReviewState], Transition]) -> None:
        """Take a step where the timer that was looked at still stands: nobody acted since."""

        def answer(review: Review) -> RequestResult:
            still = review.state
            if _clock_of(still) != _clock_of(seen) or self._next(still) != self._next(seen):
                return RequestResult(Outcome.NOTHING_TO_DECIDE)
            return _only(step(still))

        await self._steps.take(seen.team, seen.id, answer, wanted=NO_PAYMENTS)


def _clock_of(state: ReviewState) -> tuple[datetime | None, int, bool]:
    return state.waits_since, state.reminded, state.escalated


def _only(step: Transition) -> RequestResult:
    return RequestResult(Outcome.RECORDED, transition=step)


def _nothing_but_the_timer(review: Review) -> RequestResult:
    """A step that changes nothing itself; the timer is set in each."""
    return _only(Transition(review.state, jobs=()))
