"""How payloads reach an app: signed, in time, again after a failure, and by which door."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from .conftest import Json, Person, PlainApp, until
from .kit import actions, button


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


async def test_a_mention_is_told_twice_and_a_file_three_times(person: Person, plain_app: PlainApp) -> None:
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="<@U_BOT> hi")
    assert sorted(event["type"] for event in events_of(plain_app)) == ["app_mention", "message"]

    plain_app.requests.clear()
    form = aiohttp.FormData({"user": "U_REQUESTER", "channel": "C_FINANCE", "comment": "@app this"})
    form.add_field("file", b"a,b\n", filename="a.csv", content_type="text/csv")
    async with person.session.post(person.sandbox.url + "/sandbox/files", data=form) as response:
        said = await response.json()

    assert said["ok"], said
    by_type = {event["type"]: event for event in events_of(plain_app)}
    assert set(by_type) == {"app_mention", "message", "file_shared"}
    assert by_type["message"]["subtype"] == "file_share"
    assert by_type["app_mention"]["files"][0]["name"] == "a.csv"
    assert by_type["file_shared"]["file_id"] == said["response"]["files"][0]


async def test_changes_are_told_too(client: AsyncWebClient, person: Person, plain_app: PlainApp) -> None:
    posted = await client.chat_postMessage(channel="C_FINANCE", text="one")
    await client.chat_update(channel="C_FINANCE", ts=posted["ts"], text="two")
    said = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="mine")
    ts = said["response"]["ts"]
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="mine, mended", ts=ts)

    await until(lambda: len(events_of(plain_app)) == 4)
    own = next(event for event in events_of(plain_app) if event.get("text") == "one")
    assert own["bot_id"] == "B_BOT"
    changed = [event for event in events_of(plain_app) if event.get("subtype") == "message_changed"]
    assert {(each["previous_message"]["text"], each["message"]["text"]) for each in changed} == {
        ("one", "two"),
        ("mine", "mine, mended"),
    }


async def test_an_event_nobody_took_comes_again_with_its_number_and_reason(
    person: Person, plain_app: PlainApp
) -> None:
    plain_app.answers = [web.Response(status=500), 5.0, web.Response(status=500), web.Response()]

    said = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi")

    assert (said["ok"], said["status"]) == (False, 500)
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
    said = await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")

    assert (said["ok"], said["status"], said["response"]) == (False, 504, {"error": "operation_timeout"})
    assert said["ms"] >= 450
    assert len(plain_app.requests) == 1


async def test_nobody_connected_is_said_at_once(person: Person) -> None:
    said = await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")
    assert (said["ok"], said["status"]) == (False, 503)
    assert said["response"] == {"error": "no_app_connected"}


class BareSocket:
    """A Socket Mode client by hand, to see envelopes and withhold acknowledgements."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    @classmethod
    async def connect(cls, sandbox: Sandbox, running: AsyncExitStack, client: AsyncWebClient) -> BareSocket:
        opened = await client.apps_connections_open(app_token=sandbox.app_token)
        assert client.session is not None
        ws = await running.enter_async_context(client.session.ws_connect(opened["url"]))
        assert (await ws.receive_json())["type"] == "hello"
        return cls(ws)

    async def envelope(self) -> Json:
        envelope: Json = await self.ws.receive_json()
        return envelope

    async def ack(self, envelope: Json, payload: Json | None = None) -> None:
        more = {} if payload is None else {"payload": payload}
        await self.ws.send_json({"envelope_id": envelope["envelope_id"], **more})


async def test_an_unacknowledged_envelope_comes_again(
    sandbox: Sandbox, client: AsyncWebClient, person: Person, running: AsyncExitStack
) -> None:
    socket = await BareSocket.connect(sandbox, running, client)

    said = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi")

    assert (said["ok"], said["status"]) == (False, 504)
    first, second = await socket.envelope(), await socket.envelope()
    await socket.ack(second)
    assert first["type"] == "events_api"
    assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
    assert second["retry_reason"] == "timeout"
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]


async def test_payloads_go_round_the_connections(
    sandbox: Sandbox, client: AsyncWebClient, person: Person, running: AsyncExitStack
) -> None:
    sockets = [await BareSocket.connect(sandbox, running, client) for _ in range(2)]
    assert sandbox.connections == 2

    fields = {"user": "U_REQUESTER", "channel": "C_FINANCE", "command": "/transactions"}
    for _ in range(2):
        await person.do("commands", **fields)
    texts = [(await socket.envelope())["type"] for socket in sockets]
    assert texts == ["slash_commands", "slash_commands"]


async def test_a_connection_ticket_is_good_once(sandbox: Sandbox, client: AsyncWebClient) -> None:
    opened = await client.apps_connections_open(app_token=sandbox.app_token)
    assert client.session is not None
    async with client.session.ws_connect(opened["url"]) as ws:
        await ws.receive_json()
        async with client.session.get(opened["url"].replace("ws", "http", 1)) as again:
            assert again.status == 401
