"""Jobs: counted, put off, given up and taken up again; one request through the log."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.application.ports import TryLater
from bot.config.logs import configure_logs
from bot.config.settings import Settings
from bot.config.tracing import traced
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Actor
from bot.store import JobAttempts, Outbox, Pace, connect
from bot.store.outbox import job_of_step
from bot.store.topology.embedded import embedded_server
from bot.worker import attempts, queue
from handlers.outbound.calls import Calls, posts
from handlers.outbound.client import slack_client
from tests.collector import collector
from tests.office import (
    FINANCE,
    PATIENCE,
    SEED,
    TEAM,
    Json,
    Office,
    cards,
    open_office,
    shows,
)

TWO = "12000 USD | Acme Corp | Reimbursement\n15000 USD | Globex | Rent"


@contextlib.asynccontextmanager
async def redis_of(office: Office) -> AsyncIterator[Redis]:
    """A connection of our own to the bot's Redis."""
    redis = connect(office.bot.redis_url)
    try:
        yield redis
    finally:
        await redis.aclose()


async def published(office: Office, card: Json) -> None:
    """Wait until Slack shows what is stored, and the jobs that saw to it have ended."""
    review = (await office.review_state(card)).id
    async with redis_of(office) as redis, asyncio.timeout(PATIENCE):
        while True:
            review_state = await office.bot.stores.reviews.state(TEAM, review)
            posted = await office.bot.stores.messages.posted(TEAM, review)
            busy = [key async for key in redis.scan_iter(match="cs:job:*")]
            busy += await office.bot.stores.outbox.waiting()
            shown = (
                review_state
                and review_state.status is not ReviewStatus.ASSESSING
                and posted.version == review_state.version
            )
            if shown and not busy:
                return
            await asyncio.sleep(0.02)


def ben(office: Office) -> Actor:
    return Actor(user="U_REVIEWER", how=Medium.API, text="approve", now=office.bot.use_cases.now())


async def approve(office: Office, review: str, *refs: int) -> None:
    asks = (DecisionRequest(kind=DecisionKind.APPROVED, refs=refs),)
    await office.bot.use_cases.decide.decide(TEAM, review, asks, ben(office))


# -- given up, and taken up again


async def test_a_job_given_up_is_told_to_the_operators_and_done_when_they_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "FAILURES", 1)
    async with open_office(tmp_path, operators="C_GENERAL") as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3")
        await office.said("You can say")
        await office.fault(method="chat.update", error="fatal_error")
        await office.click("U_REVIEWER", card, "approve", 2)
        alarm = await office.said("I gave up on the job publish:", "countersign retry")
        assert alarm["channel"] == "C_GENERAL"
        async with redis_of(office) as redis:
            letters = JobAttempts(redis)
            (letter,) = await letters.dead()
            assert (letter.job, letter.failed, letter.again) == ("publish", 1, False)
            assert letter.reference in str(alarm)
            assert "Acme" not in letter.model_dump_json()
            await letters.ask_again(letter)
            async with asyncio.timeout(15):
                while await letters.dead():  # noqa: ASYNC110 - the sweep says nothing when it is done
                    await asyncio.sleep(0.05)
        await office.card("everything is decided")


async def test_a_job_that_ends_its_worker_again_and_again_is_not_begun_once_more(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.said("You can say")
    review = (await office.review_state(card)).id
    key = f"publish:{TEAM}:{review}:99"
    async with redis_of(office) as redis:
        letters = JobAttempts(redis)
        for _ in range(attempts.CRASHES):
            assert (await letters.begin(key)).failed == 0
        await office.bot.dockets.first.add("publish", key=key)(TEAM, review, 99)
        async with asyncio.timeout(15):
            while not (dead := await letters.dead()):  # noqa: ASYNC110 - nothing is to be seen in Slack
                await asyncio.sleep(0.02)
    assert (dead[0].begun, dead[0].failed, dead[0].reference) == (attempts.CRASHES + 1, 0, "")


async def test_a_job_that_succeeds_leaves_no_count_behind(office: Office) -> None:
    await office.fault(method="chat.postMessage", error="internal_error", times=2)
    await office.command("U_REQUESTER", SEED)
    await office.card("1 of 3")
    await office.said("You can say")
    async with redis_of(office) as redis, asyncio.timeout(15):
        while [key async for key in redis.scan_iter(match="cs:job:*")]:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)


async def test_what_stands_in_an_outbox_is_queued_after_the_answer_and_leaves_it_when_it_is_done(
    office: Office,
) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await published(office, card)
    await office.click("U_REVIEWER", card, "approve", 2)
    await published(office, card)
    assert await office.bot.stores.outbox.waiting() == []


async def test_a_process_that_is_told_to_stop_queues_what_it_has_in_hand(tmp_path: Path) -> None:
    async with open_office(tmp_path / "one", with_worker=False, data=tmp_path / "workspace") as office:
        await office.command("U_REQUESTER", SEED)
    async with embedded_server(tmp_path / "one" / "redis") as url, contextlib.aclosing(connect(url)) as redis:
        jobs = await Outbox(redis).waiting()
        assert {job.name for job in jobs} == {"assess", "publish"}
        for job in jobs:
            assert await redis.hget(f"countersign:runs:{job.key}", "state") == "queued"


