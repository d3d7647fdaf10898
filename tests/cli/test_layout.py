"""Commands and processes that meet newer data, or data from before there were numbers."""

import asyncio
import re
from pathlib import Path

import aiohttp

from bot.sandbox import Sandbox
from bot.store import LAYOUT, connect, open_stores
from bot.store.keys import LAYOUT_NUMBER
from bot.store.topology.embedded import embedded_server
from tests.cli.test_command_line import one_sentence
from tests.cli.test_run import Settings, listens_at, sandbox, settings, stopped_cleanly
from tests.office import SEED
from tests.processes import answered, countersign, demo, running, visited

__all__ = ["sandbox", "settings"]

NEWER = f"What is stored has layout {LAYOUT + 1}"
COMMANDS = (
    ("list",),
    ("show", "R-7K3F2"),
    ("export", "R-7K3F2"),
    ("audit", "verify"),
    ("audit", "export"),
    ("audit", "absences"),
    ("doctor", "--audit"),
    ("digest",),
    ("retry",),
    ("vendors", "show", "Acme"),
    ("policy", "history"),
    ("policy", "apply", "ours.toml"),
)


SERVING = (("run",), ("worker",), ("watch", "R-7K3F2"))


async def raised(url: str) -> None:
    """Note the number of the next version."""
    async with open_stores(url) as stores:
        await stores.layout.raise_to(LAYOUT + 1)


async def test_every_command_that_reads_refuses_newer_data_in_one_sentence(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "ours.toml").write_text('approvers = ["U_REVIEWER"]\n')
    given = settings | {"SLACK_SIGNING_SECRET": "a", "COUNTERSIGN_POLICY": ""}
    await raised(given["REDIS_URL"])
    for command in COMMANDS:
        one_sentence(await answered(tmp_path, *command, **given), NEWER)
    starting = (countersign(tmp_path, *command, **given) for command in SERVING)
    for ended in await asyncio.gather(*starting):
        one_sentence(ended, NEWER)
    told = await answered(tmp_path, "doctor", **given)
    assert f"mend  layout of what is stored: {NEWER}" in told.out
    async with open_stores(given["REDIS_URL"]) as stores:
        assert await stores.policy_history.newest() is None


async def test_the_doctor_tells_of_older_data_and_writes_no_number(tmp_path: Path) -> None:
    async with embedded_server(tmp_path / "redis") as url:
        redis = connect(url)
        fresh = await answered(tmp_path, "doctor", REDIS_URL=url)
        assert "ok    layout of what is stored: nothing is stored yet" in fresh.out
        assert await redis.keys("cs:*") == []
        await redis.set("cs:names:T1", "1", ex=60)
        told = await answered(tmp_path, "doctor", REDIS_URL=url)
        assert f"mend  layout of what is stored: 1, this version's is {LAYOUT};" in told.out
        await redis.set(LAYOUT_NUMBER, LAYOUT)
        now = await answered(tmp_path, "doctor", REDIS_URL=url)
        assert f"ok    layout of what is stored: {LAYOUT}" in now.out
        await redis.aclose()


async def test_a_new_demo_has_the_layout_of_its_version(tmp_path: Path) -> None:
    async with demo(tmp_path):
        told = await answered(tmp_path, "doctor", COUNTERSIGN_DATA="data")
    assert f"ok    layout of what is stored: {LAYOUT}" in told.out


async def test_a_process_that_meets_newer_data_stops_taking_work_and_says_so(
    tmp_path: Path, sandbox: Sandbox, settings: Settings
) -> None:
    http = settings | {"SLACK_SIGNING_SECRET": sandbox.signing_secret, "HOST": "127.0.0.1", "PORT": "0"}
    async with running(tmp_path, "run", **http) as bot, visited(sandbox.url) as office:
        sandbox.deliver_to(f"{await listens_at(bot)}/slack/events")
        await office.command("U_REQUESTER", SEED)
        await office.card("1 of 3 payments needs")
        await raised(settings["REDIS_URL"])
        await bot.logged("no more work is taken")
        await bot.logged('"event": "standing still"')
        port = re.findall(r'"port": (\d+)', bot.errors.read_text())[-1]
        url = f"http://127.0.0.1:{port}"
        sandbox.deliver_to(f"{url}/slack/events")
        refused = await office.command("U_REQUESTER", SEED)
        assert refused["status"] == 503
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}/readyz") as ready:
                assert (ready.status, NEWER in await ready.text()) == (503, True)
            async with session.get(f"{url}/healthz") as alive:
                assert alive.status == 200
        async with open_stores(settings["REDIS_URL"]) as stores:
            assert len(await stores.reviews.open_reviews("T_SANDBOX", 10)) == 1
        await stopped_cleanly(bot)
