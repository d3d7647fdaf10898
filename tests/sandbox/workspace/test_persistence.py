"""A workspace outlives its process, also one that is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from functools import partial
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

from ..block_kit import input_block, modal, section, text_input
from ..conftest import Person

SERVE = """
import asyncio, sys
from pathlib import Path
from bot.sandbox import Sandbox

async def serve() -> None:
    async with Sandbox(data=Path(sys.argv[1])) as sandbox:
        print(sandbox.url, sandbox.installation.trigger_ids.issue("U_REQUESTER"), flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""


async def fill(url: str, trigger: str, session: aiohttp.ClientSession) -> None:
    client = AsyncWebClient(Sandbox.bot_token, base_url=url + "/api/", session=session)
    await client.chat_postMessage(channel="C_FINANCE", text="card", blocks=[section()])
    await client.chat_postMessage(channel="U_REVIEWER", text="direct")
    await client.chat_postEphemeral(channel="C_FINANCE", user="U_OUTSIDER", text="psst")
    await client.views_open(trigger_id=trigger, view=modal(input_block("a", text_input())))
    await client.views_publish(user_id="U_REVIEWER", view={"type": "home", "blocks": [section()]})
    await client.files_upload_v2(channel="C_FINANCE", filename="a.csv", content="a,b\n")


async def test_a_killed_workspace_comes_back_whole(tmp_path: Path, session: aiohttp.ClientSession) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url, trigger = (await process.stdout.readline()).decode().split()
    await fill(url, trigger, session)
    async with session.get(url + "/sandbox/state") as response:
        before = await response.json()
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()

    async with Sandbox(data=tmp_path) as sandbox:
        person = Person(sandbox, session)
        assert await person.state() == before
        assert len(before["messages"]) == 4
        file = before["messages"][-1]["files"][0]["id"]
        async with session.get(f"{sandbox.url}/sandbox/files/{file}") as response:
            assert await response.text() == "a,b\n"
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        stored = (await client.files_info(file=file))["file"]
        assert stored["url_private_download"].startswith(sandbox.url)
        assert (await client.views_update(view_id=before["views"][0]["id"], view=modal(section())))["ok"]


async def test_stamps_rise_even_when_the_clock_does_not(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    stamps: list[str] = []
    for now in (1_700_000_000.0, 1_700_000_000.0, 1_600_000_000.0):
        async with Sandbox(data=tmp_path, clock=partial(float, now)) as sandbox:
            client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
            for _ in range(2):
                stamps.append(str((await client.chat_postMessage(channel="C_FINANCE", text="x"))["ts"]))
    assert stamps[0] == "1700000000.000000"
    assert stamps == sorted(set(stamps))
