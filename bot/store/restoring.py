"""Puts the records of a backup into an empty Redis; nobody works with it before all of them are there."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from redis.asyncio import Redis

from bot.store.copies import JobsCopy, Record
from bot.store.keys import LAYOUT_NUMBER, SHARDS, ReviewKeys, outbox
from bot.store.layout import RESTORING, StoredLayout
from bot.store.outbox import job_fields
from bot.store.posted import PostedCard, fields_of, posted_of
from bot.store.scripts.copy import KeyCopy, ReviewCopy

ELEMENTS = 200  # of a key, an even number, that go into one command
COMMANDS = 200  # that are sent together, or as many as have
CHARACTERS = 2_000_000
ADDING = {"hash": "HSET", "list": "RPUSH", "set": "SADD", "zset": "ZADD", "string": "SET"}

Command = tuple[str | int, ...]


class NotEmpty(Exception):
    """Something is stored already; the message is one sentence."""


class Restoring:
    """Writes records; while it does, every process that finds this Redis stands still.

    Cards in Slack may show what was decided after the backup was made. So of every open review the card is
    drawn anew, as it is stored, once a worker runs.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._layout = StoredLayout(redis)
        self._waiting: list[Command] = []
        self.ended = 0  # keys of the backup whose time was over before they were restored

    async def begin(self, backup: str) -> None:
        """Mark this Redis as being restored from the backup of this name, or go on with that.

        Raises ``NotEmpty`` where anything else is stored, and then changes nothing.
        """
        marked = await self._redis.get(LAYOUT_NUMBER)
        if marked is not None and str(marked).startswith(RESTORING):
            if str(marked) != RESTORING + backup:
                raise NotEmpty("Another backup is being restored into this Redis; empty it first.")
        else:
            await self._refuse_unless_empty()
            await self._redis.set(LAYOUT_NUMBER, RESTORING + backup)
            try:
                await self._refuse_unless_empty()  # once more, as nobody begins here any more
            except NotEmpty:
                await (
                    self._redis.delete(LAYOUT_NUMBER)
                    if marked is None
                    else self._redis.set(LAYOUT_NUMBER, str(marked))
                )
                raise
        for shard in range(SHARDS):
            await self._redis.unlink(outbox(shard))  # of an earlier try

    async def put(self, record: Record) -> None:
        """Write one record; the same once more changes nothing but that its jobs are done twice."""
        now = int(time.time() * 1000)
        match record:
            case KeyCopy():
                self._waiting += self._of_key(record, now)
            case ReviewCopy():
                self._waiting += self._of_review(record, now)
            case JobsCopy(shard, jobs):
                self._waiting += [("XADD", outbox(shard), "*", *fields) for fields in jobs]
        if len(self._waiting) >= COMMANDS:
            await self._send()

    async def finish(self, layout: int) -> None:
        """All is there; from now on processes work with it."""
        await self._send()
        await self._layout.raise_to(layout)

    async def _send(self) -> None:
        while self._waiting:
            room, count = CHARACTERS, 0
            async with self._redis.pipeline(transaction=False) as pipe:
                for command in self._waiting[:COMMANDS]:
                    pipe.execute_command(*command)
                    count, room = count + 1, room - sum(len(str(part)) for part in command)
                    if room <= 0:
                        break
                await pipe.execute()
            del self._waiting[:count]

    async def _refuse_unless_empty(self) -> None:
        async for key in self._redis.scan_iter(match="cs:*", count=1_000):
            if str(key) != LAYOUT_NUMBER:
                raise NotEmpty(
                    "Something is stored in this Redis already; a backup is restored into an empty one alone."
                )

    def _of_key(self, copy: KeyCopy, now: int) -> Iterator[Command]:
        if copy.until is not None and copy.until <= now:
            self.ended += not copy.more
            return
        if not copy.more:
            yield ("UNLINK", copy.key)
        elements = copy.elements
        if copy.kind == "zset":  # Redis lists member and score, and takes score and member
            elements = [
                part for at in range(0, len(elements), 2) for part in (elements[at + 1], elements[at])
            ]
        for start in range(0, len(elements), ELEMENTS):
            yield (ADDING[copy.kind], copy.key, *elements[start : start + ELEMENTS])
        if copy.until is not None:
            yield ("PEXPIREAT", copy.key, copy.until)

    def _of_review(self, copy: ReviewCopy, now: int) -> Iterator[Command]:
        keys = ReviewKeys(copy.team, copy.review)
        member = f"{copy.team} {copy.review}"
        fields: dict[str, str] = {}
        for of_key in copy.keys:
            if of_key.key == keys.messages and copy.opened is not None:
                of_key = of_key._replace(elements=_with_unknown_card(of_key.elements))
            if of_key.key == keys.state and (of_key.until is None or of_key.until > now):
                fields = _pairs(of_key.elements)
            yield from self._of_key(of_key, now)
        if not fields:
            return  # it has its trail alone
        for job in copy.jobs:
            yield ("XADD", keys.outbox, "*", *job)
        if copy.opened is not None:
            yield ("ZADD", keys.open, copy.opened, member)
            publish = job_fields("publish", keys, int(fields["version"]), "")
            yield ("XADD", keys.outbox, "*", *(part for pair in publish.items() for part in pair))
        if copy.timer is not None:
            yield ("ZADD", keys.timers, copy.timer, member)


def _with_unknown_card(elements: Sequence[str]) -> list[str]:
    """What stands in Slack for a review, without what nobody knows: which blocks its card shows by now."""
    fields = _pairs(elements)
    posted = posted_of(fields)
    if isinstance(posted.card, PostedCard):
        fields["card"] = fields_of(replace(posted, card=replace(posted.card, content="")))["card"]
    fields.pop("version", None)
    return [part for pair in fields.items() for part in pair]


def _pairs(elements: Sequence[str]) -> dict[str, str]:
    return dict(zip(elements[::2], elements[1::2], strict=True))
