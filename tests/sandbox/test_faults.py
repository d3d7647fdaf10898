"""Trouble that Slack makes for an app: connections that end, and deliveries in the wrong order."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from .conftest import Json, Person, PlainApp, until


def texts_of(plain_app: PlainApp) -> list[str]:
    return [json.loads(body)["event"]["text"] for _, body in plain_app.requests]


async def say(person: Person, text: str) -> Json:
    return await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text=text)


# --- connections that end


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


# --- deliveries in the wrong order


async def test_a_held_delivery_is_overtaken_by_the_next(person: Person, plain_app: PlainApp) -> None:
    await person.do("faults", hold=True)
    first = asyncio.create_task(say(person, "first"))
    async with asyncio.timeout(5):
        while not await person.messages():  # said, and held on its way to the app
            pass

    assert (await say(person, "second"))["ok"]
    assert (await first)["ok"]

    assert texts_of(plain_app) == ["second", "first"]


async def test_faults_taken_back_let_held_deliveries_go(person: Person, plain_app: PlainApp) -> None:
    await person.do("faults", hold=True, method="events")
    held = asyncio.create_task(say(person, "held"))
    async with asyncio.timeout(5):
        while not await person.messages():
            pass
    assert plain_app.requests == []

    await person.do("faults", clear=True)

    assert (await held)["ok"]
    assert texts_of(plain_app) == ["held"]


# --- what a token may do


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


# --- the pace


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


# --- files with a mention, told in three ways


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("both", {"message": True, "app_mention": True}),
        ("message", {"message": True}),
        ("bare_mention", {"message": True, "app_mention": False}),
    ],
)
async def test_workspaces_differ_in_how_they_tell_of_files_with_a_mention(
    session: aiohttp.ClientSession, plain_app: PlainApp, way: str, told: dict[str, bool]
) -> None:
    async with Sandbox(mentions_with_files=way) as sandbox:  # type: ignore[arg-type]
        sandbox.deliver_to(plain_app.url)
        form = aiohttp.FormData({"user": "U_REQUESTER", "channel": "C_FINANCE", "comment": "<@U_BOT> this"})
        form.add_field("file", b"a,b\n", filename="a.csv", content_type="text/csv")
        async with session.post(sandbox.url + "/sandbox/files", data=form) as response:
            assert (await response.json())["ok"]

    events = [json.loads(body)["event"] for _, body in plain_app.requests]
    shows = {each["type"]: "files" in each for each in events if each["type"] != "file_shared"}
    assert shows == told
