"""Messages, threads, ephemerals, and what Slack refuses about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from .conftest import Person
from .kit import section

METADATA = {"event_type": "card", "event_payload": {"review": "R-1"}}


async def test_a_message_can_be_found_again_by_its_metadata(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C_FINANCE", text="card", metadata=METADATA)

    bare = await client.conversations_history(channel="C_FINANCE")
    assert "metadata" not in bare["messages"][0]
    full = await client.conversations_history(channel="C_FINANCE", include_all_metadata=True)
    assert full["messages"][0]["metadata"] == METADATA
    assert full["messages"][0]["ts"] == posted["ts"]


async def test_replies_stand_in_their_thread_and_not_in_the_channel(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel="C_FINANCE", text="parent"))["ts"]
    first = (await client.chat_postMessage(channel="C_FINANCE", text="first", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel="C_FINANCE", text="to the first", thread_ts=first)

    thread = await client.conversations_replies(channel="C_FINANCE", ts=parent)
    assert [each["text"] for each in thread["messages"]] == ["parent", "first", "to the first"]
    assert thread["messages"][0]["reply_count"] == 2
    history = await client.conversations_history(channel="C_FINANCE")
    assert [each["text"] for each in history["messages"]] == ["parent"]


async def test_history_comes_in_pages_newest_first(client: AsyncWebClient) -> None:
    stamps = [(await client.chat_postMessage(channel="C_FINANCE", text=str(each)))["ts"] for each in range(5)]

    first = await client.conversations_history(channel="C_FINANCE", limit=3)
    assert [each["text"] for each in first["messages"]] == ["4", "3", "2"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel="C_FINANCE", limit=3, cursor=cursor)
    assert [each["text"] for each in rest["messages"]] == ["1", "0"]
    assert rest["has_more"] is False
    between = await client.conversations_history(channel="C_FINANCE", oldest=stamps[0], latest=stamps[3])
    assert [each["text"] for each in between["messages"]] == ["2", "1"]


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


async def test_direct_messages_open_on_first_use(client: AsyncWebClient, person: Person) -> None:
    opened = await client.conversations_open(users="U_REVIEWER")
    assert opened["channel"]["id"] == "D_U_REVIEWER"
    await client.chat_postMessage(channel="U_REVIEWER", text="hello")

    assert (await person.messages("D_U_REVIEWER"))[-1]["text"] == "hello"
    assert "D_U_REVIEWER" in [each["id"] for each in (await person.state())["channels"]]
    members = await client.conversations_members(channel="D_U_REVIEWER")
    assert set(members["members"]) == {"U_REVIEWER", "U_BOT"}


async def test_who_and_where_can_be_asked(client: AsyncWebClient) -> None:
    assert (await client.auth_test())["bot_id"] == "B_BOT"
    assert (await client.users_info(user="U_REVIEWER"))["user"]["name"] == "ben"
    assert len((await client.users_list())["members"]) == 5
    assert (await client.conversations_info(channel="C_FINANCE"))["channel"]["name"] == "finance-approvals"
    listed = [each["id"] for each in (await client.conversations_list())["channels"]]
    assert listed == ["C_FINANCE", "C_GENERAL"]
    assert (await client.bots_info(bot="B_BOT"))["bot"]["app_id"] == "A_COUNTERSIGN"
    assert (await client.team_info())["team"]["id"] == "T_SANDBOX"
    ts = (await client.chat_postMessage(channel="#general", text="x"))["ts"]
    link = (await client.chat_getPermalink(channel="C_GENERAL", message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/C_GENERAL/p{ts.replace('.', '')}")
    assert (await client.reactions_add(channel="C_GENERAL", timestamp=ts, name="eyes"))["ok"]


Ask = Callable[[AsyncWebClient], Awaitable[object]]

REFUSED: dict[str, tuple[Ask, str]] = {
    "channel": (lambda c: c.chat_postMessage(channel="C_NOWHERE", text="x"), "channel_not_found"),
    "nothing to say": (lambda c: c.api_call("chat.postMessage", json={"channel": "C_FINANCE"}), "no_text"),
    "too much": (lambda c: c.chat_postMessage(channel="C_FINANCE", text="x" * 40_001), "msg_too_long"),
    "thread": (
        lambda c: c.chat_postMessage(channel="C_FINANCE", text="x", thread_ts="1.000001"),
        "thread_not_found",
    ),
    "message": (lambda c: c.chat_update(channel="C_FINANCE", ts="1.000001", text="x"), "message_not_found"),
    "metadata": (
        lambda c: c.chat_postMessage(channel="C_FINANCE", text="x", metadata={"event_type": "x"}),
        "invalid_metadata_format",
    ),
    "user": (lambda c: c.users_info(user="U_NOBODY"), "user_not_found"),
    "ephemeral elsewhere": (
        lambda c: c.chat_postEphemeral(channel="D_U_REVIEWER", user="U_OUTSIDER", text="x"),
        "user_not_in_channel",
    ),
    "replies": (lambda c: c.conversations_replies(channel="C_FINANCE", ts="1.000001"), "thread_not_found"),
    "method": (lambda c: c.api_call("chat.invent"), "unknown_method"),
    "token": (lambda c: c.auth_test(token="xoxb-wrong"), "invalid_auth"),
    "no token": (lambda c: AsyncWebClient(base_url=c.base_url, session=c.session).auth_test(), "not_authed"),
    "app token": (lambda c: c.auth_test(token="xapp-sandbox"), "not_allowed_token_type"),
}


@pytest.mark.parametrize(("ask", "error"), REFUSED.values(), ids=REFUSED.keys())
async def test_refusals_have_slacks_names(client: AsyncWebClient, ask: Ask, error: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        await ask(client)
    assert refused.value.response["error"] == error
    assert refused.value.response.status_code == 200


async def test_a_persons_message_is_not_the_apps_to_change(client: AsyncWebClient, person: Person) -> None:
    said = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel="C_FINANCE", ts=said["response"]["ts"], text="x")


async def test_one_message_a_second_where_that_is_asked_for(session: aiohttp.ClientSession) -> None:
    async with Sandbox(rate_limited=True, clock=lambda: 1_700_000_000.0) as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        await client.chat_postMessage(channel="C_FINANCE", text="first")
        await client.chat_postMessage(channel="C_GENERAL", text="elsewhere")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel="C_FINANCE", text="second")

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
