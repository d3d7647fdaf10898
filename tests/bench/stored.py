"""Bytes in Redis of a review that was submitted, assessed and decided, click by click."""

from redis.asyncio import Redis

from bot.app import Bot
from bot.domain.state import Head
from bot.store import connect
from tests.bench.decisions import through_service
from tests.bench.figures import Figure, Json, Measured
from tests.bench.house import House, payments, submitted

SIZES = (3, 30, 300)
A_REVIEW, A_TRANSACTION = 3000, 250  # bytes


async def measure(house: House, quick: bool) -> Measured:
    """Sums of ``MEMORY USAGE`` over every key that carries the review's id, the audit trail among them."""
    redis = connect(house.redis_url)
    figures: list[Figure] = []
    details: Json = {}
    try:
        async with house.bot() as bot:
            for size in SIZES[:2] if quick else SIZES:
                head, decisions = await _decided(bot, size)
                used = await _bytes_by_key(redis, head)
                total = sum(used.values())
                goal = A_REVIEW + A_TRANSACTION * size
                figures.append(Figure("bytes", f"a review of {size}", "B", total, goal=goal))
                figures += [Figure("bytes", f"  {key}", "B", count) for key, count in used.items()]
                turns = await bot.service.reviews.turns(head.team, head.id)
                figures.append(Figure("bytes", "  a turn", "B", used["turns"] / len(turns)))
                details[str(size)] = {"keys": used, "decisions": decisions, "turns": len(turns)}
    finally:
        await redis.aclose()
    return Measured(figures, details)


async def _decided(bot: Bot, size: int) -> tuple[Head, int]:
    """About half of the sample's payments are flagged."""
    head = await submitted(bot, payments(size, flagged=False))
    flagged = await bot.service.flagged(head.team, head.id)
    for ref in flagged:
        await through_service(bot)(head, ref)
    return head, len(flagged)


async def _bytes_by_key(redis: Redis, head: Head) -> dict[str, int]:
    """What each key of the review takes, the largest first."""
    used: dict[str, int] = {}
    async for key in redis.scan_iter(match=f"cs:*{head.id}:*", count=1000):
        name = str(key).split(f"{head.id}:", 1)[1].split(":", 1)[0]
        used[name] = used.get(name, 0) + int(await redis.memory_usage(key, samples=0) or 0)
    return dict(sorted(used.items(), key=lambda one: -one[1]))
