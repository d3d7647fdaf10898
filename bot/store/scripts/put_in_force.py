"""``put_in_force.lua`` as a function: a policy comes into force after the one that was seen, or not."""

from redis.asyncio import Redis

from bot.store.scripts import lua


class PutInForceScript:
    """Appends to the history of policies at a key."""

    def __init__(self, redis: Redis, key: str) -> None:
        self._key = key
        self._script = redis.register_script(lua("put_in_force"))

    async def __call__(self, seen: int, version: str, entry: str) -> bool:
        """Append an entry if the history still has ``seen`` of them, the last with this version.

        ``version`` is empty where there was none. Answers whether it was appended.
        """
        return bool(await self._script(keys=[self._key], args=[seen, version, entry]))
