"""Every key of the job queue deleted: what a step asked for is done all the same, and done once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import assembled, working
from bot.application.check import check_review
from bot.cli.demo_clock import clock_of
from bot.domain.conversation import Medium
from bot.domain.review.outcome import Outcome
from bot.domain.review.transition import Actor
from bot.export import ExportedState, FileFormat
from bot.llm import ScriptedModel
from bot.store import DeadLetter, Job, connect, open_stores
from bot.store.keys import ReviewKeys
from bot.store.outbox import job_fields
from bot.store.topology.embedded import embedded_server
from bot.worker import sweep
from bot.worker.timers import queue_what_is_due
from tests.office import PATIENCE, SEED, TEAM, Office, cards, open_office, sandbox_policy, shows
from tests.openai_server import flags_of
from tests.store.servers import cluster_of_three
from tests.test_asking import dropped
from tests.worker.test_timers import monday_morning, told

FREE = "go on with what the two of us talked about this morning, number two"
QUESTION = '{"intent": "question", "asks": [], "answer": "", "question": ""}'
MODEL = ScriptedModel(lambda _, user: QUESTION if user.startswith("{") else flags_of(user, lambda rows: []))
NAMESPACES = ("countersign:*", "{countersign}:*")  # of docket on one server, and on a Cluster
OTHERS = "31000 USD to Globex Ltd for steel, invoice 77-B"


async def forget_queue(url: str) -> int:
    """Delete every key of docket's namespace; how many there were."""
    async with contextlib.aclosing(connect(url)) as redis:
        keys = [key for match in NAMESPACES async for key in redis.scan_iter(match=match, count=1000)]
        return sum([int(await redis.delete(key)) for key in keys])


async def queued(url: str, state: str = "queued") -> set[str]:
    """The names of the jobs that docket keeps in a state, as ``scheduled`` for a later time."""
    async with contextlib.aclosing(connect(url)) as redis:
        runs = [key async for key in redis.scan_iter(match="countersign:runs:*", count=1000)]
        records = [await redis.hgetall(key) for key in runs]
    return {str(record["function"]) for record in records if record["state"] == state}


async def until(holds: Callable[[], object]) -> None:
    """Wait until that is so, or what it answers is."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = holds()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.02)


async def nothing_waits(office: Office) -> None:
    """Wait until every job is done that a step or a person asked for."""
    outbox = office.bot.stores.outbox

    async def is_empty() -> bool:
        return not await outbox.depth()

    await until(is_empty)


@contextlib.asynccontextmanager
async def two_workers(office: Office) -> AsyncIterator[None]:
    """The worker of the office and another process's worth of it, over the same Redis."""
    settings = office.bot.settings.model_copy(update={"redis_url": office.bot.redis_url})
    policy = office.bot.use_cases.policy
    other = assembled(settings, policy=policy, model=MODEL, now=clock_of(office.sandbox))
    async with other as bot, working(office.bot), working(bot):
        yield


async def test_every_kind_of_job_is_done_once_though_the_queue_was_deleted_before_any_worker_ran(
    tmp_path: Path,
) -> None:
    async with open_office(
        tmp_path, with_worker=False, model=MODEL, operators="C_GENERAL", policy=sandbox_policy()
    ) as office:
        stores, url = office.bot.stores, office.bot.redis_url
        async with working(office.bot):
            await monday_morning(office)
            await office.command("U_REQUESTER", SEED)
            card = await office.card("1 of 3")
            await office.reply("U_REVIEWER", "ask 2: which project is this?", card)
            question = await office.said("asks you about this payment")
            await office.command("U_REQUESTER", OTHERS)
            await office.card("1 of 1")
            await nothing_waits(office)
        review = (await office.review_state(card)).id

        # Jobs of steps: publish, assess, learn, answer, ask and evidence.
        await office.command("U_REQUESTER", "15000 USD | Initech | Reimbursement")
        await office.reply("U_REVIEWER", FREE, card)
        await office.reply("U_SECOND", "ask 2: and who ordered it?", card)
        await dropped(office, "U_REQUESTER", question["channel"], question["ts"], "Project Skylark")
        ana = Actor(user="U_REQUESTER", how=Medium.BUTTON, text="", now=office.bot.use_cases.now())
        corrected = await office.bot.use_cases.amend.correct(
            TEAM, review, 2, 1, {"amount": "13000"}, ana, idempotency_key="form 1"
        )
        assert corrected.outcome is Outcome.RECORDED
        # What no step asked for: a file, a download, a dead letter; and what is due.
        await office.drop("U_REQUESTER", "more.csv", b"amount,currency,vendor\n18000,USD,Hooli\n")
        seen = await office.bot.use_cases.download.ask(
            TEAM, review, "U_REVIEWER", ExportedState.ALL, FileFormat.CSV, "form 2"
        )
        assert seen is Outcome.RECORDED
        now = office.bot.use_cases.now()
        letter = DeadLetter(
            job="publish", key="k", ids=(TEAM, review, 1), begun=9, failed=9, reference="ab", at=now
        )
        await stores.job_attempts.bury(letter)
        queue: Any = office.bot.use_cases.submit._queue
        await queue.add("alarm", "alarm:k", "k")
        await office.advance(hours=5)
        await queue_what_is_due(office.bot.dockets, office.bot.due, office.bot.use_cases.now)

        kinds = {"publish", "assess", "answer", "ask", "evidence", "take_in", "download", "alarm", "remind"}

        async def all_queued() -> bool:
            return kinds <= await queued(url)

        await until(all_queued)
        assert await forget_queue(url)
        assert not await queued(url)

        async with two_workers(office):
            await nothing_waits(office)
            await office.said("receipt.pdf is kept as evidence")
            await office.said("I gave up on the job k")
            await told(office, 2)
            found = (await office.state())["messages"]
            assert len(cards(await office.state())) == 4
            headers = [str(one["blocks"][0]["text"]["text"]) for one in cards(await office.state())]
            assert not [header for header in headers if "assess" in header]
            state = await office.review_state(card)
            assert not state.rejudging
            assert state.read_to > 0
            for channel, *words in (
                ("D_U_REQUESTER", "asks you about this payment", "who ordered it"),
                ("C_FINANCE", "receipt.pdf is kept as evidence"),
                ("C_GENERAL", "I gave up on the job k"),
                ("D_U_REVIEWER", f"{review}: 3 payments, USD 18,500.00"),
                ("C_FINANCE", "1 payment, USD 18,000.00. It is being assessed"),
            ):
                assert len([one for one in found if one["channel"] == channel and shows(one, *words)]) == 1
        assert len(await told(office, 2)) == 2


