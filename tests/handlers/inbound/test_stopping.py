"""A bot that is told to stop answers what comes until nobody sends it anything more."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Bot, assembled
from bot.cli.serve import web_server
from bot.config.settings import Settings
from bot.sandbox import Sandbox
from handlers.inbound.probes import LEAVE_SECONDS
from handlers.inbound.socket_mode import socket_mode
from tests.office import Office, sandbox_policy
from tests.processes import visited


@contextlib.asynccontextmanager
async def silent_bot(folder: Path) -> AsyncIterator[tuple[Bot, Office, Sandbox]]:
    """A bot that listens nowhere yet, and the people of its workspace."""
    async with Sandbox(ack_seconds=2.0) as sandbox, visited(sandbox.url) as office:
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(sandbox.bot_token),
            slack_signing_secret=SecretStr(sandbox.signing_secret),
            slack_api_url=sandbox.api_url,
            data=folder,
        )
        policy = sandbox_policy()
        async with assembled(settings, policy=lambda: policy) as bot:
            yield bot, office, sandbox


class Held:
    """Holds the first request that reaches Bolt until it is released."""

    def __init__(self, bot: Bot, patch: pytest.MonkeyPatch) -> None:
        self.begun, self.release = asyncio.Event(), asyncio.Event()
        self._dispatch = bot.slack.async_dispatch
        patch.setattr(bot.slack, "async_dispatch", self._held)

    async def _held(self, request: Any) -> Any:
        if not self.begun.is_set():
            self.begun.set()
            await self.release.wait()
        return await self._dispatch(request)


async def test_a_connection_that_is_to_close_goes_on_answering_while_something_is_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with silent_bot(tmp_path) as (bot, office, sandbox), contextlib.AsyncExitStack() as listening:
        held = Held(bot, monkeypatch)
        await listening.enter_async_context(socket_mode(bot.slack, sandbox.app_token, 1))
        first = asyncio.create_task(office.command("U_REQUESTER", "help"))
        await held.begun.wait()
        closing = asyncio.create_task(listening.aclose())
        await asyncio.sleep(0)  # it has begun to close
        second = await office.command("U_REQUESTER", "help")
        assert (second["status"], closing.done()) == (200, False)
        held.release.set()
        assert (await first)["status"] == 200
        await closing
        assert sandbox.connections == 0


async def test_what_slack_sends_in_the_moment_of_closing_is_done_though_nobody_can_answer() -> None:
    done = asyncio.Event()
    envelope = {"envelope_id": "E1", "type": "slash_commands", "accepts_response_payload": True}
    payload = {"command": "/late", "team_id": "T1", "user_id": "U1", "channel_id": "C1", "text": ""}

    async def api(request: web.Request) -> web.Response:
        address = f"ws://{request.host}/link"
        return web.json_response(
            {"ok": True, "url": address, "bot_id": "B1", "user_id": "U0", "team_id": "T1"}
        )

    async def link(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await socket.send_json(envelope | {"payload": payload})
        await socket.close()
        return socket

    slack = web.Application()
    slack.router.add_post("/api/{method}", api)
    slack.router.add_get("/link", link)
    async with TestServer(slack) as server:
        client = AsyncWebClient(token="xoxb-1", base_url=str(server.make_url("/api/")))
        app = AsyncApp(client=client)

        @app.command("/late")
        async def late(ack: AsyncAck) -> None:
            done.set()
            await ack()

        async with socket_mode(app, "xapp-1", 1):
            pass
        assert done.is_set()


async def test_over_http_a_balancer_hears_of_the_end_before_it_comes(tmp_path: Path) -> None:
    async with (
        silent_bot(tmp_path) as (bot, office, sandbox),
        aiohttp.ClientSession() as session,
        contextlib.AsyncExitStack() as serving,
    ):
        port, _ = await serving.enter_async_context(web_server(bot, "127.0.0.1", 0))
        url = f"http://127.0.0.1:{port}"
        sandbox.deliver_to(f"{url}/slack/events")

        async def ready() -> tuple[int, str]:
            async with session.get(f"{url}/readyz") as response:
                return response.status, await response.text()

        assert await ready() == (200, "ok")
        ending = asyncio.create_task(serving.aclose())
        await asyncio.sleep(0)  # it has begun to end
        assert await ready() == (503, "the process is about to end")
        assert (await office.command("U_REQUESTER", "help"))["status"] == 200
        assert not ending.done()
        async with asyncio.timeout(LEAVE_SECONDS + 4):
            await ending
        with pytest.raises(aiohttp.ClientError):
            await ready()


async def test_where_nobody_asks_whether_it_is_ready_nobody_is_waited_for(tmp_path: Path) -> None:
    async with silent_bot(tmp_path) as (bot, _, _):
        began = asyncio.get_running_loop().time()
        async with web_server(bot, "127.0.0.1", 0):
            pass
        assert asyncio.get_running_loop().time() - began < LEAVE_SECONDS
