"""Response URLs: how often, how long, and what they change."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..block_kit import actions, button, section
from ..conftest import Json, Person, PlainApp

CARD = [section(block_id="what"), actions(button(value="1"), block_id="decide")]


async def test_a_response_url_is_good_for_five_uses(person: Person, plain_app: PlainApp) -> None:
    await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")
    url = parse_qs(plain_app.requests[-1][1])["response_url"][0]

    bodies: list[Json] = [
        {"text": "private"},
        {"text": "public", "response_type": "in_channel"},
        {"text": "x", "blocks": [section("")]},
        {},
        {"text": "fifth"},
        {"text": "sixth"},
    ]
    answers = []
    for body in bodies:
        async with person.session.post(url, json=body) as response:
            answers.append((response.status, (await response.json()).get("error")))

    assert answers == [
        (200, None),
        (200, None),
        (400, "invalid_blocks"),
        (400, "no_text"),
        (200, None),
        (404, "used_url"),
    ]
    shown = [(message["text"], message["ephemeral_to"]) for message in await person.messages()]
    assert shown == [("private", "U_REQUESTER"), ("public", None), ("fifth", "U_REQUESTER")]


async def test_a_response_url_ends_after_half_an_hour(session: aiohttp.ClientSession) -> None:
    now = [1_700_000_000.0]
    async with Sandbox(clock=lambda: now[0]) as sandbox:
        url = sandbox.installation.response_url("U_REQUESTER", "C_FINANCE")
        now[0] += 1801
        async with session.post(url, json={"text": "late"}) as response:
            assert (await response.json())["error"] == "expired_url"


async def test_the_original_can_be_replaced_or_deleted(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    sent = await client.chat_postEphemeral(channel="C_FINANCE", user="U_REVIEWER", text="x", blocks=CARD)
    ts = sent["message_ts"]
    await person.do("actions", user="U_REVIEWER", channel="C_FINANCE", message_ts=ts, action_id="go")
    payload = json.loads(parse_qs(plain_app.requests[-1][1])["payload"][0])
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True
    url = payload["response_url"]

    async with person.session.post(url, json={"text": "done", "replace_original": True}):
        assert [message["text"] for message in await person.messages()] == ["done"]
    async with person.session.post(url, json={"delete_original": True}):
        assert await person.messages() == []
