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
from bot.store import NoticeStore, StoreUnavailable, TimerStore
from bot.worker import sweep

log = structlog.get_logger()

EVERY = 2.0  # seconds


DigestIsDue = Callable[[str], Awaitable[bool]]
"""Whether a workspace is to read how its week went."""


@dataclass(frozen=True, slots=True)
class Due:
    """What the loop asks: ``team`` is the workspace whose digest may be due."""

    timers: TimerStore
    notices: NoticeStore
    digest_is_due: DigestIsDue
    team: str


async def queue_what_is_due(docket: Docket, due: Due, now: Clock) -> int:
    """Queue a job for each review, person and workspace with something due; how many there were."""
    moment = now()
    reviews, people = await due.timers.due(moment), await due.notices.due(moment)
    teams = [due.team] if await due.digest_is_due(due.team) else []
    for team, review_id in reviews:
        await docket.add("remind", key=f"remind:{team}:{review_id}")(team, review_id, 0, request="")
    for team, user in people:
        await docket.add("tell", key=f"tell:{team}:{user}")(team, user, request="")
    for team in teams:
        await docket.add("digest", key=f"digest:{team}")(team, request="")
    return len(reviews) + len(people) + len(teams)


async def watch_timers(docket: Docket, due: Due, now: Clock) -> None:
    """Look for what is due until cancelled; with Redis away it is found later."""
    while True:
        try:
            await docket.add(sweep.NAME, key=sweep.NAME)()
            await queue_what_is_due(docket, due, now)
        except StoreUnavailable as error:
            log.warning("timers not read", error=type(error).__name__)
        except Exception as error:  # the loop must live, whatever stands in Redis
            log.error("timers not read", exc_info=error)
        await asyncio.sleep(EVERY)
