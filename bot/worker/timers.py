"""Finding what is due: timers of reviews, people who are to be told of what waits for them, and digests.

Timers are state in Redis beside what they are about; nothing of them rests on the queue, so that whatever is
lost of it is queued again here. So is the sweep, which finds all the rest. A job that waits or runs already
is not added again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.application.ports import Clock
from bot.application.teams import Teams
from bot.store import Job, JobAttempts, NoticeStore, StoreUnavailable, TimerStore
from bot.worker import sweep
from bot.worker.dockets import Dockets, calls_of
from bot.worker.lost import add_all

log = structlog.get_logger()

EVERY = 2.0  # seconds


UNSERVED = timedelta(days=1)  # until it is asked again about one that the bot was taken out of

IsDue = Callable[[str], Awaitable[bool]]
"""Whether something is due for a workspace."""

Pair = tuple[str, str]
"""A workspace, and a review or a person in it."""


@dataclass(frozen=True, slots=True)
class Due:
    """What the loop asks.

    ``teams`` are the workspaces that may be due to read how their week went, or to have their cards drawn
    anew since other people act now. ``attempts`` say who is at which job.
    """

    timers: TimerStore
    notices: NoticeStore
    attempts: JobAttempts
    digest_is_due: IsDue
    redraw_is_due: IsDue
    texts_are_due: IsDue
    teams: Teams


async def queue_what_is_due(dockets: Dockets, due: Due, now: Clock) -> int:
    """Queue a job for each review, person and workspace with something due; how many there were."""
    moment = now()
    reviews, people = await _of_served(
        due, moment, await due.timers.due(moment), await due.notices.due(moment)
    )
    jobs = [Job("remind", f"remind:{team}:{review_id}", (team, review_id, 0)) for team, review_id in reviews]
    jobs += [Job("tell", f"tell:{team}:{user}", (team, user)) for team, user in people]
    jobs += [Job(name, f"{name}:{team}", (team,)) for name, team in await _of_teams(due)]
    failed: list[Exception] = []
    for docket, share in dockets.shared_out(jobs).items():
        try:
            await add_all(docket, due.attempts, calls_of(docket, share))
        except StoreUnavailable as error:  # the server of this queue alone may be away
            failed.append(error)
    if failed:
        raise failed[0]
    return len(jobs)


async def _of_served(
    due: Due, moment: datetime, reviews: Sequence[Pair], people: Sequence[Pair]
) -> tuple[list[Pair], list[Pair]]:
    """Those in workspaces for which something can be done; the others wait, and hold up none of these."""
    served = await due.teams.served({team for team, _ in (*reviews, *people)})
    later = moment + UNSERVED
    for team, name in reviews:
        if team not in served:
            await due.timers.put_off((team, name), later)
    for team, name in people:
        if team not in served:
            await due.notices.put_off(team, name, later)
    return [pair for pair in reviews if pair[0] in served], [pair for pair in people if pair[0] in served]


async def _of_teams(due: Due) -> list[tuple[str, str]]:
    """The jobs that are due for a workspace as a whole, each with the workspace."""
    asked = {"digest": due.digest_is_due, "redraw": due.redraw_is_due, "forget": due.texts_are_due}
    found: list[tuple[str, str]] = []
    for team in await due.teams.portion():
        async with due.teams.within(team) as is_served:
            if is_served:
                found += [(name, team) for name, is_due in asked.items() if await is_due(team)]
    return found


async def watch_timers(dockets: Dockets, due: Due, now: Clock) -> None:
    """Look for what is due until cancelled; with Redis away it is found later."""
    while True:
        for look in (partial(queue_the_sweep, dockets, due), partial(queue_what_is_due, dockets, due, now)):
            try:
                await look()
            except StoreUnavailable as error:
                _end_if_cancelled()
                log.warning("timers not read", error=type(error).__name__)
            except Exception as error:  # the loop must live, whatever stands in Redis
                _end_if_cancelled()
                log.error("timers not read", exc_info=error)
        await asyncio.sleep(EVERY)


async def queue_the_sweep(dockets: Dockets, due: Due) -> None:
    """Queue the sweep where it is not queued."""
    await add_all(dockets.first, due.attempts, [dockets.first.call(sweep.NAME, key=sweep.NAME)()])


def _end_if_cancelled() -> None:
    """Raise ``CancelledError`` where the loop is to end: a call cut off is told as a lost connection."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
