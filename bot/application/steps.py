"""One step of a review: load, let the domain answer, store it, queue what follows."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.domain.conversation import DecisionRequest
from bot.domain.review.review import Actor, Outcome, RequestResult, Review, Transition
from bot.domain.review.state import AuditEntry
from bot.store import Committed, Job, ReviewStore
from bot.store.step import Contended

CONFLICTS = 50  # tries of one step; each lost try means that somebody else's step was taken

# Attempts that an auditor wants to see.
REFUSED = {
    Outcome.NOT_AN_APPROVER,
    Outcome.OWN_BATCH,
    Outcome.STALE_CARD,
    Outcome.ANOTHERS,
    Outcome.TOO_LATE,
}


class Queue(Protocol):
    """Where jobs wait for a worker; adding a key that waits already is a no-op."""

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        """Queue one that stands in no outbox; raises what ``StoreUnavailable`` names."""

    def hand(self, jobs: Sequence[Job]) -> None:
        """Have jobs queued that stand in their outbox; what a crash leaves there, the sweep queues."""


class Steps:
    """Takes steps on stored reviews, whoever else is at it."""

    def __init__(self, reviews: ReviewStore, queue: Queue) -> None:
        self._reviews = reviews
        self._queue = queue

    async def take(
        self,
        team: str,
        review: str,
        step: Callable[[Review], RequestResult],
        actor: Actor,
        asks: tuple[DecisionRequest, ...],
        once: str | None,
    ) -> RequestResult:
        """Load, let the domain answer, store its step; again where another step came first."""
        if once is not None and await self._reviews.seen(team, review, once):
            return RequestResult(outcome=Outcome.REPEATED)
        for _ in range(CONFLICTS):
            loaded = await self.load_asked(team, review, asks)
            if loaded is None:
                return RequestResult(outcome=Outcome.NO_REVIEW)
            answer = step(loaded)
            if answer.transition is None:
                if answer.outcome in REFUSED:
                    await self.note_refusal(team, review, answer, actor, once)
                return answer
            done = await self._reviews.commit(team, review, answer.transition, once, loaded.state.tail)
            if isinstance(done, Committed):
                self.follow(done)
                return answer
            if done.why == "repeated":
                return RequestResult(outcome=Outcome.REPEATED)
        raise Contended(f"{review}: {CONFLICTS} tries")

    async def load_asked(self, team: str, review: str, asks: tuple[DecisionRequest, ...]) -> Review | None:
        refs = {ref for ask in asks for ref in (*(ask.refs or ()), *ask.but)}
        if any(ask.refs is None for ask in asks):
            refs |= set(await self._reviews.undecided(team, review))
        return await self._reviews.load(team, review, refs)

    async def note_refusal(
        self, team: str, review: str, answer: RequestResult, actor: Actor, once: str | None
    ) -> None:
        detail = {"outcome": answer.outcome.value, "said": actor.text, "how": actor.how.value}
        entry = AuditEntry(event="refused", actor=actor.user, at=actor.now, detail=detail)
        await self._reviews.commit(team, review, Transition(audit=(entry,), jobs=()), once)

    def follow(self, done: Committed) -> None:
        """Have queued what a step asked for. The step is stored; whoever asked for it need not wait."""
        self._queue.hand(done.jobs)
