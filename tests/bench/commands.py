"""How many commands a review of three costs Redis: from submission to its card, and an approval to its card.

Counted by Redis itself (MONITOR), without what scripts do inside and without the queue's own commands, which
depend on how often workers look. Each goes over the network, and waits for its answer.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.app import Bot
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.transition import Actor
from bot.store import connect
from bot.worker.dockets import NAME
from tests.bench.figures import Figure, Measured
from tests.bench.house import APPROVER, House, payments, taken_in

BENCH = "commands"
SIZE = 3
LAST = "the end of the count"


async def measure(house: House, quick: bool) -> Measured:
    """Counts are exact, so ``quick`` changes nothing."""
    redis = connect(house.redis_url)
    try:
        async with house.bot(pace=0) as bot:
            await _submitted(bot)  # scripts are loaded, connections are open
            async with _counted(redis) as to_card:
                team, review_id = await _submitted(bot)
            actor = Actor(APPROVER, Medium.BUTTON, "approve 1", datetime.now(UTC))
            request = DecisionRequest(kind=DecisionKind.APPROVED, refs=(1,))
            async with _counted(redis) as to_decision:
                await bot.use_cases.decide.decide(team, review_id, (request,), actor)
            async with _counted(redis) as to_update:
                await bot.publisher.publish(team, review_id)
    finally:
        await redis.aclose()
    decided = len(to_decision) + len(to_update)
    return Measured(
        [
            Figure(BENCH, f"a review of {SIZE}, from submission to its card", "", len(to_card), goal=12),
            Figure(BENCH, "an approval, to the card that shows it", "", decided, goal=6),
            Figure(BENCH, "  of which before the answer to the click", "", len(to_decision)),
        ],
        {"to card": to_card, "decision": to_decision, "update": to_update},
    )


async def _submitted(bot: Bot) -> tuple[str, str]:
    """A review that was submitted, judged and shown, as the jobs do it one after the other."""
    state = await taken_in(bot, payments(SIZE, flagged=True))
    await bot.jobs.assess(state.team, state.id)
    await bot.publisher.publish(state.team, state.id)
    return state.team, state.id


@contextlib.asynccontextmanager
async def _counted(redis: Redis) -> AsyncIterator[list[str]]:
    """The commands of the block, by name and first key, in order."""
    commands: list[str] = []
    async with redis.monitor() as monitor:
        yield commands
        await asyncio.sleep(0.2)  # what the relay queues after the answer is the queue's, and is left out
        await redis.echo(LAST)
        async for seen in monitor.listen():
            command = str(seen["command"])
            if LAST in command:
                return
            if seen["client_type"] != "lua" and not _is_housekeeping(command):
                commands.append(command[:60])


def _is_housekeeping(command: str) -> bool:
    name = command.split(" ", 1)[0].upper()
    return NAME in command or name in ("XDEL", "SCRIPT", "HELLO", "CLIENT", "PING")
