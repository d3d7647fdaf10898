"""Threads, pages of history and direct messages."""

from __future__ import annotations

import json

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from ..conftest import Json, Person, PlainApp, until

ANA_SAYS = {"user": "U_REQUESTER", "channel": "C_GENERAL", "text": "hi"}


def events_of(plain_app: PlainApp) -> list[Json]:
    return [json.loads(body)["event"] for _, body in plain_app.requests]


async def test_replies_stand_in_their_thread_and_not_in_the_channel(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel="C_FINANCE", text="parent"))["ts"]
    first = (await client.chat_postMessage(channel="C_FINANCE", text="first", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel="C_FINANCE", text="to the first", thread_ts=first)

    thread = await client.conversations_replies(channel="C_FINANCE", ts=parent)
    assert [message["text"] for message in thread["messages"]] == ["parent", "first", "to the first"]
    assert thread["messages"][0]["reply_count"] == 2
    history = await client.conversations_history(channel="C_FINANCE")
    assert [message["text"] for message in history["messages"]] == ["parent"]


async def test_a_thread_keeps_a_tombstone_where_it_began(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    answer = await person.do("messages", **ANA_SAYS)
    ts = answer["response"]["ts"]
    reply = await client.chat_postMessage(channel="C_GENERAL", text="a reply", thread_ts=ts)
    await until(lambda: len(plain_app.requests) == 2)

    await person.do("messages", user="U_REQUESTER", channel="C_GENERAL", ts=ts, delete=True)

    event = events_of(plain_app)[-1]
    assert (event["subtype"], event["message"]["subtype"]) == ("message_changed", "tombstone")
    thread = (await client.conversations_replies(channel="C_GENERAL", ts=ts))["messages"]
    assert [message["text"] for message in thread] == ["This message was deleted.", "a reply"]
    assert thread[0]["user"] == "USLACKBOT"
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.reactions_add(channel="C_GENERAL", timestamp=ts, name="eyes")
    await client.chat_delete(channel="C_GENERAL", ts=reply["ts"])
    await until(lambda: events_of(plain_app)[-1].get("subtype") == "message_deleted")


async def test_history_comes_in_pages_newest_first(client: AsyncWebClient) -> None:
    stamps = [
        (await client.chat_postMessage(channel="C_FINANCE", text=str(number)))["ts"] for number in range(5)
    ]

    first = await client.conversations_history(channel="C_FINANCE", limit=3)
    assert [message["text"] for message in first["messages"]] == ["4", "3", "2"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel="C_FINANCE", limit=3, cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["1", "0"]
    assert rest["has_more"] is False
    between = await client.conversations_history(channel="C_FINANCE", oldest=stamps[0], latest=stamps[3])
    assert [message["text"] for message in between["messages"]] == ["2", "1"]


async def test_pages_of_history_do_not_slip_when_something_is_said_meanwhile(client: AsyncWebClient) -> None:
    for number in range(4):
        await client.chat_postMessage(channel="C_FINANCE", text=str(number))
    first = await client.conversations_history(channel="C_FINANCE", limit=2)
    await client.chat_postMessage(channel="C_FINANCE", text="meanwhile")
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel="C_FINANCE", limit=2, cursor=cursor)
    assert [message["text"] for message in [*first["messages"], *rest["messages"]]] == ["3", "2", "1", "0"]


async def test_direct_messages_open_on_first_use(client: AsyncWebClient, person: Person) -> None:
    opened = await client.conversations_open(users="U_REVIEWER")
    assert opened["channel"]["id"] == "D_U_REVIEWER"
    await client.chat_postMessage(channel="U_REVIEWER", text="hello")

    assert (await person.messages("D_U_REVIEWER"))[-1]["text"] == "hello"
    assert "D_U_REVIEWER" in [channel["id"] for channel in (await person.state())["channels"]]
    members = await client.conversations_members(channel="D_U_REVIEWER")
    assert set(members["members"]) == {"U_REVIEWER", "U_BOT"}
