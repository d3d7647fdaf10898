"""The doctor asks the real things, and says what to mend."""

import asyncio
from pathlib import Path

from aiohttp import web

from bot.sandbox import Sandbox
from bot.store import connect
from bot.store.topology.embedded import embedded_server
from bot.store.topology.health import check_store
from handlers.health import check_slack
from handlers.manifest import SCOPES
from tests.processes import answered

DEAD = "redis://127.0.0.1:1"


def mended(out: str) -> list[str]:
    """The lines that ask for something."""
    return [line for line in out.splitlines() if line.startswith("mend")]


async def test_a_healthy_deployment_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('approvers = ["U_REVIEWER", "S_APPROVERS"]\n')
    async with Sandbox() as sandbox:
        ended = await answered(
            tmp_path,
            "doctor",
            SLACK_API_URL=sandbox.api_url,
            SLACK_BOT_TOKEN=sandbox.bot_token,
            SLACK_APP_TOKEN=sandbox.app_token,
            COUNTERSIGN_POLICY="ours.toml",
            COUNTERSIGN_CHANNEL="C_FINANCE",
        )
    assert ended.code == 0, ended
    assert mended(ended.out) == []
    for line in ("policy: version", "Valkey version: ", "append-only file: on", "eviction: noeviction"):
        assert f"ok    {line}" in ended.out
    for line in ("Slack token: ", "Socket Mode: a connection is granted", "model: none is set"):
        assert f"ok    {line}" in ended.out


async def test_approvers_and_channels_that_slack_does_not_know_are_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('approvers = ["U_NOSUCH", "U_GUEST", "S_NOSUCH", "U_REVIEWER"]\n')
    async with Sandbox() as sandbox:
        ended = await answered(
            tmp_path,
            "doctor",
            SLACK_API_URL=sandbox.api_url,
            SLACK_BOT_TOKEN=sandbox.bot_token,
            SLACK_APP_TOKEN=sandbox.app_token,
            COUNTERSIGN_POLICY="ours.toml",
            COUNTERSIGN_CHANNEL="C_NOSUCH",
            COUNTERSIGN_OPERATORS="C_GENERAL",
        )
    assert mended(ended.out) == [
        "mend  COUNTERSIGN_CHANNEL: C_NOSUCH: channel_not_found; mend the id, or invite the bot there",
        "mend  approvers: U_NOSUCH: user_not_found; U_GUEST may not act here: guest; "
        "S_NOSUCH: no_such_subteam",
    ]
    assert "ok    COUNTERSIGN_OPERATORS: #general, and the bot is in it" in ended.out


async def test_a_file_of_settings_that_others_can_read_is_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / ".env").touch(mode=0o644)
    ended = await answered(tmp_path, "doctor", REDIS_URL=DEAD)
    assert mended(ended.out)[0] == (
        "mend  settings: Others on this machine can read .env, which may hold secrets; say: chmod 600 .env"
    )


async def test_each_thing_to_mend_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("[limits]\nUSD = -1\n")
    async with Sandbox() as sandbox:
        bare, wrong = await asyncio.gather(
            answered(tmp_path, "doctor", REDIS_URL=DEAD),
            answered(
                tmp_path,
                "doctor",
                SLACK_API_URL=sandbox.api_url,
                SLACK_BOT_TOKEN="xoxb-wrong",
                REDIS_URL=DEAD,
                COUNTERSIGN_POLICY="policy.toml",
                OPENAI_API_KEY="sk-none",
                OPENAI_BASE_URL="http://127.0.0.1:1/v1",
            ),
        )
    assert (bare.code, bare.err, wrong.code, wrong.err) == (1, "", 1, "")
    assert mended(bare.out) == [
        "mend  Redis: does not answer (ConnectionError); check REDIS_URL",
        "mend  Slack token: SLACK_BOT_TOKEN is not set",
    ]
    policy, redis, slack, secret, model = mended(wrong.out)
    assert "policy.toml: Line 2, limits.USD" in policy
    assert "check REDIS_URL" in redis
    assert "invalid_auth: check SLACK_BOT_TOKEN" in slack
    assert "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET" in secret
    assert model.startswith("mend  model: gpt-4o-mini: ")


async def test_a_redis_that_may_forget_is_to_be_mended(tmp_path: Path) -> None:
    async with embedded_server(tmp_path / "redis") as url:
        redis = connect(url)
        await redis.config_set("appendonly", "no")
        await redis.config_set("maxmemory-policy", "allkeys-lru")
        await redis.aclose()
        _, log, eviction = await check_store(url)
    assert log == ("append-only file", False, "off: a restart may lose decisions; set appendonly yes")
    assert eviction == ("eviction", False, "allkeys-lru: reviews may vanish; set noeviction")


async def test_an_address_where_no_slack_lives_is_said() -> None:
    async with Sandbox() as sandbox:
        for url in ("http://127.0.0.1:1/api", f"{sandbox.url}/signin", sandbox.url):
            ((name, fine, said),) = await check_slack("xoxb-1", url, None)
            assert (name, fine) == ("Slack", False)
            assert said.endswith("check SLACK_API_URL")


async def test_a_scope_that_was_not_granted_is_named() -> None:
    granted = set(SCOPES)

    async def auth_test(_: web.Request) -> web.Response:
        answer = {"ok": True, "user": "countersign", "team": "Acme"}
        return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(granted)})

    application = web.Application()
    application.router.add_post("/auth.test", auth_test)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        assert ("Slack scopes", True, "all granted") in await check_slack("xoxb-1", url, None)
        granted -= {"files:read", "im:write"}
        missing = ("Slack scopes", False, "missing: files:read, im:write; reinstall the app")
        assert missing in await check_slack("xoxb-1", url, None)
    finally:
        await runner.cleanup()
