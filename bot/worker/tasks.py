"""The jobs by name, as docket runs them: keyed, one at a time for a review, their arguments ids alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from docket import ConcurrencyLimit, Retry, TaskKey

from bot.application.download import DeliverDownload
from bot.application.ports import UNOBSERVED, Clock, Observer, Publisher, RefreshPolicy
from bot.application.take_in import TakeInFiles
from bot.store import DeadLetter, Job, JobAttempts, Outbox, UnreadableEntries, UnreadableEntry
from bot.worker.attempts import AttemptBoundary
from bot.worker.dockets import Dockets
from bot.worker.jobs import Jobs, PersonJob, ReviewJob, TeamJob
from bot.worker.plain_docket import SET_ASIDE
from bot.worker.queue import DocketQueue
from bot.worker.sweep import Sweep, sweep_task

TELL_AFTER = 4  # tries; then whoever sent files hears that it takes longer
AGAIN = Retry(attempts=None, delay=timedelta(seconds=1))
ALARM = Retry(attempts=1000, delay=timedelta(seconds=30))


def register(
    dockets: Dockets,
    jobs: Jobs,
    *,
    attempts: JobAttempts,
    outbox: Outbox,
    unreadable: UnreadableEntries,
    queue: DocketQueue,
    publisher: Publisher,
    refresh_policy: RefreshPolicy,
    now: Clock,
    observer: Observer = UNOBSERVED,
) -> None:
    """Make the jobs known to each docket, and the sweep to the first one, which does it for all."""
    boundary = AttemptBoundary(queue, attempts, outbox, refresh_policy, now, observer)
    by_review: Mapping[str, ReviewJob] = {
        "assess": jobs.assess,
        "learn": jobs.learn,
        "answer": jobs.answer,
        "ask": jobs.ask,
        "evidence": jobs.evidence,
        "remind": jobs.remind,
        "tell_added": jobs.tell_added,
        "publish": lambda team, review_id: publisher.publish(team, review_id),
    }
    tasks = [_review_task(name, body, boundary) for name, body in by_review.items()]
    tasks += [
        _person_task("tell", jobs.tell, boundary),
        _person_task("ask_away", jobs.ask_away, boundary),
        _team_task("digest", jobs.digest, boundary),
        _team_task("redraw", jobs.redraw, boundary),
        _team_task("forget", jobs.forget, boundary),
        _file_task(jobs.files, boundary),
        _download_task(jobs.download, boundary),
        _alarm_task(attempts, outbox, publisher, boundary),
        _set_aside_task(unreadable, boundary),
        _report_task(unreadable, publisher, boundary),
    ]
    for docket in dockets.all:
        for task in tasks:
            docket.register(task)
    sweep = Sweep(dockets.first, attempts=attempts, outbox=outbox, unreadable=unreadable, queue=queue)
    dockets.first.register(sweep_task(sweep, boundary))


def _review_task(name: str, body: ReviewJob, boundary: AttemptBoundary) -> Callable[..., Awaitable[Any]]:
    """A job about one review; docket reads from the defaults that none of its name runs beside it."""

    async def task(
        team: str,
        review_id: str,
        version: int,
        request: str = "",
        entry: str = "",
        key: str = TaskKey(),
        alone: ConcurrencyLimit = ConcurrencyLimit("review_id", scope=name),
        retry: Retry = AGAIN,
    ) -> None:
        job = Job(name, key, (team, review_id, version), request).at(entry)
        await boundary.run(job, retry, lambda: body(team, review_id))

    task.__name__ = name  # by which docket knows a job
    return task


def _person_task(name: str, body: PersonJob, boundary: AttemptBoundary) -> Callable[..., Awaitable[Any]]:
    """A job about one person."""

    async def task(
        team: str,
        user: str,
        request: str = "",
        entry: str = "",
        key: str = TaskKey(),
        alone: ConcurrencyLimit = ConcurrencyLimit("user", scope=name),
        retry: Retry = AGAIN,
    ) -> None:
        job = Job(name, key, (team, user), request).at(entry)
        await boundary.run(job, retry, lambda: body(team, user))

    task.__name__ = name
    return task


def _team_task(name: str, body: TeamJob, boundary: AttemptBoundary) -> Callable[..., Awaitable[Any]]:
    """A job about one workspace."""

    async def task(
        team: str,
        request: str = "",
        entry: str = "",
        key: str = TaskKey(),
        alone: ConcurrencyLimit = ConcurrencyLimit("team", scope=name),
        retry: Retry = AGAIN,
    ) -> None:
        await boundary.run(Job(name, key, (team,), request).at(entry), retry, lambda: body(team))

    task.__name__ = name
    return task


def _file_task(files: TakeInFiles, boundary: AttemptBoundary) -> Callable[..., Awaitable[Any]]:
    async def take_in(
        team: str,
        submission_id: str,
        request: str = "",
        entry: str = "",
        key: str = TaskKey(),
        retry: Retry = AGAIN,
    ) -> None:
        async def body() -> None:
            if retry.attempt == TELL_AFTER:
                await files.tell_delay(team, submission_id)
            await files.take_in(team, submission_id)

        await boundary.run(Job("take_in", key, (team, submission_id), request).at(entry), retry, body)

    return take_in


def _download_task(download: DeliverDownload, boundary: AttemptBoundary) -> Callable[..., Awaitable[Any]]:
    async def task(
        team: str,
        review_id: str,
        user: str,
        which: str,
        file_format: str,
        request: str = "",
        entry: str = "",
        key: str = TaskKey(),
        retry: Retry = AGAIN,
    ) -> None:
        ids = (team, review_id, user, which, file_format)
        job = Job("download", key, ids, request).at(entry)
        await boundary.run(job, retry, lambda: download.deliver(*ids))

    task.__name__ = "download"
    return task


def _alarm_task(
    attempts: JobAttempts, outbox: Outbox, publisher: Publisher, boundary: AttemptBoundary
) -> Callable[..., Awaitable[Any]]:
    """Tells the operators of a job that was given up."""

    async def alarm(
        letter: str, request: str = "", entry: str = "", key: str = TaskKey(), retry: Retry = ALARM
    ) -> None:
        job = Job("alarm", key, (letter,), request).at(entry)
        try:
            if entry and not await outbox.holds(job):
                return
            for dead in await attempts.dead():
                if dead.key == letter:
                    await boundary.go_where(dead)
                    await publisher.alarm(_given_up(dead))
            await outbox.drop([job])
        except Exception as error:  # what a job raises must not reach docket, which pickles it
            boundary.fail("alarm", error)

    return alarm


def _set_aside_task(
    unreadable: UnreadableEntries, boundary: AttemptBoundary
) -> Callable[..., Awaitable[Any]]:
    """Keeps an entry of the queue that is no job; ``bot/worker/plain_docket.py`` makes this job of it."""

    async def task(place: str, entry: str, why: str, content: str, retry: Retry = AGAIN) -> None:
        try:
            await unreadable.put(place, entry, why, content)
        except Exception as error:  # what a job raises must not reach docket, which pickles it
            boundary.fail(SET_ASIDE, error)

    task.__name__ = SET_ASIDE
    return task


def _report_task(
    unreadable: UnreadableEntries, publisher: Publisher, boundary: AttemptBoundary
) -> Callable[..., Awaitable[Any]]:
    """Tells the operators of what was set aside: one sentence, however much it was."""

    async def report_unreadable(retry: Retry = ALARM) -> None:
        try:
            if entries := await unreadable.untold():
                await publisher.alarm(_set_aside(entries))
                await unreadable.told(entries)
        except Exception as error:  # what a job raises must not reach docket, which pickles it
            boundary.fail("report_unreadable", error)

    return report_unreadable


def _given_up(letter: DeadLetter) -> str:
    """What the operators are told."""
    if letter.cause:
        return f"{letter.cause} Then run: countersign retry"
    cause = f"reference {letter.reference}" if letter.reference else "it crashed its worker each time"
    return (
        f"I gave up on the job {letter.key} after {letter.begun} tries ({cause}). Nothing that was decided "
        "is lost, but Slack may not show it. When the cause is mended, run: countersign retry"
    )


def _set_aside(entries: Sequence[UnreadableEntry]) -> str:
    """What the operators are told."""
    places = ", ".join(sorted({entry.place for entry in entries}))
    number = "an entry" if len(entries) == 1 else f"{len(entries)} entries"
    return (
        f"I set aside {number} of Redis that I cannot read ({places}). Nothing of it was done. Only I should "
        "write there: find out who else can, and look with: countersign retry --list"
    )
