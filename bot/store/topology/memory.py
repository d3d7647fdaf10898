"""How full Redis is, and whether it would throw keys away: of several nodes, the worst of each."""

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from bot.store.topology.nodes import nodes_of
from bot.stored_metrics import Memory


class StoreMemory:
    """Reads the memory of the servers that take writes."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def read(self) -> Memory | None:
        """The memory of the node that is nearest to its limit, or of the largest one where none has a limit.

        ``None`` where a server does not tell, as some hosted ones. Raises what ``StoreUnavailable`` names.
        """
        try:
            nodes = [await execute("INFO", "memory") for execute in (await nodes_of(self._redis)).values()]
            memories = [
                Memory(
                    used_bytes=int(info["used_memory"]),
                    limit_bytes=int(info["maxmemory"]),
                    eviction_off=info["maxmemory_policy"] == "noeviction",
                )
                for info in nodes
            ]
        except (NoPermissionError, ResponseError, KeyError):
            return None
        fullest = max(memories, key=_fullness)
        return Memory(
            fullest.used_bytes, fullest.limit_bytes, all(memory.eviction_off for memory in memories)
        )


def _fullness(memory: Memory) -> tuple[float, int]:
    """By which nodes are compared: the share of the limit, and then what is used."""
    return (memory.used_bytes / memory.limit_bytes if memory.limit_bytes else 0.0, memory.used_bytes)
