"""Entries of Redis that nobody can read: set aside, so that they hold up nothing, until somebody has looked.

Only this bot writes to its keys, so what it cannot read was written by somebody else, by another version or
by a fault. Who may write to Redis can also write a flood, so that only the first ``KEPT`` entries are kept.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.store.keys import UNREADABLE, UNREADABLE_LIFE, UNREADABLE_TOLD

log = structlog.get_logger()

KEPT = 1000
SHOWN = 400  # characters of an entry's content that are kept
TOLD_EVERY = 600  # seconds between two sentences to the operators


class UnreadableEntry(BaseModel):
    """One entry that was set aside: the ``place`` it stood in (as ``job queue``), its id there, and why.

    ``content`` is the beginning of what it held, in printable ASCII; ``told``, whether operators heard of it.
    """

    model_config = ConfigDict(frozen=True)

    place: str
    entry: str
    why: str
    content: str
    at: datetime
    told: bool = False

    @property
    def name(self) -> str:
        """Place and id, by which people name it."""
        return f"{self.place} {self.entry}"


def is_of_wrong_type(answer: object) -> bool:
    """Whether Redis refused a command because the key holds another kind of value."""
    return isinstance(answer, ResponseError) and str(answer).startswith("WRONGTYPE")


def printable(content: object) -> str:
    """The beginning of some content in printable ASCII, for people who look into it."""
    return ascii(content)[:SHOWN]


class UnreadableEntries:
    """What was set aside, in a hash by place and id, so that setting aside twice is setting aside once."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def put(self, place: str, entry: str, why: str, content: str) -> None:
        """Keep an entry; the caller takes it from where it stood after this has returned."""
        log.error("entry set aside", place=place, entry=printable(entry), why=why)
        if await self._redis.hlen(UNREADABLE) >= KEPT:
            return
        # The machine's time, also where the bot goes by another one: this is about Redis, not about payments.
        kept = UnreadableEntry(
            place=place, entry=printable(entry)[1:-1], why=why, content=content[:SHOWN], at=datetime.now(UTC)
        )
        await self._store(kept)

    async def put_key(self, place: str, key: str) -> None:
        """Set a whole key aside that is of another type than this bot ever made it, and delete it."""
        kind = str(await self._redis.type(key))
        await self.put(place, key, f"it is a {kind}", "")
        await self._redis.delete(key)

    async def all(self) -> list[UnreadableEntry]:
        """All entries that were set aside, oldest first."""
        stored = await self._redis.hgetall(UNREADABLE)
        entries = (_entry(str(name), str(text)) for name, text in stored.items())
        # What somebody wrote here stays, with a note beside it that it was told of: the note counts.
        named = {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.told)}
        return sorted(named.values(), key=lambda entry: entry.at)

    async def untold(self) -> list[UnreadableEntry]:
        """What the operators have not heard of; nothing where they heard of others minutes ago."""
        entries = [entry for entry in await self.all() if not entry.told]
        return [] if entries and await self._redis.exists(UNREADABLE_TOLD) else entries

    async def told(self, entries: Iterable[UnreadableEntry]) -> None:
        """Note that the operators were told of these."""
        await self._redis.set(UNREADABLE_TOLD, "1", ex=TOLD_EVERY)
        for entry in entries:
            await self._store(entry.model_copy(update={"told": True}))

    async def discard(self) -> int:
        """Forget them all; how many there were."""
        number = await self._redis.hlen(UNREADABLE)
        await self._redis.delete(UNREADABLE)
        return int(number)

    async def _store(self, entry: UnreadableEntry) -> None:
        await self._redis.hset(UNREADABLE, entry.name, entry.model_dump_json())
        await self._redis.expire(UNREADABLE, UNREADABLE_LIFE)


def _entry(name: str, text: str) -> UnreadableEntry:
    try:
        return UnreadableEntry.model_validate_json(text)
    except ValidationError:
        # Somebody wrote here too; it stands for itself.
        return UnreadableEntry(
            place="set aside",
            entry=printable(name)[1:-1],
            why="no entry",
            content=printable(text),
            at=datetime.now(UTC),
        )
