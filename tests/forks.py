"""Commands as forks of a Python that has imported the bot, which saves each the second of its imports.

What is forked is a process like any other: with a number, a session, a folder, an environment, signals and a
memory of its own, and it runs ``main`` of the command line to its end. The one that it comes from
(``python -m tests.forks``) starts with the first command of a test run and ends with the run.
"""

import asyncio
import atexit
import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path

IMPORTED = (
    *("bot.app", "bot.cli.main", "bot.cli.serve", "bot.cli.demo", "bot.cli.watch"),
    *("handlers.inbound.http", "handlers.inbound.http_server", "handlers.inbound.socket_mode"),
)
MOST = 1 << 20  # bytes of a request: arguments and environment


@dataclass(slots=True)
class Forked:
    """A process and what it prints, as far as ``asyncio.subprocess.Process`` is used here."""

    pid: int
    stdout: asyncio.StreamReader
    _ending: asyncio.StreamReader
    _held: tuple[asyncio.ReadTransport, asyncio.StreamWriter]
    returncode: int | None = field(default=None)

    async def wait(self) -> int:
        """Its exit code, once it has ended; below zero, the signal that ended it."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(int(await self._ending.readline()))
        return self.returncode

    def kill(self) -> None:
        """As a crash does it; raises ``ProcessLookupError`` where it has ended."""
        os.kill(self.pid, signal.SIGKILL)

    async def communicate(self) -> None:
        """Wait until it has ended, and let go of it."""
        await self.wait()
        for held in self._held:
            held.close()


async def forked(folder: Path, arguments: tuple[str, ...], seen: dict[str, str], errors: int) -> Forked:
    """Start a command in a folder, with this environment, and ``errors`` to write its errors to."""
    ours, theirs = socket.socketpair()
    out, its_out = os.pipe()
    request = json.dumps({"folder": str(folder), "arguments": arguments, "environment": seen})
    socket.send_fds(_origin(), [request.encode()], [its_out, errors, theirs.fileno()])
    os.close(its_out)
    theirs.close()
    loop = asyncio.get_running_loop()
    stdout = asyncio.StreamReader()
    reading, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stdout), os.fdopen(out, "rb")
    )
    ending, writer = await asyncio.open_connection(sock=ours)
    pid = int(await ending.readline())
    return Forked(pid, stdout, ending, (reading, writer))


@cache
def _origin() -> socket.socket:
    """The door of the process that all others come from."""
    from tests.processes import environment

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
        pass_fds=(theirs.fileno(),),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(door: socket.socket) -> None:
    """Fork for each request until nobody is left to ask, and tell who asked how it ended."""
    endings: dict[int, socket.socket] = {}

    def reap(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                with endings.pop(ended[0]) as ending, contextlib.suppress(BrokenPipeError):
                    ending.sendall(b"%d\n" % ended[1])

    signal.signal(signal.SIGCHLD, reap)
    while True:
        request, descriptors, *_ = socket.recv_fds(door, MOST, 3)
        if not request:
            return
        out, errors, ending = descriptors
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # nobody ends before it is known here
        if not (pid := os.fork()):
            for kept in (door, *endings.values()):
                kept.close()
            os.close(ending)
            _become(json.loads(request), out, errors)
        os.close(out)
        os.close(errors)
        endings[pid] = socket.socket(fileno=ending)
        endings[pid].sendall(b"%d\n" % pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _become(request: dict[str, object], out: int, errors: int) -> None:
    """Be the command, and end with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.setsid()
    os.chdir(str(request["folder"]))
    for theirs, standard in ((out, 1), (errors, 2)):
        os.dup2(theirs, standard)
        os.close(theirs)
    arguments, seen = request["arguments"], request["environment"]
    assert isinstance(arguments, list)
    assert isinstance(seen, dict)
    os.environ.clear()
    os.environ.update(seen)
    sys.argv = ["countersign", *arguments]
    gc.enable()
    import_module("bot.cli.main").main()
    sys.exit()


if __name__ == "__main__":
    for name in IMPORTED:
        import_module(name)
    rules = import_module("bot.domain.policy").default_policy().rules
    # Whoever judges reads these first, which takes half a second.
    import_module("bot.domain.policy.memo_phrases").memo_phrases(rules.memo_argues, rules.audit_keyword)
    gc.collect()
    gc.freeze()  # pages that no collection writes to are shared
    with socket.socket(fileno=int(sys.argv[1])) as only_door:
        _serve(only_door)
