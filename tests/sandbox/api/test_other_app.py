"""Another app in the same workspace: it writes, also with our metadata, and is never taken for ours."""

from __future__ import annotations

import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.api.web_api import METHODS, OTHER_APP_METHODS

from ..block_kit import section
from ..conftest import Json, Person, PlainApp, until

OURS = {"event_type": "countersign", "event_payload": {"review": "R-7K3F2", "part": "card"}}


@pytest.fixture
def other(sandbox: Sandbox, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(sandbox.other_app_token(), base_url=sandbox.api_url, session=session)


def events_of(plain_app: PlainApp) -> list[Json]:
    return [json.loads(body)["event"] for _, body in plain_app.requests]


async def test_it_is_somebody_else(other: AsyncWebClient, client: AsyncWebClient) -> None:
    who = await other.auth_test()
    assert (who["user_id"], who["bot_id"], who["user"]) == ("U_OTHER_APP", "B_OTHER", "tally")
    bot = (await client.bots_info(bot="B_OTHER"))["bot"]
    assert (bot["app_id"], bot["user_id"], bot["name"]) == ("A_OTHER", "U_OTHER_APP", "tally")
    assert (await other.bots_info())["bot"]["id"] == "B_OTHER"
    assert (await client.bots_info())["bot"]["id"] == "B_BOT"


async def test_its_message_carries_its_ids_whatever_the_metadata(
    other: AsyncWebClient, client: AsyncWebClient, plain_app: PlainApp
) -> None:
    card = await other.chat_postMessage(channel="C_FINANCE", text="x", blocks=[section()], metadata=OURS)
    await other.chat_postMessage(channel="C_FINANCE", text="y", thread_ts=card["ts"], metadata=OURS)
    read = await client.conversations_replies(channel="C_FINANCE", ts=card["ts"], include_all_metadata=True)
    for message in read["messages"]:
        assert (message["bot_id"], message["app_id"], message["user"]) == (
            "B_OTHER",
            "A_OTHER",
            "U_OTHER_APP",
        )
        assert message["metadata"] == OURS
        assert message["bot_profile"]["app_id"] == "A_OTHER"
    await until(lambda: len(plain_app.requests) == 2)
    heard = {event["ts"]: event for event in events_of(plain_app)}
    assert (heard[card["ts"]]["bot_id"], heard[card["ts"]]["channel_type"]) == ("B_OTHER", "channel")


async def test_our_app_is_named_by_it_as_by_a_person(other: AsyncWebClient, plain_app: PlainApp) -> None:
    await other.chat_postMessage(channel="C_FINANCE", text="<@U_BOT> approve")
    await until(lambda: len(plain_app.requests) == 2)
    assert {event["type"] for event in events_of(plain_app)} == {"message", "app_mention"}


async def test_neither_app_changes_what_the_other_wrote(
    other: AsyncWebClient, client: AsyncWebClient
) -> None:
    theirs = (await other.chat_postMessage(channel="C_FINANCE", text="theirs"))["ts"]
    ours = (await client.chat_postMessage(channel="C_FINANCE", text="ours"))["ts"]
    for writer, ts in ((client, theirs), (other, ours)):
        with pytest.raises(SlackApiError, match="cant_update_message"):
            await writer.chat_update(channel="C_FINANCE", ts=ts, text="z")
        with pytest.raises(SlackApiError, match="cant_delete_message"):
            await writer.chat_delete(channel="C_FINANCE", ts=ts)
    edited = (await other.chat_update(channel="C_FINANCE", ts=theirs, text="z"))["message"]["edited"]
    assert edited["user"] == "U_OTHER_APP"
    assert (await other.chat_delete(channel="C_FINANCE", ts=theirs))["ok"]


async def test_it_reads_only_where_it_is(other: AsyncWebClient) -> None:
    assert (await other.conversations_history(channel="C_FINANCE"))["ok"]
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await other.conversations_history(channel="C_SHARED")


async def test_what_is_about_our_installation_is_not_for_it(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    headers = {"Authorization": f"Bearer {sandbox.other_app_token()}"}
    for method in METHODS.keys() - OTHER_APP_METHODS:
        async with session.post(sandbox.api_url + method, headers=headers) as response:
            assert (await response.json())["error"] == "not_allowed_token_type", method
    assert sandbox.installation.tokens.ended is None


async def test_faults_and_limits_are_for_our_app_alone(
    other: AsyncWebClient, client: AsyncWebClient, person: Person
) -> None:
    await person.do("faults", method="chat.postMessage", error="is_archived")
    assert (await other.chat_postMessage(channel="C_FINANCE", text="x"))["ok"]
    with pytest.raises(SlackApiError, match="is_archived"):
        await client.chat_postMessage(channel="C_FINANCE", text="x")


async def test_it_has_a_token_in_each_workspace(session: aiohttp.ClientSession) -> None:
    async with Sandbox(more_teams=("T_OTHER",)) as sandbox:
        tokens = {team: sandbox.other_app_token(team) for team in sandbox.teams}
        assert len({*tokens.values(), sandbox.bot_token, sandbox.first_token("T_OTHER")}) == 4
        for team, token in tokens.items():
            client = AsyncWebClient(token, base_url=sandbox.api_url, session=session)
            assert (await client.auth_test())["team_id"] == team
