"""Refused attempts in the audit trail: one entry an hour for each person, with the number of the others."""

import contextlib
from datetime import datetime

from bot.domain.audit.entry import AuditEntry
from bot.domain.review.audit_entries import TOLD_EVERY, refused, refused_since
from bot.domain.review.outcome import REFUSED, RequestResult
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor, Transition
from bot.store import Committed, ReviewStore, StoreUnavailable
from bot.store.keys import ReviewKeys


class RefusedAttempts:
    """Tells the trail of attempts that changed nothing."""

    def __init__(self, reviews: ReviewStore) -> None:
        self._reviews = reviews

    async def step(
        self, state: ReviewState, result: RequestResult, actor: Actor | None, idempotency_key: str | None
    ) -> Transition | None:
        """The step that tells of an attempt, with its one entry.

        ``None`` where an auditor has nothing to see in it, and where one was told of within the hour: then
        this one is counted, once for each ``idempotency_key``.
        """
        if actor is None or result.outcome not in REFUSED:
            return None
        keys, outcome = ReviewKeys(state.team, state.id), result.outcome.value
        untold = await self._reviews.refusals.count(keys, actor.user, outcome, actor.now, idempotency_key)
        if untold is None:
            return None
        entry = refused(actor.user, outcome, actor.text, actor.how, actor.now, untold)
        return Transition(state, audit=(entry,), jobs=())

    async def tell(self, done: Committed, step: Transition) -> None:
        """Write the counts of those whose hour is over, or of all where the review is closed.

        ``step`` is the one that was ``done``; it stands in any case. Where this cannot be stored, the counts
        stay, and the next step tells them.
        """
        if not (done.untold and step.audit):
            return
        with contextlib.suppress(*StoreUnavailable):
            if audit := await self._due(done.state, step.audit[-1].at):
                await self._reviews.commit(done.state, Transition(done.state, audit=audit, jobs=()))

    async def _due(self, state: ReviewState, now: datetime) -> tuple[AuditEntry, ...]:
        untold = await self._reviews.refusals.untold(ReviewKeys(state.team, state.id))
        closed = state.status is ReviewStatus.CLOSED
        return tuple(
            refused_since(user, now, counts)
            for user, counts in untold.items()
            if counts.since and (closed or now - counts.since >= TOLD_EVERY)
        )
