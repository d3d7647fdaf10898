"""The command line as its users meet it, in a folder and with an environment of its own.

``running`` and ``demo`` start real processes, which can be signalled and killed; ``countersign`` starts one
and waits for its end. They are forked from a Python that has imported the bot (``tests/forks.py``);
``program`` starts a new Python, as a user does. Where only the answer of a command matters, ``answered``
(from async tests) and ``called`` run it inside the process of the tests.
"""

import asyncio
import contextlib
import fcntl
import io
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from bot.app import Bot
from bot.cli import serve
from bot.cli.main import main
from bot.sandbox import Sandbox
from tests.forks import Forked, forked
from tests.office import PATIENCE, Office

ROOT = Path(__file__).parents[1]

# What may stand in the .env of somebody who has a deployment too; the demo keeps away from all of it.
REAL = {
    "REDIS_URL": "redis://127.0.0.1:1",
    "SLACK_BOT_TOKEN": "xoxb-real",
    "SLACK_APP_TOKEN": "xapp-real",
    "SLACK_SIGNING_SECRET": "real",
    "SLACK_CLIENT_ID": "1.real",
    "SLACK_API_URL": "http://127.0.0.1:1/api/",
    "COUNTERSIGN_CHANNEL": "C0REAL",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Running:
    """A process that serves until it is told to stop; it leads a process group, as under a terminal."""

    process: asyncio.subprocess.Process | Forked
    errors: Path

    async def line(self) -> str:
        """The next line of its output."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            found = (await self.process.stdout.readline()).decode()
        assert found, self.errors.read_text()
        return found

    async def logged(self, words: str) -> None:
        """Wait until its log says so."""
        await until(lambda: words in self.errors.read_text())

    async def stopped(self, by: signal.Signals) -> Ended:
        """Send a signal to the whole group, as Ctrl-C does, and wait for the end."""
        assert self.process.stdout is not None
        os.killpg(self.process.pid, by)
        async with asyncio.timeout(10):
            rest = await self.process.stdout.read()
            code = await self.process.wait()
        return Ended(code, rest.decode(), self.errors.read_text())


def environment(**settings: str) -> dict[str, str]:
    """Next to nothing from outside, so that no setting of the person who tests gets in."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "200", **settings}


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ended:
    """Run a command to its end in this process, with the settings of the test; for tests without a loop."""
    code = _exit_code(arguments)
    out, err = capsys.readouterr()
    return Ended(code, out, err)


async def answered(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run a command to its end in a thread of this process, while the test's own servers go on.

    It sees the folder and the environment that a process of its own would see.
    """
    return await asyncio.to_thread(_answered, folder, arguments, environment(**settings))


# Folder, environment and output belong to the whole process, so that commands take turns.
_one_command = threading.Lock()


def _answered(folder: Path, arguments: tuple[str, ...], seen: dict[str, str]) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    with _one_command, pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder):
        for name in os.environ.keys() - seen.keys():
            patch.delenv(name)
        for name, value in seen.items():
            patch.setenv(name, value)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = _exit_code(arguments)
    return Ended(code, out.getvalue(), err.getvalue())


def _exit_code(arguments: tuple[str, ...]) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["countersign", *arguments])
        patch.setattr(serve, "configure_logs", lambda level, form: None)  # the tests have their own
        with pytest.raises(SystemExit) as left:
            main()
    return int(left.value.code or 0)


async def countersign(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run a command to its end."""
    async with running(folder, *arguments, **settings) as started:
        assert started.process.stdout is not None
        async with asyncio.timeout(30):
            out = await started.process.stdout.read()
            code = await started.process.wait()
    return Ended(code, out.decode(), started.errors.read_text())


@contextlib.asynccontextmanager
async def running(folder: Path, *arguments: str, **settings: str) -> AsyncIterator[Running]:
    """Start a command; what still runs in the end is killed."""
    handle, errors = tempfile.mkstemp(prefix="stderr-", dir=folder)
    process = await forked(folder, arguments, environment(**settings), handle)
    os.close(handle)
    async with _ended(Running(process, Path(errors))) as started:
        yield started


@contextlib.asynccontextmanager
async def program(folder: Path, *arguments: str, **settings: str) -> AsyncIterator[Running]:
    """Start Python; what still runs in the end is killed."""
    handle, errors = tempfile.mkstemp(prefix="stderr-", dir=folder)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env=environment(**settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=handle,
        start_new_session=True,
    )
    os.close(handle)
    async with _ended(Running(process, Path(errors))) as started:
        yield started


@contextlib.asynccontextmanager
async def _ended(started: Running) -> AsyncIterator[Running]:
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.process.kill()
        await started.process.communicate()


@contextlib.asynccontextmanager
async def demo(folder: Path, port: int = 0) -> AsyncIterator[tuple[Running, Office]]:
    """A running ``countersign demo``, and the people of its workspace; its data stays in ``folder/data``."""
    arguments = ("demo", "--json", "--port", str(port), "--data", "data")
    async with running(folder, *arguments, **REAL) as started:
        ready = json.loads(await started.line())
        async with visited(ready["workspace"]) as office:
            yield started, office


@contextlib.asynccontextmanager
async def visited(url: str) -> AsyncIterator[Office]:
    """The people of a workspace that another process serves; there is no bot at hand to look into."""
    sandbox = Sandbox()
    sandbox.url = url
    async with aiohttp.ClientSession() as session:
        yield Office(sandbox=sandbox, session=session, bot=cast(Bot, None))


async def until(true: Callable[[], Any]) -> None:
    """Wait for what happens in another process; a wait in vain is a failed test."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - nobody here can set an event
            await asyncio.sleep(0.01)


def server_lives(folder: Path) -> bool:
    """Whether an embedded server holds the folder."""
    with (folder / "lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
