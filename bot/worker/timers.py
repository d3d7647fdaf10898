"""Finding what is due: the timers of reviews, and the people who are to be told of what waits for them.

Timers are state in Redis beside what they are about; nothing of them rests on the queue, so that whatever is
lost of it is queued again here. A job that waits or runs already is not added again.
"""

import asyncio

import structlog
from docket import Docket

from bot.application.ports import Clock
from bot.store import NoticeStore, StoreUnavailable, TimerStore

log = structlog.get_logger()

EVERY = 2.0  # seconds


async def queue_what_is_due(docket: Docket, timers: TimerStore, notices: NoticeStore, now: Clock) -> int:
    """Queue a job for each review and each person with something due; how many there were."""
    moment = now()
    reviews, people = await timers.due(moment), await notices.due(moment)
    for team, review_id in reviews:
        await docket.add("remind", key=f"remind:{team}:{review_id}")(team, review_id, 0, request="")
    for team, user in people:
        await docket.add("tell", key=f"tell:{team}:{user}")(team, user, request="")
    return len(reviews) + len(people)


async def watch_timers(docket: Docket, timers: TimerStore, notices: NoticeStore, now: Clock) -> None:
    """Look for what is due until cancelled; with Redis away it is found later."""
    while True:
        try:
            await queue_what_is_due(docket, timers, notices, now)
        except StoreUnavailable as error:
            log.warning("timers not read", error=type(error).__name__)
        except Exception as error:  # the loop must live, whatever stands in Redis
            log.error("timers not read", exc_info=error)
        await asyncio.sleep(EVERY)
