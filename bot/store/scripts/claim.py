"""``claim.lua`` as a function: replace what was read of a review's messages, unless somebody else did."""

from collections.abc import Mapping
from typing import cast

from redis.asyncio import Redis

from bot.store.keys import REVIEW_LIFE, ReviewKeys
from bot.store.scripts import lua


class ClaimScript:
    """Compares and replaces fields of the record of a review's messages, in one step."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("claim"))

    async def __call__(
        self, keys: ReviewKeys, before: Mapping[str, str], after: Mapping[str, str]
    ) -> int | None:
        """Make the record that was read as ``before`` that of ``after``.

        Nothing is replaced where a field that differs between the two is no longer that of ``before``; one
        that either of them lacks is not stored in it. Answers the version of the review at that moment, 0
        where the review has expired, or ``None`` where nothing was replaced.
        """
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        values = [part for name in changed for part in (name, before.get(name, ""), after.get(name, ""))]
        life = int(REVIEW_LIFE.total_seconds())
        version = cast(int, await self._script(keys=[keys.messages, keys.state], args=[life, *values]))
        return None if version < 0 else version
