"""Server processes of the bench, and what the system says of their time and memory."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0
TICK = os.sysconf("SC_CLK_TCK")


class NotMeasurable(Exception):
    """Something that the bench needs is not there; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running server process."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        stat = _proc(self.pid, "stat").rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / TICK

    def resident_bytes(self) -> int:
        """Memory of the process that is in use now."""
        return int(_proc(self.pid, "statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _proc(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except FileNotFoundError:
        raise NotMeasurable("The time and memory of a process are read from /proc, so from Linux.") from None


def bot(*options: str) -> tuple[str, ...]:
    """The bot's web process as a deployment starts it."""
    return ("-m", "bot", "run", *options)


def bare(what: str) -> tuple[str, ...]:
    """One of the floors."""
    return ("-m", "tests.bench.bare", what)


@contextlib.asynccontextmanager
async def running(
    folder: Path, arguments: tuple[str, ...], settings: dict[str, str]
) -> AsyncIterator[Program]:
    """Start Python with next to nothing from outside; ready when it says on which port it listens."""
    with launched(folder, arguments, {"PORT": "0", **settings}) as (process, told):
        yield Program(process.pid, await _port(process, told))


@contextlib.contextmanager
def launched(
    folder: Path, arguments: tuple[str, ...], settings: dict[str, str]
) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """The same without waiting; gives the process and the file that it writes to."""
    told = folder / f"{'-'.join(arguments).replace('/', '-')}-{time.monotonic_ns()}.log"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LOG_FORMAT": "json"}
    with told.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,  # no .env of the person who measures gets in
            env={**environment, **settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield process, told
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _port(process: "subprocess.Popen[bytes]", told: Path) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if port := _told(told):
            return port
        await asyncio.sleep(0.01)  # the workspace that it asks who it is lives in this loop
    raise not_started(told)


def _told(told: Path) -> int:
    """The port that one of the lines names, or 0."""
    for line in told.read_text().splitlines():
        with contextlib.suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict) and "port" in said:
                return int(said["port"])
    return 0


def not_started(told: Path) -> NotMeasurable:
    """With the last words of the server."""
    return NotMeasurable(f"A server did not start: {told.read_text()[-500:]}")
