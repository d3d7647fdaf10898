"""One attempt at a job: counted, reported, put off, tried again, and at last given up."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import NoReturn

import structlog
from docket import Retry

from bot import metrics, traces
from bot.application.current_policy import PolicyUnreadable
from bot.application.ports import Clock, JobQueue, Observer, RefreshPolicy, RefusedForGood, TryLater
from bot.application.repeating import repeating
from bot.store import DeadLetter, Job, JobAttempts, Outbox, StoreUnavailable
from bot.store.outbox import OF_STEP

log = structlog.get_logger()

FIRST_DELAY = 0.2  # seconds before the second try; each further one waits twice as long
LONGEST_DELAY = 60.0
# Slack may be away for longer than anybody waits, and what is stored must be shown all the same: this is
# more than three hours. Then a human is told, and has the job tried again by command.
FAILURES = 200
# A job that crashed its worker so often would go on to crash every other one.
CRASHES = 10
HELD, RENEWED = 60.0, 20.0  # seconds for which a job counts as worked on, and after which that is noted anew

Body = Callable[[], Awaitable[None]]


class JobFailed(Exception):
    """An attempt failed and could not be counted; the message quotes nobody, and the log has the cause."""


class AttemptBoundary:
    """Runs the body of a job by the policy in force: counts, reports, puts off, tries again, gives up.

    A job that is done or given up leaves its outbox here. One that has left it already, since the queue lost
    it and had it again, is not done once more.

    What a body raises ends here. docket pickles exceptions, and what Slack's client raises cannot be
    pickled, which would end the worker; nor does the content of an answer belong in a job's record.
    """

    def __init__(
        self,
        queue: JobQueue,
        attempts: JobAttempts,
        outbox: Outbox,
        refresh_policy: RefreshPolicy,
        now: Clock,
        observer: Observer,
    ) -> None:
        self._queue = queue
        self._attempts = attempts
        self._outbox = outbox
        self._refresh_policy = refresh_policy
        self._now = now
        self._observer = observer

    async def run(self, job: Job, retry: Retry, body: Body) -> None:
        """Make one attempt at a job; where it failed or cannot be done yet, ask ``retry`` for another time.

        Raises ``JobFailed`` where Redis was away, so that the attempt could not be counted.
        """
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=job.request, job=job.key)
        review = str(job.ids[1]) if len(job.ids) == OF_STEP else ""
        with traces.job(job.name, job.request, review) as span:
            delay = await self._attempt(job, body, span)
        # Outside of the span: docket is told by an exception.
        if delay is not None:
            retry.after(timedelta(seconds=delay))

    async def _attempt(self, job: Job, body: Body, span: traces.Span) -> float | None:
        """Seconds until the next try, or ``None`` where there is to be none; raises ``JobFailed``."""
        try:
            if job.entry and not await self._outbox.holds(job):
                span.note(outcome="done_before")
                log.info("job was done before")
                return None
            tries = await self._attempts.begin(job.key, time.time() + HELD)
            metrics.job_begun(job.name)
            span.note(tries=tries.begun)
            if tries.crashed >= CRASHES:
                span.note(outcome="given_up")
                log.error("job given up: it ended its worker", tries=tries.begun)
                await self._bury(job, tries.begun, tries.failed)
                return None
            delay = await self._tried(job, body, span)
            if delay is not None:
                await self._attempts.hold(job.key, time.time() + delay + HELD)
            return delay
        except StoreUnavailable as error:
            log.warning("job not counted", error=type(error).__name__)
            raise JobFailed(job.key) from None

    def _holding(self, key: str) -> AbstractAsyncContextManager[None]:
        """While a job takes long, note now and then that somebody is at it."""

        async def hold() -> None:
            with contextlib.suppress(*StoreUnavailable):
                await self._attempts.hold(key, time.time() + HELD)

        return repeating(hold, RENEWED, name="holding a job")

    async def _tried(self, job: Job, body: Body, span: traces.Span) -> float | None:
        """Seconds until the next try, or ``None`` where there is to be none."""
        try:
            async with self._holding(job.key):
                await self._refresh_policy(str(job.ids[0]))
                await body()
        except asyncio.CancelledError:
            # The process is told to end: that is not the job's doing.
            metrics.job_put_off(job.name)
            span.note(outcome="put_off")
            await asyncio.shield(self._attempts.put_off(job.key))
            raise
        except TryLater as later:
            metrics.job_put_off(job.name)
            span.note(outcome="put_off")
            await self._attempts.put_off(job.key)
            return later.seconds
        except RefusedForGood as refused:
            metrics.job_failed(job.name)
            span.note(outcome="given_up")
            log.error("job ended: refused until somebody mends the cause", cause=str(refused))
            await self._attempts.succeed(job.key)
            # One letter for the work, however many jobs ask for it.
            await self._bury(job, 1, 1, cause=str(refused))
            return None
        except Exception as error:  # whatever it is, it is logged, counted and tried again or given up
            reference = secrets.token_hex(4)
            metrics.job_failed(job.name)
            span.note(outcome="failed")
            span.fail(error)
            log.error("job failed", reference=reference, exc_info=error)
            self._observer.job_failed(job.key, reference)
            failed = await self._attempts.fail(job.key)
            if failed < FAILURES:
                return min(FIRST_DELAY * 2.0 ** min(failed - 1, 20), LONGEST_DELAY)
            span.note(outcome="given_up")
            await self._bury(job, failed, failed, reference)
            return None
        await self._attempts.succeed(job.key, _work(job))
        await self._outbox.drop([job])
        metrics.job_done(job.name)
        span.note(outcome="done")
        log.info("job done")
        self._observer.job_done(job.key)
        return None

    async def _bury(self, job: Job, begun: int, failed: int, reference: str = "", *, cause: str = "") -> None:
        """Keep a letter in the place of the job; one whose ``cause`` is known stands for all of its work."""
        letter = DeadLetter(
            job=job.name,
            key=_work(job) if cause else job.key,
            ids=job.ids,
            begun=begun,
            failed=failed,
            reference=reference,
            at=self._now(),
            cause=cause,
        )
        metrics.job_given_up(job.name)
        log.error("dead letter", reference=reference)
        if await self._attempts.bury(letter):
            await self._queue.add("alarm", f"alarm:{letter.key}", letter.key)
        await self._outbox.drop([job])

    async def go_where(self, letter: DeadLetter) -> None:
        """Be at work for the workspace that a letter is about, so that its own operators hear of it.

        Where nothing can be done for it now, nobody there can be told either.
        """
        with contextlib.suppress(RefusedForGood, TryLater, PolicyUnreadable):
            await self._refresh_policy(str(letter.ids[0]) if letter.ids else "")

    def fail(self, job: str, error: Exception) -> NoReturn:
        """Report that a job failed whose attempts are not counted; raises ``JobFailed`` without its words."""
        reference = secrets.token_hex(4)
        metrics.job_failed(job)
        log.error("job failed", job=job, reference=reference, exc_info=error)
        self._observer.job_failed(job, reference)
        raise JobFailed(f"{job}, reference {reference}") from None


def _work(job: Job) -> str:
    """What a job does, by its name, workspace and review: the same for jobs about its different versions."""
    return ":".join(str(part) for part in (job.name, *job.ids[:2]))
