"""Consent, and the code that it gives in exchange for a token."""

from __future__ import annotations

import re
from html import unescape

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox


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
    allow, cancel = (unescape(link) for link in re.findall(r'href="([^"]*)"', page))
    assert "error=access_denied&state=s%261" in cancel
    code = re.search(r"code=(\w+)&state=s%261$", allow)
    assert code is not None

    client = AsyncWebClient(base_url=sandbox.api_url, session=session)  # the id and the secret as Basic
    secrets = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    installed = await client.oauth_v2_access(**secrets, code=code[1], redirect_uri=back)
    assert (installed["access_token"], installed["token_type"]) == (sandbox.bot_token, "bot")
    with pytest.raises(SlackApiError, match="code_already_used"):
        await client.oauth_v2_access(**secrets, code=code[1])


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
