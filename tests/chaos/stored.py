"""What Redis holds in the end, read whole; and what still stands in the queues."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from bot.application.check import check_review
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Turn
from bot.domain.review.decision import Decision
from bot.domain.review.ranking import Rank
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.store import AuditTrails, JobAttempts, Outbox, stores_over
from bot.store.keys import notice_causes
from bot.worker.dockets import open_dockets
from tests.chaos.clock import RunClock
from tests.chaos.town import TEAM

# The workspace of a run has its jobs in the second queue, and the sweep stands in the first.
QUEUES = 3


@dataclass(frozen=True, slots=True)
class Stored:
    """One review with everything that belongs to it; ``problems`` are what the bot's own check finds.

    ``order`` is that of the card, with the ``ranks`` that it was made of. ``when`` says of a stored time when
    that was by the machine's, by which everything is written down that people did.
    """

    review: Review
    turns: tuple[Turn, ...]
    audit: tuple[AuditEntry, ...]
    problems: tuple[str, ...]
    order: tuple[int, ...]
    ranks: tuple[Rank, ...]
    when: Callable[[datetime], float] = datetime.timestamp

    @property
    def state(self) -> ReviewState:
        return self.review.state

    @property
    def flagged(self) -> tuple[int, ...]:
        return tuple(ref for ref, entry in self.review.entries.items() if entry.flagged)

    @property
    def decisions(self) -> dict[int, Decision]:
        found = {ref: entry.decision for ref, entry in self.review.entries.items()}
        return {ref: decision for ref, decision in found.items() if decision is not None}


async def read_all(redis: Redis, clock: RunClock) -> dict[str, Stored]:
    """Every review there is, open or not, by its id."""
    names = [name async for _, name in AuditTrails(redis).named()]
    return {name: await _read(redis, name, clock) for name in sorted(names)}


async def _read(redis: Redis, name: str, clock: RunClock) -> Stored:
    stores = stores_over(redis)
    review = await stores.reviews.load_whole(TEAM, name)
    assert review is not None
    turns, audit = await stores.reviews.turns(TEAM, name), await stores.reviews.audit(TEAM, name)
    problems = await check_review(stores, TEAM, name)
    order, ranks = await stores.reviews.card_order(TEAM, name), await stores.reviews.ranks(TEAM, name)
    return Stored(review, tuple(turns), tuple(audit), tuple(problems), order, tuple(ranks), clock.machine)


async def waiting(redis: Redis) -> list[str]:
    """Jobs in the outboxes that are not done."""
    return [job.key for job in await Outbox(redis).waiting()]


async def due(redis: Redis, now: datetime) -> int:
    """How many reviews and people there are with something due."""
    stores = stores_over(redis)
    return len(await stores.timers.due(now)) + len(await stores.notices.due(now))


async def causes(redis: Redis, people: Iterable[str]) -> dict[str, int]:
    """For how many different causes each of these people was, or is, to be reminded."""
    return {user: int(await redis.scard(notice_causes(TEAM, user))) for user in people}


async def absences(redis: Redis) -> list[AuditEntry]:
    """What people said of their absences, in order."""
    return [line.entry for line in await stores_over(redis).absences.trail(TEAM)]


async def jobs(url: str) -> Counter[str]:
    """Jobs about reviews that wait or run, by name."""
    keys: list[bytes] = []
    async with open_dockets(url, QUEUES) as dockets, Redis.from_url(url) as redis:  # not text: pickles
        for docket in dockets.all:
            keys += cast(list[bytes], await redis.zrange(docket.queue_key, 0, -1))
            entries = cast(list[tuple[bytes, dict[bytes, bytes]]], await redis.xrange(docket.stream_key))
            keys += [fields.get(b"key", b"") for _, fields in entries]
    return Counter(key.decode().split(":")[0] for key in keys if b":R-" in key)


async def dead_letters(redis: Redis) -> list[str]:
    """Jobs that were given up."""
    return [letter.key for letter in await JobAttempts(redis).dead()]
