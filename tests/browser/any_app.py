"""An app that the page knows nothing of: an HTTP server that keeps what it hears and answers as told."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox import Sandbox

Json = dict[str, Any]
Reaction = Callable[[Json], Awaitable[Json | None]]
PATIENCE = 10.0  # seconds


@dataclass
class AnyApp:
    """`on` says how it reacts, by command, action id or callback id; what it returns is its answer."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    heard: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    on: dict[str, Reaction] = field(default_factory=dict)

    async def call(self, method: str, **arguments: Any) -> Json:
        """A call of Slack's Web API; an error fails the test."""
        said = await self.ask(method, **arguments)
        assert said["ok"], said
        return said

    async def ask(self, method: str, **arguments: Any) -> Json:
        """A call that may be refused."""
        headers = {"Authorization": f"Bearer {self.sandbox.bot_token}"}
        async with self.session.post(
            self.sandbox.api_url + method, json=arguments, headers=headers
        ) as response:
            said: Json = await response.json()
            return said

    async def post(self, *blocks: Json, channel: str = "C_GENERAL", text: str = "blocks", **more: Any) -> str:
        said = await self.call("chat.postMessage", channel=channel, text=text, blocks=list(blocks), **more)
        return str(said["ts"])

    async def do(self, act: str, **fields: Any) -> Json:
        """An act of a person, through the door."""
        async with self.session.post(f"{self.sandbox.url}/sandbox/{act}", json=fields) as response:
            said: Json = await response.json()
            return said

    async def say(self, user: str, text: str, channel: str = "C_GENERAL", thread_ts: str = "") -> str:
        more = {"thread_ts": thread_ts} if thread_ts else {}
        said = await self.do("messages", user=user, channel=channel, text=text, **more)
        return str(said["response"]["ts"])

    async def next(self) -> Json:
        """The next interaction or command that a person caused."""
        return await asyncio.wait_for(self.heard.get(), PATIENCE)

    async def action(self) -> tuple[Json, Json]:
        """The next use of an element: its entry of `actions`, and `state.values` beside it."""
        payload = await self.next()
        assert payload["type"] == "block_actions", payload
        state = payload["view"]["state"] if "view" in payload else payload["state"]
        return payload["actions"][0], state["values"]

    async def handle(self, request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            return web.Response()  # events are not what these tests are about
        form = await request.post()
        said: Json = json.loads(str(form["payload"])) if "payload" in form else dict(form)
        self.heard.put_nowait(said)
        react = self.on.get(name_of(said))
        answer = await react(said) if react else None
        return web.json_response(answer) if answer is not None else web.Response()


def name_of(said: Json) -> str:
    if "actions" in said:
        return str(said["actions"][0]["action_id"])
    named = said.get("command") or said.get("callback_id") or said.get("action_id")
    return str(named or said["view"]["callback_id"])


@contextlib.asynccontextmanager
async def open_any_app(app: Json | None = None) -> AsyncIterator[AnyApp]:
    async with contextlib.AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(app=app))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        any_app = AnyApp(sandbox, session)
        application = web.Application()
        application.router.add_post("/slack/events", any_app.handle)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sandbox.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        yield any_app


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(action_id: str, text: str = "Press", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def asking(block_id: str, element: Json, **more: Any) -> Json:
    """An input block; its label is its id."""
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **more}


def modal(callback_id: str, *blocks: Json, title: str = "A form", **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Go on"),
        "blocks": list(blocks),
        **more,
    }
