"""One step of a review: load, let the domain answer, store it, queue what follows."""

from collections.abc import Callable
from typing import Protocol

import structlog

from bot.domain.conversation import Ask
from bot.domain.review import Actor, Answer, Outcome, Review, Transition
from bot.domain.state import Audit
from bot.store import Committed, ReviewStore, StoreUnavailable
from bot.store.step import Contended

log = structlog.get_logger()

CONFLICTS = 50  # tries of one step; each lost try means that somebody else's step was taken

# Attempts that an auditor wants to see.
REFUSED = {Outcome.NOT_AN_APPROVER, Outcome.OWN_BATCH, Outcome.STALE_CARD}


class Queue(Protocol):
    """Where jobs wait for a worker; adding a key that waits already is a no-op."""

    async def add(self, name: str, key: str, *ids: str | int, request: str = "") -> None: ...


class Steps:
    """Takes steps on stored reviews, whoever else is at it."""

    def __init__(self, reviews: ReviewStore, queue: Queue) -> None:
        self._reviews = reviews
        self._queue = queue

    async def take(
        self,
        team: str,
        review: str,
        step: Callable[[Review], Answer],
        actor: Actor,
        asks: tuple[Ask, ...],
        once: str | None,
    ) -> Answer:
        """Load, let the domain answer, store its step; again where another step came first."""
        if once is not None and await self._reviews.seen(team, review, once):
            return Answer(outcome=Outcome.REPEATED)
        for _ in range(CONFLICTS):
            loaded = await self.load_asked(team, review, asks)
            if loaded is None:
                return Answer(outcome=Outcome.NO_REVIEW)
            answer = step(loaded)
            if answer.transition is None:
                if answer.outcome in REFUSED:
                    await self.note_refusal(team, review, answer, actor, once)
                return answer
            done = await self._reviews.commit(team, review, answer.transition, once, loaded.head.tail)
            if isinstance(done, Committed):
                await self.follow(done)
                return answer
            if done.why == "repeated":
                return Answer(outcome=Outcome.REPEATED)
        raise Contended(f"{review}: {CONFLICTS} tries")

    async def load_asked(self, team: str, review: str, asks: tuple[Ask, ...]) -> Review | None:
        refs = {ref for ask in asks for ref in ask.refs or ()}
        if any(ask.refs is None for ask in asks):
            refs |= set(await self._reviews.undecided(team, review))
        return await self._reviews.load(team, review, refs)

    async def note_refusal(
        self, team: str, review: str, answer: Answer, actor: Actor, once: str | None
    ) -> None:
        detail = {"outcome": answer.outcome.value, "said": actor.text, "how": actor.how.value}
        entry = Audit(event="refused", actor=actor.user, at=actor.now, detail=detail)
        await self._reviews.commit(team, review, Transition(audit=(entry,), jobs=()), once)

    async def follow(self, done: Committed) -> None:
        """Queue what a step asked for; what a crash leaves in the outbox, the sweep queues."""
        for job in done.jobs:
            try:
                await self._queue.add(
                    job.name, job.key, job.team, job.review, job.version, request=job.request
                )
                await self._reviews.drop_job(job)
            except StoreUnavailable as error:
                # The step itself is stored: to fail here would tell people that nothing was changed.
                log.warning("job left to the sweep", job=job.key, error=str(error))
                return
