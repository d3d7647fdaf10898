"""Cards follow the people: whoever goes away, comes back, joins or leaves a group is shown on all of them.

Nothing of it rests on a moment: what the cards were drawn by is compared with what there is now, so that a
run that is lost is made up for, and one too many changes nothing (law 6 in ARCHITECTURE.md).
"""

import hashlib
import json

from bot.application.access import Access
from bot.application.ports import PolicyInForce
from bot.application.steps import ReviewSteps
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import waits_for_certain_people
from bot.domain.review.transition import Transition
from bot.store import DrawnStore, ReviewStore

MOST = 10_000  # open reviews, the newest, whose cards are drawn anew
AT_ONCE = 200  # that are read in one command


class RedrawCards:
    """Has cards drawn anew whose payments may wait for other people than they show."""

    def __init__(
        self,
        *,
        steps: ReviewSteps,
        reviews: ReviewStore,
        drawn: DrawnStore,
        access: Access,
        policy: PolicyInForce,
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._drawn = drawn
        self._access = access
        self._policy = policy

    async def forget(self, team: str) -> None:
        """Have the cards drawn anew: somebody has joined or left a group, or the workspace."""
        await self._drawn.forget(team)

    async def is_due(self, team: str) -> bool:
        """Whether people or policy are no longer those that the cards of a workspace were drawn by."""
        return await self._drawn.by(team) != await self._now(team)

    async def redraw(self, team: str) -> None:
        """Draw the cards anew where that is due.

        Raises ``Contended``, and what ``StoreUnavailable`` names.
        """
        seen, by = await self._drawn.by(team), await self._now(team)
        if seen == by:
            return
        names = await self._reviews.open_reviews(team, newest=MOST)
        for start in range(0, len(names), AT_ONCE):
            for state in await self._reviews.states(team, names[start : start + AT_ONCE]):
                if waits_for_certain_people(state):
                    await self._steps.take(team, state.id, _again)
        await self._drawn.note(team, seen, by)

    async def _now(self, team: str) -> str:
        """A name for who is away, who acts for them, and by which policy."""
        absent = await self._access.absent(team)
        away = sorted(
            (absence.person, absence.stand_in, absence.last.isoformat()) for absence in absent.values()
        )
        return hashlib.sha256(json.dumps([self._policy().version, away]).encode()).hexdigest()[:16]


def _again(review: Review) -> RequestResult:
    """A step that changes nothing but what is shown, where there is still something to show."""
    if not waits_for_certain_people(review.state):
        return RequestResult(Outcome.NOTHING_TO_DECIDE)
    return RequestResult(Outcome.RECORDED, transition=Transition(review.state))
