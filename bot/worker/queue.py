"""Queueing jobs: at once, or out of the outboxes in which a step left them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import structlog
from docket import Disposition, Docket

from bot.store import StoreTimeout, StoreUnavailable
from bot.store.outbox import Job, Outbox

log = structlog.get_logger()

QUEUE_SECONDS = 1.0  # then a job is left to the sweep, and the answer still comes inside Slack's 3 s
PORTION = 200  # jobs that are queued in one go


class DocketQueue:
    """The queue of jobs; a key that waits or runs already is not added again.

    Jobs that stand in an outbox are queued by a task of its own, many at a time, while ``relaying`` runs.
    """

    def __init__(self, docket: Docket, outbox: Outbox) -> None:
        self._docket = docket
        self._outbox = outbox
        self._relayed: list[Job] = []
        self._has_some = asyncio.Event()

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        """Queue a job that stands in no outbox; it carries the name of the request in hand.

        Raises what ``StoreUnavailable`` names, a ``StoreTimeout`` after ``QUEUE_SECONDS`` among them.
        """
        try:
            # docket waits for ever for a silent server, and whoever clicked waits with it.
            async with asyncio.timeout(QUEUE_SECONDS):
                request = str(structlog.contextvars.get_contextvars().get("request", ""))
                await self._docket.add(name, key=key)(*ids, request=request)
        except TimeoutError as error:
            raise StoreTimeout(f"{name} not queued in time") from error

    def relay(self, jobs: Sequence[Job]) -> None:
        """Hand jobs to the task of ``relaying``, which queues them and takes them out of their outboxes."""
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
        # In portions, each out of its outbox before the next, so that a large backlog shrinks.
        for start in range(0, len(jobs), PORTION):
            portion = [job for job in jobs[start : start + PORTION] if self._is_known(job)]
            try:
                async with asyncio.timeout(QUEUE_SECONDS):
                    await self._queue_up(portion)
            except (TimeoutError, *StoreUnavailable) as error:
                # They stand in their outboxes, and every step they follow is stored.
                log.warning("jobs left to the sweep", jobs=len(portion), error=type(error).__name__)
            except Exception as error:  # the loop must live, and the sweep tries them again
                log.error("jobs left to the sweep", jobs=len(portion), exc_info=error)

    def _is_known(self, job: Job) -> bool:
        """Whether this version of the bot has such a job; another one, newer or older, may."""
        if job.name in self._docket.tasks:
            return True
        log.warning("unknown job left in its outbox", name=job.name, job=job.key)
        return False

    async def _queue_up(self, jobs: Sequence[Job]) -> None:
        done = await self._docket.add_many(
            self._docket.call(job.name, key=job.key)(
                job.team, job.review_id, job.version, request=job.request
            )
            for job in jobs
        )
        queued = zip(jobs, done, strict=True)
        await self._outbox.drop(
            [job for job, execution in queued if execution.disposition is not Disposition.FAILED]
        )
