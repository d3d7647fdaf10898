"""``remember.lua`` as a function, and reading what it wrote: lines of past payments."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.store.keys import PAST_LIFE, known_vendors, past_extent, past_payments
from bot.store.scripts import lua

# What a command goes through. A field alone may have more, 1.4 MB, which a script takes some 50 ms for.
BYTES_A_SCRIPT = 300_000
BYTES_A_READ = 1_000_000
FIELDS_A_CALL = 100

Field = tuple[int, str]
"""Where lines stand: the shard, and the vendor or card in it."""


class Room(NamedTuple):
    """How many lines a field keeps: of settled payments, and at the most those dated ``since`` or later."""

    settled: int
    most: int
    since: date


class PastPaymentScripts:
    """Writes and reads the lines of vendors and cards, several in one command."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._remember = redis.register_script(lua("remember"))

    async def remember(
        self, team: str, lines: Mapping[Field, Sequence[tuple[str, str]]], room: Room
    ) -> tuple[int, int]:
        """Put lines into their fields, each with the beginning by which it replaces itself.

        Answers how many there was no room for, and of them how many the rules may need.
        """
        dropped = missed = 0
        bounds = [int(PAST_LIFE.total_seconds()), room.settled, room.most, room.since.isoformat()]
        sizes = await self._sizes(team, tuple(lines))
        for field, of_field in lines.items():
            sizes[field] += sum(len(line) for _, line in of_field)
        for fields in _slices(sizes, BYTES_A_SCRIPT):
            shards = _numbered(fields)
            args = [str(bound) for bound in bounds]
            for shard, name in fields:
                args += [str(shards[shard]), name, str(len(lines[shard, name]))]
                args += [part for line in lines[shard, name] for part in line]
            keys = [past_extent(team), known_vendors(team), *(past_payments(team, shard) for shard in shards)]
            of_slice = await self._remember(keys=keys, args=args)
            dropped, missed = dropped + int(of_slice[0]), missed + int(of_slice[1])
        return dropped, missed

    async def recall(self, team: str, fields: Sequence[Field]) -> AsyncIterator[list[str]]:
        """The lines of these fields, some fields at a time; of a field that has any, one text."""
        sizes = await self._sizes(team, fields)
        kept = {field: size for field, size in sizes.items() if size}
        for of_slice in _slices(kept, BYTES_A_READ):
            async with self._redis.pipeline(transaction=False) as pipe:
                for shard, name in of_slice:
                    pipe.hget(past_payments(team, shard), name)
                answers = cast(list[str | None], await pipe.execute())
            yield [lines for lines in answers if lines]

    async def known_vendors(self, team: str) -> list[str]:
        """The names of the vendors that are known."""
        return cast(list[str], await self._redis.hvals(known_vendors(team)))

    async def extent(self, team: str) -> tuple[int, str | None, str | None] | None:
        """How many payments are approved, and the days of the first and the last (ISO 8601).

        ``None`` where nobody can tell, since the past began before it was counted.
        """
        asked = ("payments", "first", "last", "untold")
        answer = await self._redis.hmget(past_extent(team), asked)
        payments, first, last, untold = cast(list[str | None], answer)
        return None if untold else (int(payments or 0), first, last)

    async def _sizes(self, team: str, fields: Sequence[Field]) -> dict[Field, int]:
        """How many bytes the lines of each field take."""
        sizes: dict[Field, int] = {}
        for start in range(0, len(fields), 10 * FIELDS_A_CALL):
            asked = fields[start : start + 10 * FIELDS_A_CALL]
            async with self._redis.pipeline(transaction=False) as pipe:
                for shard, name in asked:
                    pipe.hstrlen(past_payments(team, shard), name)
                sizes |= zip(asked, await pipe.execute(), strict=True)
        return sizes


def _slices(sizes: Mapping[Field, int], most: int) -> Iterator[list[Field]]:
    """So many fields at a time that all their lines have ``most`` bytes together, or one field."""
    fields: list[Field] = []
    room = most
    for field, size in sizes.items():
        if fields and (size > room or len(fields) == FIELDS_A_CALL):
            yield fields
            fields, room = [], most
        fields.append(field)
        room -= size
    if fields:
        yield fields


def _numbered(fields: Iterable[Field]) -> dict[int, int]:
    """The shards by their place among the keys, from 1."""
    shards = dict.fromkeys(shard for shard, _ in fields)
    return {shard: number for number, shard in enumerate(shards, start=1)}