async def test_a_running_worker_finds_what_waited_for_another_try_when_the_queue_was_deleted(
    office: Office,
) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await nothing_waits(office)
    await office.fault(method="chat.update", status=429, retry_after=5)
    await office.click("U_REVIEWER", card, "approve", 2)

    async def waits() -> bool:
        return "publish" in await queued(office.bot.redis_url, "scheduled")

    await until(waits)
    assert await forget_queue(office.bot.redis_url)
    await office.card("everything is decided")
    await nothing_waits(office)


async def test_a_cluster_loses_nothing_either(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path / "servers") as (node, *_):
        url = f"redis+cluster://127.0.0.1:{node.port}"
        async with open_office(tmp_path / "one", redis_url=url, with_worker=False) as office:
            await office.command("U_REQUESTER", "12000 USD | Acme Corp | Reimbursement")
            await office.drop("U_REQUESTER", "more.csv", b"amount,currency,vendor\n18000,USD,Hooli\n")
            await until(lambda: forget_queue(url))
            async with working(office.bot):
                await nothing_waits(office)
                shown = cards(await office.state())
        assert len([card for card in shown if shows(card, "1 of 1")]) == 2


async def test_two_workers_lose_and_double_nothing_while_the_queue_is_deleted_again_and_again(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path, with_worker=False, model=MODEL) as office, two_workers(office):
        for number in range(4):
            for batch in range(3):
                text = f"{12000 + 100 * number + batch} USD | Vendor {number} {batch} | Reimbursement"
                assert (await office.command("U_REQUESTER", text))["status"] == 200
            await until(lambda: forget_queue(office.bot.redis_url))
            for card in cards(await office.state()):
                await office.reply("U_REVIEWER", f"note 1: seen {number}", card)
        await nothing_waits(office)
        found = (await office.state())["messages"]
        shown = cards({"messages": found})
        assert len(shown) == 12
        for card in shown:
            state = await office.review_state(card)
            assert await check_review(office.bot.stores, TEAM, state.id) == []
            assert shows(card, "1 of 1")
            assert (
                len([one for one in found if one["thread_ts"] == card["ts"] and shows(one, "You can say")])
                == 1
            )


async def test_a_job_that_was_done_is_not_done_again_because_it_is_queued_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    async def sends(team: str, user: str, name: str, content: bytes, sentence: str) -> None:
        sent.append(user)

    monkeypatch.setattr(office.bot.publisher, "send_file", sends)
    await office.command("U_REQUESTER", SEED)
    review = (await office.review_state(await office.card("1 of 3"))).id
    asks, outbox = office.bot.use_cases.download.ask, office.bot.stores.outbox
    for _ in range(2):  # Slack sends a form again whose answer it did not hear
        await asks(TEAM, review, "U_REVIEWER", ExportedState.ALL, FileFormat.CSV, "form")
    kept = [job for job in await outbox.waiting() if job.name == "download"]
    await nothing_waits(office)
    assert len(kept) <= 1

    job = await outbox.keep(Job("download", "download:again", (TEAM, review, "U_SECOND", "all", "csv")))
    for at in (job, job, replace(job, entry="")):
        # So it is where whoever read the outbox before the job's end queues it after it.
        execution = await office.bot.dockets.first.add(job.name, key=job.key)(*job.ids, entry=at.place)
        await execution.get_result(timeout=timedelta(seconds=PATIENCE))
    assert sent == ["U_REVIEWER", "U_SECOND", "U_SECOND"]  # what stands in no outbox is always done


async def test_jobs_that_wait_their_turn_hide_none_that_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PORTION", 2)
    async with embedded_server(tmp_path) as url, open_stores(url) as stores:
        keys = ReviewKeys(TEAM, "R-00001")
        async with contextlib.aclosing(connect(url)) as redis:
            for version in range(5):
                fields: Any = job_fields("publish", keys, version, "")
                await redis.xadd(keys.outbox, fields)
        nothing: Any = None
        looks = sweep.Sweep(
            nothing,
            attempts=stores.job_attempts,
            outbox=stores.outbox,
            unreadable=stores.unreadable,
            queue=nothing,
        )
        portions = [[job.ids[2] for job in await looks._next_portion()] for _ in range(4)]
        assert portions == [[0, 1], [2, 3], [4], [0, 1]]
