"""Bytes in Redis of a review that was submitted, assessed, decided click by click, closed and shown."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.app import Bot
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.domain.transaction import Transaction
from bot.store import PostedCard, PostedMessages, PostedThread, connect, keys
from tests.bench.decisions import through_service
from tests.bench.figures import Figure, Json, Measured
from tests.bench.house import APPROVER, House, one_in, payments, submitted

SIZES = (3, 30, 300)
A_REVIEW, A_TRANSACTION = 3000, 250  # bytes
TS = "1700000000.000100"

# Of card payments about 3 % are flagged, of a ledger's up to 15 %; of the sample it is half.
DATA: dict[str, Callable[[int], Sequence[Transaction]]] = {
    "every tenth flagged": lambda size: one_in(10, size),
    "the sample": lambda size: payments(size, flagged=False),
}
# The worst that was asked about: a batch of which nearly everything waits for a human.
HEAVY, HEAVY_SIZE, HEAVY_GOAL = "nine tenths flagged", 300, 120_000  # bytes


async def measure(house: House, quick: bool) -> Measured:
    """Sums of ``MEMORY USAGE`` over every key of the review, the audit trail among them."""
    redis = connect(house.redis_url)
    figures: list[Figure] = []
    details: Json = {}
    try:
        async with house.bot() as bot:
            for data, made in DATA.items():
                for size in SIZES[:2] if quick else SIZES:
                    review_state = await _closed(bot, made(size))
                    used = await _bytes_by_key(redis, review_state)
                    goal, total = A_REVIEW + A_TRANSACTION * size, sum(used.values())
                    name = f"a review of {size}, {data}: {review_state.flagged}"
                    figures.append(Figure("bytes", name, "B", total, goal=goal))
                    figures += [Figure("bytes", f"  {key}", "B", count) for key, count in used.items()]
                    figures.append(Figure("bytes", "  a turn", "B", used["turns"] / review_state.turns))
                    details[name] = {
                        "keys": used,
                        "decisions": review_state.approved,
                        "turns": review_state.turns,
                    }
            if not quick:
                flagged, routine = HEAVY_SIZE * 9 // 10, HEAVY_SIZE // 10
                rows = (*payments(flagged, flagged=True), *one_in(routine + 1, routine))
                heavy = [row.model_copy(update={"ref": ref, "row": ref}) for ref, row in enumerate(rows, 1)]
                review_state = await _closed(bot, heavy)
                used = await _bytes_by_key(redis, review_state)
                name = f"a review of {HEAVY_SIZE}, {HEAVY}: {review_state.flagged}"
                figures.append(Figure("bytes", name, "B", sum(used.values()), goal=HEAVY_GOAL))
                details[name] = {"keys": used}
    finally:
        await redis.aclose()
    return Measured(figures, details)


async def _closed(bot: Bot, transactions: Sequence[Transaction]) -> ReviewState:
    """A review at its end, with what a publisher notes of its card and thread."""
    review_state = await submitted(bot, transactions)
    for ref in await bot.use_cases.look.flagged(review_state.team, review_state.id):
        await through_service(bot)(review_state, ref)
    leaving = Actor(user=APPROVER, how=Medium.THREAD_REPLY, text="exit", now=datetime.now(UTC))
    answer = await bot.use_cases.decide.exit(review_state.team, review_state.id, leaving)
    assert answer.outcome is Outcome.RECORDED, answer
    closed = await bot.stores.reviews.state(review_state.team, review_state.id)
    assert closed is not None
    shown = PostedMessages(
        card=PostedCard(ts=TS, content=review_state.digest[:16]),
        thread=PostedThread(turn=closed.turns, last_ts=TS),
        version=closed.version,
    )
    assert await bot.stores.messages.replace(closed.team, closed.id, PostedMessages(), shown)
    await bot.stores.messages.link_thread(review_state.team, review_state.channel, TS, review_state.id)
    return closed


async def _bytes_by_key(redis: Redis, review_state: ReviewState) -> dict[str, int]:
    """What each key of the review takes, the largest first."""
    named = {"thread": keys.thread(review_state.team, review_state.channel, TS)}
    async for key in redis.scan_iter(match=f"cs:*:{review_state.id}:*", count=1000):
        named[str(key).split(f"{review_state.id}:", 1)[1]] = str(key)
    used = {name: int(await redis.memory_usage(key, samples=0) or 0) for name, key in named.items()}
    return dict(sorted(used.items(), key=lambda one: -one[1]))
