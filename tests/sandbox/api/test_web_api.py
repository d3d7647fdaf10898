"""Tokens, scopes and rate limits of the Web API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

Ask = Callable[[AsyncWebClient], Awaitable[object]]


REFUSED: dict[str, tuple[Ask, str]] = {
    "method": (lambda c: c.api_call("chat.invent"), "unknown_method"),
    "token": (lambda c: c.auth_test(token="xoxb-wrong"), "invalid_auth"),
    "no token": (lambda c: AsyncWebClient(base_url=c.base_url, session=c.session).auth_test(), "not_authed"),
    "app token": (lambda c: c.auth_test(token="xapp-sandbox"), "not_allowed_token_type"),
}


@pytest.mark.parametrize(("ask", "error"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_call_needs_a_method_and_a_good_token(client: AsyncWebClient, ask: Ask, error: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        await ask(client)
    assert refused.value.response["error"] == error
    assert refused.value.response.status_code == 200


async def test_every_answer_names_the_scopes(session: aiohttp.ClientSession) -> None:
    async with Sandbox(scopes=["chat:write", "commands"]) as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)

        answer = await client.chat_postMessage(channel="C_FINANCE", text="x")
        assert answer.headers["X-OAuth-Scopes"] == "chat:write,commands"
        assert answer.headers["X-Accepted-OAuth-Scopes"] == "chat:write"

        with pytest.raises(SlackApiError) as refused:
            await client.reactions_add(channel="C_FINANCE", timestamp=answer["ts"], name="eyes")
        body = refused.value.response
        assert (body["error"], body["needed"]) == ("missing_scope", "reactions:write")
        assert body["provided"] == "chat:write,commands"
        assert body.headers["X-OAuth-Scopes"] == "chat:write,commands"


async def test_a_method_has_so_many_calls_a_minute(session: aiohttp.ClientSession) -> None:
    now = [1_700_000_000.0]
    async with Sandbox(rate_limited=True, clock=lambda: now[0]) as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        for _ in range(20):  # tier 2
            await client.users_list()
            now[0] += 1
        with pytest.raises(SlackApiError) as refused:
            await client.users_list()
        await client.users_info(user="U_REVIEWER")  # each method has its own count
        wait = int(refused.value.response.headers["Retry-After"])
        now[0] += wait
        assert (await client.users_list())["ok"]
    assert (refused.value.response.status_code, wait) == (429, 40)


async def test_one_message_a_second_where_that_is_asked_for(session: aiohttp.ClientSession) -> None:
    async with Sandbox(rate_limited=True, clock=lambda: 1_700_000_000.0) as sandbox:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        await client.chat_postMessage(channel="C_FINANCE", text="first")
        await client.chat_postMessage(channel="C_GENERAL", text="elsewhere")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel="C_FINANCE", text="second")

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
