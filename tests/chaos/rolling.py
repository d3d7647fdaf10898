"""A rolling restart under clicks: ``python -m tests.chaos --rolling``.

Two bots and two workers, started by their commands, are told to stop one after the other (SIGTERM), each when
the successor of the one before is ready, while people click. No click may be lost, and none unanswered: each
payment that somebody approved is approved by them in the end, and each click had its 200 in Slack's three
seconds, the first time, since Slack does not send a click again. Over Socket Mode, and with ``--http`` over
HTTP behind a balancer that goes by ``/readyz``.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.application.check import check_review
from bot.domain.conversation import DecisionKind
from bot.store import Stores, open_stores
from bot.store.topology.embedded import embedded_server
from tests.chaos.balancer import RollingSandbox, is_ready
from tests.office import FINANCE, TEAM, Json, Office, cards
from tests.processes import Running, program, visited
from tests.store.servers import free_port

PATIENCE = 180.0  # seconds for a process to be ready, and for what was clicked to be shown
KINDS = ("bot", "bot", "worker", "worker")
A_BATCH = 75  # payments
PEOPLE = ("U_REVIEWER", "U_SECOND")
SLACK_MS = 3_000
STOP_SECONDS = 10.0  # after which whoever runs containers kills a process that was told to stop
LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Click:
    """One press of Approve at a payment, by somebody, and what came back."""

    review: str
    ref: int
    user: str
    at: float
    status: int
    ms: float


@dataclass(slots=True)
class Rolled:
    """What a run has seen: clicks, and how long each process took to be ready and to end (seconds)."""

    clicks: list[Click] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    stops: Counter[str] = field(default_factory=Counter)
    ends: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Deployment:
    """Two bots and two workers, each in a place that its successor takes."""

    def __init__(self, folder: Path, environment: dict[str, str], rolled: Rolled, *, over_http: bool) -> None:
        self._folder = folder
        self._environment = environment
        self._rolled = rolled
        self._over_http = over_http
        self.ports = [free_port() for _ in KINDS]
        self._running: dict[int, tuple[Running, contextlib.AsyncExitStack]] = {}

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """All four ready; in the end all are gone."""
        try:
            await asyncio.gather(*map(self._start, range(len(KINDS))))
            yield
        finally:
            await asyncio.gather(*(stack.aclose() for _, stack in self._running.values()))

    async def roll(self, until: float) -> None:
        """Replace one after the other, again and again, until that time of the loop."""
        for place in itertools.cycle(range(len(KINDS))):
            if time.monotonic() >= until:
                return
            process, stack = self._running.pop(place)
            begun = time.monotonic()
            os.kill(process.process.pid, signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                code = await process.process.wait()
            took, kind = time.monotonic() - begun, KINDS[place]
            self._rolled.ends.append(took)
            self._rolled.stops[kind] += 1
            if code:
                words = process.errors.read_text()[-500:]
                self._rolled.problems.append(f"a {kind} ended with {code}: {words}")
            if took > STOP_SECONDS:
                self._rolled.problems.append(f"slow: a {kind} ended after {took:.1f} s")
            await stack.aclose()
            await self._start(place)

    async def _start(self, place: int) -> None:
        begun, stack = time.monotonic(), contextlib.AsyncExitStack()
        is_http = self._over_http and KINDS[place] == "bot"
        port = {"PORT" if is_http else "METRICS_PORT": str(self.ports[place])}
        command = ("run", "--no-worker") if KINDS[place] == "bot" else ("worker",)
        # Not forked from one that has imported all: how long a start takes is what a restart is about.
        arguments = ("-m", "bot", *command)
        started = program(self._folder, *arguments, **self._environment, **port)
        process = await stack.enter_async_context(started)
        self._running[place] = process, stack
        async with asyncio.timeout(PATIENCE):
            while not await is_ready(self.ports[place]):  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(LOOK)
        self._rolled.starts.append(time.monotonic() - begun)


async def roll(seconds: float, rate: float, *, over_http: bool) -> tuple[Rolled, int]:
    """One run; what it has seen, and how often the sandbox sent an event again."""
    rolled = Rolled()
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = await stack.enter_async_context(embedded_server(folder / "redis"))
        environment = {"REDIS_URL": url, "COUNTERSIGN_CHANNEL": FINANCE, "COUNTERSIGN_PACE": "0.05"}
        deployment = Deployment(folder, environment, rolled, over_http=over_http)
        bots = [port for port, kind in zip(deployment.ports, KINDS, strict=True) if kind == "bot"]
        ports = bots if over_http else []
        sandbox = await stack.enter_async_context(RollingSandbox(ports, retry_delays=(0.2, 1.0, 3.0)))
        (folder / "policy.toml").write_text(f"approvers = {json.dumps(PEOPLE)}\n")
        environment |= {"SLACK_API_URL": sandbox.api_url, "SLACK_BOT_TOKEN": sandbox.bot_token}
        environment |= {"COUNTERSIGN_POLICY": str(folder / "policy.toml"), "LOG_LEVEL": "WARNING"}
        secret = ("SLACK_SIGNING_SECRET", sandbox.signing_secret)
        environment |= dict([secret if over_http else ("SLACK_APP_TOKEN", sandbox.app_token)])
        if over_http:
            await stack.enter_async_context(sandbox.balanced().looking())
        await stack.enter_async_context(deployment.at_work())
        office = await stack.enter_async_context(visited(sandbox.url))
        payments = await _submitted(office, round(seconds * rate))
        until = time.monotonic() + seconds
        await asyncio.gather(deployment.roll(until), _clicked(office, payments, rate, rolled))
        stores = await stack.enter_async_context(open_stores(url))
        await _judged(stores, rolled)
        return rolled, sandbox.retries


Payment = tuple[Json, int, str]
"""A card, the reference of one of its payments, and what a button there carries."""


async def _submitted(office: Office, number: int) -> list[Payment]:
    """Batches in which so many payments wait; the buttons of each, also where the card shows only a few."""
    batches = -(-number // A_BATCH)
    for batch in range(batches):
        rows = "".join(
            f"{11_000 + batch * A_BATCH + ref}.{ref % 100:02},Vendor {batch}-{ref},Chairs\n"
            for ref in range(A_BATCH)
        )
        await office.drop("U_REQUESTER", f"{batch}.csv", f"amount,vendor,memo\n{rows}".encode())
    wanted = f"{A_BATCH} of {A_BATCH} payments need"
    await office.until(
        lambda state: len([card for card in cards(state) if wanted in card["text"]]) == batches
    )
    payments: list[Payment] = []
    for card in cards(await office.state()):
        buttons = [one for block in card["blocks"] for one in block.get("elements", ()) if "value" in one]
        review, _, token = buttons[0]["value"].split(":")[:3]
        payments += [(card, ref, f"{review}:{ref}:{token}") for ref in range(1, A_BATCH + 1)]
    return payments[:number]


async def _clicked(office: Office, payments: Sequence[Payment], rate: float, rolled: Rolled) -> None:
    """Have somebody press Approve at each, so many a second, whether the one before was answered or not."""
    begun = time.monotonic()

    async def click(number: int, payment: Payment) -> None:
        card, ref, value = payment
        user = PEOPLE[number % len(PEOPLE)]
        await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
        sent, where = time.monotonic(), {"channel": card["channel"], "message_ts": card["ts"]}
        pressed = {"action_id": "approve", "block_id": f"transaction {ref}", "value": value, "force": True}
        answer = await office.do("actions", user=user, **where, **pressed)
        ms = (time.monotonic() - sent) * 1000
        review = card["metadata"]["event_payload"]["review"]
        rolled.clicks.append(Click(review, ref, user, sent - begun, int(answer.get("status", 0)), ms))

    # Spread over the batches, as people are.
    order = sorted(range(len(payments)), key=lambda at: (payments[at][1], at))
    await asyncio.gather(*(click(number, payments[at]) for number, at in enumerate(order)))


async def _judged(stores: Stores, rolled: Rolled) -> None:
    """Note what is lost, unanswered, or does not fit together once all jobs are done."""
    reviews = sorted({click.review for click in rolled.clicks})
    rolled.problems += [f"not done: {words}" for words in await _never_done(stores, reviews)]
    for review in reviews:
        stored = await stores.reviews.load_whole(TEAM, review)
        decisions = {ref: entry.decision for ref, entry in stored.entries.items()} if stored else {}
        for click in rolled.clicks:
            made = decisions.get(click.ref) if click.review == review else None
            if click.review == review and (
                made is None or made.kind is not DecisionKind.APPROVED or made.by != click.user
            ):
                rolled.problems.append(f"lost: {click}")
        rolled.problems += [f"{review}: {problem}" for problem in await check_review(stores, TEAM, review)]
    for click in rolled.clicks:
        if click.status != 200 or click.ms > SLACK_MS:
            rolled.problems.append(f"unanswered: {click}")


async def _never_done(stores: Stores, reviews: Sequence[str]) -> list[str]:
    """The jobs that are still to be done after a long time, a phrase each; waits until there are none."""
    waiting: list[str] = []
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        jobs = [job for review in reviews for job in await stores.outbox.of_review(TEAM, review)]
        waiting = [f"{job.name} {job.ids}" for job in jobs]
        if not waiting:
            break
        await asyncio.sleep(LOOK)
    return waiting


def figures_of(rolled: Rolled, retries: int) -> Json:
    """Everything that is worth a number; times of clicks in milliseconds, of processes in seconds."""
    times = sorted(click.ms for click in rolled.clicks)
    kinds = Counter(problem.partition(":")[0] for problem in rolled.problems)
    return {
        "clicks": len(times),
        "lost": kinds["lost"],
        "unanswered": kinds["unanswered"],
        "other_problems": len(rolled.problems) - kinds["lost"] - kinds["unanswered"],
        "events_sent_again": retries,
        "restarts": dict(rolled.stops),
        "ready_after": round(statistics.median(rolled.starts), 1),
        "ended_after": {
            "median": round(statistics.median(rolled.ends), 1),
            "most": round(max(rolled.ends), 1),
        },
        "ms": {name: round(times[int(share * (len(times) - 1))]) for name, share in QUANTILES.items()},
    }


QUANTILES = {"median": 0.5, "p99": 0.99, "most": 1.0}


def main(arguments: Sequence[str]) -> int:
    """Run once and print the figures; 1 if a click was lost or unanswered, or anything else is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos --rolling", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=float, default=20.0, help="clicks a second")
    parser.add_argument("--http", action="store_true", help="bots over HTTP instead of Socket Mode")
    asked = parser.parse_args(arguments)
    rolled, retries = asyncio.run(roll(asked.seconds, asked.rate, over_http=asked.http))
    figures: dict[str, Any] = {"way": "HTTP" if asked.http else "Socket Mode", **figures_of(rolled, retries)}
    sys.stdout.write(json.dumps(figures) + "\n")
    for problem in rolled.problems[:40]:
        sys.stderr.write(problem + "\n")
    return 1 if rolled.problems else 0
