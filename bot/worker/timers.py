"""Finding what is due: timers of reviews, people who are to be told of what waits for them, and digests.

Timers are state in Redis beside what they are about; nothing of them rests on the queue, so that whatever is
lost of it is queued again here. So is the sweep, which finds all the rest. A job that waits or runs already
is not added again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from docket import Docket

from bot.application.ports import Clock
from bot.store import JobAttempts, NoticeStore, StoreUnavailable, TimerStore
from bot.worker import sweep
from bot.worker.lost import add_all

log = structlog.get_logger()

EVERY = 2.0  # seconds


IsDue = Callable[[str], Awaitable[bool]]
"""Whether something is due for a workspace."""


@dataclass(frozen=True, slots=True)
class Due:
    """What the loop asks: ``team`` is the workspace that may be due to read how its week went, or to have its
    cards drawn anew since other people act now. ``attempts`` say who is at which job."""

    timers: TimerStore
    notices: NoticeStore
    attempts: JobAttempts
    digest_is_due: IsDue
    redraw_is_due: IsDue
    team: str


async def queue_what_is_due(docket: Docket, due: Due, now: Clock) -> int:
    """Queue a job for each review, person and workspace with something due; how many there were."""
    moment = now()
    reviews, people = await due.timers.due(moment), await due.notices.due(moment)
    asked = {"digest": due.digest_is_due, "redraw": due.redraw_is_due}
    jobs = [name for name, is_due in asked.items() if await is_due(due.team)]
    calls = [
        docket.call("remind", key=f"remind:{team}:{review_id}")(team, review_id, 0, request="")
        for team, review_id in reviews
    ]
    calls += [docket.call("tell", key=f"tell:{team}:{user}")(team, user, request="") for team, user in people]
    calls += [docket.call(name, key=f"{name}:{due.team}")(due.team, request="") for name in jobs]
    await add_all(docket, due.attempts, calls)
    return len(calls)


async def watch_timers(docket: Docket, due: Due, now: Clock) -> None:
    """Look for what is due until cancelled; with Redis away it is found later."""
    while True:
        try:
            await add_all(docket, due.attempts, [docket.call(sweep.NAME, key=sweep.NAME)()])
            await queue_what_is_due(docket, due, now)
        except StoreUnavailable as error:
            _end_if_cancelled()
            log.warning("timers not read", error=type(error).__name__)
        except Exception as error:  # the loop must live, whatever stands in Redis
            _end_if_cancelled()
            log.error("timers not read", exc_info=error)
        await asyncio.sleep(EVERY)


def _end_if_cancelled() -> None:
    """Raise ``CancelledError`` where the loop is to end: a call cut off is told as a lost connection."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
