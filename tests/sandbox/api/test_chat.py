"""The app's messages: posted, updated, deleted, ephemeral."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from ..block_kit import section
from ..conftest import Person

METADATA = {"event_type": "card", "event_payload": {"review": "R-1"}}


async def test_a_message_can_be_found_again_by_its_metadata(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C_FINANCE", text="card", metadata=METADATA)

    bare = await client.conversations_history(channel="C_FINANCE")
    assert "metadata" not in bare["messages"][0]
    full = await client.conversations_history(channel="C_FINANCE", include_all_metadata=True)
    assert full["messages"][0]["metadata"] == METADATA
    assert full["messages"][0]["ts"] == posted["ts"]


async def test_an_update_keeps_the_ts_and_text_alone_removes_the_blocks(client: AsyncWebClient) -> None:
    ts = (
        await client.chat_postMessage(channel="C_FINANCE", text="a", blocks=[section()], metadata=METADATA)
    )["ts"]

    updated = await client.chat_update(channel="C_FINANCE", ts=ts, text="b")

    assert updated["ts"] == ts
    message = (await client.conversations_history(channel="C_FINANCE", include_all_metadata=True))[
        "messages"
    ][0]
    assert (message["text"], "blocks" in message, message["metadata"]) == ("b", False, METADATA)
    assert message["edited"]["user"] == "U_BOT"


async def test_an_ephemeral_is_for_one_person_and_not_in_history(
    client: AsyncWebClient, person: Person
) -> None:
    sent = await client.chat_postEphemeral(channel="C_FINANCE", user="U_OUTSIDER", text="psst")

    message = (await person.messages())[-1]
    assert (message["ts"], message["ephemeral_to"]) == (sent["message_ts"], "U_OUTSIDER")
    assert (await client.conversations_history(channel="C_FINANCE"))["messages"] == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel="C_FINANCE", ts=sent["message_ts"], text="x")


async def test_a_deleted_message_is_gone(client: AsyncWebClient, person: Person) -> None:
    ts = (await client.chat_postMessage(channel="C_FINANCE", text="a"))["ts"]
    await client.chat_delete(channel="C_FINANCE", ts=ts)
    assert await person.messages() == []


async def test_a_permalink_names_channel_and_message(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="#general", text="x"))["ts"]
    link = (await client.chat_getPermalink(channel="C_GENERAL", message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/C_GENERAL/p{ts.replace('.', '')}")
