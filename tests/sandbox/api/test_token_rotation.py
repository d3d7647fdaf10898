"""An app that comes by consent alone: into workspaces and an organisation, with tokens that lapse."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

SECRETS = {"client_id": Sandbox.client_id, "client_secret": Sandbox.client_secret}
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


async def consented(sandbox: Sandbox, session: aiohttp.ClientSession, team: str) -> dict[str, Any]:
    """What Slack answers to the code of somebody who consents in a workspace."""
    query = {"client_id": sandbox.client_id, "scope": "commands", "redirect_uri": "http://x/", "team": team}
    async with session.get(sandbox.url + "/oauth/v2/authorize", params=query) as response:
        link = re.findall(r'href="([^"]*)"', await response.text())[0]
    code = unescape(link).partition("code=")[2].partition("&")[0]
    answer = await AsyncWebClient(base_url=sandbox.api_url, session=session).oauth_v2_access(
        **SECRETS, code=code
    )
    assert isinstance(answer.data, dict)
    return answer.data


async def fails(sandbox: Sandbox, session: aiohttp.ClientSession, token: str) -> str:
    """Why a token does not work; empty where it does."""
    try:
        await AsyncWebClient(token, sandbox.api_url, session=session).auth_test()
    except SlackApiError as error:
        return str(error.response["error"])
    return ""


async def test_an_app_that_nobody_has_let_in_has_no_token_and_hears_nothing(
    session: aiohttp.ClientSession,
) -> None:
    async with Sandbox(installed=False) as sandbox:
        assert await fails(sandbox, session, sandbox.bot_token) == "invalid_auth"
        given = await consented(sandbox, session, "T_SANDBOX")
        assert "expires_in" not in given
        assert await fails(sandbox, session, given["access_token"]) == ""


async def test_a_token_lapses_and_a_refresh_token_is_good_once(session: aiohttp.ClientSession) -> None:
    now = [1_000_000.0]
    async with Sandbox(installed=False, rotation_seconds=43_200, clock=lambda: now[0]) as sandbox:
        client = AsyncWebClient(base_url=sandbox.api_url, session=session)

        async def refreshed(refresh_token: str) -> dict[str, Any]:
            answer = await client.oauth_v2_access(
                **SECRETS, grant_type="refresh_token", refresh_token=refresh_token
            )
            assert isinstance(answer.data, dict)
            return answer.data

        first = await consented(sandbox, session, "T_SANDBOX")
        assert first["expires_in"] == 43_200
        now[0] += 40_000
        second = await refreshed(first["refresh_token"])
        assert [await fails(sandbox, session, given["access_token"]) for given in (first, second)] == ["", ""]
        with pytest.raises(SlackApiError, match="invalid_refresh_token"):
            await refreshed(first["refresh_token"])
        now[0] += 4_000
        assert await fails(sandbox, session, first["access_token"]) == "token_expired"
        third = await refreshed(second["refresh_token"])
        assert await fails(sandbox, session, first["access_token"]) == "account_inactive"
        assert await fails(sandbox, session, third["access_token"]) == ""
        sandbox.installation.uninstall()
        assert await fails(sandbox, session, third["access_token"]) == "account_inactive"
        with pytest.raises(SlackApiError, match="invalid_refresh_token"):
            await refreshed(third["refresh_token"])


async def test_an_organisation_stands_beside_workspaces(session: aiohttp.ClientSession) -> None:
    async with Sandbox(installed=False, more_teams=("T_TWO",), organisations={"T_GRID": "E_ORG"}) as sandbox:
        assert sandbox.teams == ("T_SANDBOX", "T_TWO", "T_GRID")
        given = {team: await consented(sandbox, session, team) for team in sandbox.teams}
    organisation = given["T_GRID"]
    assert organisation["team"] is None
    assert (organisation["enterprise"]["id"], organisation["is_enterprise_install"]) == ("E_ORG", True)
    assert [
        (given[team]["team"]["id"], given[team]["is_enterprise_install"]) for team in sandbox.teams[:2]
    ] == [
        ("T_SANDBOX", False),
        ("T_TWO", False),
    ]
