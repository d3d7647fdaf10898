"""Bytes in Redis by how long they live, and how what is known of the past grows with a workspace."""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.domain.policy import past_payments_from
from bot.store.opened import stores_over
from tests.bench.programs import Program
from tests.bench.sizes_work import payment_of

LIVES = EVER, YEAR, DAYS, HOUR = "ever", "400 days", "2 to 7 days", "an hour at most"
OF_REVIEW = re.compile(r"cs:\{\d+\}:[^:]+:R-[^:]+:.*|cs:thread:.*")
OF_WORKSPACE = re.compile(r"cs:\{(?P<index>past|rows|find) [^}]+\}:.*")
A_REVIEW = 40  # payments
MORE = 20  # payments over which one more is told
PAGE = 500  # keys of which the size is asked at once

Stored = dict[tuple[str, str], int]
"""Bytes by what it is (``review``, ``index``, ``queue``, ``rest``) and by how long it lives."""


async def stored(redis: Redis) -> Stored:
    """All that stands in Redis now, by ``MEMORY USAGE``."""
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    names = [str(key) async for key in redis.scan_iter(count=1000)]
    for start in range(0, len(names), PAGE):
        page = names[start : start + PAGE]
        async with redis.pipeline(transaction=False) as pipe:
            for name in page:
                pipe.memory_usage(name, samples=0)
                pipe.ttl(name)
            answers = await pipe.execute()
        for name, used, life in zip(page, answers[::2], answers[1::2], strict=True):
            found[_kind(name), _life(life)] += used or 0
    return found


async def drop_short_lived(redis: Redis) -> None:
    """Let everything go that lives for a week at most, as it would."""
    names = [str(key) async for key in redis.scan_iter(count=1000)]
    for name in names:
        if _life(await redis.ttl(name)) in (DAYS, HOUR):
            await redis.delete(name)


async def year_of_a_workspace(redis: Redis, team: str, payments: int, vendors: int) -> dict[str, int]:
    """Bytes of what is known of the past by index, after so many payments in reviews of 40 over a year."""
    stores, until = stores_over(redis), datetime.now(UTC)
    for first in range(0, payments, A_REVIEW):
        at = until - timedelta(days=365) * (1 - first / payments)
        made = [
            payment_of(number, vendors).model_copy(update={"ref": number - first + 1})
            for number in range(first, min(first + A_REVIEW, payments))
        ]
        review_id = f"R-{first:05}"
        await stores.submitted_rows.note(team, review_id, made, at)
        await stores.payment_index.note(team, review_id, made, at)
        past = past_payments_from(made, review_id, submitted=at.date(), automatic=True)
        await stores.history.remember(team, past, version=3, today=at.date())
    used: defaultdict[str, int] = defaultdict(int)
    async for key in redis.scan_iter(match=f"cs:{{* {team}}}:*", count=1000):
        index = str(key).partition("{")[2].partition(" ")[0]
        used[index] += await redis.memory_usage(key, samples=0) or 0
    return dict(used)


async def one_more(redis: Redis, past: int) -> dict[str, float]:
    """The costs of noting one more payment to a vendor that has so many already."""
    stores, today, team = stores_over(redis), datetime.now(UTC).date(), f"T_VENDOR_{past}"
    made = [payment_of(number, 1).model_copy(update={"ref": number + 1}) for number in range(past + MORE)]
    known = past_payments_from(made, "R-PAST0", submitted=today, automatic=True)
    await stores.history.remember(team, known[:past], today=today)
    server = Program(int((await redis.info("server"))["process_id"]), 0)
    before, cpu = await _log(redis), server.cpu_seconds()
    for payment in known[past:]:
        await stores.history.remember(team, [payment], today=today)
    return {
        "bytes appended to disk": (await _log(redis) - before) / MORE,
        "CPU of Redis": 1000 * (server.cpu_seconds() - cpu) / MORE,
    }


async def _log(redis: Redis) -> int:
    return int((await redis.info("persistence"))["aof_current_size"])


def _kind(name: str) -> str:
    if OF_REVIEW.fullmatch(name):
        return "review"
    if OF_WORKSPACE.fullmatch(name):
        return "index"
    return "queue" if name.startswith(("countersign", "{countersign")) else "rest"


def _life(seconds: int) -> str:
    if seconds < 0:
        return EVER
    if seconds > timedelta(days=30).total_seconds():
        return YEAR
    return DAYS if seconds > timedelta(hours=1).total_seconds() else HOUR
