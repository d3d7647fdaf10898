"""Part of the job queue's keys deleted: docket still has a job for known, and no entry of it anywhere."""

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any

import pytest

from bot.app import working
from bot.application.ports import FetchedFile
from bot.domain.submission import FileRef
from bot.store import connect
from bot.worker import lost
from bot.worker.timers import queue_what_is_due
from tests.office import SEED, Office, open_office
from tests.worker.test_lost_queue import nothing_waits, queued, until
from tests.worker.test_timers import monday_morning, told


async def forget_all_but_records(url: str) -> None:
    """Delete what jobs are taken from, and leave what docket knows them by."""
    async with contextlib.aclosing(connect(url)) as redis:
        for key in [key async for key in redis.scan_iter(match="countersign:*")]:
            if ":runs:" not in key:
                await redis.delete(key)


async def test_jobs_of_which_only_the_record_is_left_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost, "OVERDUE", 0.5)
    async with open_office(tmp_path, with_worker=False) as office:
        async with working(office.bot):
            await monday_morning(office)
            await office.command("U_REQUESTER", SEED)
            card = await office.card("1 of 3")
            await nothing_waits(office)
        await office.advance(hours=5)
        await queue_what_is_due(office.bot.dockets, office.bot.due, office.bot.use_cases.now)
        await office.reply("U_REVIEWER", "note 2: seen", card)

        async def all_queued() -> bool:
            return {"remind", "publish", "sweep"} <= await queued(office.bot.redis_url) | await queued(
                office.bot.redis_url, "scheduled"
            )

        await until(all_queued)
        await forget_all_but_records(office.bot.redis_url)
        async with working(office.bot):
            await nothing_waits(office)
            assert len(await told(office, 2)) == 2


async def test_a_job_that_takes_long_is_not_taken_for_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    goes_on = asyncio.Event()
    fetch = office.bot.publisher.fetch

    async def slow(team: str, file: FileRef, limit: int) -> FetchedFile:
        begun.append(file.name)
        await goes_on.wait()
        return await fetch(team, file, limit)

    monkeypatch.setattr(office.bot.publisher, "fetch", slow)
    await office.drop("U_REQUESTER", "more.csv", b"amount,currency,vendor\n18000,USD,Hooli\n")
    await until(lambda: begun)
    docket, stores = office.bot.dockets.first, office.bot.stores
    calls = [
        docket.call(job.name, key=job.key)(*job.ids, request=job.request, entry=job.place)
        for job in await stores.outbox.waiting()
    ]
    assert [call.function_name for call in calls] == ["take_in"]
    with monkeypatch.context() as overdue:
        overdue.setattr(lost, "OVERDUE", -1.0)  # its time is over, which is what this is about
        for _ in range(3):
            await lost.add_all(docket, stores.job_attempts, calls)
    assert await queued(office.bot.redis_url, "running") == {"take_in"}
    goes_on.set()
    await office.card("1 of 1")
    await nothing_waits(office)
    assert begun == ["more.csv"]


async def test_a_job_that_waits_for_another_of_its_review_is_left_alone_for_a_minute(office: Office) -> None:
    docket, attempts, now = office.bot.dockets.first, office.bot.stores.job_attempts, time.time()
    call = docket.call("publish", key="publish:of old")("T_NONE", "R-00000", 1)
    async with contextlib.aclosing(connect(office.bot.redis_url)) as redis:
        for seconds, found in ((5, []), (90, [call])):
            record: dict[Any, Any] = {
                "when": str(now - 300),
                "waiter_entry_id": f"{round((now - seconds) * 1000)}-0",
            }
            await redis.hset(docket.runs_key(call.key), mapping=record | {"state": "scheduled"})
            assert await lost._lost(docket, attempts, [call]) == found
        await redis.delete(docket.runs_key(call.key))
