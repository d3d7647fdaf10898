"""What processes cost that have nothing to do, which is what hundreds of them multiply."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from redis.asyncio import Redis

from bot.application.installations import Installations
from bot.domain.installation import Installation, InstalledBot
from bot.store import InstallationCipher
from bot.store.installation_cipher import new_key
from bot.store.keys import open_reviews, shard_of
from bot.store.opened import stores_over
from tests.bench.figures import Json
from tests.bench.house import House
from tests.bench.meter import ONLOOKER, Costs, Meter, filling, onlooker
from tests.bench.programs import Program, bot, running

WORKER = ("-m", "bot", "worker")
PATIENCE = 60.0  # seconds
SETTLE = 3.0  # seconds from a start until what a process does once is done
SCRAPES = 20
QUEUES = 8
OPEN = 10  # reviews of each workspace, where there are many


async def second(meter: Meter, seconds: float) -> Costs:
    """What a second costs, of so many in which nobody does anything."""
    await asyncio.sleep(min(SETTLE, seconds))
    async with meter.spent() as spent:
        await asyncio.sleep(seconds)
    return spent.a_second()


@contextlib.asynccontextmanager
async def worker(house: House, environment: dict[str, str]) -> AsyncIterator[Program]:
    """A worker process that tells how it does."""
    async with running(house.folder, WORKER, {**environment, "METRICS_PORT": "0"}) as program:
        yield program


async def alone(house: House, environment: dict[str, str], seconds: float) -> dict[str, Costs]:
    """A second of a bot, of a worker, and of one more beside it; and a look at a process's metrics."""
    async with contextlib.aclosing(onlooker(house.redis_url)) as redis:
        async with running(house.folder, bot("--no-worker"), environment) as program:
            meter = Meter(redis, {"process": program})
            of_bot = await second(meter, seconds)
            scrapes = await _scrapes(meter, program)
        async with worker(house, environment) as first:
            of_worker = await second(Meter(redis, {"process": first}), seconds)
            async with worker(house, environment) as other:
                of_both = await second(Meter(redis, {"process": other}), seconds)
        async with worker(house, {**environment, "COUNTERSIGN_QUEUES": str(QUEUES)}) as program:
            of_queues = await second(Meter(redis, {"process": program}), seconds)
    beside = {name: amount - of_worker[name] for name, amount in of_both.items()}
    beside["CPU of the process"] = of_both["CPU of the process"]
    return {
        "a second of a bot": of_bot,
        "a second of a worker": of_worker,
        "a second of a further worker": beside,
        f"a second of a worker for {QUEUES} queues": of_queues,
        "a look of Prometheus at a process": scrapes,
    }


async def _scrapes(meter: Meter, program: Program) -> Costs:
    """The costs of one read of a process' metrics, by name."""
    async with aiohttp.ClientSession() as session, meter.spent() as spent:
        for _ in range(SCRAPES):
            async with session.get(f"http://127.0.0.1:{program.port}/metrics") as response:
                await response.read()
    return {name: amount / SCRAPES for name, amount in spent.costs.items()}


@dataclass(frozen=True, slots=True)
class Many:
    """What many workspaces cost a worker with nothing to do, and whoever lists the open reviews of one."""

    second: Costs
    names_ms: float
    listing: Json


async def many_workspaces(house: House, number: int, seconds: float) -> Many:
    """So many installations and nothing else, each with some open reviews, and one worker after them."""
    key = new_key()
    environment = {name: value for name, value in house.environment.items() if name != "SLACK_BOT_TOKEN"}
    environment |= {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "a secret of the bench",
        "COUNTERSIGN_URL": "https://countersign.example.com",
        "COUNTERSIGN_INSTALLATION_KEYS": key,
    }
    async with contextlib.aclosing(onlooker(house.redis_url)) as redis:
        await redis.flushall()
        async with filling(redis):
            homes = await install(redis, key, number)
            await _open(redis, homes)
        async with worker(house, environment) as program:
            await _draw(redis, homes)
            costs = await second(Meter(redis, {"process": program}), seconds)
        stores = stores_over(redis)
        began = time.perf_counter()
        for _ in range(10):
            await stores.installations.homes()
        names_ms = (time.perf_counter() - began) * 100
        listing = await _listed(redis, homes[number // 2])
    return Many(costs, names_ms, listing)


async def install(redis: Redis, key: str, number: int) -> list[str]:
    """Installations as they stand where tokens are replaced every twelve hours; their ids, in order."""
    installations = Installations(stores_over(redis).installations, InstallationCipher([key]))
    homes = [f"T{place:010}" for place in range(number)]
    for home in homes:
        await installations.keep(
            InstalledBot(
                Installation(home),
                name="A workspace of the bench",
                user="U0123456789",
                bot_id="B0123456789",
                token="xoxe.xoxb-1-" + "x" * 150,
                installed_by="U9876543210",
                installed_at=datetime.now(UTC),
                scopes=frozenset({"chat:write", "commands", "files:read", "users:read", "im:write"}),
                refresh_token="xoxe-1-" + "x" * 140,
                lapses=datetime(2100, 1, 1, tzinfo=UTC),
            )
        )
    return homes


async def _open(redis: Redis, homes: list[str]) -> None:
    """Open reviews by their names alone, as the lists of open ones have them."""
    at = datetime.now(UTC).timestamp()
    for home in homes:
        async with redis.pipeline(transaction=False) as pipe:
            for place in range(OPEN):
                review_id = f"R-{place:05}"
                pipe.zadd(open_reviews(shard_of(home, review_id)), {f"{home} {review_id}": at - place})
            await pipe.execute()


async def _draw(redis: Redis, homes: list[str]) -> None:
    """Have all cards count as drawn by the people and policy of now, as they are after a first round."""
    drawn = stores_over(redis).drawn
    async with asyncio.timeout(PATIENCE), filling(redis):
        while not (by := await drawn.by(homes[0])):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.1)
        for home in homes:
            await drawn.note(home, await drawn.by(home), by)


async def _listed(redis: Redis, home: str) -> Json:
    """The costs of listing the few open reviews of one workspace among those of all."""
    reviews = stores_over(redis).reviews
    before, began, cpu = await _own(redis), time.perf_counter(), time.process_time()
    found = await reviews.open_reviews(home, newest=200)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    after = await _own(redis)
    return {
        "found": len(found),
        "commands": after[0] - before[0] - 1,
        "bytes": after[1] - before[1],
        "CPU of who asks": 1000 * cpu,
        "time until it is there": 1000 * seconds,
    }


async def _own(redis: Redis) -> tuple[int, int]:
    """Commands and answered bytes of our own connections so far."""
    clients = [client for client in await redis.client_list() if client["name"] == ONLOOKER]
    commands = sum(int(client["tot-cmds"]) for client in clients)
    return commands, sum(int(client["tot-net-out"]) for client in clients)
