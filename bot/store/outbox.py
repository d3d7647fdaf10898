"""The outboxes: jobs that a step asked for, stored with the step, until they are queued."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from bot.store.keys import SHARDS, ReviewKeys, outbox, shard_of
from bot.store.unreadable import UnreadableEntries, is_of_wrong_type, printable

Entries = list[tuple[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Job:
    """One entry of an outbox: the job a step asked for, and the version of the review that the step made.

    ``request`` names what a person did that led here, so that one search finds it all in the logs.
    ``shard`` and ``entry`` say where it stands.
    """

    name: str
    team: str
    review_id: str
    version: int
    shard: int = -1
    entry: str = ""
    request: str = ""

    @property
    def key(self) -> str:
        """Equal for equal work, so that queueing it twice is queueing it once."""
        return f"{self.name}:{self.team}:{self.review_id}:{self.version}"


def job_fields(name: str, keys: ReviewKeys, version: int, request: str) -> dict[str, str]:
    """A job as its entry in the outbox holds it."""
    fields = {"job": name, "review": f"{keys.team} {keys.review}", "version": str(version)}
    return fields | ({"request": request} if request else {})


class Outbox:
    """What stands in the outboxes of all reviews."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._unreadable = UnreadableEntries(redis)

    async def waiting(self, limit: int = 100) -> list[Job]:
        """Jobs that nobody has queued yet, at most ``limit`` of each shard; what is no job is set aside."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                pipe.xrange(outbox(shard), count=limit)
            shards = await pipe.execute(raise_on_error=False)
        jobs: list[Job] = []
        for shard, entries in enumerate(shards):
            if is_of_wrong_type(entries):
                await self._unreadable.put_key(f"outbox {shard}", outbox(shard))
            elif isinstance(entries, Exception):
                raise entries
            else:
                jobs += await self._readable(shard, entries)
        return jobs

    async def _readable(self, shard: int, entries: Entries) -> list[Job]:
        jobs: list[Job] = []
        for entry, fields in entries:
            try:
                jobs.append(_job(shard, entry, fields))
            except (KeyError, ValueError):
                content = printable(fields)
                await self._unreadable.put(f"outbox {shard}", entry, "it is no job", content)
                await self._redis.xdel(outbox(shard), entry)
        return jobs

    async def depth(self) -> int:
        """How many jobs stand in all outboxes."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                pipe.xlen(outbox(shard))
            return sum(await pipe.execute())

    async def of_review(self, team: str, review_id: str) -> list[Job]:
        """What stands in the outbox for one review."""
        shard = shard_of(team, review_id)
        entries = await self._redis.xrange(outbox(shard)) or []
        jobs = await self._readable(shard, cast(Entries, entries))
        return [job for job in jobs if (job.team, job.review_id) == (team, review_id)]

    async def drop(self, jobs: Iterable[Job]) -> None:
        """Take queued jobs out of their outboxes."""
        entries: dict[int, list[str]] = {}
        for job in jobs:
            entries.setdefault(job.shard, []).append(job.entry)
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard, names in entries.items():
                pipe.xdel(outbox(shard), *names)
            await pipe.execute()


def _job(shard: int, entry: str, fields: dict[str, str]) -> Job:
    """The job of an entry; raises ``KeyError`` or ``ValueError`` where it is none."""
    if not all(value.isprintable() for value in fields.values()):
        raise ValueError("control characters, or bytes that are no text")
    team, review_id = fields["review"].split(" ", 1)
    version, request = int(fields["version"]), fields.get("request", "")
    return Job(fields["job"], team, review_id, version, shard, entry, request)
