"""The sandbox by itself, and the app of Bolt's getting-started guide in it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.standalone import SandboxNotStarted, run_standalone

from .conftest import Json

HELLO_APP = Path(__file__).with_name("hello_app.py")
ANA = {"user": "U_REQUESTER", "channel": "C_FINANCE"}
PATIENCE = 30.0


@asynccontextmanager
async def standalone(
    capsys: pytest.CaptureFixture[str], request_url: str | None = None, manifest: Path | None = None
) -> AsyncIterator[Json]:
    """The sandbox as the command line runs it; the JSON that it prints when ready."""
    running = asyncio.create_task(run_standalone(0, None, request_url, True, manifest))
    printed = ""
    async with asyncio.timeout(5):
        while not printed:
            await asyncio.sleep(0)
            printed = capsys.readouterr().out
    try:
        yield json.loads(printed)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def hello_app(facts: Json, *port: str) -> AsyncIterator[None]:
    named = {f"SLACK_{name.upper()}": facts[name] for name in ("bot_token", "app_token", "signing_secret")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HELLO_APP), facts["api"], *port, env={**os.environ, **named}
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # it has failed by itself, and said why
            process.kill()
        await process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def act(session: aiohttp.ClientSession, facts: Json, act: str, **fields: str) -> Json:
    async with session.post(f"{facts['workspace']}/sandbox/{act}", json=ANA | fields) as response:
        answer: Json = await response.json()
        return answer


async def shown(session: aiohttp.ClientSession, facts: Json, text: str) -> Json:
    """The app's message with this text, as soon as it is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with session.get(facts["workspace"] + "/sandbox/state") as response:
                for message in (await response.json())["messages"]:
                    if message["text"] == text:
                        return dict(message)
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("way", ["sockets", "http"])
async def test_the_app_of_the_guide_lives_in_it(
    session: aiohttp.ClientSession, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    port = free_port()
    request_url = f"http://127.0.0.1:{port}/slack/events" if way == "http" else None
    async with (
        standalone(capsys, request_url) as facts,
        hello_app(facts, *([str(port)] if request_url else [])),
    ):
        async with asyncio.timeout(PATIENCE):
            while not (await act(session, facts, "messages", text="hello there"))["ok"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # it is not up yet
        greeting = await shown(session, facts, "Hello, <@U_REQUESTER>!")
        clicked = await act(session, facts, "actions", message_ts=greeting["ts"], action_id="button_click")

        assert clicked["ok"], clicked
        assert (await shown(session, facts, "<@U_REQUESTER> clicked the button"))["user"] == "U_BOT"


async def test_an_app_is_held_to_its_manifest(
    session: aiohttp.ClientSession, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(
        json.dumps(
            {
                "oauth_config": {"scopes": {"bot": ["chat:write", "im:history"]}},
                "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
            }
        )
    )
    async with standalone(capsys, manifest=manifest) as facts:
        client = AsyncWebClient(facts["bot_token"], facts["api"], session=session)
        assert (await client.chat_postMessage(channel="C_FINANCE", text="x"))["ok"]
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.users_info(user="U_REVIEWER")
        assert (await act(session, facts, "messages", text="unheard"))["status"] == 200
        assert (await act(session, facts, "messages", channel="U_BOT", text="heard"))["status"] == 503


async def test_the_page_offers_what_the_manifest_names(
    session: aiohttp.ClientSession, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.json"
    commands = [{"command": "/chase", "description": "Chase a payment"}, {"command": "/bare"}]
    shortcuts = [
        {"name": "Chase this", "type": "message", "callback_id": "chase"},
        {"name": "Chase all", "type": "global", "callback_id": "chase_all"},
    ]
    manifest.write_text(
        json.dumps(
            {
                "display_information": {"name": "Chaser Ltd"},
                "features": {
                    "bot_user": {"display_name": "chaser"},
                    "slash_commands": commands,
                    "shortcuts": shortcuts,
                },
            }
        )
    )
    async with (
        standalone(capsys, manifest=manifest) as facts,
        session.get(facts["workspace"] + "/sandbox/state") as response,
    ):
        state = await response.json()
        assert state["app"] == {
            "name": "chaser",
            "commands": [["/chase", "Chase a payment"], ["/bare", ""]],
            "shortcuts": [["chase", "Chase this"]],
        }
        assert {"id": "U_BOT", "name": "chaser", "kind": "app"} in state["users"]
    async with standalone(capsys) as facts, session.get(facts["workspace"] + "/sandbox/state") as response:
        assert (await response.json())["app"] is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", "manifest.json is not JSON"),
        ("[]", "manifest.json names no oauth_config"),
        (
            '{"oauth_config": {"scopes": {"bot": "chat:write"}}}',
            "has no list of names in oauth_config.scopes.bot",
        ),
        ('{"features": {"slash_commands": ["/x"]}}', "has no list of objects in features.slash_commands"),
        ('{"display_information": {"name": 1}}', "has no text in name"),
    ],
)
async def test_a_manifest_that_cannot_be_read_is_a_sentence(tmp_path: Path, text: str, error: str) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(text)
    with pytest.raises(SandboxNotStarted, match=error):
        await run_standalone(0, None, None, False, manifest)


async def test_a_port_in_use_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SandboxNotStarted, match=f"Port {port} is in use"):
            await run_standalone(port, None, None, False)


async def test_a_person_is_told_what_an_app_needs(capsys: pytest.CaptureFixture[str]) -> None:
    running = asyncio.create_task(run_standalone(0, None, None, False))
    printed = ""
    async with asyncio.timeout(5):
        while not printed:
            await asyncio.sleep(0)
            printed = capsys.readouterr().out
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "SLACK_BOT_TOKEN=xoxb-sandbox" in printed
    assert "over Socket Mode" in printed
