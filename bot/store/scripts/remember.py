"""``remember.lua`` and ``recall.lua`` as functions: lines of past payments, written and read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.store.keys import PAST_LIFE, known_vendors, past_extent, past_payments
from bot.store.scripts import lua

FIELDS_A_CALL = 8  # each may have 10,000 lines, which a script takes some 30 ms to go through

Field = tuple[int, str]
"""Where lines stand: the shard, and the vendor or card in it."""


class Room(NamedTuple):
    """How many lines a field keeps: of settled payments, and at the most those dated ``since`` or later."""

    settled: int
    most: int
    since: date


class Recalled(NamedTuple):
    """What is known: names of vendors, lines of fields (empty where there are none), and how much in all.

    ``extent`` is the number of approved payments with the days of the first and last (ISO 8601), ``None``
    where nobody can tell.
    """

    names: list[str]
    lines: list[str]
    extent: tuple[int, str | None, str | None] | None


class PastPaymentScripts:
    """Writes and reads the lines of vendors and cards, several in one command."""

    def __init__(self, redis: Redis) -> None:
        self._remember = redis.register_script(lua("remember"))
        self._recall = redis.register_script(lua("recall"))

    async def remember(
        self, team: str, lines: Mapping[Field, Sequence[tuple[str, str]]], room: Room
    ) -> tuple[int, int]:
        """Put lines into their fields, each with the beginning by which it replaces itself.

        Answers how many there was no room for, and of them how many the rules may need.
        """
        dropped = missed = 0
        bounds = [int(PAST_LIFE.total_seconds()), room.settled, room.most, room.since.isoformat()]
        for fields in _slices(tuple(lines)):
            shards = _numbered(fields)
            args = [str(bound) for bound in bounds]
            for shard, name in fields:
                args += [str(shards[shard]), name, str(len(lines[shard, name]))]
                args += [part for line in lines[shard, name] for part in line]
            keys = [past_extent(team), known_vendors(team), *(past_payments(team, shard) for shard in shards)]
            of_slice = await self._remember(keys=keys, args=args)
            dropped, missed = dropped + int(of_slice[0]), missed + int(of_slice[1])
        return dropped, missed

    async def recall(self, team: str, fields: Sequence[Field]) -> Recalled:
        """The names of the known vendors, the lines of each field in order, and how much is known in all."""
        names: list[str] = []
        lines: list[str] = []
        extent: Sequence[str | None] = ()
        for first, of_slice in enumerate(_slices(fields) or [()]):
            shards = _numbered(of_slice)
            keys = [known_vendors(team), past_extent(team), *(past_payments(team, shard) for shard in shards)]
            args = [part for shard, name in of_slice for part in (str(shards[shard]), name)]
            known, of_fields, extent = await self._recall(keys=keys, args=["" if first else "names", *args])
            names += cast(list[str], known)
            lines += cast(list[str], of_fields)
        payments, first_day, last_day, untold = extent
        told = None if untold else (int(payments or 0), first_day, last_day)
        return Recalled(names, lines, told)


def _slices(fields: Sequence[Field]) -> list[Sequence[Field]]:
    """So few fields that a script over all their lines holds up other commands for a fraction of a second."""
    return [fields[start : start + FIELDS_A_CALL] for start in range(0, len(fields), FIELDS_A_CALL)]


def _numbered(fields: Iterable[Field]) -> dict[int, int]:
    """The shards by their place among the keys, from 1."""
    shards = dict.fromkeys(shard for shard, _ in fields)
    return {shard: number for number, shard in enumerate(shards, start=1)}
