"""One step of a review: load it, let the domain answer, store the step, queue what follows."""

import asyncio
import contextlib
import hashlib
import random
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

from bot import metrics, traces
from bot.application.ports import UNOBSERVED, JobQueue, Observer
from bot.application.refusals import RefusedAttempts
from bot.domain.conversation import DecisionRequest
from bot.domain.review.deadlines import with_deadlines
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.domain.review.sums import with_sums
from bot.domain.review.transition import Actor, Transition
from bot.store.committed import Committed
from bot.store.off_loop import computed
from bot.store.reviews import ReviewStore
from bot.store.scripts.commit import CommitRefusal
from bot.store.scripts.load import Besides

TRIES = 60  # of one step; each lost try means that another process took a step on the same review
TRIES_AT_ONCE = 5  # then with pauses that grow, so that not the same process wins each time
PAUSE = 0.004  # seconds
WORK_CHARACTERS = 500  # of what a request did, as its turn in the conversation tells it
TURN_PATIENCE = 0.7  # seconds; with Redis away everybody is to hear of it in time, and not one after another


SetTimer = Callable[[ReviewState, Transition], Transition]
"""A step made of a state, with what happens next to the review where nobody acts."""


def untimed(before: ReviewState, step: Transition) -> Transition:
    """The step as it is: nothing happens by itself."""
    return step


class TakeAgain(Exception):
    """Raised by an answer of the domain's that shows what else must be loaded; nothing was changed."""


class Contended(Exception):
    """A step lost against others again and again; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which payments a step is about: the named references and those ``besides``."""

    refs: tuple[int, ...] = ()
    besides: Besides = Besides.NOTHING


NO_PAYMENTS = Wanted()
UNDECIDED = Wanted(besides=Besides.UNDECIDED)
OPEN = Wanted(besides=Besides.OPEN)
FLAGGED = Wanted(besides=Besides.FLAGGED)


def wanted_by(requests: Iterable[DecisionRequest]) -> Wanted:
    """Which payments must be loaded to answer these requests."""
    requests = tuple(requests)
    refs = {ref for request in requests for ref in (*(request.refs or ()), *request.but)}
    general = any(request.refs is None for request in requests)
    return Wanted(tuple(sorted(refs)), Besides.UNDECIDED if general else Besides.NOTHING)


