"""What each person looks at in a review and has ticked there, and the decisions about many that they prepare.

Check marks are a set of their own, so that quick ones, which may be handled by several processes, all count.
"""

from collections.abc import Iterable
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.store.keys import DESK_LIFE, DeskKeys

AT_ONCE = 1_000  # references in one command, so that Redis serves others in between


class KeptDesk(NamedTuple):
    """What is kept of a desk: the view as a text, empty where there is none, what is ticked, how new it is.

    ``revision`` counts the changes, so that whoever shows it can tell whether it was changed meanwhile.
    """

    view: str
    ticked: frozenset[int]
    revision: int


class DeskStore:
    """Desks by a name, each for ``DESK_LIFE`` since it was last changed."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def kept(self, team: str, name: str) -> KeptDesk:
        """What is kept under a name; the revision is read first, so that it is never newer than the rest."""
        keys = DeskKeys(team, name)
        view, revision = cast(list[str | None], await self._redis.hmget(keys.view, ["view", "revision"]))
        ticked = await self._redis.smembers(keys.ticked)
        return KeptDesk(view or "", frozenset(int(ref) for ref in ticked), int(revision or 0))

    async def revision(self, team: str, name: str) -> int:
        """How often a desk was changed."""
        return int(await self._redis.hget(DeskKeys(team, name).view, "revision") or 0)

    async def keep(self, team: str, name: str, view: str) -> None:
        """Keep another view; what is ticked stays."""
        await self._changed(DeskKeys(team, name), view)

    async def tick(self, team: str, name: str, on: Iterable[int] = (), off: Iterable[int] = ()) -> None:
        """Tick some references, and take the check marks of others away."""
        keys = DeskKeys(team, name)
        for command, refs in ((self._redis.sadd, sorted(set(on))), (self._redis.srem, sorted(set(off)))):
            for start in range(0, len(refs), AT_ONCE):
                await command(keys.ticked, *refs[start : start + AT_ONCE])
        await self._redis.expire(keys.ticked, DESK_LIFE)
        await self._changed(keys)

    async def untick(self, team: str, name: str) -> None:
        """Take all check marks away."""
        keys = DeskKeys(team, name)
        await self._redis.delete(keys.ticked)
        await self._changed(keys)

    async def _changed(self, keys: DeskKeys, view: str = "") -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            if view:
                pipe.hset(keys.view, "view", view)
            pipe.hincrby(keys.view, "revision", 1)
            pipe.expire(keys.view, DESK_LIFE)
            pipe.expire(keys.ticked, DESK_LIFE)
            await pipe.execute()
