"""What is remembered of Slack's word: never older than the news of a change, and nothing else than it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from slack_bolt.async_app import AsyncBoltRequest

from bot.domain.people import Person, Standing
from bot.store import KnownPeople, connect
from bot.store.keys import KnownKeys
from bot.store.topology.embedded import embedded_server
from tests.access.test_authority import seed_card
from tests.office import Office, open_office, sandbox_policy

HOME, BEN, GROUP = "T1", "U_BEN", "S_ONE"
MEMBER = Person(BEN, Standing.MEMBER)


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with embedded_server(tmp_path) as url:
        client = connect(url)
        yield client
        await client.aclose()


async def test_an_answer_that_was_on_its_way_when_the_change_was_heard_is_not_kept(redis: Redis) -> None:
    known = KnownPeople(redis)
    before = await known.changes(HOME, BEN)
    await known.forget(HOME, BEN)
    await known.keep_person(HOME, MEMBER, frozenset({HOME}), before)
    await known.keep_people(HOME, BEN, frozenset({BEN}), before)
    assert await known.person(HOME, BEN) is None
    assert await known.people(HOME, BEN) is None
    await known.keep_person(HOME, MEMBER, frozenset({HOME}), await known.changes(HOME, BEN))
    assert await known.person(HOME, BEN) == (MEMBER, frozenset({HOME}))


@pytest.mark.parametrize(
    "stored",
    [
        *(
            "garbage",
            "{}",
            "[]",
            "null",
            "5",
            '"member"',
            '["owner",["T1"]]',
            '["member",5]',
            '["member",[]]',
        ),
        *('["member",""]', '["member","T1"]', '[["member"],["T1"]]', '["member",["T1",5]]'),
    ],
)
async def test_what_is_no_word_about_a_person_is_dropped_and_slack_asked(redis: Redis, stored: str) -> None:
    key = KnownKeys(HOME, BEN).person
    await redis.set(key, stored)
    assert await KnownPeople(redis).person(HOME, BEN) is None
    assert await redis.exists(key) == 0


@pytest.mark.parametrize("stored", ["garbage", "5", "null", '"U_BEN"', '{"U_BEN":1}', '[["U_BEN"]]', "[5]"])
async def test_what_is_no_list_of_people_admits_nobody(redis: Redis, stored: str) -> None:
    key = KnownKeys(HOME, GROUP).people
    await redis.set(key, stored)
    assert await KnownPeople(redis).people(HOME, GROUP) is None
    assert await redis.exists(key) == 0


async def test_a_key_of_another_kind_holds_nobody_up(redis: Redis) -> None:
    for key in (KnownKeys(HOME, BEN).person, KnownKeys(HOME, BEN).people, KnownKeys(HOME, BEN).changed):
        await redis.rpush(key, "x")
    known = KnownPeople(redis)
    assert await known.person(HOME, BEN) is None
    assert await known.people(HOME, BEN) is None
    assert await known.changes(HOME, BEN) == "0"


async def test_a_form_that_was_refused_while_slack_was_silent_counts_when_it_is_sent_again(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path, policy=sandbox_policy(approvers=("S_APPROVERS",))) as office:
        card = await seed_card(office)
        await office.click("U_REVIEWER", card, "reject", 2)
        (form,) = await office.views("U_REVIEWER")
        await office.bot.use_cases.access.forget("S_APPROVERS")
        await office.fault(method="usergroups.users.list", error="internal_error", times=1)
        again = form["view"] | {"state": {"values": {"reason": {"reason": {"value": "no order"}}}}}
        first = await _submit(office, again)
        assert "Slack did not tell me" in str(first)
        await _submit(office, again)
        assert (await office.review_state(card)).rejected == 1


async def _submit(office: Office, view: dict[str, Any]) -> Any:
    """The reason form, which a person may send again as it was."""
    person = {"id": "U_REVIEWER", "team_id": "T_SANDBOX"}
    body = {"type": "view_submission", "team": {"id": "T_SANDBOX"}, "user": person, "view": view}
    answer = await office.bot.slack.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert answer.status == 200
    return answer.body


async def test_of_whom_slack_does_not_tell_the_form_keeps_what_they_typed(office: Office) -> None:
    await seed_card(office)
    await office.command("U_REQUESTER", "")
    (form,) = await office.views("U_REQUESTER")
    await office.bot.use_cases.access.forget("U_REQUESTER")
    await office.fault(method="users.info", error="internal_error", times=1)
    typed = {"text": {"text": "$5 to Globex"}}
    answer = await office.do(f"views/{form['id']}/submit", user="U_REQUESTER", values=typed)
    assert "Slack did not tell me" in answer["response"]["errors"]["text"]


async def test_the_groups_of_a_policy_are_asked_side_by_side(tmp_path: Path) -> None:
    groups = tuple(f"S_G{number}" for number in range(6))
    async with open_office(tmp_path, policy=sandbox_policy(approvers=groups)) as office:
        for group in groups:
            handle = group.lower().replace("_", "-")
            await office.do("usergroups", usergroup=group, users=["U_REVIEWER"], handle=handle)
        card = await seed_card(office)
        for group in groups:
            await office.bot.use_cases.access.forget(group)
        await office.fault(method="usergroups.users.list", delay_ms=400, times=len(groups))
        async with asyncio.timeout(len(groups) * 0.4):
            await office.click("U_REVIEWER", card, "approve", 2)
        assert (await office.review_state(card)).approved == 1