async def test_a_job_of_another_version_holds_up_no_other(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await published(office, card)
    waiting: Any = office.bot.use_cases.submit._queue
    known = job_of_step("publish", TEAM, (await office.review_state(card)).id, 99)
    waiting.relay([job_of_step("dance", TEAM, "R-00000", 1), known])
    async with asyncio.timeout(PATIENCE):
        while await office.bot.dockets.first.get_execution(known.key) is None:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)


async def test_a_backlog_too_large_for_one_go_shrinks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PORTION", 2)
    waiting: Any = office.bot.use_cases.submit._queue
    gone: list[int] = []

    async def two_and_no_more(docket: Any, attempts: Any, calls: Any) -> None:
        gone.append(len(calls))
        if len(gone) == 2:
            raise TimeoutError

    monkeypatch.setattr(queue, "add_all", two_and_no_more)
    waiting.relay([job_of_step("publish", TEAM, "R-00000", version) for version in range(5)])
    async with asyncio.timeout(PATIENCE):
        while len(gone) < 3:  # noqa: ASYNC110 - nothing is to be seen in Slack
            await asyncio.sleep(0.01)
    assert gone == [2, 2, 1]


# -- pace


async def test_eighty_quick_decisions_need_a_handful_of_updates(tmp_path: Path) -> None:
    async with open_office(tmp_path, pace=1) as office:
        rows = "\n".join(f"{12000 + n} USD | Vendor {n} | Reimbursement" for n in range(80))
        await office.command("U_REQUESTER", rows)
        card = await office.card("80 of 80 payment")
        review = (await office.review_state(card)).id
        counting = asyncio.create_task(count(office, "chat.update", until="everything is decided"))
        for ref in range(1, 81):
            await approve(office, review, ref)
        assert await counting <= 12
        assert len(cards(await office.state())) == 1


async def count(office: Office, method: str, until: str) -> int:
    """How often a method is called until the card says so."""
    calls = 0
    async with office.session.get(f"{office.sandbox.url}/sandbox/events") as changes:
        async for line in changes.content:
            change: Json = json.loads(line[5:]) if line.startswith(b"data:") else {}
            calls += change.get("kind") == "api" and change.get("method") == method
            if change.get("kind") == "message" and shows(change["message"], until):
                return calls
    raise AssertionError("the stream of changes ended")


async def test_too_many_is_honoured_by_the_process_that_did_not_hear_it(office: Office) -> None:
    async with aiohttp.ClientSession() as session, redis_of(office) as one, redis_of(office) as other:
        client = slack_client(office.sandbox.bot_token, office.sandbox.api_url, session)
        here, there = Calls(Pace(one), 0), Calls(Pace(other), 0)
        await office.fault(method="chat.postMessage", status=429, retry_after=30)
        lane = posts(TEAM, "C_GENERAL")
        with pytest.raises(TryLater) as put_off:
            await here.make(lane, client.chat_postMessage, channel="C_GENERAL", text="one")
        assert put_off.value.seconds == 30
        with pytest.raises(TryLater) as elsewhere:
            await there.turn(lane)
        assert 25 < elsewhere.value.seconds <= 60
        await there.turn(posts(TEAM, FINANCE))


# -- one request through the log


async def test_a_request_is_followed_through_log_and_trace_without_a_word_of_what_people_wrote(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    configure_logs("INFO", "json")
    logging.getLogger().addHandler(caplog.handler)
    caplog.set_level("INFO")
    try:
        async with (
            collector() as traces,
            traced(Settings(_env_file=None, otlp_endpoint=traces.url)),
            open_office(tmp_path) as office,
        ):
            await office.command("U_REQUESTER", SEED)
            card = await office.card("1 of 3")
            await published(office, card)
            caplog.clear()
            await office.reply("U_REVIEWER", "reject 2: no sealed order for it", card)
            await office.said("All payments have been processed.")
            await published(office, card)
        lines: list[Json] = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
    finally:
        configure_logs("WARNING", "console")
    (reply,) = {one["request"] for one in lines if one["event"] == "step stored" and one.get("decisions")}
    events = [one["event"] for one in lines if one.get("request") == reply]
    assert events[0] == "request"
    assert {"step stored", "job done"} <= set(events)
    # A job of the request before it may show this one's decision too, and then the calls are that one's.
    assert all(one["request"] for one in lines if one["event"] == "slack call")
    (request,) = (span for span in traces.spans if span.name == "request message")
    assert (request.parent, request.facts["countersign.request"]) == ("", reply)
    assert not [span for span in traces.spans if span.is_failed]
    followed = {span.name for span in traces.spans if span.trace == request.trace}
    assert {"request message", "step", "commit", "job publish"} <= followed
    told = json.dumps(lines) + traces.words
    assert not any(word in told for word in ("sealed", "Acme", "Reimbursement", "xoxb-"))
    # Ids of people and places may stand in the log, and nowhere in a trace.
    assert not any(word in traces.words for word in ("U_", "T_", "C_", "ben", "@"))
