"""The jobs as docket runs them: keyed, one at a time for a review, tried again, and at last given up."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NoReturn

import structlog
from docket import ConcurrencyLimit, Disposition, Docket, Perpetual, Retry, TaskKey

from bot.application.jobs import Later, Work
from bot.store import DeadLetter, Job, JobAttempts, ReviewStore, StoreTimeout, StoreUnavailable

log = structlog.get_logger()

SWEEP = timedelta(seconds=5)
QUEUE_SECONDS = 1.0  # then a job is left to the sweep, and the answer still comes inside Slack's 3 s
PORTION = 200  # jobs that are queued in one go
FIRST_DELAY = 0.2  # seconds before the second try; each further one waits twice as long
LONGEST_DELAY = 60.0
# Slack may be away for longer than anybody waits, and what is stored must be shown all the same: this is
# more than three hours. Then a human is told, and has the job tried again by command.
FAILURES = 200
# A job that took its worker along so often would go on to take every other one.
CRASHES = 10
TELL_AFTER = 4  # tries; then whoever sent files hears that it takes longer
AGAIN = Retry(attempts=None, delay=timedelta(seconds=1))
ALARM = Retry(attempts=1000, delay=timedelta(seconds=30))

Body = Callable[[], Awaitable[None]]


class JobFailed(Exception):
    """Not even the failure could be counted; the log has the cause under the same reference."""


class DocketQueue:
    """The queue of jobs; a key that waits or runs already is not added again.

    Jobs that stand in an outbox are queued by a task of its own, many at a time, while ``relaying`` runs.
    """

    def __init__(self, docket: Docket, reviews: ReviewStore) -> None:
        self._docket = docket
        self._reviews = reviews
        self._handed: list[Job] = []
        self._some = asyncio.Event()

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        """Queue a job, which carries the name of the request in hand."""
        try:
            # docket waits for ever for a silent server, and whoever clicked waits with it.
            async with asyncio.timeout(QUEUE_SECONDS):
                request = str(structlog.contextvars.get_contextvars().get("request", ""))
                await self._docket.add(name, key=key)(*ids, request=request)
        except TimeoutError as error:
            raise StoreTimeout(f"{name} not queued in time") from error

    def hand(self, jobs: Sequence[Job]) -> None:
        """Have jobs queued and taken out of their outboxes, in a moment."""
        self._handed += jobs
        self._some.set()

    @contextlib.asynccontextmanager
    async def relaying(self) -> AsyncIterator[None]:
        """Queue what is handed over until left, and what is in hand then; what fails is left to the sweep."""
        ending = asyncio.Event()

        async def relay() -> None:
            while not ending.is_set() or self._handed:
                await self._some.wait()
                self._some.clear()
                await self._pass_on()

        task = asyncio.create_task(relay(), name="relay")
        try:
            yield
        finally:
            ending.set()
            self._some.set()
            await task

    async def _pass_on(self) -> None:
        jobs, self._handed = self._handed, []
        # In portions, each out of its outbox before the next, so that a large backlog shrinks.
        for start in range(0, len(jobs), PORTION):
            portion = [job for job in jobs[start : start + PORTION] if self._is_known(job)]
            try:
                async with asyncio.timeout(QUEUE_SECONDS):
                    await self._queue_up(portion)
            except (TimeoutError, *StoreUnavailable) as error:
                # They stand in their outboxes, and every step they follow is stored.
                log.warning("jobs left to the sweep", jobs=len(portion), error=type(error).__name__)
            except Exception as error:
                log.error("jobs left to the sweep", jobs=len(portion), exc_info=error)

    def _is_known(self, job: Job) -> bool:
        """Whether this version of the bot has such a job; another one, newer or older, may."""
        if job.name in self._docket.tasks:
            return True
        log.warning("unknown job left in its outbox", name=job.name, job=job.key)
        return False

    async def _queue_up(self, jobs: Sequence[Job]) -> None:
        done = await self._docket.add_many(
            self._docket.call(job.name, key=job.key)(job.team, job.review, job.version, request=job.request)
            for job in jobs
        )
        each = zip(jobs, done, strict=True)
        await self._reviews.drop_jobs([job for job, one in each if one.disposition is not Disposition.FAILED])


class Boundary:
    """Runs the body of a job: counts, reports, puts off, tries again, gives up.

    What a body raises ends here. docket pickles exceptions, and what Slack's client raises cannot be
    pickled, which would end the worker; nor does the content of an answer belong in a job's record.
    """

    def __init__(self, docket: Docket, letters: JobAttempts, now: Callable[[], datetime]) -> None:
        self._docket = docket
        self._letters = letters
        self._now = now

    async def run(
        self, job: str, key: str, ids: tuple[str | int, ...], request: str, retry: Retry, body: Body
    ) -> None:
        """Do it; asks ``retry`` for another time where it failed or cannot be done yet."""
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request, job=key)
        try:
            tries = await self._letters.begin(key)
            if tries.crashed >= CRASHES:
                log.error("job given up: it ended its worker", tries=tries.begun)
                await self._bury(job, key, ids, tries.begun, tries.failed, "")
                return
            delay = await self._tried(job, key, ids, body)
        except StoreUnavailable as error:
            log.warning("job not counted", error=type(error).__name__)
            raise JobFailed(key) from None
        if delay is not None:
            retry.after(timedelta(seconds=delay))

    async def _tried(self, job: str, key: str, ids: tuple[str | int, ...], body: Body) -> float | None:
        """Seconds until the next try, or ``None`` where there is to be none."""
        try:
            await body()
        except asyncio.CancelledError:
            # The process is told to end: that is not the job's doing.
            await asyncio.shield(self._letters.put_off(key))
            raise
        except Later as later:
            await self._letters.put_off(key)
            return later.seconds
        except Exception as error:
            reference = secrets.token_hex(4)
            log.error("job failed", reference=reference, exc_info=error)
            failed = await self._letters.fail(key)
            if failed < FAILURES:
                return min(FIRST_DELAY * 2.0 ** min(failed - 1, 20), LONGEST_DELAY)
            await self._bury(job, key, ids, failed, failed, reference)
            return None
        await self._letters.succeed(key)
        log.info("job done")
        return None

    async def _bury(
        self, job: str, key: str, ids: tuple[str | int, ...], begun: int, failed: int, reference: str
    ) -> None:
        letter = DeadLetter(
            job=job, key=key, ids=ids, begun=begun, failed=failed, reference=reference, at=self._now()
        )
        log.error("dead letter", reference=reference)
        await self._letters.bury(letter)
        await self._docket.add("alarm", key=f"alarm:{key}")(key)


def register(docket: Docket, work: Work, letters: JobAttempts, now: Callable[[], datetime]) -> None:
    """Make the jobs known to docket; arguments are ids only, never content."""
    run = Boundary(docket, letters, now).run

    async def assess(
        team: str,
        review: str,
        version: int,
        request: str = "",
        key: str = TaskKey(),
        alone: ConcurrencyLimit = ConcurrencyLimit("review", scope="assess"),
        retry: Retry = AGAIN,
    ) -> None:
        ids = (team, review, version)
        await run("assess", key, ids, request, retry, lambda: work.assess(team, review))

    async def learn(
        team: str,
        review: str,
        version: int,
        request: str = "",
        key: str = TaskKey(),
        alone: ConcurrencyLimit = ConcurrencyLimit("review", scope="learn"),
        retry: Retry = AGAIN,
    ) -> None:
        ids = (team, review, version)
        await run("learn", key, ids, request, retry, lambda: work.learn(team, review))

    async def answer(
        team: str,
        review: str,
        version: int,
        request: str = "",
        key: str = TaskKey(),
        alone: ConcurrencyLimit = ConcurrencyLimit("review", scope="answer"),
        retry: Retry = AGAIN,
    ) -> None:
        ids = (team, review, version)
        await run("answer", key, ids, request, retry, lambda: work.answer(team, review))

    async def publish(
        team: str,
        review: str,
        version: int,
        request: str = "",
        key: str = TaskKey(),
        alone: ConcurrencyLimit = ConcurrencyLimit("review", scope="publish"),
        retry: Retry = AGAIN,
    ) -> None:
        ids = (team, review, version)
        await run("publish", key, ids, request, retry, lambda: work.publish(team, review))

    async def take_in(
        team: str, submission: str, request: str = "", key: str = TaskKey(), retry: Retry = AGAIN
    ) -> None:
        async def body() -> None:
            if retry.attempt == TELL_AFTER:
                await work.delayed(team, submission)
            await work.take_in(team, submission)

        await run("take_in", key, (team, submission), request, retry, body)

    for job in (assess, learn, answer, publish, take_in):
        docket.register(job)
    _register_care(docket, work, letters)


def _register_care(docket: Docket, work: Work, letters: JobAttempts) -> None:
    """The jobs that look after jobs."""

    async def alarm(letter: str, retry: Retry = ALARM) -> None:
        try:
            for dead in await letters.dead():
                if dead.key == letter:
                    await work.alarm(_given_up(dead))
        except Exception as error:
            _fail("alarm", error)

    async def sweep(perpetual: Perpetual = Perpetual(every=SWEEP, automatic=True)) -> None:
        try:
            await work.sweep()
            for dead in await letters.dead():
                if dead.again:
                    await docket.add(dead.job, key=dead.key)(*dead.ids)
                    await letters.drop(dead)
        except Exception as error:
            _fail("sweep", error)

    docket.register(alarm)
    docket.register(sweep)


def _given_up(letter: DeadLetter) -> str:
    """What the operators are told."""
    cause = f"reference {letter.reference}" if letter.reference else "it ended its worker each time"
    return (
        f"I gave up on the job {letter.key} after {letter.begun} tries ({cause}). Nothing that was decided "
        "is lost, but Slack may not show it. When the cause is mended, run: countersign retry"
    )


def _fail(job: str, error: Exception) -> NoReturn:
    reference = secrets.token_hex(4)
    log.error("job failed", job=job, reference=reference, exc_info=error)
    raise JobFailed(f"{job}, reference {reference}") from None
