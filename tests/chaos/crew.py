"""The processes of the deployment: two bots, two workers and Redis, started, killed and started again.

Bots and workers are forked from a process that has imported everything, since an import of all takes
three seconds of a core: so they die in the middle of work and not in the middle of importing. What runs
in them is composed as ``countersign run --no-worker`` and ``countersign worker`` are, by another clock.
"""

import asyncio
import contextlib
import ctypes
import multiprocessing as mp
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.topology.embedded import server_binary
from bot.worker.dockets import NAME
from tests.chaos.plan import Kill
from tests.chaos.processes import serve
from tests.chaos.records import Death, Records

ROOT = Path(__file__).parents[2]
PR_SET_PDEATHSIG = 1
CREW = ("bot 1", "bot 2", "worker 1", "worker 2", "redis")
STEP = 0.02  # seconds between two looks at whether a process is alive
PAUSE_MS, GAP = 60, 0.002  # of the stutter: what it holds up, and seconds for one command between
BREATH = 0.3  # seconds before one that ended by itself is started again


class Crew:
    """Keeps every process running until it is told to stop, and kills on order."""

    def __init__(self, folder: Path, environment: Mapping[str, str], records: Records, clock: Path) -> None:
        self.redis_url = f"unix://{folder / 'redis.sock'}"
        self.ended: list[str] = []
        self._folder = folder
        self._environment = {**environment, "REDIS_URL": self.redis_url}
        self._records = records
        self._clock = clock
        self._running: dict[str, ForkServerProcess | subprocess.Popen[bytes]] = {}
        self._away: dict[str, float] = {}

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """All of them running, each started again whenever it is gone."""
        keepers = [asyncio.create_task(self._keep(name)) for name in CREW]
        try:
            yield
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            for name in CREW[::-1]:
                if name in self._running:
                    self._running[name].kill()

    def kill(self, kill: Kill) -> bool:
        """``kill -9`` the one that is meant, or its twin where that one is away; false where both are."""
        named = [name for name in CREW if name.startswith(kill.kind)]
        first = int(kill.which * len(named))
        alive = [name for name in named[first:] + named[:first] if self._alive(name)]
        if not alive:
            return False
        self._away[alive[0]] = kill.away
        self._records.deaths.append(Death(time.time(), kill.kind, alive[0]))
        self._running[alive[0]].kill()
        return True

    async def stutter(self, seconds: float) -> None:
        """Let Redis do one command of each client at a time, with long pauses, for a while.

        What a request does in two commands is then half done for most of the time: so whoever is killed
        now is killed in the middle of something.
        """
        until = time.monotonic() + seconds
        async with Redis.from_url(self.redis_url, socket_timeout=1) as redis:
            with contextlib.suppress(RedisError, OSError):  # it may be the one that is away
                while time.monotonic() < until:
                    await redis.client_pause(PAUSE_MS, all=True)
                    await asyncio.sleep(PAUSE_MS / 1000 + GAP)

    async def forget_queue(self) -> int:
        """Delete every key of the job queue; how many there were."""
        found = 0
        async with Redis.from_url(self.redis_url, socket_timeout=1) as redis:
            async for key in redis.scan_iter(match=f"{NAME}*", count=1000):
                found += await redis.delete(key)
        return found

    def _alive(self, name: str) -> bool:
        running = self._running.get(name)
        if isinstance(running, subprocess.Popen):
            return running.poll() is None
        return running is not None and running.is_alive()

    async def _keep(self, name: str) -> None:
        while True:
            self._running[name] = self._started(name)
            while self._alive(name):  # noqa: ASYNC110 - another process cannot set an event
                await asyncio.sleep(STEP)
            away = self._away.pop(name, None)
            if away is None:
                self.ended.append(name)
            await asyncio.sleep(BREATH if away is None else away)

    def _started(self, name: str) -> ForkServerProcess | subprocess.Popen[bytes]:
        if name == "redis":
            return started_redis(self._folder)
        log = self._folder / f"{name.replace(' ', '-')}.log"
        given = (name.split()[0], self._environment, log, self._clock)
        process = _nursery().Process(target=_begin, args=given, daemon=True)
        process.start()
        return process


def _nursery() -> mp.context.ForkServerContext:
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.processes", "tests.chaos.crew"])
    return context


def prepare() -> None:
    """Have the modules imported once, in the process that the others are forked from."""
    os.environ["PYTHONPATH"] = str(ROOT)
    first = _nursery().Process(target=_nothing)
    first.start()
    first.join()


def _nothing() -> None:
    """The first child waits until its parent has imported all."""


def _begin(kind: str, environment: Mapping[str, str], log: Path, clock: Path) -> None:
    _die_with_parent()
    serve(kind, environment, log, clock)


def started_redis(folder: Path) -> "subprocess.Popen[bytes]":
    """A server that has on disk what it has answered for; a killed one leaves its socket behind."""
    socket = folder / "redis.sock"
    socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "dir": str(folder),
        "logfile": str(folder / "redis.log"),
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return subprocess.Popen(
        [str(server_binary()), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=partial(_die_with_parent) if sys.platform == "linux" else None,
    )


def _die_with_parent() -> None:
    """A run that is killed itself leaves nobody behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
