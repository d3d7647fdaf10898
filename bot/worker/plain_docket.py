"""A docket that unpickles nothing but plain values, and lives on when it meets an entry that is no job."""

import asyncio
import contextlib
import pickle
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from docket import Docket, StrikeList
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.unreadable import printable
from bot.worker.entries import Fields, NotAJob, read_entry

SET_ASIDE = "set_aside"  # the job that keeps an entry which is no job
Entries = list[tuple[bytes, Fields | None]]
Callback = Callable[..., Any]


class PlainDocket(Docket):
    """The docket of this bot, with a reader (``read_entry``) between it and what stands in Redis.

    docket has no setting for how jobs are written. So the reader sits where redis-py lets one change what the
    two commands answer by which a worker takes entries. An entry that is no job reaches the worker as the job
    ``set_aside`` with a description of the entry. Strikes (orders to skip jobs), which docket unpickles too,
    are not read at all; this bot gives none.
    """

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, **options)
        self.tasks.clear()  # docket's own examples; what is not registered is no job

    @property
    def strike_list(self) -> StrikeList:
        """Strikes of this process alone, of which there are none."""
        return self._strikes

    @strike_list.setter
    def strike_list(self, connected: StrikeList) -> None:
        self._strikes = StrikeList(name=connected.name)  # without an address it reads nothing from Redis

    @contextlib.asynccontextmanager
    async def redis(self) -> AsyncIterator[Any]:
        """A client of Redis that answers with readable entries alone, and loses no cancellation.

        docket ends its loops by cancelling them and then waits for them, also for the one that holds a
        job's place at its review. A client that was just connecting anew raises another error in place of
        the cancellation, which such a loop survives: the job would never end, and nothing about its review
        would be done any more. So whoever was cancelled meanwhile is told when the client is given back.
        """
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        try:
            async with super().redis() as client:
                guard(cast(Redis, client), self.tasks)
                yield client
        except RedisError:
            if task and task.cancelling() > before:
                raise asyncio.CancelledError from None
            raise
        if task and task.cancelling() > before:
            raise asyncio.CancelledError


def guard(client: Redis, tasks: dict[str, Callable[..., Any]]) -> None:
    """Put the reader before the two commands that take entries from the queue, unless it is there already."""
    for command, reads in (("XREADGROUP", _from_group), ("XAUTOCLAIM", _from_claim)):
        parse = client.response_callbacks[command]
        if getattr(parse, "func", None) is not reads:
            client.set_response_callback(command, partial(reads, parse, tasks))


def _from_group(parse: Callback, tasks: dict[str, Callable[..., Any]], answer: Any, **options: Any) -> Any:
    return [[stream, _readable(entries, tasks)] for stream, entries in parse(answer, **options)]


def _from_claim(parse: Callback, tasks: dict[str, Callable[..., Any]], answer: Any, **options: Any) -> Any:
    cursor, entries, *rest = parse(answer, **options)
    return [cursor, _readable(entries, tasks), *rest]


def _readable(entries: Entries, tasks: dict[str, Callable[..., Any]]) -> Entries:
    return [(entry, fields and _read(entry, fields, tasks)) for entry, fields in entries]


def _read(entry: bytes, fields: Fields, tasks: dict[str, Callable[..., Any]]) -> Fields:
    try:
        return read_entry(fields, tasks)
    except NotAJob as error:
        return _set_aside(entry.decode(), str(error), fields)


def _set_aside(entry: str, why: str, fields: Fields) -> Fields:
    """The job that keeps this entry; when it is done, docket takes the entry off the queue."""
    return {
        b"key": f"{SET_ASIDE}:{entry}".encode(),
        b"function": SET_ASIDE.encode(),
        b"args": pickle.dumps(("job queue", entry, why, printable(fields))),
        b"kwargs": pickle.dumps({}),
        b"when": datetime.now(UTC).isoformat().encode(),
        b"attempt": b"1",
        b"generation": b"0",
    }
