"""Decisions within one process: through the service against one bare script, and on reviews of two sizes."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.app import Bot
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor
from bot.store import connect
from tests.bench.bare import BareStore
from tests.bench.figures import Figure, Measured, compared
from tests.bench.house import APPROVER, House, payments, submitted

PEOPLE = 50
SIZE = 20  # payments of the review that each of them goes through in a round
SMALL, LARGE = 3, 3000

Decide = Callable[[ReviewState, int], Awaitable[None]]


def through_service(bot: Bot) -> Decide:
    """A decision as a click makes it."""

    async def decide(review_state: ReviewState, ref: int) -> None:
        actor = Actor(user=APPROVER, how=Medium.BUTTON, text=f"approve {ref}", now=datetime.now(UTC))
        asks = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,)),)
        answer = await bot.use_cases.decide.decide(
            review_state.team, review_state.id, asks, actor, content_token=review_state.content_token
        )
        assert answer.outcome is Outcome.RECORDED, answer

    return decide


async def rate(house: House, quick: bool) -> Measured:
    """Decisions a second of 50 people at once; the floor is one bare script on the same connection pool."""
    redis = connect(house.redis_url)
    bare = BareStore(redis)

    async def scripted(review_state: ReviewState, ref: int) -> None:
        await bare.decide(review_state.id, str(ref), APPROVER)

    ours: list[float] = []
    floor: list[float] = []
    cpu: list[float] = []
    try:
        async with house.bot() as bot:
            for warming in (True, *[False] * (3 if quick else 7)):
                heads = [await submitted(bot, payments(SIZE, flagged=True)) for _ in range(PEOPLE)]
                cpu_before = time.process_time()
                of_ours = await _decisions_a_second(heads, through_service(bot))
                cpu_of_ours = (time.process_time() - cpu_before) / (PEOPLE * SIZE) * 1000
                of_floor = await _decisions_a_second(heads, scripted)
                if not warming:
                    ours.append(of_ours)
                    floor.append(of_floor)
                    cpu.append(cpu_of_ours)
    finally:
        await redis.aclose()
    return Measured(
        [
            compared("decide", f"{PEOPLE} at once", "/s", ours, floor, bound="at least", goal=0.25),
            Figure("decide", "CPU of a decision through the service", "ms", statistics.median(cpu)),
        ],
        {"ours": ours, "floor": floor},
    )


async def _decisions_a_second(heads: list[ReviewState], decide: Decide) -> float:
    async def person(review_state: ReviewState) -> None:
        for ref in range(1, SIZE + 1):
            await decide(review_state, ref)

    began = time.perf_counter()
    await asyncio.gather(*(person(review_state) for review_state in heads))
    return len(heads) * SIZE / (time.perf_counter() - began)


async def cost(house: House, quick: bool) -> Measured:
    """One decision after another, in turn on a review of 3 and on one of 3,000."""
    rounds, each = (3, 60) if quick else (7, 120)
    async with house.bot() as bot:
        decide = through_service(bot)
        large = await submitted(bot, payments(LARGE, flagged=True))
        small: list[float] = []
        big: list[float] = []
        refs = itertools.count(1)
        for _ in range(rounds):
            heads = [await submitted(bot, payments(SMALL, flagged=True)) for _ in range(each // SMALL)]
            times: tuple[list[float], list[float]] = ([], [])
            for review_state, ref in itertools.product(heads, range(1, SMALL + 1)):
                times[0].append(await _seconds(decide, review_state, ref))
                times[1].append(await _seconds(decide, large, next(refs)))
            small.append(1000 * statistics.median(times[0]))
            big.append(1000 * statistics.median(times[1]))
    name = f"on a review of {LARGE:,}, against one of {SMALL}"
    return Measured([compared("cost", name, "ms", big, small, goal=1.3)])


async def _seconds(decide: Decide, review_state: ReviewState, ref: int) -> float:
    began = time.perf_counter()
    await decide(review_state, ref)
    return time.perf_counter() - began
