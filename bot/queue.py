"""The jobs as docket runs them: keyed, one at a time for a review, tried again until they succeed."""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import timedelta

import structlog
from docket import ConcurrencyLimit, Docket, ExponentialRetry, Perpetual

from bot.jobs import Work

log = structlog.get_logger()

SWEEP = timedelta(seconds=5)
# Slack or Redis may be away for longer than anybody waits; what is stored must be shown all the same.
RETRY = ExponentialRetry(
    attempts=None, minimum_delay=timedelta(seconds=0.2), maximum_delay=timedelta(seconds=30)
)
TELL_AFTER = 4  # attempts; then whoever sent files hears that it takes longer


class JobFailed(Exception):
    """A job is to be tried again; the log has the cause under the same reference."""


@contextlib.contextmanager
def _reported(job: str, team: str, about: str) -> Iterator[None]:
    """The boundary of jobs: the log gets the cause, docket only a plain exception.

    docket pickles what a job raises, and what Slack's client raises cannot be pickled, which would end
    the worker; nor does the content of an answer belong in a job's record.
    """
    try:
        yield
    except Exception as error:
        reference = secrets.token_hex(4)
        log.error("job failed", job=job, team=team, about=about, reference=reference, exc_info=error)
        raise JobFailed(f"{job}, reference {reference}") from None


class DocketQueue:
    """The queue of jobs; a key that waits or runs already is not added again."""

    def __init__(self, docket: Docket) -> None:
        self._docket = docket

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        await self._docket.add(name, key=key)(*ids)


def register(docket: Docket, work: Work) -> None:
    """Make the jobs known to docket; arguments are ids only, never content."""

    async def assess(
        team: str,
        review: str,
        version: int,
        alone: ConcurrencyLimit = ConcurrencyLimit("review", scope="assess"),
        retry: ExponentialRetry = RETRY,
    ) -> None:
        with _reported("assess", team, review):
            await work.assess(team, review)

    async def answer(
        team: str,
        review: str,
        version: int,
        alone: ConcurrencyLimit = ConcurrencyLimit("review", scope="answer"),
        retry: ExponentialRetry = RETRY,
    ) -> None:
        with _reported("answer", team, review):
            await work.answer(team, review)

    async def publish(
        team: str,
        review: str,
        version: int,
        alone: ConcurrencyLimit = ConcurrencyLimit("review", scope="publish"),
        retry: ExponentialRetry = RETRY,
    ) -> None:
        with _reported("publish", team, review):
            await work.publish(team, review)

    async def take_in(team: str, parcel: str, retry: ExponentialRetry = RETRY) -> None:
        with _reported("take_in", team, parcel):
            if retry.attempt == TELL_AFTER:
                await work.delayed(team, parcel)
            await work.take_in(team, parcel)

    async def sweep(perpetual: Perpetual = Perpetual(every=SWEEP, automatic=True)) -> None:
        with _reported("sweep", "-", "outboxes"):
            await work.sweep()

    for job in (assess, answer, publish, take_in, sweep):
        docket.register(job)
