"""The end of an installation: what the app hears, what its token is still good for, and a new beginning."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..block_kit import actions, button
from ..conftest import Json, Person, PlainApp, until

ANA = {"user": "U_REQUESTER", "channel": "C_FINANCE"}
SECRETS = {"client_id": Sandbox.client_id, "client_secret": Sandbox.client_secret}
GONE = {"ok": False, "status": 404, "ms": 0, "response": {"error": "app_not_installed"}}


def event_types(plain_app: PlainApp) -> list[str]:
    return sorted(json.loads(body)["event"]["type"] for _, body in plain_app.requests)


async def installed_again(sandbox: Sandbox, session: aiohttp.ClientSession, team: str = "") -> str:
    """The token after somebody consents."""
    query = {"client_id": Sandbox.client_id, "scope": "chat:write", "redirect_uri": "http://x/", "team": team}
    async with session.get(sandbox.url + "/oauth/v2/authorize", params=query) as response:
        code = (await response.text()).partition("code=")[2].partition("&")[0]
    async with session.post(sandbox.api_url + "oauth.v2.access", data={**SECRETS, "code": code}) as response:
        return str((await response.json())["access_token"])


async def test_a_bolt_app_hears_that_it_was_taken_out(
    sandbox: Sandbox, client: AsyncWebClient, person: Person, running: AsyncExitStack
) -> None:
    heard: list[Json] = []

    async def note(event: Json) -> None:
        heard.append(event)

    app = AsyncApp(client=client, signing_secret=sandbox.signing_secret, process_before_response=True)
    for kind in ("app_uninstalled", "tokens_revoked"):
        app.event(kind)(note)
    handler = AsyncSocketModeHandler(app, sandbox.app_token)
    running.push_async_callback(handler.close_async)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(lambda: sandbox.connections)

    assert (await person.do("uninstall"))["ok"]

    assert sorted(event["type"] for event in heard) == ["app_uninstalled", "tokens_revoked"]
    revoked = next(event for event in heard if event["type"] == "tokens_revoked")
    assert revoked["tokens"] == {"oauth": [], "bot": ["U_BOT"]}


async def test_nothing_reaches_an_app_that_was_taken_out(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    posted = await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[actions(button())])
    await person.do("uninstall")
    await until(lambda: len(plain_app.requests) == 3)
    plain_app.requests.clear()

    assert (await person.do("messages", **ANA, text="anyone?"))["ok"]
    assert await person.do("commands", **ANA, command="/transactions") == GONE
    assert await person.do("actions", **ANA, message_ts=posted["ts"], action_id="go") == GONE
    assert plain_app.requests == []
    assert await person.post("/sandbox/uninstall") == (400, {"ok": False, "error": "app_not_installed"})


async def test_the_token_of_an_app_that_was_taken_out_is_worthless(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    uploaded = await client.files_upload_v2(channel="C_FINANCE", filename="a.csv", content="a,b\n")
    await person.do("uninstall")
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.chat_postMessage(channel="C_FINANCE", text="x")
    headers = {"Authorization": f"Bearer {client.token}"}
    url = uploaded["files"][0]["url_private"]
    async with person.session.get(url, headers=headers, allow_redirects=False) as response:
        assert response.status == 302


async def test_an_app_can_revoke_its_token(client: AsyncWebClient, plain_app: PlainApp) -> None:
    assert (await client.auth_revoke(test=True))["revoked"] is False
    assert (await client.auth_test())["ok"]

    assert (await client.auth_revoke())["revoked"] is True

    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test()
    await until(lambda: plain_app.requests)
    assert event_types(plain_app) == ["tokens_revoked"]


async def test_an_app_can_take_itself_out(client: AsyncWebClient, plain_app: PlainApp) -> None:
    assert (await client.apps_uninstall(**SECRETS))["ok"]
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()
    await until(lambda: len(plain_app.requests) == 2)
    assert event_types(plain_app) == ["app_uninstalled", "tokens_revoked"]


async def test_the_last_events_come_in_either_order(person: Person, plain_app: PlainApp) -> None:
    await person.do("faults", hold=True, method="events")
    await person.do("uninstall")
    kinds = [json.loads(body)["event"]["type"] for _, body in plain_app.requests]
    assert kinds == ["tokens_revoked", "app_uninstalled"]


async def test_consent_brings_another_token_and_the_old_one_stays_worthless(
    sandbox: Sandbox, client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    await person.do("uninstall")
    token = await installed_again(sandbox, person.session)
    assert token == "xoxb-sandbox-2"
    assert (await AsyncWebClient(token, sandbox.api_url, session=person.session).auth_test())["ok"]
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await AsyncWebClient("xoxb-sandbox-3", sandbox.api_url, session=person.session).auth_test()
    plain_app.requests.clear()
    await person.do("messages", **ANA, text="back?")
    assert event_types(plain_app) == ["message"]


async def test_an_uninstalled_app_stays_so_after_a_restart(
    tmp_path: Path, session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    async with Sandbox(data=tmp_path, retry_delays=()) as sandbox:
        await Person(sandbox, session).do("uninstall")
    async with Sandbox(data=tmp_path) as sandbox:
        with pytest.raises(SlackApiError, match="account_inactive"):
            await AsyncWebClient(sandbox.bot_token, sandbox.api_url, session=session).auth_test()


async def test_one_workspace_takes_the_app_out_and_another_keeps_it(
    session: aiohttp.ClientSession, plain_app: PlainApp
) -> None:
    async with Sandbox(more_teams=("T_OTHER",)) as sandbox:
        sandbox.deliver_to(plain_app.url)
        await Person(sandbox, session, "T_OTHER").do("uninstall")
        assert {json.loads(body)["team_id"] for _, body in plain_app.requests} == {"T_OTHER"}
        here, there = (
            AsyncWebClient(sandbox.first_token(team), sandbox.api_url, session=session)
            for team in sandbox.teams
        )
        assert (await here.auth_test())["ok"]
        with pytest.raises(SlackApiError, match="account_inactive"):
            await there.auth_test()
        assert await installed_again(sandbox, session, "T_OTHER") == "xoxb-sandbox-T_OTHER-2"
