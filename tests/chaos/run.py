"""One run: everything started, people let in, processes killed, quiet awaited, judged."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store import StoreUnavailable, connect
from bot.store.ageing import age_keys
from tests.chaos import stored
from tests.chaos.clock import RunClock
from tests.chaos.crew import Crew, prepare
from tests.chaos.crowd import Crowd
from tests.chaos.evidence import Evidence, Finding, Wrong
from tests.chaos.judge_amending import judge_amending
from tests.chaos.judge_asking import judge_asking
from tests.chaos.judge_decisions import judge_decisions
from tests.chaos.judge_display import judge_display
from tests.chaos.judge_reminders import judge_reminders
from tests.chaos.judge_routes import judge_routes
from tests.chaos.judge_trail import judge_trail
from tests.chaos.matrix import Matrix, matrix_of
from tests.chaos.model import Model
from tests.chaos.people import everybody
from tests.chaos.plan import Plan
from tests.chaos.records import Records
from tests.chaos.town import OPERATORS, Town

START_SECONDS = 60.0
PATIENCE = 180.0  # seconds until what is not quiet counts as never becoming so
CALM = 3.0  # seconds without any change
LOOK = 0.5
STUTTER = 0.3  # seconds before each death in which everything goes slowly
CONNECTIONS = 4  # two of each bot

# Seconds a message; Slack's own second would make hours of what these people do in a minute.
PACE = "0.05"
LAST_ADVANCE = 24.0  # hours, once nobody acts any more
AT_NIGHT = 3  # one advance in so many may end when people sleep


@dataclass(frozen=True, slots=True)
class Result:
    """What a run has shown.

    ``forgotten`` is how many keys of the job queue were deleted half-way, ``hours`` how far the clock was put
    forward.
    """

    findings: Sequence[Finding]
    evidence: Evidence
    acts: int
    faults: dict[str, int]
    ended: Sequence[str]
    forgotten: int
    hours: float
    quiet: float
    seconds: float


async def run(plan: Plan, folder: Path) -> Result:
    """Run a plan in a folder, which keeps Redis' data and the processes' logs."""
    begun, records, matrix = time.monotonic(), Records(), matrix_of(plan)
    prepare()
    policy = folder / "policy.toml"
    policy.write_text(matrix.text(plan.approvers))
    clock = RunClock(folder / "clock")
    clock.to_monday()
    async with Town(plan, records, clock) as town, Model() as model:
        crew = Crew(folder, _environment(town, model, policy), records, folder / "clock")
        async with crew.at_work():
            await _until_ready(town)
            forgotten = await _acted(plan, town, crew, clock)
            since = time.monotonic()
            async with contextlib.aclosing(connect(crew.redis_url)) as redis:
                evidence = await _quiet(plan, town, model, redis, crew.redis_url, clock)
                findings = await _judged(evidence, matrix, redis)
    now = time.monotonic()
    quiet, seconds, hours = now - since, now - begun, clock.hours
    return Result(findings, evidence, town.acts, town.met, crew.ended, forgotten, hours, quiet, seconds)


def _environment(town: Town, model: Model, policy: Path) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": town.bot_token,
        "SLACK_APP_TOKEN": town.app_token,
        "SLACK_API_URL": town.api_url,
        "COUNTERSIGN_POLICY": str(policy),
        "OPENAI_API_KEY": model.key,
        "OPENAI_BASE_URL": model.url,
        "OPENAI_MODEL": "scripted",
        "COUNTERSIGN_PACE": PACE,
        "COUNTERSIGN_QUEUES": str(stored.QUEUES),
        "COUNTERSIGN_OPERATORS": OPERATORS,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "WARNING",
    }


async def _until_ready(town: Town) -> None:
    async with asyncio.timeout(START_SECONDS):
        while town.connections < CONNECTIONS:  # noqa: ASYNC110 - other processes cannot set an event
            await asyncio.sleep(LOOK / 5)


async def _acted(plan: Plan, town: Town, crew: Crew, clock: RunClock) -> int:
    """Let people act while processes die and time goes by; how many keys of the queue were deleted."""
    begun = time.monotonic()

    async def advancing() -> None:
        for number, (at, hours) in enumerate(plan.advances):
            await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
            await _advance(clock, hours, crew)
            if number % AT_NIGHT:
                clock.to_working_hours()

    async def forgetting() -> int:
        await asyncio.sleep(max(0.0, begun + plan.forgets - time.monotonic()))
        while True:
            with contextlib.suppress(RedisError, OSError):  # it may be the one that is away
                if found := await crew.forget_queue():
                    return found
            await asyncio.sleep(LOOK / 5)

    async def killing() -> None:
        for kill in plan.kills:
            await asyncio.sleep(max(0.0, begun + kill.at - STUTTER - time.monotonic()))
            await crew.stutter(STUTTER)
            while not crew.kill(kill):  # noqa: ASYNC110 - all of its kind are away just now
                await asyncio.sleep(LOOK / 5)

    async def troubling() -> None:
        for at, fault in plan.faults:
            await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
            await town.trouble(fault)

    troubles = asyncio.create_task(troubling())
    try:
        _, _, _, forgotten = await asyncio.gather(
            everybody(Crowd(plan, town)), killing(), advancing(), forgetting()
        )
    finally:
        troubles.cancel()
        await asyncio.gather(troubles, return_exceptions=True)
    await town.trouble({"clear": True})
    await _advance(clock, LAST_ADVANCE, crew)
    clock.to_working_hours()
    return forgotten


async def _advance(clock: RunClock, hours: float, crew: Crew) -> None:
    """Put the clock of all forward, and let what is kept for a while be so much older."""
    clock.advance(hours * 3600)
    with contextlib.suppress(*StoreUnavailable):  # then it is kept for longer, which takes nothing away
        await age_keys(crew.redis_url, timedelta(hours=hours))


async def _quiet(plan: Plan, town: Town, model: Model, redis: Redis, url: str, clock: RunClock) -> Evidence:
    """Wait until nothing happens any more and all is shown, or until that takes too long; what is then so."""
    deadline, records = time.monotonic() + PATIENCE, town.records
    while True:
        await asyncio.sleep(LOOK)
        late = time.monotonic() > deadline
        if not late and (records.in_flight or time.time() - records.changed < CALM):
            continue
        with contextlib.suppress(RedisError, OSError):  # it may just be starting again
            busy = bool(await stored.waiting(redis) or await stored.jobs(url))
            if (busy or await stored.due(redis, clock.now())) and not late:
                continue
            known, absences = await stored.read_all(redis, clock), await stored.absences(redis)
            evidence = Evidence(
                plan.approvers,
                known,
                town.workspace.messages(),
                records,
                model.calls,
                absences=absences,
                causes=await stored.causes(redis, plan.people),
                jumps=clock.jumps,
                ended=clock.now(),
                machine=clock.machine,
            )
            if late or not any(judge_display(evidence)):
                return evidence
            # Nothing waits and something is not shown: some later sweep may still see to it.
            deadline = min(deadline, time.monotonic() + PATIENCE / 6)


async def _judged(evidence: Evidence, matrix: Matrix, redis: Redis) -> list[Finding]:
    dead = await stored.dead_letters(redis)
    found = [
        *judge_decisions(evidence),
        *judge_asking(evidence),
        *judge_amending(evidence),
        *judge_display(evidence),
        *judge_routes(evidence, matrix),
        *judge_reminders(evidence),
        *judge_trail(evidence, await stored.waiting(redis), dead),
    ]
    return sorted(found, key=lambda one: list(Wrong).index(one.wrong))
