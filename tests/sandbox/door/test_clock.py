"""The workspace's clock: put forward at the door, followed by all that carries a time, and never back."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..block_kit import modal, section
from ..conftest import Json, Person, PlainApp

BEGAN = datetime(2026, 11, 28, 10, 0, tzinfo=UTC).timestamp()  # a Saturday
HOUR = 3600.0


def machine() -> float:
    return BEGAN


@pytest.fixture
async def sandbox(running: AsyncExitStack) -> Sandbox:
    """A sandbox on a machine whose time stands, so that only the door moves it."""
    return await running.enter_async_context(Sandbox(clock=machine, clock_advances=True))


async def shown(person: Person) -> Json:
    async with person.session.get(f"{person.sandbox.url}/sandbox/clock") as response:
        clock: Json = await response.json()
        return clock


@pytest.mark.parametrize(
    ("by", "now"),
    [
        ({"advance_hours": 4}, "2026-11-28T14:00:00Z"),
        ({"advance_hours": 0.5}, "2026-11-28T10:30:00Z"),
        ({"advance_days": 1}, "2026-11-29T10:00:00Z"),
        ({"to": "2026-11-30T09:00:00Z"}, "2026-11-30T09:00:00Z"),
        ({"to": "2026-11-30T09:00:00+02:00"}, "2026-11-30T07:00:00Z"),
    ],
)
async def test_it_is_put_forward_and_answers_the_moment_then(person: Person, by: Json, now: str) -> None:
    assert await shown(person) == {"now": "2026-11-28T10:00:00Z", "clock_advances": True}
    answer = await person.do("clock", **by)
    assert answer["response"] == {"now": now, "clock_advances": True}
    assert await shown(person) == answer["response"]


@pytest.mark.parametrize(
    ("by", "status", "code"),
    [
        ({}, 400, "invalid_advance"),
        ({"advance_hours": 4, "advance_days": 1}, 400, "invalid_advance"),
        ({"advance_hours": "4"}, 400, "invalid_advance_hours"),
        ({"advance_hours": True}, 400, "invalid_advance_hours"),
        ({"advance_hours": math.nan}, 400, "invalid_advance_hours"),
        ({"advance_days": math.inf}, 400, "clock_too_far"),
        ({"advance_hours": -1}, 400, "clock_only_forward"),
        ({"advance_hours": 0}, 400, "clock_only_forward"),
        ({"advance_days": -(10**400)}, 400, "clock_only_forward"),
        ({"advance_days": 10**400}, 400, "clock_too_far"),
        ({"advance_days": 40_000}, 400, "clock_too_far"),
        ({"to": "2026-11-28T10:00:00Z"}, 400, "clock_only_forward"),
        ({"to": "2026-11-27T10:00:00Z"}, 400, "clock_only_forward"),
        ({"to": "2026-11-30T09:00:00"}, 400, "invalid_to"),
        ({"to": "Monday"}, 400, "invalid_to"),
        ({"to": 1_796_000_000}, 400, "invalid_to"),
        ({"to": "9999-12-31T00:00:00Z"}, 400, "clock_too_far"),
        ({"to": "0001-01-01T00:00:00+14:00"}, 400, "clock_only_forward"),
    ],
)
async def test_what_is_no_advance_moves_nothing(person: Person, by: Json, status: int, code: str) -> None:
    assert await person.post("/sandbox/clock", **by) == (status, {"ok": False, "error": code})
    assert (await shown(person))["now"] == "2026-11-28T10:00:00Z"


async def test_where_the_app_does_not_go_by_it_it_cannot_be_moved(session: aiohttp.ClientSession) -> None:
    async with Sandbox(clock=machine) as fixed:
        person = Person(fixed, session)
        assert await person.post("/sandbox/clock", advance_hours=4) == (
            403,
            {"ok": False, "error": "clock_fixed"},
        )
        assert await shown(person) == {"now": "2026-11-28T10:00:00Z", "clock_advances": False}


async def test_all_that_carries_a_time_follows(
    sandbox: Sandbox, person: Person, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    await person.do("clock", advance_hours=4)
    later = BEGAN + 4 * HOUR
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hello")
    (written,) = await person.messages()
    await person.do("clock", advance_hours=1)
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi", ts=written["ts"])
    await person.do("people", member="U_OUTSIDER", deleted=True)
    (changed,) = await person.messages()
    assert int(float(written["ts"])) == later
    assert int(float(changed["edited"]["ts"])) == later + HOUR
    stamps = [int(headers["X-Slack-Request-Timestamp"]) for headers, _ in plain_app.requests]
    told = [json.loads(body) for _, body in plain_app.requests]
    assert stamps == [event["event_time"] for event in told]
    assert stamps[0] == later
    assert set(stamps[1:]) == {later + HOUR}
    user = (await client.users_info(user="U_OUTSIDER"))["user"]
    assert user["updated"] == later + HOUR


async def test_a_trigger_id_and_a_response_url_end_by_it(
    sandbox: Sandbox, person: Person, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    form = modal(section())
    trigger = sandbox.installation.trigger_ids.issue("U_REQUESTER")
    url = sandbox.installation.response_url("U_REQUESTER", "C_FINANCE")
    late = sandbox.installation.response_url("U_REQUESTER", "C_FINANCE")
    async with session.post(url, json={"text": "in time"}) as response:
        assert response.status == 200
    await person.do("clock", advance_hours=1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=trigger, view=form)
    async with session.post(late, json={"text": "too late"}) as response:
        assert response.status == 404


def until_closed(folder: Path) -> list[str]:
    """The kinds of documents that are stored, as any other program would read them."""
    with sqlite3.connect(folder / "workspace.sqlite3") as stored:
        return [kind for (kind,) in stored.execute("SELECT DISTINCT kind FROM docs")]


async def post(sandbox: Sandbox, session: aiohttp.ClientSession) -> str:
    client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
    return str((await client.chat_postMessage(channel="C_FINANCE", text="x"))["ts"])


async def test_it_goes_on_after_a_restart_where_it_was(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    stamps: list[str] = []
    started: list[Callable[[], float]] = [machine, lambda: BEGAN + 5, lambda: BEGAN - HOUR]
    for clock in started:  # the last machine was put back meanwhile
        async with Sandbox(data=tmp_path, clock=clock, clock_advances=True) as sandbox:
            stamps.append(await post(sandbox, session))
            await Person(sandbox, session).do("clock", advance_days=1)
            stamps.append(await post(sandbox, session))
    assert stamps[:2] == [f"{BEGAN:.6f}", f"{BEGAN + 24 * HOUR:.6f}"]
    assert stamps[2] == f"{BEGAN + 24 * HOUR + 5:.6f}"
    assert stamps[3] == f"{BEGAN + 48 * HOUR + 5:.6f}"
    assert stamps == sorted(set(stamps))
    assert "clock" in until_closed(tmp_path)


async def test_the_stream_tells_of_it_in_every_workspace(session: aiohttp.ClientSession) -> None:
    async with Sandbox(clock=machine, clock_advances=True, more_teams=["T_OTHER"]) as sandbox:
        person, other = Person(sandbox, session), Person(sandbox, session, team="T_OTHER")
        async with session.get(f"{sandbox.url}/sandbox/events", params=other.team) as stream:
            assert json.loads((await stream.content.readline())[5:]) == {"kind": "hello"}
            await stream.content.readline()
            await person.do("clock", advance_hours=4)
            told = json.loads((await stream.content.readline())[5:])
    assert told == {"kind": "clock", "now": "2026-11-28T14:00:00Z"}
