"""What payments take of memory, disk and CPU in real processes, and what these take where there are none.

A fixed part a review, and parts a payment and a decision, are fitted to reviews of several shapes. What is
known of the past grows with the workspace, and is filled with a year. ``deploy/SIZES.md`` has the sums.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence

import aiohttp
from redis.asyncio import Redis

from bot.store.opened import stores_over
from tests.bench import sizes_entries, sizes_idle
from tests.bench.figures import Figure, Json, Measured
from tests.bench.fit import fitted
from tests.bench.house import CHANNEL, House
from tests.bench.meter import Costs, Meter, filling, onlooker
from tests.bench.programs import bot, running
from tests.bench.sizes_stored import (
    LIVES,
    Stored,
    drop_short_lived,
    one_more,
    stored,
    year_of_a_workspace,
)
from tests.bench.sizes_work import Crowd, Shape, Worked

BENCH = "sizes"
# About a tenth is flagged; more and less of it tell what a decision costs from what a payment does.
SHAPES = (Shape(20, 3, 10), Shape(12, 40, 10), Shape(6, 300, 10), Shape(8, 40, 2), Shape(6, 300, 100))
QUICK = (Shape(2, 3, 10), Shape(1, 40, 10), Shape(1, 40, 2))
YEARS = {1_000: 100, 12_500: 300, 100_000: 1_000}  # payments a year of a workspace, to how many vendors
PAST = (10, 100, 1_000, 4_900)  # payments of one vendor; some 5,000 of them are kept
PARTS = ("a review", "a payment", "a decision")


async def measure(house: House, quick: bool) -> Measured:
    """Costs of work, memory by lifetime, a workspace's past, entries, and a second of nothing to do."""
    seconds, many = (1.0, 100) if quick else (20.0, 10_000)
    environment = house.environment | {"COUNTERSIGN_CHANNEL": CHANNEL, "COUNTERSIGN_PACE": "0"}
    async with contextlib.aclosing(onlooker(house.redis_url)) as redis:
        await redis.config_set("auto-aof-rewrite-percentage", 0)
        idle = await sizes_idle.alone(house, environment, seconds)
        worked = await _worked(house, redis, environment, QUICK if quick else SHAPES, seconds)
        figures = [*_of_work(worked), *await _of_server(redis)]
        for payments, vendors in list(YEARS.items())[: 1 if quick else None]:
            async with filling(redis):
                used = await year_of_a_workspace(redis, f"T_{payments}", payments, vendors)
            figures += _of_past(payments, vendors, used)
        for past in PAST:
            more = await one_more(redis, past)
            figures += _of_second(f"one more payment to a vendor with {past:,} of them", more)
        entries = await sizes_entries.sizes(redis)
        figures += [_figure(f"an entry: {name}", "B", size) for name, size in entries.items()]
    for who, costs in idle.items():
        figures += _of_second(who, costs)
    for number in (many // 10, many):
        nobody = await sizes_idle.many_workspaces(house, number, seconds)
        figures += _of_second(f"a second of a worker for {number:,} workspaces", nobody.second)
        figures += [
            _figure(f"  names of {number:,} workspaces", "ms", nobody.names_ms),
            *(
                _figure(
                    f"  list 10 open reviews of {number * sizes_idle.OPEN:,}: {name}", _unit(name), amount
                )
                for name, amount in nobody.listing.items()
            ),
        ]
    return Measured(figures, {"shapes": [_detail(one) for one, _ in worked]})


async def _worked(
    house: House, redis: Redis, environment: Mapping[str, str], shapes: Sequence[Shape], seconds: float
) -> list[tuple[Worked, Stored]]:
    """Each shape through one bot and one worker, and what stands in Redis more than before."""
    stores, found = stores_over(redis), []
    async with (
        running(house.folder, bot("--no-worker"), {**environment}) as listening,
        sizes_idle.worker(house, {**environment}) as working,
        aiohttp.ClientSession() as session,
    ):
        house.sandbox.deliver_to(f"http://127.0.0.1:{listening.port}/slack/events")
        meter = Meter(redis, {"bot": listening, "worker": working})
        crowd = Crowd(house, stores, meter, session)
        nothing = dict.fromkeys((await sizes_idle.second(meter, 0.1)), 0.0)
        await crowd.work(Shape(2, 3, 1), nothing)  # scripts are loaded, connections are open
        idle = await sizes_idle.second(meter, seconds)
        before = await stored(redis)
        for shape in shapes:
            worked = await crowd.work(shape, idle)
            after = await stored(redis)
            found.append((worked, {key: size - before.get(key, 0) for key, size in after.items()}))
            before = after
    return found


def _of_work(worked: Sequence[tuple[Worked, Stored]]) -> list[Figure]:
    """The parts of a review, a payment and a decision, of each cost and of the bytes of each lifetime."""
    rows = [(1.0, float(one.shape.payments), one.flagged) for one, _ in worked]
    measured: dict[tuple[str, str], list[float]] = {}
    for one, kept in worked:
        for name in next(iter(one.costs.values())):
            measured.setdefault((name, _unit(name)), []).append(one.a_review(name))
        for life in LIVES:
            bytes_of = sum(size for (kind, of), size in kept.items() if of == life and kind != "index")
            measured.setdefault((f"memory for {life}", "B"), []).append(bytes_of / len(one.states))
    figures: list[Figure] = []
    for (name, unit), values in measured.items():
        fit = fitted(rows, values)
        figures += [
            _figure(f"{name}: {part}", unit, size) for part, size in zip(PARTS, fit.parts, strict=True)
        ]
        figures.append(_figure("  furthest from what was measured", "%", 100 * fit.worst))
    return figures


def _unit(name: str) -> str:
    return "ms" if name.startswith(("CPU", "time")) else "B" if name.startswith("bytes") else ""


async def _of_server(redis: Redis) -> list[Figure]:
    """What the server uses for what its keys are said to take; its log on disk before and after a rewrite."""
    said, used = sum((await stored(redis)).values()), await _memory(redis)
    await drop_short_lived(redis)
    left, used_left = sum((await stored(redis)).values()), await _memory(redis)
    log = int((await redis.info("persistence"))["aof_current_size"])
    await redis.bgrewriteaof()
    while (info := await redis.info("persistence"))["aof_rewrite_in_progress"]:  # noqa: ASYNC110 - it sets no event
        await asyncio.sleep(0.05)
    return [
        _figure("memory of the server, for what its keys take", "MB", used / 1e6),
        _figure("  its keys", "MB", said / 1e6),
        _figure("  memory of the server without what lives for a week at most", "MB", used_left / 1e6),
        _figure("  its keys then", "MB", left / 1e6),
        _figure("log on disk, before a rewrite", "MB", log / 1e6),
        _figure("  after it", "MB", int(info["aof_current_size"]) / 1e6),
    ]


async def _memory(redis: Redis) -> int:
    return int((await redis.info("memory"))["used_memory"])


def _of_past(payments: int, vendors: int, used: Mapping[str, int]) -> list[Figure]:
    name = f"past of a workspace, {payments:,} payments a year to {vendors:,} vendors"
    return [
        _figure(name, "B a payment", sum(used.values()) / payments),
        *(_figure(f"  {index}", "B a payment", size / payments) for index, size in sorted(used.items())),
    ]


def _of_second(who: str, costs: Costs) -> list[Figure]:
    return [_figure(f"{who}: {name}", _unit(name), amount) for name, amount in costs.items()]


def _detail(worked: Worked) -> Json:
    return {
        "reviews": worked.shape.reviews,
        "payments": worked.shape.payments,
        "flagged": worked.flagged,
        "seconds": round(worked.seconds, 1),
        "costs": worked.costs,
    }


def _figure(name: str, unit: str, value: float) -> Figure:
    return Figure(BENCH, name, unit, value)
