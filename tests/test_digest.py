"""How a week went, told once a week in the channel that the policy names."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.digest_settings import DigestSettings
from bot.store.digests import DigestStore
from bot.worker.timers import queue_what_is_due
from tests.office import PATIENCE, SEED, TEAM, Json, Office, open_office, sandbox_policy, shows

GENERAL = "C_GENERAL"


@pytest.fixture
async def weekly(tmp_path: Path) -> AsyncIterator[Office]:
    policy = sandbox_policy(digest=DigestSettings(channel=GENERAL))
    async with open_office(tmp_path, policy=policy) as office:
        await next_monday(office)
        digests = office.bot.stores.digests
        while (await digests.record(TEAM)).done is None:  # noqa: ASYNC110 - seen in no message
            await asyncio.sleep(0.05)
        yield office


async def next_monday(office: Office) -> None:
    now = office.bot.use_cases.now()
    monday = now + timedelta(days=7 - now.weekday())
    await office.advance(to=monday.replace(hour=9, minute=0, second=0, microsecond=0).isoformat())


def digests_in(state: Json) -> list[Json]:
    return [one for one in state["messages"] if shows(one, "The week from") and one["channel"] == GENERAL]


async def decided_week(office: Office, amount: str = "12345.67") -> None:
    await office.command("U_REQUESTER", f"{amount} USD to Globex Ltd for steel, invoice {amount[:4]}")
    card = await office.card("1 of 1")
    await office.advance(hours=6)
    await office.click("U_REVIEWER", card, "approve", 1)
    await office.card("everything is decided")


async def test_a_week_is_told_once_and_the_second_with_a_picture(weekly: Office) -> None:
    await decided_week(weekly)
    await next_monday(weekly)
    told = await weekly.said("1 payment was submitted, of which 0 were approved automatically.")
    assert shows(told, "People approved 1 and rejected 0.", "1 payment, in 6 hours (#1 of R-")
    assert shows(told, "Above the limit: 1 of 1 approved.", "A limit of USD 12,345.67 would have spared 1")
    assert shows(told, "ana: 1 payment")

    for _ in range(3):  # by however many workers it is looked at
        await queue_what_is_due(weekly.bot.dockets, weekly.bot.due, weekly.bot.use_cases.now)
    await weekly.bot.jobs.digest(TEAM)
    assert len(digests_in(await weekly.state())) == 1

    await decided_week(weekly, "23456.78")
    await next_monday(weekly)
    second = await weekly.until(
        lambda state: next((one for one in state["messages"] if one.get("files")), None)
    )
    state = await weekly.state()
    assert [second["thread_ts"]] == [digests_in(state)[1]["ts"]]
    assert second["files"][0]["name"] == "weeks.png"
    async with asyncio.timeout(PATIENCE):  # it is noted after the picture is seen
        while len((record := await weekly.bot.stores.digests.record(TEAM)).medians) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert [week.count for week in record.medians] == [1, 1]


async def test_a_message_that_a_crash_left_without_a_note_is_found_again(weekly: Office) -> None:
    await decided_week(weekly)
    await next_monday(weekly)
    await weekly.said("The week from")
    digests: DigestStore = weekly.bot.stores.digests
    before = await digests.record(TEAM)
    while before.intent:
        before = await digests.record(TEAM)
    assert before.done
    now = weekly.bot.use_cases.now()
    await digests.settle(TEAM, before.done - timedelta(days=7), None)  # as if nothing was noted ...
    await digests.claim(TEAM, now - timedelta(minutes=1))  # ... but that somebody had set out
    await weekly.bot.jobs.digest(TEAM)
    assert (await digests.record(TEAM)).done == before.done
    assert len(digests_in(await weekly.state())) == 1


async def test_an_empty_week_is_not_told_and_counts_as_done(weekly: Office) -> None:
    await next_monday(weekly)
    digests, due = weekly.bot.stores.digests, weekly.bot.use_cases.now()
    while (await digests.record(TEAM)).done != due.replace(microsecond=0):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    assert digests_in(await weekly.state()) == []


async def test_a_channel_that_takes_nothing_is_told_to_the_operators_once(tmp_path: Path) -> None:
    policy = sandbox_policy(digest=DigestSettings(channel="C_NOWHERE"))
    async with open_office(tmp_path, policy=policy, operators=GENERAL) as office:
        digests = office.bot.stores.digests
        await digests.begin(TEAM, datetime.now(UTC) - timedelta(days=8))
        await office.command("U_REQUESTER", SEED)
        await office.card("1 of 3")
        await office.advance(days=7)
        await office.said("I cannot post how the week went", "I cannot see the channel")
        record = await digests.record(TEAM)
        while record.intent:
            record = await digests.record(TEAM)
        assert not await office.bot.due.digest_is_due(TEAM)
