"""Timers: what happens to a review when nobody acts, set in the step that it follows."""

from bot.application.ports import Clock, PolicyInForce
from bot.domain.review.claiming import with_claims_kept
from bot.domain.review.state import ReviewState
from bot.domain.review.timers import timed
from bot.domain.review.transition import Transition


class ReviewTimers:
    """Sets the timer of a review, and ends claims, by the policy in force."""

    def __init__(self, policy: PolicyInForce, now: Clock) -> None:
        self._policy = policy
        self._now = now

    def set_in(self, before: ReviewState, step: Transition) -> Transition:
        """The step with the time of what happens next; ``before`` is the state it was made of."""
        policy, now = self._policy(), self._now()
        kept = with_claims_kept(step, policy.claims.life, now)
        return timed(before, kept, policy.reminders, policy.calendar, now)
