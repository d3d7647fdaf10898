"""A deployment that workspaces install themselves, as processes: the bot, and a worker beside it."""

import contextlib
import signal
from pathlib import Path
from typing import cast

import aiohttp

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.store import new_key
from bot.store.topology.embedded import embedded_server
from handlers.manifest import EVENTS, SCOPES
from tests.cli.test_command_line import one_sentence
from tests.office import SEED
from tests.processes import countersign, running
from tests.several_offices import GRID, ORGANISATION, TEAMS, Town, free_port


async def test_workspaces_come_while_bot_and_worker_run(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('approvers = ["U_REVIEWER"]\n')
    async with contextlib.AsyncExitStack() as stack:
        organisations = {GRID: ORGANISATION}
        sandbox = Sandbox(
            installed=False, organisations=organisations, scopes=tuple(SCOPES), events=tuple(EVENTS)
        )
        await stack.enter_async_context(sandbox)
        jar = aiohttp.DummyCookieJar()
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        port = free_port()
        settings = {
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_CLIENT_ID": sandbox.client_id,
            "SLACK_CLIENT_SECRET": sandbox.client_secret,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret,
            "COUNTERSIGN_URL": f"http://127.0.0.1:{port}",
            "COUNTERSIGN_INSTALLATION_KEYS": new_key(),
            "COUNTERSIGN_POLICY": "policy.toml",
            "REDIS_URL": await stack.enter_async_context(embedded_server(tmp_path / "redis")),
            "LOG_FORMAT": "json",
        }
        one_sentence(
            await countersign(tmp_path, "run", **settings, SLACK_BOT_TOKEN="xoxb-1"),
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set",
        )
        http = {"HOST": "127.0.0.1", "PORT": str(port)}
        bot = await stack.enter_async_context(running(tmp_path, "run", "--no-worker", **settings, **http))
        worker = await stack.enter_async_context(running(tmp_path, "worker", **settings))
        await bot.logged('"way": "HTTP"')
        await worker.logged('"event": "working"')
        sandbox.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        town = Town(sandbox, session, cast(Bot, None), f"http://127.0.0.1:{port}")
        for team in (TEAMS[0], GRID):
            await town.install(team)
            office = town.office(team)
            await office.command("U_REQUESTER", SEED)
            card = await office.card("1 of 3")
            await office.reply("U_REVIEWER", "approve 2", card)
            await office.card("everything is decided")
        for process in (bot, worker):
            ended = await process.stopped(signal.SIGTERM)
            assert ended.code == 0
            assert not [word for word in ("xoxb-", sandbox.client_secret, "exception") if word in ended.err]
