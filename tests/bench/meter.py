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
    """What was used in a stretch of time: ``costs`` in all, and how long it took."""

    costs: Costs = field(default_factory=dict)
    seconds: float = 0.0

    def a_second(self) -> Costs:
        """The same of one second."""
        return {name: amount / self.seconds for name, amount in self.costs.items()}

    def beyond(self, rates: Costs) -> Costs:
        """What was used beyond what is used all the time; ``rates`` are a second's."""
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
        clients = [one for one in await self.redis.client_list() if one["name"] != ONLOOKER]
        server = Program(int(info["process_id"]), 0)
        return {
            **{f"CPU of the {name}": 1000 * one.cpu_seconds() for name, one in self.programs.items()},
            "CPU of Redis": 1000 * server.cpu_seconds(),
            "commands": sum(float(one["tot-cmds"]) for one in clients),
            "bytes to and from Redis": sum(
                float(one["tot-net-in"]) + float(one["tot-net-out"]) for one in clients
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
