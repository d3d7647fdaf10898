"""Who is in which channel, and what the app hears and reads there."""

from __future__ import annotations

import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..conftest import Json, Person, PlainApp, until

ANA_SAYS = {"user": "U_REQUESTER", "channel": "C_GENERAL", "text": "hi"}


def events_of(plain_app: PlainApp) -> list[Json]:
    return [json.loads(body)["event"] for _, body in plain_app.requests]


async def test_the_app_hears_who_comes_and_goes(person: Person, plain_app: PlainApp) -> None:
    dov = {"user": "U_REQUESTER", "channel": "C_GENERAL", "member": "U_OUTSIDER"}
    assert (await person.do("members", **dov, leave=True))["ok"]
    assert (await person.post("/sandbox/members", **dov, leave=True))[1]["error"] == "not_in_channel"
    assert (await person.do("members", **dov))["ok"]

    events = sorted(events_of(plain_app), key=lambda event: (event["event_ts"], event["type"]))
    left, left_notice, joined, joined_notice = events
    assert (left["type"], left["user"], left["channel"]) == ("member_left_channel", "U_OUTSIDER", "C_GENERAL")
    assert (joined["type"], joined["inviter"], joined["team"]) == (
        "member_joined_channel",
        "U_REQUESTER",
        "T_SANDBOX",
    )
    assert [
        (notice["subtype"], notice["user"], notice["text"]) for notice in (left_notice, joined_notice)
    ] == [
        ("channel_leave", "U_OUTSIDER", "<@U_OUTSIDER> has left the channel"),
        ("channel_join", "U_OUTSIDER", "<@U_OUTSIDER> has joined the channel"),
    ]
    assert (joined_notice["inviter"], "blocks" in joined_notice) == ("U_REQUESTER", False)


async def test_an_app_that_comes_by_itself_is_noted_as_a_person_is(
    client: AsyncWebClient, plain_app: PlainApp
) -> None:
    await client.conversations_leave(channel="C_GENERAL")
    await client.conversations_join(channel="C_GENERAL")
    notice = (await client.conversations_history(channel="C_GENERAL"))["messages"][0]
    assert (notice["subtype"], notice["user"]) == ("channel_join", "U_BOT")
    assert not {"bot_id", "inviter", "bot_profile"} & set(notice)


async def test_an_app_that_is_not_in_a_channel_hears_and_reads_nothing_there(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    await client.conversations_leave(channel="C_GENERAL")
    await until(lambda: plain_app.requests)
    plain_app.requests.clear()

    assert (await person.do("messages", **ANA_SAYS))["ok"]

    assert plain_app.requests == []
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_history(channel="C_GENERAL")
    await client.conversations_join(channel="C_GENERAL")
    history = (await client.conversations_history(channel="C_GENERAL"))["messages"]
    assert [message["text"] for message in history if "subtype" not in message] == ["hi"]


async def test_an_app_posts_in_a_channel_it_is_not_in_only_by_a_scope(session: aiohttp.ClientSession) -> None:
    async with Sandbox(scopes=["chat:write", "channels:manage"]) as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        await client.conversations_leave(channel="C_GENERAL")
        with pytest.raises(SlackApiError, match="not_in_channel"):
            await client.chat_postMessage(channel="C_GENERAL", text="x")


async def test_several_people_and_the_app_talk_in_private(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    opened = (await client.conversations_open(users="U_REVIEWER,U_REQUESTER", return_im=True))["channel"]
    assert (opened["is_mpim"], opened["name"]) == (True, "mpdm-ana--ben--app-1")
    again = await client.conversations_open(users=["U_REQUESTER", "U_REVIEWER"])
    assert again["channel"]["id"] == opened["id"]

    await person.do("messages", user="U_REVIEWER", channel=opened["id"], text="psst")
    status, _ = await person.post(
        "/sandbox/messages", user="U_SECOND", channel=opened["id"], text="let me in"
    )

    assert status == 404
    assert [event["channel_type"] for event in events_of(plain_app)] == ["mpim"]
    listed = await client.users_conversations(types="mpim", user="U_REVIEWER")
    assert [channel["id"] for channel in listed["channels"]] == [opened["id"]]
    assert (await client.users_conversations(types="mpim", user="U_SECOND"))["channels"] == []
