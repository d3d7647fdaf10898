"""Queueing jobs: each stands in an outbox until it is done, so that the queue may lose any of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import structlog
from docket import Docket

from bot.store import JobAttempts, StoreTimeout, StoreUnavailable
from bot.store.outbox import Job, Outbox
from bot.worker.entries import NotAJob, check_job
from bot.worker.lost import add_all

log = structlog.get_logger()

QUEUE_SECONDS = 1.0  # then a job is left to the sweep, and the answer still comes inside Slack's 3 s
PORTION = 200  # jobs that are queued in one go


class DocketQueue:
    """The queue of jobs; a key that waits or runs already is not added again.

    Jobs that stand in an outbox are queued by a task of its own, many at a time, while ``relaying`` runs.
    They leave it when they are done, so that the sweep queues again what was lost of the queue.
    """

    def __init__(self, docket: Docket, outbox: Outbox, attempts: JobAttempts) -> None:
        self._docket = docket
        self._outbox = outbox
        self._attempts = attempts
        self._relayed: list[Job] = []
        self._has_some = asyncio.Event()

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        """Keep a job that no step asked for, and queue it; it carries the name of the request in hand.

        It is safe once this returns. Raises what ``StoreUnavailable`` names, a ``StoreTimeout`` after
        ``QUEUE_SECONDS`` among them.
        """
        request = str(structlog.contextvars.get_contextvars().get("request", ""))
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                job = await self._outbox.keep(Job(name, key, ids, request))
        except TimeoutError as error:
            raise StoreTimeout(f"{name} not kept in time") from error
        self.relay([job])

    def relay(self, jobs: Sequence[Job]) -> None:
        """Hand jobs that stand in their outbox to the task of ``relaying``, which queues them."""
        if jobs:
            self._relayed += jobs
            self._has_some.set()

    @contextlib.asynccontextmanager
    async def relaying(self) -> AsyncIterator[None]:
        """Queue what is relayed until the block is left; what cannot be queued is left to the sweep."""
        ending = asyncio.Event()

        async def relay() -> None:
            while not ending.is_set() or self._relayed:
                await self._has_some.wait()
                self._has_some.clear()
                await self._pass_on()

        task = asyncio.create_task(relay(), name="relay")
        try:
            yield
        finally:
            ending.set()
            self._has_some.set()
            await task

    async def _pass_on(self) -> None:
        jobs, self._relayed = self._relayed, []
        for start in range(0, len(jobs), PORTION):
            portion = jobs[start : start + PORTION]
            try:
                async with asyncio.timeout(QUEUE_SECONDS):
                    await self._queue_up([job for job in portion if await self._is_doable(job)])
            except (TimeoutError, *StoreUnavailable) as error:
                # They stand in their outboxes, and every step they follow is stored.
                log.warning("jobs left to the sweep", jobs=len(portion), error=type(error).__name__)
            except Exception as error:  # the loop must live, and the sweep tries them again
                log.error("jobs left to the sweep", jobs=len(portion), exc_info=error)

    async def _is_doable(self, job: Job) -> bool:
        """Whether this version of the bot has such a job; another one, newer or older, may.

        One with arguments that are not those of the job is set aside.
        """
        if job.name not in self._docket.tasks:
            log.warning("unknown job left in its outbox", name=job.name, job=job.key)
            return False
        try:
            check_job(self._docket.tasks[job.name], job.key, job.ids, _besides(job))
        except NotAJob as error:
            await self._outbox.set_aside(job, str(error))
            return False
        return True

    async def _queue_up(self, jobs: Sequence[Job]) -> None:
        calls = [self._docket.call(job.name, key=job.key)(*job.ids, **_besides(job)) for job in jobs]
        await add_all(self._docket, self._attempts, calls)


def _besides(job: Job) -> dict[str, str]:
    """What a job is given beside its ids."""
    return {"request": job.request, "entry": job.place}
