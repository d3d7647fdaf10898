"""Turns at something that allows only so much a second, shared by all processes."""

from dataclasses import dataclass

from redis.asyncio import Redis

from bot.store.scripts import lua


@dataclass(frozen=True, slots=True)
class Rate:
    """``each`` seconds between two turns in the long run, ``burst`` of them at once."""

    each: float
    burst: int


class Pace:
    """Turns are given in the order they are asked for, whichever process asks."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._turn = redis.register_script(lua("pace"))

    async def turn(self, name: str, rate: Rate, patience: float) -> float:
        """Take the next turn; how many seconds the caller has to wait for it, 0 or more.

        A turn further away than ``patience`` seconds is not taken, so that nobody holds what others could use
        meanwhile; the answer is negative then: minus the seconds that the wait would have been.
        """
        wait = await self._turn(keys=[_key(name)], args=[_ms(rate.each), rate.burst, _ms(patience)])
        return int(wait) / 1000

    async def pause(self, name: str, rate: Rate, seconds: float) -> None:
        """Give nobody a turn for so many seconds, since the other side asked for that."""
        await self._turn(keys=[_key(name)], args=[_ms(rate.each), rate.burst, 0, _ms(seconds)])


def _key(name: str) -> str:
    return f"cs:pace:{name}"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