class ReviewSteps:
    """Takes steps on stored reviews, whoever else is at it.

    Each step is made of the review as it was read, and stored only where nothing was stored since; else the
    review is read again and the domain answers anew. Steps of one process on one review go one after the
    other, which spares them most of that.
    """

    def __init__(
        self,
        reviews: ReviewStore,
        queue: JobQueue,
        observer: Observer = UNOBSERVED,
        timed: SetTimer = untimed,
    ) -> None:
        self._reviews = reviews
        self._timed = timed
        self._refused = RefusedAttempts(reviews)
        self._queue = queue
        self._observer = observer
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def take(
        self,
        team: str,
        review_id: str,
        answer: Callable[[Review], RequestResult],
        *,
        wanted: Wanted = NO_PAYMENTS,
        actor: Actor | None = None,
        idempotency_key: str | None = None,
        asked: str = "",
    ) -> RequestResult:
        """Have the domain ``answer`` about the review as it stands, and store what that makes of it.

        ``actor`` is who asks, where an attempt that is refused belongs into the audit trail (once an hour,
        with the number of the others);
        ``idempotency_key`` names the request, which does its work once; where it comes again and asks for
        something else than ``asked``, that is ``DONE_OTHERWISE``. Raises ``Contended``, and what
        ``StoreUnavailable`` names.
        """
        with traces.step("step", review_id, TakeAgain) as span:
            result = await self._take(team, review_id, answer, wanted, actor, idempotency_key, asked)
            span.note(outcome=result.outcome.value)
        if actor is not None:
            metrics.action_answered(result.outcome)
        return result

    async def _take(
        self,
        team: str,
        review_id: str,
        answer: Callable[[Review], RequestResult],
        wanted: Wanted,
        actor: Actor | None,
        idempotency_key: str | None,
        asked: str,
    ) -> RequestResult:
        async with self._turn(team, review_id):
            recalled = self._recalled(team, review_id, wanted)
            for tries in range(TRIES):
                if tries > TRIES_AT_ONCE:
                    await asyncio.sleep(random.random() * PAUSE * tries)
                review = recalled if tries == 0 else None
                fresh = review is None
                if review is None:
                    review = await self._reviews.load(team, review_id, wanted.refs, wanted.besides)
                if review is None:
                    return RequestResult(Outcome.NO_REVIEW)
                result = await computed(len(review.entries), partial(self._answered, answer, review))
                step, key = result.transition, idempotency_key
                if step is None and not fresh:
                    continue  # what changes nothing is answered from Redis, never from memory
                if step is None:
                    if key and (work := await self._reviews.work_of(team, review_id, key)) is not None:
                        return _done_before(work, asked)
                    # A refusal does not use the request up: once its cause is gone, the same form counts.
                    key = f"refused {key}" if key else None
                    step = await self._refused.step(review.state, result, actor, key)
                    if step is None:
                        return result
                done = await self._reviews.commit(review.state, step, key, _work(asked, step))
                if isinstance(done, Committed):
                    self._follow(done, step)
                    await self._refused.tell(done, step)
                    return result
                if done.why is CommitRefusal.REPEATED:
                    return _done_before(done.request, asked) if result.transition else result
                if done.why is CommitRefusal.MISSING:
                    return RequestResult(Outcome.NO_REVIEW)
        raise Contended(f"{review_id}: {TRIES} tries")

    def _follow(self, done: Committed, step: Transition) -> None:
        """Queue, count and show what a stored step brings."""
        self._queue.relay(done.jobs)
        metrics.payments_decided((decision.kind for decision in step.decisions), len(step.undone))
        self._observer.step_stored(
            done.state.id, done.state.version, len(step.turns), len(step.decisions), step.jobs
        )

    def _answered(self, answer: Callable[[Review], RequestResult], review: Review) -> RequestResult:
        """The domain's answer, with the sums and the timer as they are after it."""
        result = answer(review)
        step = result.transition
        if step is None:
            return result
        # What is judged brings its own.
        summed = step if step.judgements else with_deadlines(with_sums(step, review.entries), review.entries)
        return result.by(self._timed(review.state, summed))

    def _recalled(self, team: str, review_id: str, wanted: Wanted) -> Review | None:
        if wanted.besides is not Besides.NOTHING:
            return None  # which payments wait, only Redis knows
        return self._reviews.recalled(team, review_id, wanted.refs)

    @contextlib.asynccontextmanager
    async def _turn(self, team: str, review_id: str) -> AsyncIterator[None]:
        """Wait for the other steps of this process on this review, though not for long."""
        lock = self._turns.setdefault((team, review_id), asyncio.Lock())
        try:
            async with asyncio.timeout(TURN_PATIENCE):
                await lock.acquire()
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            lock.release()


def _work(asked: str, step: Transition) -> str:
    """What is remembered of a request: what it asked for, hashed, and in words what it did."""
    return f"{_hashed(asked)}\n{step.turns[0].text[:WORK_CHARACTERS] if step.turns else ''}"


def _hashed(asked: str) -> str:
    return hashlib.sha256(asked.encode(errors="replace")).hexdigest()


def _done_before(work: str, asked: str) -> RequestResult:
    """The answer to a request that did its work before; one that asks for something else is told so."""
    before, _, did = work.partition("\n")
    # An older version remembered that it was done, and not what was asked.
    same = not did or before == _hashed(asked)
    return RequestResult(Outcome.REPEATED) if same else RequestResult(Outcome.DONE_OTHERWISE, did=did)
