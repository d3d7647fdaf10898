"""One run: everything started, people let in, processes killed, quiet awaited, judged."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store import connect
from tests.chaos import stored
from tests.chaos.crew import Crew, prepare
from tests.chaos.crowd import Crowd
from tests.chaos.evidence import Evidence, Finding, Wrong
from tests.chaos.judge_amending import judge_amending
from tests.chaos.judge_asking import judge_asking
from tests.chaos.judge_decisions import judge_decisions
from tests.chaos.judge_display import judge_display
from tests.chaos.judge_trail import judge_trail
from tests.chaos.model import Model
from tests.chaos.people import everybody
from tests.chaos.plan import Plan
from tests.chaos.records import Records
from tests.chaos.town import Town

START_SECONDS = 60.0
PATIENCE = 180.0  # seconds until what is not quiet counts as never becoming so
CALM = 3.0  # seconds without any change
LOOK = 0.5
STUTTER = 0.3  # seconds before each death in which everything goes slowly
CONNECTIONS = 4  # two of each bot

# Seconds a message; Slack's own second would make hours of what these people do in a minute.
PACE = "0.05"
POLICY = "approvers = [{approvers}]\n\n[limits]\nUSD = 10_000\n"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run has shown."""

    findings: Sequence[Finding]
    evidence: Evidence
    acts: int
    faults: dict[str, int]
    ended: Sequence[str]
    quiet: float
    seconds: float


async def run(plan: Plan, folder: Path) -> Result:
    """Run a plan in a folder, which keeps Redis' data and the processes' logs."""
    begun, records = time.monotonic(), Records()
    prepare()
    policy = folder / "policy.toml"
    policy.write_text(POLICY.format(approvers=", ".join(f'"{one}"' for one in plan.approvers)))
    async with Town(plan, records) as town, Model() as model:
        crew = Crew(folder, _environment(town, model, policy), records)
        async with crew.at_work():
            await _until_ready(town)
            await _acted(plan, town, crew)
            since = time.monotonic()
            async with contextlib.aclosing(connect(crew.redis_url)) as redis:
                evidence = await _quiet(plan, town, model, redis, crew.redis_url)
                findings = await _judged(evidence, redis)
    now = time.monotonic()
    return Result(findings, evidence, town.acts, town.met, crew.ended, now - since, now - begun)


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
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "WARNING",
    }


async def _until_ready(town: Town) -> None:
    async with asyncio.timeout(START_SECONDS):
        while town.connections < CONNECTIONS:  # noqa: ASYNC110 - other processes cannot set an event
            await asyncio.sleep(LOOK / 5)


async def _acted(plan: Plan, town: Town, crew: Crew) -> None:
    """Let people act while processes die."""
    begun = time.monotonic()

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
        await asyncio.gather(everybody(Crowd(plan, town)), killing())
    finally:
        troubles.cancel()
        await asyncio.gather(troubles, return_exceptions=True)
    await town.trouble({"clear": True})


async def _quiet(plan: Plan, town: Town, model: Model, redis: Redis, url: str) -> Evidence:
    """Wait until nothing happens any more and all is shown, or until that takes too long; what is then so."""
    deadline, records = time.monotonic() + PATIENCE, town.records
    while True:
        await asyncio.sleep(LOOK)
        late = time.monotonic() > deadline
        if not late and (records.in_flight or time.time() - records.changed < CALM):
            continue
        with contextlib.suppress(RedisError, OSError):  # it may just be starting again
            busy = await stored.waiting(redis) or await stored.jobs(url)
            if busy and not late:
                continue
            known = await stored.read_all(redis)
            evidence = Evidence(plan.approvers, known, town.workspace.messages(), records, model.calls)
            if late or not any(judge_display(evidence)):
                return evidence
            # Nothing waits and something is not shown: some later sweep may still see to it.
            deadline = min(deadline, time.monotonic() + PATIENCE / 6)


async def _judged(evidence: Evidence, redis: Redis) -> list[Finding]:
    dead = await stored.dead_letters(redis)
    found = [
        *judge_decisions(evidence),
        *judge_asking(evidence),
        *judge_amending(evidence),
        *judge_display(evidence),
        *judge_trail(evidence, await stored.waiting(redis), dead),
    ]
    return sorted(found, key=lambda one: list(Wrong).index(one.wrong))
