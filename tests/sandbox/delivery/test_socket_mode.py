"""Socket Mode: envelopes, connections in turn, and connections that end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..conftest import Json, Person, until


async def say(person: Person, text: str) -> Json:
    return await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text=text)


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


async def test_nobody_connected_is_said_at_once(person: Person) -> None:
    answer = await person.do("commands", user="U_REQUESTER", channel="C_FINANCE", command="/transactions")
    assert (answer["ok"], answer["status"]) == (False, 503)
    assert answer["response"] == {"error": "no_app_connected"}


async def test_an_unacknowledged_envelope_comes_again(
    sandbox: Sandbox, client: AsyncWebClient, person: Person, running: AsyncExitStack
) -> None:
    socket = await BareSocket.connect(sandbox, running, client)

    answer = await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="hi")

    assert (answer["ok"], answer["status"]) == (False, 504)
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


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_a_disconnect_says_why_and_ends_every_connection(
    client: AsyncWebClient, person: Person, sandbox: Sandbox, reason: str
) -> None:
    assert client.session is not None
    async with AsyncExitStack() as stack:
        sockets = []
        for _ in range(2):
            opened = await client.apps_connections_open(app_token=sandbox.app_token)
            sockets.append(await stack.enter_async_context(client.session.ws_connect(opened["url"])))
            await sockets[-1].receive_json()

        ending = asyncio.create_task(person.do("faults", disconnect=reason))

        for socket in sockets:
            goodbye = await socket.receive_json()
            assert (goodbye["type"], goodbye["reason"]) == ("disconnect", reason)
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert (await ending)["ok"]
    assert sandbox.connections == 0
    assert (await say(person, "hi"))["status"] == 503


async def test_a_client_comes_again_after_a_refresh(
    client: AsyncWebClient, person: Person, sandbox: Sandbox, running: AsyncExitStack
) -> None:
    heard: list[str] = []

    async def note(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request.payload["event"]["text"])
        await socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    socket = SocketModeClient(sandbox.app_token, web_client=client)
    running.push_async_callback(socket.close)
    socket.socket_mode_request_listeners.append(note)
    await socket.connect()  # type: ignore[no-untyped-call]
    await until(lambda: sandbox.connections == 1)

    await person.do("faults", disconnect="refresh_requested")

    async with asyncio.timeout(5):
        while not (await say(person, "still there?"))["ok"]:
            pass  # between two connections an app hears nothing
    assert set(heard) == {"still there?"}


async def test_a_connection_is_used_until_it_ends_after_a_warning(person: Person, sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.app_token}"}
    async with person.session.post(sandbox.api_url + "apps.connections.open", headers=headers) as response:
        url = (await response.json())["url"]
    async with person.session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        await person.do("faults", disconnect="warning")
        warning = await socket.receive_json()
        assert (warning["type"], warning["reason"]) == ("disconnect", "warning")

        saying = asyncio.create_task(say(person, "still here"))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await saying)["ok"]

        ending = asyncio.create_task(person.do("faults", disconnect="refresh_requested"))
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await ending
    assert sandbox.connections == 0


async def test_an_unknown_reason_is_refused(person: Person) -> None:
    assert await person.post("/sandbox/faults", disconnect="boredom") == (
        400,
        {"ok": False, "error": "invalid_disconnect"},
    )
