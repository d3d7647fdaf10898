"""Signed requests to the app, and which deliveries are tried again."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..block_kit import actions, button
from ..conftest import Json, Person, PlainApp, until


def events_of(plain_app: PlainApp) -> list[Json]:
    return [json.loads(body)["event"] for _, body in plain_app.requests if body.startswith("{")]


async def test_every_request_is_signed(sandbox: Sandbox, person: Person, plain_app: PlainApp) -> None:
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="über & out")
    await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions", text="€ 5")

    verifier = SignatureVerifier(sandbox.signing_secret)
    for headers, body in plain_app.requests:
        assert verifier.is_valid(
            body=body,
            timestamp=headers["X-Slack-Request-Timestamp"],
            signature=headers["X-Slack-Signature"],
        )
    kinds = [headers["Content-Type"] for headers, _ in plain_app.requests]
    assert kinds == ["application/json", "application/x-www-form-urlencoded"]


async def test_a_command_is_a_form_and_an_interaction_a_payload_in_one(
    client: AsyncWebClient, person: Person, plain_app: PlainApp
) -> None:
    await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions", text="5")
    command = {key: value[0] for key, value in parse_qs(plain_app.requests[-1][1]).items()}
    assert command["user_id"] == "U_REQUESTER"
    assert command["channel_name"] == "finance-approvals"
    assert command["is_enterprise_install"] == "false"

    posted = await client.chat_postMessage(channel="C_FINANCE", text="x", blocks=[actions(button(value="7"))])
    await person.do(
        "actions", user="U_REVIEWER", channel="C_FINANCE", message_ts=posted["ts"], action_id="go"
    )
    payload = json.loads(parse_qs(plain_app.requests[-1][1])["payload"][0])
    assert payload["type"] == "block_actions"
    assert payload["actions"][0]["value"] == "7"


async def test_an_event_nobody_took_comes_again_with_its_number_and_reason(
    person: Person, plain_app: PlainApp
) -> None:
    plain_app.answers = [web.Response(status=500), 5.0, web.Response(status=500), web.Response()]

    answer = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi")

    assert (answer["ok"], answer["status"]) == (False, 500)
    await until(lambda: len(plain_app.requests) == 4)
    marks = [
        (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"))
        for headers, _ in plain_app.requests
    ]
    assert marks == [(None, None), ("1", "http_error"), ("2", "http_timeout"), ("3", "http_error")]
    assert len({json.loads(body)["event_id"] for _, body in plain_app.requests}) == 1


async def test_an_app_can_decline_retries(person: Person, plain_app: PlainApp) -> None:
    plain_app.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi")
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="next")
    assert len(plain_app.requests) == 2


async def test_a_command_is_never_tried_again(person: Person, plain_app: PlainApp) -> None:
    plain_app.answers = [5.0]
    answer = await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")

    assert (answer["ok"], answer["status"], answer["response"]) == (
        False,
        504,
        {"error": "operation_timeout"},
    )
    assert answer["ms"] >= 450
    assert len(plain_app.requests) == 1
