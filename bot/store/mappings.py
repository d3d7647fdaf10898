"""How files are read, by header, as somebody of a workspace said once."""

from collections.abc import Mapping

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.domain.column_mapping import RememberedMapping
from bot.store import keys
from bot.store.keys import MAPPINGS_LIFE

MOST = 500  # headers of a workspace; the one that was said first gives way to a new one


def _read(text: str) -> RememberedMapping | None:
    """A mapping as it was stored; one that cannot be read is asked about again."""
    try:
        return RememberedMapping.model_validate_json(text)
    except ValidationError:
        return None


class MappingStore:
    """What was said of headers, one hash a workspace, which lives as long as it is used."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def known(self, team: str) -> Mapping[str, RememberedMapping]:
        """Every mapping of a workspace, by the key of its header."""
        name = keys.mappings(team)
        found = await self._redis.hgetall(name)
        if found:
            await self._redis.expire(name, MAPPINGS_LIFE)
        return {str(key): mapping for key, text in found.items() if (mapping := _read(str(text)))}

    async def remember(self, team: str, key: str, mapping: RememberedMapping) -> None:
        """Read files with this header so from now on."""
        name = keys.mappings(team)
        known = {**await self.known(team), key: mapping}
        oldest = sorted(known, key=lambda known_key: known[known_key].at)[: max(0, len(known) - MOST)]
        async with self._redis.pipeline() as pipe:
            pipe.hset(name, key, mapping.model_dump_json())
            if oldest:
                pipe.hdel(name, *oldest)
            pipe.expire(name, MAPPINGS_LIFE)
            await pipe.execute()

    async def forget(self, team: str, header_keys: tuple[str, ...]) -> int:
        """Ask about these headers again; how many of them were known."""
        forgotten: int = await self._redis.hdel(keys.mappings(team), *header_keys)
        return forgotten
