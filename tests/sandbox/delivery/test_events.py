"""Which events the app hears of."""

from __future__ import annotations

import json

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..conftest import Json, Person, PlainApp, until

ANA_SAYS = {"user": "U_REQUESTER", "channel": "C_GENERAL", "text": "hi"}


def events_of(plain_app: PlainApp) -> list[Json]:
    return [json.loads(body)["event"] for _, body in plain_app.requests]


async def test_a_mention_is_told_twice_and_a_file_three_times(person: Person, plain_app: PlainApp) -> None:
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="<@U_BOT> hi")
    assert sorted(event["type"] for event in events_of(plain_app)) == ["app_mention", "message"]

    plain_app.requests.clear()
    form = aiohttp.FormData({"user": "U_REQUESTER", "channel": "C_FINANCE", "comment": "@app this"})
    form.add_field("file", b"a,b\n", filename="a.csv", content_type="text/csv")
    async with person.session.post(person.sandbox.url + "/sandbox/files", data=form) as response:
        answer = await response.json()

    assert answer["ok"], answer
    by_type = {event["type"]: event for event in events_of(plain_app)}
    assert set(by_type) == {"app_mention", "message", "file_shared"}
    assert by_type["message"]["subtype"] == "file_share"
    assert by_type["app_mention"]["files"][0]["name"] == "a.csv"
    assert by_type["file_shared"]["file_id"] == answer["response"]["files"][0]


async def test_changes_are_told_too(client: AsyncWebClient, person: Person, plain_app: PlainApp) -> None:
    posted = await client.chat_postMessage(channel="C_FINANCE", text="one")
    await client.chat_update(channel="C_FINANCE", ts=posted["ts"], text="two")
    answer = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="mine")
    ts = answer["response"]["ts"]
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="mine, mended", ts=ts)

    await until(lambda: len(events_of(plain_app)) == 4)
    own = next(event for event in events_of(plain_app) if event.get("text") == "one")
    assert own["bot_id"] == "B_BOT"
    changed = [event for event in events_of(plain_app) if event.get("subtype") == "message_changed"]
    assert {(event["previous_message"]["text"], event["message"]["text"]) for event in changed} == {
        ("one", "two"),
        ("mine", "mine, mended"),
    }


@pytest.mark.parametrize(
    ("setting", "shows_files"),
    [
        ("message", {"message": True}),
        ("bare_mention", {"message": True, "app_mention": False}),
    ],
)
async def test_workspaces_differ_in_how_they_tell_of_files_with_a_mention(
    session: aiohttp.ClientSession, plain_app: PlainApp, setting: str, shows_files: dict[str, bool]
) -> None:
    async with Sandbox(mentions_with_files=setting) as sandbox:  # type: ignore[arg-type]
        sandbox.deliver_to(plain_app.url)
        form = aiohttp.FormData({"user": "U_REQUESTER", "channel": "C_FINANCE", "comment": "<@U_BOT> this"})
        form.add_field("file", b"a,b\n", filename="a.csv", content_type="text/csv")
        async with session.post(sandbox.url + "/sandbox/files", data=form) as response:
            assert (await response.json())["ok"]

    events = [json.loads(body)["event"] for _, body in plain_app.requests]
    shown = {event["type"]: "files" in event for event in events if event["type"] != "file_shared"}
    assert shown == shows_files


async def test_an_app_hears_only_of_what_it_subscribed_to(
    session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    async with Sandbox(events=["message.im", "app_mention"]) as sandbox:
        sandbox.deliver_to(plain_app.url)
        person = Person(sandbox, session)
        assert (await person.do("messages", **ANA_SAYS | {"text": "<@U_BOT> hi"}))["ok"]
        assert (await person.do("messages", **ANA_SAYS | {"channel": "U_BOT"}))["ok"]
        assert (await person.do("home", user="U_REQUESTER"))["ok"]
    assert [(event["type"], event.get("channel_type")) for event in events_of(plain_app)] == [
        ("app_mention", None),
        ("message", "im"),
    ]
