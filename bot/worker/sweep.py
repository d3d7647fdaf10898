"""The sweep: queues again what was lost of the queue, and what somebody wants tried again.

Whatever stands in an outbox is handed to the queue, to which one that waits or runs is no news. So a job is
done though its process died before it was queued, and though every key of the queue was deleted.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from docket import Docket, Perpetual

from bot.store import JobAttempts, UnreadableEntries
from bot.store.outbox import Job, Outbox
from bot.worker.attempts import AttemptBoundary
from bot.worker.queue import DocketQueue

EVERY = timedelta(seconds=5)
GATHERING = timedelta(seconds=2)  # for which what is set aside is gathered into one sentence
PORTION = 100  # jobs of each outbox that one sweep looks at; the next one goes on behind them
NAME = "sweep"


class Sweep:
    """Looks after jobs; each process has its own place in the outboxes, up to which it has looked."""

    def __init__(
        self,
        docket: Docket,
        *,
        attempts: JobAttempts,
        outbox: Outbox,
        unreadable: UnreadableEntries,
        queue: DocketQueue,
    ) -> None:
        self._docket = docket
        self._attempts = attempts
        self._outbox = outbox
        self._unreadable = unreadable
        self._queue = queue
        self._after: dict[int, str] = {}

    async def once(self) -> None:
        """Queue what is to be done and may have been lost; raises what ``StoreUnavailable`` names."""
        self._queue.relay(await self._next_portion())
        for dead in await self._attempts.dead():
            if dead.again and dead.job in self._docket.tasks:
                await self._queue.add(dead.job, dead.key, *dead.ids)
                await self._attempts.drop(dead)
        if await self._unreadable.untold():
            # docket's queue goes by the machine's time, whatever the bot's clock shows.
            soon = datetime.now(UTC) + GATHERING
            await self._docket.add("report_unreadable", when=soon, key="report_unreadable")()

    async def _next_portion(self) -> list[Job]:
        """Jobs behind those that were looked at last; at the end of an outbox, its first ones come next.

        So those that only wait their turn hide none that is lost, however many they are.
        """
        jobs = await self._outbox.waiting(PORTION, self._after)
        numbers = Counter(job.shard for job in jobs)
        self._after = {job.shard: job.entry for job in jobs if numbers[job.shard] >= PORTION}
        return jobs


def sweep_task(sweep: Sweep, boundary: AttemptBoundary) -> Callable[..., Awaitable[Any]]:
    """The sweep as a job that comes again and again; a worker looks that it is queued."""

    async def task(perpetual: Perpetual = Perpetual(every=EVERY, automatic=True)) -> None:
        try:
            await sweep.once()
        except Exception as error:  # what a job raises must not reach docket, which pickles it
            boundary.fail(NAME, error)

    task.__name__ = NAME
    return task
