"""A running sandbox, and small real apps that stand on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

Json = dict[str, Any]


async def until(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for a predicate; a failed wait is a failed test."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for lives in another process
            await asyncio.sleep(0.005)


class Person:
    """The sandbox's own door, as a test uses it; in the first workspace where no team is given."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession, team: str | None = None) -> None:
        self.sandbox = sandbox
        self.session = session
        self.team = {"team": team} if team else {}

    async def post(self, path: str, **fields: Any) -> tuple[int, Json]:
        async with self.session.post(self.sandbox.url + path, json=self.team | fields) as response:
            return response.status, await response.json()

    async def do(self, act: str, **fields: Any) -> Json:
        """Something that the door accepts; its answer."""
        status, answer = await self.post(f"/sandbox/{act}", **fields)
        assert status == 200, answer
        return answer

    async def state(self) -> Json:
        async with self.session.get(self.sandbox.url + "/sandbox/state", params=self.team) as response:
            state: Json = await response.json()
            return state

    async def messages(self, channel: str = "C_FINANCE") -> list[Json]:
        return [message for message in (await self.state())["messages"] if message["channel"] == channel]


class PlainApp:
    """An app that is only an HTTP server: it keeps every request and answers what it is told to."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.answers: list[web.Response | float] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((dict(request.headers), await request.text()))
        answer = self.answers.pop(0) if self.answers else web.Response()
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response()
        return answer


@pytest.fixture
async def running() -> AsyncIterator[AsyncExitStack]:
    """What is entered here is left when the test ends, in the opposite order."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def sandbox(running: AsyncExitStack) -> Sandbox:
    return await running.enter_async_context(Sandbox(ack_seconds=0.5, retry_delays=(0.0, 0.01, 0.02)))


@pytest.fixture
async def session(running: AsyncExitStack) -> aiohttp.ClientSession:
    return await running.enter_async_context(aiohttp.ClientSession())


@pytest.fixture
def client(sandbox: Sandbox, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)


@pytest.fixture
def person(sandbox: Sandbox, session: aiohttp.ClientSession) -> Person:
    return Person(sandbox, session)


@pytest.fixture
async def plain_app(sandbox: Sandbox, running: AsyncExitStack) -> PlainApp:
    """The sandbox delivers to this app over HTTP."""
    plain = PlainApp()
    application = web.Application()
    application.router.add_post("/slack/events", plain.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    running.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    plain.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    sandbox.deliver_to(plain.url)
    return plain
