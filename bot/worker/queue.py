"""Queueing jobs: each stands in an outbox until it is done, so that the queue may lose any of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import structlog

from bot.store import JobAttempts, StoreTimeout, StoreUnavailable
from bot.store.outbox import Job, Outbox
from bot.worker.dockets import Dockets, calls_of
from bot.worker.entries import NotAJob, check_job
from bot.worker.lost import add_all
from bot.worker.plain_docket import PlainDocket

log = structlog.get_logger()

QUEUE_SECONDS = 1.0  # then a job is left to the sweep, and the answer still comes inside Slack's 3 s
PORTION = 200  # jobs that are queued in one go


class DocketQueue:
    """The queues of jobs; a key that waits or runs already is not added again.

    Jobs that stand in an outbox are queued by a task of its own, many at a time, while ``relaying`` runs.
    They leave it when they are done, so that the sweep queues again what was lost of the queue.
    """

    def __init__(self, dockets: Dockets, outbox: Outbox, attempts: JobAttempts) -> None:
        self._dockets = dockets
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
        for docket, share in self._dockets.shared_out(jobs).items():
            for start in range(0, len(share), PORTION):
                await self._queue_up(docket, share[start : start + PORTION])

    async def _queue_up(self, docket: PlainDocket, jobs: Sequence[Job]) -> None:
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                doable = [job for job in jobs if await self._is_doable(docket, job)]
                await add_all(docket, self._attempts, calls_of(docket, doable))
        except (TimeoutError, *StoreUnavailable) as error:
            # They stand in their outboxes, and every step they follow is stored.
            log.warning("jobs left to the sweep", jobs=len(jobs), error=type(error).__name__)
        except Exception as error:  # the loop must live, and the sweep tries them again
            log.error("jobs left to the sweep", jobs=len(jobs), exc_info=error)

    async def _is_doable(self, docket: PlainDocket, job: Job) -> bool:
        """Whether this version of the bot has such a job; another one, newer or older, may.

        One with arguments that are not those of the job is set aside.
        """
        if job.name not in docket.tasks:
            log.warning("unknown job left in its outbox", name=job.name, job=job.key)
            return False
        try:
            check_job(docket.tasks[job.name], job.key, job.ids, {"request": job.request, "entry": job.place})
        except NotAJob as error:
            await self._outbox.set_aside(job, str(error))
            return False
        return True
