"""The workers in the background of a process, which end with it: one for each docket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import timedelta

from docket import Worker

from bot.application.ports import Clock
from bot.store import UnreadableEntries
from bot.worker.dockets import Dockets
from bot.worker.mending import keep_working
from bot.worker.plain_docket import PlainDocket
from bot.worker.timers import Due, watch_timers

JOBS_AT_ONCE = 20  # of each docket, by one process
# docket starts at most (jobs at once / check interval) jobs a second; 20 ms keeps a click's card prompt.
CHECK_INTERVAL = timedelta(milliseconds=20)
# A job whose worker died is given to another after this; leases of living workers are renewed.
REDELIVERY = timedelta(seconds=5)
END_SECONDS = 1.0  # for what was cancelled
DRAIN_SECONDS = 4.0  # with the answers in flight before it (4.5 s at the most), below 10 s


@contextlib.asynccontextmanager
async def doing_jobs(
    dockets: Dockets,
    unreadable: UnreadableEntries,
    due: Due,
    now: Clock,
    only: Collection[PlainDocket] = (),
) -> AsyncIterator[None]:
    """Do jobs of all dockets, or of some ``only``, in the background until left, and what is due.

    ``unreadable`` takes what cannot be read as a job.
    """
    tasks = [
        asyncio.create_task(
            keep_working(_worker(docket), docket, unreadable), name=f"worker of {docket.name}"
        )
        for docket in dockets.all
        if not only or docket in only
    ]
    owner = asyncio.current_task()

    def end_too(ended: asyncio.Task[None]) -> None:
        # A process whose worker is gone would go on taking clicks and show none of them: it ends instead,
        # with the worker's own error, and whoever runs it starts it again.
        if owner and not ended.cancelled():
            owner.cancel()

    for task in tasks:
        task.add_done_callback(end_too)
    watch = asyncio.create_task(watch_timers(dockets, due, now), name="timers")
    try:
        yield
    finally:
        for task in tasks:
            task.remove_done_callback(end_too)
        watch.cancel()
        await _ended(tasks)


def _worker(docket: PlainDocket) -> Worker:
    return Worker(
        docket,
        concurrency=JOBS_AT_ONCE,
        minimum_check_interval=CHECK_INTERVAL,
        scheduling_resolution=timedelta(milliseconds=100),
        redelivery_timeout=REDELIVERY,
    )


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End workers; raises the error of one that ended by itself.

    Cancelled once, docket finishes the jobs it has begun; what takes longer than anybody waits for a process
    to end is cancelled too, and done by another worker.
    """
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
    for task in tasks:
        task.cancel()
    # A cancellation may get lost in a client that connects anew: then the process ends without it.
    done, _ = await asyncio.wait(tasks, timeout=END_SECONDS)
    for task in done:
        with contextlib.suppress(asyncio.CancelledError):
            await task
