"""Nudging: whoever brought payments has those reminded who can decide about them, and hears when that is."""

from dataclasses import dataclass
from datetime import datetime

from bot.application.access import Access
from bot.application.ports import PolicyInForce
from bot.application.remind import RemindOfReviews
from bot.application.steps import ReviewSteps
from bot.domain.conversation import Medium
from bot.domain.review.nudging import nudge_refused, nudged
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.domain.review.timers import may_be_told_at
from bot.domain.review.transition import Actor, Transition, bot_turn, human_turn
from bot.domain.text import reminders as text
from bot.store import NoticeStore, ReviewStore


@dataclass(frozen=True, slots=True)
class Nudged:
    """What came of a nudge, and a sentence for its author alone, in which people are mentioned.

    The sentence is empty for a request that came twice.
    """

    outcome: Outcome
    sentence: str


class NudgePeople:
    """Reminds of one review, as its submitter asks."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        remind: RemindOfReviews,
        notices: NoticeStore,
        access: Access,
        policy: PolicyInForce,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._remind = remind
        self._notices = notices
        self._access = access
        self._policy = policy

    async def nudge(
        self, team: str, review_id: str, actor: Actor, *, idempotency_key: str | None = None
    ) -> Nudged:
        """Have those reminded for whom a review waits.

        Raises ``Contended``, and what ``StoreUnavailable`` names.

        As with every reminder, whom to tell is noted by its cause before the step is taken, so that after a
        crash between the two the same request tells nobody twice.
        """
        state = await self._reviews.state(team, review_id)
        if state is None:
            return _said(RequestResult(Outcome.NO_REVIEW), None)
        told: list[text.Told] = []
        if nudge_refused(state, actor) is None:
            told = await self._when_told(state, actor.now)
            await self._remind.have_reminded(state, f"nudge {state.nudged_at}")

        def answer(review: Review) -> RequestResult:
            nonlocal state
            state = review.state
            if refused := nudge_refused(state, actor):
                return RequestResult(refused)
            people = tuple(answer.person for answer in told)
            return RequestResult(Outcome.RECORDED, _with_words(nudged(state, people, actor), actor, state))

        result = await self._steps.take(team, review_id, answer, actor=actor, idempotency_key=idempotency_key)
        return _said(result, state, told)

    async def _when_told(self, state: ReviewState, now: datetime) -> list[text.Told]:
        """Whom a reminder reaches, and when: within their hours, and at most twice a day."""
        told = []
        for user in await self._remind.whom.next_approvers(state):
            calendar = self._policy().calendar.of_person(await self._access.time_zone(state.team, user))
            record = await self._notices.record(state.team, user)
            at = may_be_told_at(record.sent, calendar, now)
            told.append(text.Told(user, at, later=at > now, often=at > calendar.next_working(now)))
        return told


def _with_words(step: Transition, actor: Actor, state: ReviewState) -> Transition:
    """The step with what was said, and in the thread what waits where nobody is named who could be told."""
    turns = (human_turn(actor),) if actor.how is Medium.THREAD_REPLY else ()
    if not step.audit[0].detail["people"]:
        turns = (*turns, bot_turn(text.still_waits(state), actor.now))
    return step.followed_by(turns=turns, jobs=("publish",) if turns else ())


def _said(result: RequestResult, state: ReviewState | None, told: list[text.Told] | None = None) -> Nudged:
    if result.outcome is Outcome.REPEATED:
        return Nudged(result.outcome, "")
    return Nudged(result.outcome, text.nudge_answer(result, state, told or [], lambda user: f"<@{user}>"))
