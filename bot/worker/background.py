"""A worker in the background of a process, which ends with it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from docket import Worker

from bot.application.ports import Clock
from bot.store import UnreadableEntries
from bot.worker.mending import keep_working
from bot.worker.plain_docket import PlainDocket
from bot.worker.timers import Due, watch_timers

JOBS_AT_ONCE = 20
# docket starts at most (jobs at once / check interval) jobs a second; 20 ms keeps a click's card prompt.
CHECK_INTERVAL = timedelta(milliseconds=20)
# A job whose worker died is given to another after this; leases of living workers are renewed.
REDELIVERY = timedelta(seconds=5)
END_SECONDS = 1.0  # for what was cancelled
DRAIN_SECONDS = 4.0  # with the answers in flight before it (4.5 s at the most), below 10 s


@contextlib.asynccontextmanager
async def doing_jobs(
    docket: PlainDocket, unreadable: UnreadableEntries, due: Due, now: Clock
) -> AsyncIterator[None]:
    """Do jobs in the background until left, and what is due.

    ``unreadable`` takes what cannot be read as a job.
    """
    worker = Worker(
        docket,
        concurrency=JOBS_AT_ONCE,
        minimum_check_interval=CHECK_INTERVAL,
        scheduling_resolution=timedelta(milliseconds=100),
        redelivery_timeout=REDELIVERY,
    )

    task = asyncio.create_task(keep_working(worker, docket, unreadable), name="worker")
    owner = asyncio.current_task()

    def end_too(ended: asyncio.Task[None]) -> None:
        # A process whose worker is gone would go on taking clicks and show none of them: it ends instead,
        # with the worker's own error, and whoever runs it starts it again.
        if owner and not ended.cancelled():
            owner.cancel()

    task.add_done_callback(end_too)
    watch = asyncio.create_task(watch_timers(docket, due, now), name="timers")
    try:
        yield
    finally:
        task.remove_done_callback(end_too)
        watch.cancel()
        # Cancelled once, docket finishes the jobs it has begun; what takes longer than anybody waits for a
        # process to end is cancelled too, and done by another worker.
        task.cancel()
        await asyncio.wait([task], timeout=DRAIN_SECONDS)
        task.cancel()
        # A cancellation may get lost in a client that connects anew: then the process ends without it.
        _, late = await asyncio.wait([task], timeout=END_SECONDS)
        if not late:
            with contextlib.suppress(asyncio.CancelledError):
                await task
