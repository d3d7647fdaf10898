"""``copy.lua`` as a function: keys as they stand at one moment, and the records that a backup is made of."""

from collections.abc import Sequence
from typing import NamedTuple

from redis.asyncio import Redis

from bot.store.keys import ReviewKeys
from bot.store.scripts import lua


class KeyCopy(NamedTuple):
    """One key, or some more elements of it.

    ``kind`` is Redis's name of its type, ``until`` when it ends (epoch milliseconds), ``None`` for never.
    ``elements`` are as Redis lists them: of a hash field and value by turns, of a sorted set member and
    score. ``more`` says that they go behind those of a record before.
    """

    key: str
    kind: str
    until: int | None
    elements: Sequence[str]
    more: bool = False


class ReviewCopy(NamedTuple):
    """All of one review at one moment: its keys, the jobs it still waits for, and its place in the indices.

    ``opened`` and ``timer`` are epoch seconds as Redis writes them, ``None`` where it is in no index.
    """

    team: str
    review: str
    keys: Sequence[KeyCopy]
    jobs: Sequence[Sequence[str]]
    opened: str | None
    timer: str | None


class LargeKey(NamedTuple):
    """A key with more elements than were asked for, which are still to be read."""

    key: str
    kind: str
    until: int | None


class CopyScript:
    """Copies keys."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("copy"))

    async def keys(self, keys: Sequence[str], most: int) -> list[KeyCopy | LargeKey]:
        """Those of these keys that are there; all must share a slot. ``most`` elements of each at once."""
        copies, *_ = await self._script(keys=list(keys), args=[len(keys), most, "", "0-0"])
        return [
            LargeKey(keys[at - 1], str(kind), _until(until))
            if elements is None
            else KeyCopy(keys[at - 1], str(kind), _until(until), elements)
            for at, kind, until, elements in copies
        ]

    async def review(self, keys: ReviewKeys, parts: Sequence[str], after: str) -> ReviewCopy:
        """A review with the keys ``parts``, and with its jobs behind the entry ``after`` of the outbox."""
        copies, jobs, opened, timer = await self._script(
            keys=[*parts, keys.outbox, keys.open, keys.timers],
            args=[len(parts), 0, f"{keys.team} {keys.review}", after],
        )
        copied = [
            KeyCopy(parts[at - 1], str(kind), _until(until), found) for at, kind, until, found in copies
        ]
        return ReviewCopy(keys.team, keys.review, copied, jobs, opened, timer)


def _until(milliseconds: int) -> int | None:
    return None if milliseconds < 0 else milliseconds
