"""What a stretch of work costs: CPU of each process, and what Redis counts, without whoever looks on."""

import contextlib
import re
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from redis.asyncio import Redis

from tests.bench.programs import Program

ONLOOKER = "bench"  # the name of our own connections, which are left out
SENT = re.compile(r"^countersign_slack_calls_total\{.*\} (\S+)$", re.MULTILINE)

Costs = dict[str, float]
"""Amounts by their name, which says the unit."""


def onlooker(url: str) -> Redis:
    """Connections to Redis that a ``Meter`` leaves out."""
    return Redis.from_url(url, decode_responses=True, client_name=ONLOOKER)


@contextlib.asynccontextmanager
async def filling(redis: Redis) -> AsyncIterator[None]:
    """Let Redis write to disk when it likes in this block, where only what is stored in the end counts."""
    await redis.config_set("appendfsync", "no")
    try:
        yield
    finally:
        await redis.config_set("appendfsync", "always")


@dataclass(slots=True)
class Spent:
    """Costs of a stretch of time: ``costs`` of all of it, by name, and how many seconds it took."""

    costs: Costs = field(default_factory=dict)
    seconds: float = 0.0

    def a_second(self) -> Costs:
        """The costs of one second of the stretch, by name."""
        return {name: amount / self.seconds for name, amount in self.costs.items()}

    def beyond(self, rates: Costs) -> Costs:
        """The costs of the stretch without those of idle processes; ``rates`` are of an idle second."""
        return {name: amount - rates[name] * self.seconds for name, amount in self.costs.items()}


@dataclass(frozen=True, slots=True)
class Meter:
    """Measures what is used of Redis and of processes; ``programs`` are those that are watched, by name."""

    redis: Redis
    programs: Mapping[str, Program]

    @contextlib.asynccontextmanager
    async def spent(self) -> AsyncIterator[Spent]:
        """What the block uses, once it is left: CPU in ms, commands, bytes, and calls to Slack.

        Commands that scripts give are counted among the commands. Asking the processes costs Redis something
        too, so it is done before and behind what is counted.
        """
        spent, calls = Spent(), await self._calls()
        before, began = await self._used(), time.monotonic()
        yield spent
        after, spent.seconds = await self._used(), time.monotonic() - began
        spent.costs = {name: after[name] - before[name] for name in after}
        spent.costs["calls to Slack"] = await self._calls() - calls

    async def _used(self) -> Costs:
        info: dict[str, Any] = await self.redis.info()
        clients = [client for client in await self.redis.client_list() if client["name"] != ONLOOKER]
        server = Program(int(info["process_id"]), 0)
        return {
            **{f"CPU of the {name}": 1000 * one.cpu_seconds() for name, one in self.programs.items()},
            "CPU of Redis": 1000 * server.cpu_seconds(),
            "commands": sum(float(client["tot-cmds"]) for client in clients),
            "bytes to and from Redis": sum(
                float(client["tot-net-in"]) + float(client["tot-net-out"]) for client in clients
            ),
            "bytes appended to disk": float(info["aof_current_size"]),
        }

    async def _calls(self) -> float:
        """How many calls to Slack the processes have made."""
        return sum([await _calls(program) for program in self.programs.values()])


async def _calls(program: Program) -> float:
    """How many calls to Slack a process has made."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{program.port}/metrics") as response,
    ):
        return sum(map(float, SENT.findall(await response.text())))
