"""The outboxes: jobs that are to be done, each from when it was asked for until it is done.

A job that a step asks for is stored with the step, in one script. The queue of jobs rests on what stands
here: whatever gets lost of it is queued again.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.store.keys import SHARDS, ReviewKeys, outbox, shard_of
from bot.store.scripts import lua
from bot.store.unreadable import UnreadableEntries, is_of_wrong_type, printable

Entries = list[tuple[str, dict[str, str]]]
Ids = tuple[str | int, ...]

START = "-"  # of a stream, as XRANGE names it
OF_STEP = 3  # ids has a job that a step asked for: workspace, review, version
PLACE = re.compile(r"([0-9]{1,2})/([0-9]{1,20}-[0-9]{1,20})")


@dataclass(frozen=True, slots=True)
class Job:
    """A job with its arguments, which are ids, and its key: equal for equal work, so that it is queued once.

    ``request`` names what a person did that led here, so that one search finds it all in the logs.
    ``shard`` and ``entry`` say in which outbox it stands, and where; one that stands in none has no entry.
    """

    name: str
    key: str
    ids: Ids
    request: str = ""
    shard: int = -1
    entry: str = ""

    @property
    def place(self) -> str:
        """Where it stands, in a word; empty where it stands in no outbox."""
        return f"{self.shard}/{self.entry}" if self.entry else ""

    @property
    def kept_at(self) -> datetime:
        """Since when it stands there, by the clock of Redis (aware UTC)."""
        return datetime.fromtimestamp(int(self.entry.partition("-")[0]) / 1000, UTC)

    def at(self, place: str) -> "Job":
        """The job as it stands at a place; as it is where that names none."""
        found = PLACE.fullmatch(place)
        return replace(self, shard=int(found[1]), entry=found[2]) if found else self


def job_of_step(
    name: str, team: str, review_id: str, version: int, request: str = "", entry: str = ""
) -> Job:
    """A job that the step asked for which made this version of a review."""
    key = f"{name}:{team}:{review_id}:{version}"
    return Job(name, key, (team, review_id, version), request, shard_of(team, review_id), entry)


def job_fields(name: str, keys: ReviewKeys, version: int, request: str) -> dict[str, str]:
    """A job of a step as its entry in the outbox holds it."""
    fields = {"job": name, "review": f"{keys.team} {keys.review}", "version": str(version)}
    return fields | ({"request": request} if request else {})


class Outbox:
    """What stands in the outboxes of all shards."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._unreadable = UnreadableEntries(redis)
        self._keep = redis.register_script(lua("keep_job"))

    async def keep(self, job: Job) -> Job:
        """Keep a job that no step asked for, until it is done; answers it as it stands in its outbox.

        Where one of the same key stands there, that one is kept, and this one is the same.
        """
        shard = shard_of(job.name, job.key)
        fields = {"job": job.name, "key": job.key, "ids": json.dumps(job.ids), "request": job.request}
        flat = [part for pair in fields.items() for part in pair]
        entry = await self._keep(keys=[outbox(shard)], args=[job.key, *flat])
        return replace(job, shard=shard, entry=str(entry))

    async def holds(self, job: Job) -> bool:
        """Whether a job that was kept is still to be done."""
        try:
            return bool(await self._redis.xrange(outbox(job.shard), job.entry, job.entry))
        except ResponseError as error:
            if not is_of_wrong_type(error):
                raise
            return True  # somebody wrote over the outbox: better twice than never

    async def waiting(self, limit: int = 100, after: Mapping[int, str] | None = None) -> list[Job]:
        """Jobs that are to be done, at most ``limit`` of each shard; what is no job is set aside.

        ``after`` are entries by shard, behind which the reading begins.
        """
        after = after or {}
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                start = f"({after[shard]}" if shard in after else START
                pipe.xrange(outbox(shard), min=start, count=limit)
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
                await self._set_aside(shard, entry, "it is no job", printable(fields))
        return jobs

    async def set_aside(self, job: Job, why: str) -> None:
        """Take a job out that nobody can do, for the reason given; operators are told."""
        await self._set_aside(job.shard, job.entry, why, printable((job.name, job.key, job.ids)))

    async def _set_aside(self, shard: int, entry: str, why: str, content: str) -> None:
        await self._unreadable.put(f"outbox {shard}", entry, why, content)
        await self._redis.xdel(outbox(shard), entry)

    async def depth(self) -> int:
        """How many jobs stand in all outboxes."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                pipe.xlen(outbox(shard))
            return sum(await pipe.execute())

    async def of_review(self, team: str, review_id: str) -> list[Job]:
        """What the steps of one review asked for and is not done."""
        shard = shard_of(team, review_id)
        entries = await self._redis.xrange(outbox(shard)) or []
        jobs = await self._readable(shard, cast(Entries, entries))
        return [job for job in jobs if job.ids[:2] == (team, review_id) and len(job.ids) == OF_STEP]

    async def drop(self, jobs: Iterable[Job]) -> None:
        """Take jobs out of their outboxes that are done, or given up."""
        entries: dict[int, list[str]] = {}
        for job in jobs:
            if job.entry:
                entries.setdefault(job.shard, []).append(job.entry)
        if not entries:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard, names in entries.items():
                pipe.xdel(outbox(shard), *names)
            await pipe.execute()


def _job(shard: int, entry: str, fields: dict[str, str]) -> Job:
    """The job of an entry; raises ``KeyError`` or ``ValueError`` where it is none."""
    if not all(value.isprintable() for value in fields.values()):
        raise ValueError("control characters, or bytes that are no text")
    request = fields.get("request", "")
    if "ids" in fields:
        return Job(fields["job"], fields["key"], _ids(fields["ids"]), request, shard, entry)
    team, review_id = fields["review"].split(" ", 1)
    job = job_of_step(fields["job"], team, review_id, int(fields["version"]), request, entry)
    return replace(job, shard=shard)


def _ids(text: str) -> Ids:
    try:
        ids = json.loads(text)
    except RecursionError:  # a list in a list in a list
        ids = None
    if type(ids) is not list or not all(type(part) in (str, int) for part in ids):
        raise ValueError("these are no ids")
    return tuple(ids)
