"""Who is in which channel, threads whose beginning is gone, and installing the app."""

from __future__ import annotations

import json
import re
from html import unescape

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from .conftest import Json, Person, PlainApp, until

ANA_SAYS = {"user": "U_REQUESTER", "channel": "C_GENERAL", "text": "hi"}


def events_of(plain_app: PlainApp) -> list[Json]:
    return [json.loads(body)["event"] for _, body in plain_app.requests]


async def test_the_app_hears_who_comes_and_goes(person: Person, plain_app: PlainApp) -> None:
    dov = {"user": "U_REQUESTER", "channel": "C_GENERAL", "member": "U_OUTSIDER"}
    assert (await person.do("members", **dov, leave=True))["ok"]
    assert (await person.post("/sandbox/members", **dov, leave=True))[1]["error"] == "not_in_channel"
    assert (await person.do("members", **dov))["ok"]

    told = sorted(events_of(plain_app), key=lambda event: (event["event_ts"], event["type"]))
    left, left_notice, joined, joined_notice = told
    assert (left["type"], left["user"], left["channel"]) == ("member_left_channel", "U_OUTSIDER", "C_GENERAL")
    assert (joined["type"], joined["inviter"], joined["team"]) == (
        "member_joined_channel",
        "U_REQUESTER",
        "T_SANDBOX",
    )
    assert [(each["subtype"], each["user"], each["text"]) for each in (left_notice, joined_notice)] == [
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
    assert [each["text"] for each in history if "subtype" not in each] == ["hi"]


async def test_an_app_posts_in_a_channel_it_is_not_in_only_by_a_scope(session: aiohttp.ClientSession) -> None:
    async with Sandbox(scopes=["chat:write", "channels:manage"]) as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        await client.conversations_leave(channel="C_GENERAL")
        with pytest.raises(SlackApiError, match="not_in_channel"):
            await client.chat_postMessage(channel="C_GENERAL", text="x")


async def test_an_app_hears_only_of_what_it_subscribed_to(
    session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    async with Sandbox(events=["message.im", "app_mention"]) as sandbox:
        sandbox.deliver_to(plain_app.url)
        person = Person(sandbox, session)
        assert (await person.do("messages", **ANA_SAYS | {"text": "<@U_BOT> hi"}))["ok"]
        assert (await person.do("messages", **ANA_SAYS | {"channel": "U_BOT"}))["ok"]
        assert (await person.do("home", user="U_REQUESTER"))["ok"]
    assert [(each["type"], each.get("channel_type")) for each in events_of(plain_app)] == [
        ("app_mention", None),
        ("message", "im"),
    ]


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
    assert [each["channel_type"] for each in events_of(plain_app)] == ["mpim"]
    listed = await client.users_conversations(types="mpim", user="U_REVIEWER")
    assert [each["id"] for each in listed["channels"]] == [opened["id"]]
    assert (await client.users_conversations(types="mpim", user="U_SECOND"))["channels"] == []


async def test_a_thread_keeps_a_tombstone_where_it_began(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    said = await person.do("messages", **ANA_SAYS)
    ts = said["response"]["ts"]
    reply = await client.chat_postMessage(channel="C_GENERAL", text="a reply", thread_ts=ts)
    await until(lambda: len(plain_app.requests) == 2)

    await person.do("messages", user="U_REQUESTER", channel="C_GENERAL", ts=ts, delete=True)

    event = events_of(plain_app)[-1]
    assert (event["subtype"], event["message"]["subtype"]) == ("message_changed", "tombstone")
    thread = (await client.conversations_replies(channel="C_GENERAL", ts=ts))["messages"]
    assert [each["text"] for each in thread] == ["This message was deleted.", "a reply"]
    assert thread[0]["user"] == "USLACKBOT"
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.reactions_add(channel="C_GENERAL", timestamp=ts, name="eyes")
    await client.chat_delete(channel="C_GENERAL", ts=reply["ts"])
    await until(lambda: events_of(plain_app)[-1].get("subtype") == "message_deleted")


async def test_pages_of_history_do_not_slip_when_something_is_said_meanwhile(client: AsyncWebClient) -> None:
    for each in range(4):
        await client.chat_postMessage(channel="C_FINANCE", text=str(each))
    first = await client.conversations_history(channel="C_FINANCE", limit=2)
    await client.chat_postMessage(channel="C_FINANCE", text="meanwhile")
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel="C_FINANCE", limit=2, cursor=cursor)
    assert [each["text"] for each in [*first["messages"], *rest["messages"]]] == ["3", "2", "1", "0"]


# --- installing


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack-sdk's use of it
async def test_consent_leads_back_with_a_code_that_is_good_once(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    back = "http://127.0.0.1:1/oauth?from=<slack>"
    query = {
        "client_id": sandbox.client_id,
        "scope": "chat:write,<b>commands</b>",
        "redirect_uri": back,
        "state": "s&1",
    }
    async with session.get(sandbox.url + "/oauth/v2/authorize", params=query) as response:
        page = await response.text()
    assert "<b>" not in page
    allow, cancel = (unescape(each) for each in re.findall(r'href="([^"]*)"', page))
    assert "error=access_denied&state=s%261" in cancel
    found = re.search(r"code=(\w+)&state=s%261$", allow)
    assert found is not None

    client = AsyncWebClient(base_url=sandbox.api_url, session=session)  # the id and the secret as Basic
    secrets = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    installed = await client.oauth_v2_access(**secrets, code=found[1], redirect_uri=back)
    assert (installed["access_token"], installed["token_type"]) == (sandbox.bot_token, "bot")
    with pytest.raises(SlackApiError, match="code_already_used"):
        await client.oauth_v2_access(**secrets, code=found[1])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "x"}, "invalid_client_id"),
        ({"redirect_uri": "javascript:alert(1)"}, "bad_redirect_uri"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
async def test_a_wrong_request_for_consent_is_named(
    sandbox: Sandbox, session: aiohttp.ClientSession, change: dict[str, str], error: str
) -> None:
    query = {"client_id": sandbox.client_id, "scope": "commands", "redirect_uri": "http://x/"} | change
    async with session.get(sandbox.url + "/oauth/v2/authorize", params=query) as response:
        assert (response.status, await response.text()) == (400, error)
