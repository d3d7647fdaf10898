"""``claim.lua`` as a function: store facts as long as others still stand."""

from collections.abc import Mapping

from redis.asyncio import Redis

from bot.store.keys import REVIEW_LIFE
from bot.store.scripts import lua


class ClaimScript:
    """Compares and sets fields of one hash in one step."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("claim"))

    async def __call__(self, key: str, stands: Mapping[str, str], facts: Mapping[str, str]) -> bool:
        """Whether ``facts`` were stored; not where any of ``stands`` is otherwise. An absent one is empty."""
        flat = [part for pairs in (stands, facts) for pair in pairs.items() for part in pair]
        life = int(REVIEW_LIFE.total_seconds())
        return bool(await self._script(keys=[key], args=[life, len(stands), *flat]))
