"""A server is lost: its backup is restored into another one, and people go on in the same workspace."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot.app import assembled, working
from bot.cli.demo_clock import clock_of
from bot.config.settings import Settings
from bot.sandbox import Sandbox
from handlers.inbound.socket_mode import socket_mode
from handlers.manifest import EVENTS, SCOPES
from tests.office import FINANCE, SEED, Office, sandbox_policy
from tests.processes import answered


@contextlib.asynccontextmanager
async def serving(folder: Path, sandbox: Sandbox, session: aiohttp.ClientSession) -> AsyncIterator[Office]:
    """A bot over a Redis of its own in this folder."""
    settings = Settings(
        _env_file=None,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_signing_secret=SecretStr(sandbox.signing_secret),
        slack_api_url=sandbox.api_url,
        data=folder,
        channel=FINANCE,
        pace=0,
    )
    policy = sandbox_policy()
    bots = assembled(settings, policy=lambda: policy, now=clock_of(sandbox))
    async with bots as bot, working(bot), socket_mode(bot.slack, sandbox.app_token, 1):
        yield Office(sandbox=sandbox, session=session, bot=bot)


async def test_what_was_decided_after_the_backup_is_decided_again_on_the_same_card(tmp_path: Path) -> None:
    async with (
        Sandbox(scopes=tuple(SCOPES), events=tuple(EVENTS)) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        async with serving(tmp_path / "lost", sandbox, session) as office:
            await office.command("U_REQUESTER", SEED.replace("$4000", "$14000"))
            card = await office.card("2 of 3 payments need")
            await office.click("U_REVIEWER", card, "approve", 3)
            await office.card("1 of 3 payments needs")
            made = await answered(tmp_path, "backup", "all.backup", REDIS_URL=office.bot.redis_url)
            assert (made.code, made.err) == (0, "")
            await office.reply("U_REVIEWER", "reject 2: the letter had another address", card)
            await office.card("everything is decided")
        restored = await answered(tmp_path, "restore", "all.backup", "--data", "new")
        assert (restored.code, restored.err) == (0, "")
        async with serving(tmp_path / "new", sandbox, session) as office:
            again = await office.card("1 of 3 payments needs")
            assert again["ts"] == card["ts"]
            await office.click("U_SECOND", again, "approve", 2)
            state = await office.review_state(card)
            assert (state.approved, state.rejected, state.undecided) == (2, 0, 0)
            await office.card("everything is decided")
            env = {"REDIS_URL": office.bot.redis_url}
            assert (await answered(tmp_path, "audit", "verify", **env)).code == 0
            assert (await answered(tmp_path, "doctor", "--audit", **env)).out == "1 reviews, 0 problems\n"
