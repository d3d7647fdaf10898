"""A signed click over HTTP to its acknowledgement, with the decision stored on disk: ours against the floors.

Latency is judged with one click in flight: with more, clicks wait for each other, and what is measured is
throughput once more. Throughput is judged with 20 people who click as fast as answers come, per CPU second
of the server process, so that neighbours on the machine do not count.
"""

import asyncio
import contextlib
import multiprocessing
import statistics
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.bench.figures import Figure, Measured, compared, percentile
from tests.bench.house import House, card_of, click, payments, submitted
from tests.bench.load import Fired, fire
from tests.bench.programs import Program, bare, bot, running

BENCH = "click"
SIZE = 30  # payments of a review; its first page comes along with each click
PEOPLE = 20
ALONE = 5  # reviews that one person goes through where one click is in flight
FLOORS = ("http", "docs", "prompt", "script")
OURS = "countersign"


@dataclass(slots=True)
class Rounds:
    """One server's rounds: milliseconds to the acknowledgement (one in flight, and many) and of its CPU."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    crowd_p50: list[float] = field(default_factory=list)
    crowd_p99: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def per_core(self) -> list[float]:
        """Clicks a CPU second."""
        return [1000 / one for one in self.cpu]


class NotAcknowledged(Exception):
    """A click was not answered with 200: what was measured then is not a click."""


async def measure(house: House, quick: bool) -> Measured:
    """Rounds over all servers in turn, so that all of them meet the same weather."""
    rounds = 2 if quick else 5
    context = multiprocessing.get_context("spawn")
    async with contextlib.AsyncExitStack() as stack:
        people = stack.enter_context(ProcessPoolExecutor(1, mp_context=context))
        programs = {name: bare(name) for name in FLOORS} | {OURS: bot("--no-worker")}
        servers = {
            name: await stack.enter_async_context(running(house.folder, program, house.environment))
            for name, program in programs.items()
        }
        measured = {name: Rounds() for name in servers}
        warm = await _bodies(house, 2)
        for server in servers.values():
            await _fired(house, people, server, warm)
        for _ in range(rounds):
            one = [[body for bodies in await _bodies(house, ALONE) for body in bodies]]
            many = await _bodies(house, PEOPLE)
            for name, server in servers.items():
                await _round(house, people, server, one, many, measured[name])
    return Measured(_figures(measured), {name: _detail(one) for name, one in measured.items()})


async def _bodies(house: House, reviews: int) -> list[list[bytes]]:
    """For each of so many new reviews a click on each of its payments; not judged yet by anybody."""
    made = []
    async with house.bot() as here:
        for _ in range(reviews):
            review_state = await submitted(here, payments(SIZE, flagged=True))
            blocks = await card_of(here, review_state)
            made.append([click(review_state, ref, blocks) for ref in range(1, SIZE + 1)])
    return made


async def _round(
    house: House,
    people: ProcessPoolExecutor,
    server: Program,
    one: list[list[bytes]],
    many: list[list[bytes]],
    into: Rounds,
) -> None:
    alone = await _fired(house, people, server, one)
    into.p50.append(1000 * percentile(alone.latencies, 0.5))
    into.p99.append(1000 * percentile(alone.latencies, 0.99))
    before = server.cpu_seconds()
    crowd = await _fired(house, people, server, many)
    into.cpu.append(1000 * (server.cpu_seconds() - before) / len(crowd.latencies))
    into.rate.append(len(crowd.latencies) / crowd.seconds)
    into.crowd_p50.append(1000 * percentile(crowd.latencies, 0.5))
    into.crowd_p99.append(1000 * percentile(crowd.latencies, 0.99))


async def _fired(
    house: House, people: ProcessPoolExecutor, server: Program, bodies: list[list[bytes]]
) -> Fired:
    loop = asyncio.get_running_loop()
    secret = house.sandbox.signing_secret
    fired = await loop.run_in_executor(people, fire, server.port, secret, bodies)
    if fired.refused:
        raise NotAcknowledged(f"{fired.refused} of {len(fired.latencies)} clicks were not acknowledged")
    return fired


def _figures(measured: dict[str, Rounds]) -> list[Figure]:
    ours, docs, script = (measured[name] for name in (OURS, "docs", "script"))
    found = [
        compared(BENCH, "p99, against Bolt's guide", "ms", ours.p99, docs.p99, goal=0.3),
        compared(
            BENCH,
            "throughput per core, against Bolt's guide",
            "/CPU s",
            ours.per_core,
            docs.per_core,
            bound="at least",
            goal=1.0,
        ),
        compared(BENCH, "p50, against one bare script", "ms", ours.p50, script.p50, goal=1.4),
        compared(BENCH, "p99, against one bare script", "ms", ours.p99, script.p99, goal=1.4),
        compared(BENCH, "CPU of a click, against one bare script", "ms", ours.cpu, script.cpu, goal=1.4),
        compared(BENCH, "p50, against Bolt's guide", "ms", ours.p50, docs.p50),
        compared(
            BENCH, f"p99 of {PEOPLE} at once, against one bare script", "ms", ours.crowd_p99, script.crowd_p99
        ),
    ]
    for name, what in (
        ("http", "HTTP (uvicorn and Starlette)"),
        ("prompt", "HTTP and Bolt"),
        ("script", "HTTP, Bolt and one script"),
        (OURS, "Countersign"),
    ):
        one = measured[name]
        found.append(Figure(BENCH, f"p50: {what}", "ms", statistics.median(one.p50)))
        found.append(Figure(BENCH, f"CPU: {what}", "ms", statistics.median(one.cpu)))
    return found


def _detail(one: Rounds) -> dict[str, list[float]]:
    return {name: [round(value, 3) for value in getattr(one, name)] for name in one.__slots__}
