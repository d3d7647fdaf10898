"""What people can and cannot do at the door."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..block_kit import actions, button, section, select
from ..conftest import Json, Person, PlainApp

CARD = [section(block_id="what"), actions(button(value="1"), block_id="decide")]


async def clicked(person: Person, ts: str, **more: object) -> tuple[int, Json]:
    fields = {"user": "U_REVIEWER", "channel": "C_FINANCE", "message_ts": ts, "action_id": "go", **more}
    return await person.post("/sandbox/actions", **fields)


async def test_a_person_uses_only_what_is_there_unless_forced(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    ts = (await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=CARD))["ts"]
    await client.chat_update(channel="C_FINANCE", ts=ts, text="decided")

    assert await clicked(person, ts) == (404, {"ok": False, "error": "no_such_element"})
    status, answer = await clicked(person, ts, force=True, value="1", block_id="decide")

    assert (status, answer["ok"]) == (200, True)
    payload = json.loads(parse_qs(plain_app.requests[-1][1])["payload"][0])
    assert payload["actions"][0] | {"action_ts": "", "type": ""} == {
        "action_id": "go",
        "block_id": "decide",
        "value": "1",
        "action_ts": "",
        "type": "",
    }


async def test_a_choice_that_is_not_offered_is_refused(client: AsyncWebClient, person: Person) -> None:
    posted = await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[actions(select("a"))])
    status, answer = await clicked(person, posted["ts"], action_id="pick", selected="b")
    assert (status, answer["error"]) == (400, "no such option: b")


async def test_an_ephemeral_is_acted_on_by_its_reader_only(client: AsyncWebClient, person: Person) -> None:
    sent = await client.chat_postEphemeral(channel="C_FINANCE", user="U_OUTSIDER", text="x", blocks=CARD)
    status, answer = await clicked(person, sent["message_ts"])
    assert (status, answer["error"]) == (404, "message_not_found")


@pytest.mark.parametrize(
    ("path", "fields", "status", "error"),
    [
        ("messages", {"user": "U_NOBODY", "channel": "C_FINANCE", "text": "x"}, 404, "user_not_found"),
        ("messages", {"user": "U_BOT", "channel": "C_FINANCE", "text": "x"}, 404, "user_not_found"),
        ("messages", {"user": "U_REQUESTER", "channel": "C_NONE", "text": "x"}, 404, "channel_not_found"),
        ("messages", {"user": "U_REQUESTER", "channel": "D_U_SECOND", "text": "x"}, 404, "channel_not_found"),
        ("messages", {"user": "U_REQUESTER", "channel": "C_FINANCE", "text": " "}, 400, "no_text"),
        ("messages", {"user": "U_REQUESTER", "channel": "C_FINANCE"}, 400, "missing_text"),
        ("commands", {"user": "U_REQUESTER", "channel": "C_FINANCE", "command": "x"}, 400, "invalid_command"),
        ("faults", {"invent": 1}, 400, "unknown key invent"),
        ("faults", {"times": "two"}, 400, "times has the wrong type"),
    ],
)
async def test_a_request_that_cannot_be_is_named(
    person: Person, path: str, fields: Json, status: int, error: str
) -> None:
    assert await person.post(f"/sandbox/{path}", **fields) == (status, {"ok": False, "error": error})


async def test_a_command_that_the_app_does_not_have_is_answered_by_slackbot(
    session: aiohttp.ClientSession,
) -> None:
    async with Sandbox(app={"commands": [["/transactions help", "how it works"]]}) as sandbox:
        person = Person(sandbox, session)
        place = {"user": "U_REQUESTER", "channel": "C_FINANCE"}

        assert (await person.do("commands", command="/transaction", text="help", **place))["ok"]

        (answer,) = await person.messages()
        assert (answer["user"], answer["ephemeral_to"]) == ("USLACKBOT", "U_REQUESTER")
        assert answer["text"].startswith("`/transaction` is not a valid command.")
        reached = await person.do("commands", command="/transactions", **place)
        assert reached["status"] == 503, "what the app does have goes on to it, where one is connected"
