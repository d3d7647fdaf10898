"""``remember.lua`` and ``recall.lua`` as functions: lines of past payments, written and read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.store.keys import PAST_LIFE, known_vendors, past_payments
from bot.store.scripts import lua

Field = tuple[int, str]
"""Where lines stand: the shard, and the vendor or card in it."""


class Room(NamedTuple):
    """How many lines a field keeps: of settled payments, and at the most those dated ``since`` or later."""

    settled: int
    most: int
    since: date


class PastPaymentScripts:
    """Writes and reads the lines of many vendors and cards in one command each."""

    def __init__(self, redis: Redis) -> None:
        self._remember = redis.register_script(lua("remember"))
        self._recall = redis.register_script(lua("recall"))

    async def remember(
        self, team: str, lines: Mapping[Field, Sequence[tuple[str, str]]], room: Room
    ) -> tuple[int, int]:
        """Put lines into their fields, each with the beginning by which it replaces itself.

        Answers how many there was no room for, and of them how many the rules may need.
        """
        shards = _numbered(lines)
        bounds = [int(PAST_LIFE.total_seconds()), room.settled, room.most, room.since.isoformat()]
        args = [str(bound) for bound in bounds]
        for (shard, name), of_field in lines.items():
            args += [str(shards[shard]), name, str(len(of_field))]
            args += [part for line in of_field for part in line]
        keys = [past_payments(team, shard) for shard in shards]
        dropped, missed = await self._remember(keys=keys, args=args)
        return int(dropped), int(missed)

    async def recall(self, team: str, fields: Sequence[Field]) -> tuple[list[str], list[str]]:
        """The names of the known vendors, and the lines of each field, in order; empty where none are."""
        shards = _numbered(fields)
        keys = [known_vendors(team), *(past_payments(team, shard) for shard in shards)]
        args = [part for shard, name in fields for part in (str(shards[shard]), name)]
        names, lines = await self._recall(keys=keys, args=args)
        return cast(list[str], names), cast(list[str], lines)


def _numbered(fields: Iterable[Field]) -> dict[int, int]:
    """The shards by their place among the keys, from 1."""
    shards = dict.fromkeys(shard for shard, _ in fields)
    return {shard: number for number, shard in enumerate(shards, start=1)}
