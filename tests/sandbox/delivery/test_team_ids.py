"""Enterprise Grid and Slack Connect: teams of people, channels and installations that differ."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_bolt.request.internals import (
    extract_actor_team_id,
    extract_enterprise_id,
    extract_is_enterprise_install,
    extract_team_id,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, TeamIds

from ..block_kit import actions, button, input_block, modal, text_input
from ..conftest import Json, Person, PlainApp

ANA = {"user": "U_REQUESTER", "channel": "C_FINANCE"}


def payload_of(body: str) -> Json:
    if body.startswith("{"):
        payload: Json = json.loads(body)
        return payload
    form = {key: value[0] for key, value in parse_qs(body).items()}
    return dict(json.loads(form["payload"])) if "payload" in form else form


async def everything(sandbox: Sandbox, session: aiohttp.ClientSession, plain_app: PlainApp) -> list[Json]:
    """One payload of each kind: an event, a click, a command and a submission."""
    sandbox.deliver_to(plain_app.url)
    person = Person(sandbox, session)
    client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
    await person.do("messages", **ANA, text="hi")
    card = sandbox.installation.workspace.post("C_FINANCE", "U_BOT", "x", blocks=[actions(button())])
    await person.do("actions", **ANA, message_ts=card["ts"], action_id="go")
    await person.do("commands", **ANA, command="/transactions")
    trigger = payload_of(plain_app.requests[-1][1])["trigger_id"]
    view = (await client.views_open(trigger_id=trigger, view=modal(input_block("a", text_input()))))["view"]
    await person.do(f"views/{view['id']}/submit", user="U_REQUESTER", values={"a": "x"})
    return [payload_of(body) for _, body in plain_app.requests]


@pytest.fixture
async def connected(session: aiohttp.ClientSession) -> AsyncIterator[Sandbox]:
    async with Sandbox(team_ids=TeamIds(user="T_THEIRS", channel="T_HOST")) as sandbox:
        yield sandbox


async def test_an_installation_is_found_whoever_acts_and_wherever(
    connected: Sandbox, session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    event, click, command, submission = await everything(connected, session, plain_app)

    for payload in (event, click, command, submission):
        assert extract_team_id(payload) == "T_SANDBOX"
        assert not extract_is_enterprise_install(payload)
    assert (event["team_id"], event["is_ext_shared_channel"]) == ("T_HOST", True)
    assert (event["event"]["team"], event["event"]["user_team"]) == ("T_THEIRS", "T_THEIRS")
    assert extract_actor_team_id(event) == "T_THEIRS"
    assert click["user"]["team_id"] == "T_THEIRS"
    assert (submission["view"]["team_id"], submission["view"]["app_installed_team_id"]) == (
        "T_THEIRS",
        "T_SANDBOX",
    )
    client = AsyncWebClient(connected.bot_token, base_url=connected.api_url, session=session)
    assert (await client.users_info(user="U_REVIEWER"))["user"]["team_id"] == "T_THEIRS"
    assert (await client.users_info(user="U_BOT"))["user"]["team_id"] == "T_SANDBOX"
    assert (await client.conversations_info(channel="C_FINANCE"))["channel"]["context_team_id"] == "T_HOST"


async def test_an_installation_in_a_whole_organisation_names_no_team_of_it(
    session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    async with Sandbox(team_ids=TeamIds(enterprise="E_ORG", org_wide=True)) as sandbox:
        event, click, command, submission = await everything(sandbox, session, plain_app)
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        who = await client.auth_test()

    for payload in (event, click, command, submission):
        assert extract_is_enterprise_install(payload)
        assert extract_enterprise_id(payload) == "E_ORG"
    assert event["authorizations"][0]["team_id"] is None
    assert click["team"] is None
    assert submission["view"]["app_installed_team_id"] == "E_ORG"
    assert (who["is_enterprise_install"], who["enterprise_id"]) == (True, "E_ORG")


async def test_a_team_of_an_organisation_says_which(
    session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    async with Sandbox(team_ids=TeamIds(enterprise="E_ORG")) as sandbox:
        payloads = await everything(sandbox, session, plain_app)
    for payload in payloads:
        assert (extract_enterprise_id(payload), extract_team_id(payload)) == ("E_ORG", "T_SANDBOX")
    assert payloads[0]["is_ext_shared_channel"] is False
