"""The embedded server: it dies with its owner, and what it acknowledged is there at the next start."""

import asyncio
import os
import signal
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store import connect
from bot.store.topology.embedded import EmbeddedServerError, embedded_server, server_binary, socket_of
from tests.processes import Running, program, server_lives, until

OWNER = """
import asyncio, sys
from pathlib import Path
from bot.store import connect
from bot.store.topology.embedded import embedded_server

async def own(folder):
    async with embedded_server(folder) as url:
        redis = connect(url)
        number = 0
        while True:
            await redis.rpush("written", number)
            print(number, flush=True)
            number += 1
            await asyncio.sleep(0)

asyncio.run(own(Path(sys.argv[1])))
"""
READER = """
import asyncio, sys
from pathlib import Path
from bot.store import connect
from bot.store.topology.embedded import embedded_server

async def read(folder):
    async with embedded_server(folder) as url:
        redis = connect(url)
        print((await redis.info("server"))["process_id"], await redis.get("who"), flush=True)
        await redis.aclose()

asyncio.run(read(Path(sys.argv[1])))
"""


@asynccontextmanager
async def client(folder: Path) -> AsyncIterator[Redis]:
    """A connection to the folder's server, started or attached to."""
    async with embedded_server(folder) as url:
        redis = connect(url)
        try:
            yield redis
        finally:
            await redis.aclose()


def listed(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def last_acknowledged(owner: Running, at_least: int) -> int:
    number = -1
    while number < at_least:
        number = int(await owner.line())
    return number


async def test_every_write_is_on_disk_before_it_is_answered_and_only_the_socket_leads_in(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "redis"
    async with client(folder) as redis:
        config = await redis.config_get("*")
        assert (config["appendonly"], config["appendfsync"]) == ("yes", "always")
        assert (config["maxmemory-policy"], config["port"]) == ("noeviction", "0")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(socket_of(folder).stat().st_mode) == 0o700
        assert server_lives(folder)
    assert not server_lives(folder)


async def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    folder.mkdir(mode=0o755)
    (folder / "appendonlydir").mkdir(mode=0o755)
    (folder / "redis.log").touch(mode=0o644)
    async with embedded_server(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [path for path in folder.rglob("*.aof")]
        assert not [
            path for path in folder.rglob("*") if not path.is_socket() and path.stat().st_mode & 0o077
        ]


async def test_a_second_process_attaches_to_the_same_server_and_leaves_it_alive(tmp_path: Path) -> None:
    async with client(tmp_path) as redis:
        await redis.set("who", "owner")
        server = (await redis.info("server"))["process_id"]
        async with program(tmp_path, "-c", READER, str(tmp_path)) as second:
            assert (await second.line()).split() == [str(server), "owner"]
            assert await second.process.wait() == 0
        assert await redis.ping()


async def test_a_killed_owner_takes_the_server_along_and_loses_nothing_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    async with program(tmp_path, "-c", OWNER, str(folder)) as owner:
        acknowledged = await last_acknowledged(owner, 50)
        owner.process.kill()
        assert owner.process.stdout is not None
        rest = (await owner.process.stdout.read()).decode().split("\n")
        acknowledged = max([acknowledged, *(int(line) for line in rest[:-1] if line)])
    await until(lambda: not server_lives(folder))
    async with client(folder) as redis:
        written = [int(number) for number in await redis.lrange("written", 0, -1)]
    assert written == list(range(len(written)))
    assert written[-1] >= acknowledged


async def test_a_start_in_the_moment_of_a_kill_meets_no_dying_server(tmp_path: Path) -> None:
    """The lock and socket that the killed process leaves behind are no obstacle."""
    folder = tmp_path / "redis"
    async with program(tmp_path, "-c", OWNER, str(folder)) as owner:
        acknowledged = await last_acknowledged(owner, 5)
        owner.process.kill()
        await owner.process.wait()
        async with client(folder) as redis:
            assert int(await redis.llen("written")) > acknowledged
            assert await redis.set("who", "heir")


async def test_a_killed_server_is_started_again_with_what_it_knew(tmp_path: Path) -> None:
    async with client(tmp_path) as redis:
        await redis.set("who", "first")
        os.kill((await redis.info("server"))["process_id"], signal.SIGKILL)
    async with client(tmp_path) as redis:
        assert await redis.get("who") == "first"


async def test_a_write_cut_off_by_a_power_failure_does_not_stop_the_start(tmp_path: Path) -> None:
    async with client(tmp_path) as redis:
        await redis.set("who", "whole")
    newest = next(file for file in listed(tmp_path / "appendonlydir") if file.name.endswith(".incr.aof"))
    newest.write_bytes(newest.read_bytes() + b"*3\r\n$3\r\nSET\r\n$3\r\nwho\r\n$50\r\nhal")
    async with client(tmp_path) as redis:
        assert await redis.get("who") == "whole"


async def test_ctrl_c_in_the_terminal_reaches_the_owner_and_not_the_server(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    async with client(folder) as redis:
        server = (await redis.info("server"))["process_id"]
        assert os.getpgid(server) != os.getpgrp()
        assert os.getsid(server) != os.getsid(0)


@pytest.mark.parametrize("name", ["deep/" * 40 + "x" * 60, "a b#c?d%20é"])
async def test_any_folder_will_do(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    async with client(folder) as redis:
        await redis.set("who", "here")
        async with client(folder) as attached:
            assert await attached.get("who") == "here"
    assert not socket_of(folder.resolve()).exists()


async def test_a_lock_without_a_server_behind_it_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("4711")
    (tmp_path / "redis.sock").touch()
    async with client(tmp_path) as redis:
        assert await redis.ping()


async def test_a_server_that_cannot_start_is_said_with_where_to_look(tmp_path: Path) -> None:
    async with client(tmp_path) as redis:
        await redis.set("who", "whole")
    manifest = next(file for file in listed(tmp_path / "appendonlydir") if file.suffix == ".manifest")
    manifest.write_text("nonsense\n")
    with pytest.raises(EmbeddedServerError, match=r"did not start; see .*redis\.log"):
        async with embedded_server(tmp_path):
            pass
    assert not server_lives(tmp_path)


async def test_a_start_that_is_called_off_leaves_no_server(tmp_path: Path) -> None:
    folder = tmp_path / "redis"
    async with client(folder) as redis:
        await redis.set("who", "x" * 1000)

    async def start() -> None:
        async with embedded_server(folder):
            await asyncio.Event().wait()

    task = asyncio.create_task(start())
    await until(lambda: server_lives(folder))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not server_lives(folder)


async def test_a_machine_that_the_package_has_no_server_for_is_told_so_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert os.access(server_binary(), os.X_OK)
    monkeypatch.setattr(metadata, "files", lambda package: [])
    with pytest.raises(EmbeddedServerError, match="no server for this machine"):
        async with embedded_server(tmp_path / "redis"):
            pass
