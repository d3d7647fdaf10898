"""Real servers for a test: alone, watched by Sentinels, or as a Cluster; killed, frozen and started again."""

import asyncio
import contextlib
import os
import random
import resource
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.store.topology.embedded import die_with_parent, server_binary

PATIENCE = 40.0  # seconds; elections on a busy machine take their time
SAFE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "save": ""}


@dataclass(slots=True)
class Server:
    """One server process in a folder of its own; ``options`` are those of its command line."""

    folder: Path
    options: dict[str, str]
    port: int
    sentinel: bool = False
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    async def start(self, **more: str) -> None:
        """Start it, or start it again with what it knew; it answers when this returns."""
        self.spawn(**more)
        await eventually(partial(self.ask, "PING"))

    def spawn(self, **more: str) -> None:
        """Start it, and do not wait; ``more`` goes for this time."""
        self.kill()  # what ended by itself is still to be waited for
        self.folder.mkdir(parents=True, exist_ok=True)
        place = {"port": str(self.port), "dir": str(self.folder), "bind": "127.0.0.1"}
        options = self.options | place | {name.replace("_", "-"): value for name, value in more.items()}
        command = [part for name, value in options.items() for part in (f"--{name}", value)]
        if self.sentinel:  # it keeps what it learns in its file, which it must be able to write
            command = [str(self.folder / "sentinel.conf"), "--sentinel", *command]
        self.process = subprocess.Popen(
            [str(server_binary()), *command, "--logfile", str(self.folder / "log")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=partial(_prepare, os.getpid()),
        )

    async def ask(self, *command: str | int) -> Any:
        """The answer to one command, over a connection of its own."""
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()
        once = Retry(NoBackoff(), 0)
        async with Redis(port=self.port, socket_timeout=5, decode_responses=True, retry=once) as client:
            return await client.execute_command(*command)  # type: ignore[no-untyped-call]

    async def configure(self, **config: str | int) -> None:
        for name, value in config.items():
            await self.ask("CONFIG", "SET", name.replace("_", "-"), value)

    def kill(self) -> None:
        """As a crash does it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def fill_disk(self, room: int = 0) -> None:
        """Let its log grow by ``room`` bytes and no further."""
        largest = max(file.stat().st_size for file in self.folder.rglob("*.aof"))
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (largest + room, resource.RLIM_INFINITY))

    def empty_disk(self) -> None:
        """There is room again."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """It holds its connections and answers nothing, as behind a cut cable."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


def _prepare(parent: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full disk is an error of the write, not a signal
    die_with_parent(parent)


def free_port() -> int:
    """Below the ports that the system gives to clients, so that a restarted server gets it again."""
    while True:
        port = random.randint(12000, 31000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


async def eventually(question: Callable[[], Any]) -> Any:
    """What ``question`` answers once it is true; a server that is not there yet is no answer."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(RedisError, OSError):
                if answer := await question():
                    return answer
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def one_server(folder: Path, **options: str) -> AsyncIterator[Server]:
    """A server alone, as safe as the embedded one unless ``options`` say otherwise."""
    chosen = SAFE | {name.replace("_", "-"): value for name, value in options.items()}
    server = Server(folder, chosen, free_port())
    try:
        await server.start()
        yield server
    finally:
        server.kill()


@dataclass(frozen=True, slots=True)
class Watched:
    """A primary, its replicas, and the Sentinels that choose another."""

    servers: list[Server]
    sentinels: list[Server]

    @property
    def url(self) -> str:
        return (
            f"redis+sentinel://{','.join(f'127.0.0.1:{sentinel.port}' for sentinel in self.sentinels)}/books"
        )

    async def primary(self) -> Server:
        """Whom all living Sentinels agree on."""
        named = {
            tuple(await sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "books"))
            for sentinel in self.sentinels
        }
        ((_, port),) = named if len(named) == 1 else [("", "0")]
        return next(server for server in self.servers if server.port == int(port))

    async def failed_over(self, former: Server) -> Server:
        """The new primary, once there is one that takes writes."""

        async def found() -> Server | None:
            with contextlib.suppress(StopIteration, RuntimeError):
                primary = await self.primary()
                if primary is not former and (await primary.ask("ROLE"))[0] == "master":
                    return primary
            return None

        chosen: Server = await eventually(found)
        return chosen


SENTINEL = """
sentinel monitor books 127.0.0.1 {port} 2
sentinel down-after-milliseconds books 800
sentinel failover-timeout books 4000
"""


@contextlib.asynccontextmanager
async def watched_servers(folder: Path, replicas: int = 1, **options: str) -> AsyncIterator[Watched]:
    """One primary with replicas that are in step, three Sentinels that know each other."""
    ports = [free_port() for _ in range(replicas + 1)]
    more = {name.replace("_", "-"): value for name, value in options.items()}
    alike = SAFE | more | {"repl-diskless-sync-delay": "0"}
    behind = {"replicaof": f"127.0.0.1 {ports[0]}"}
    servers = [
        Server(folder / f"server{at}", alike | (behind if at else {}), port) for at, port in enumerate(ports)
    ]
    sentinels = [Server(folder / f"sentinel{at}", {}, free_port(), sentinel=True) for at in range(3)]
    try:
        for server in servers:
            await server.start()
        await eventually(partial(_in_step, servers[0], replicas))
        for sentinel in sentinels:
            sentinel.folder.mkdir(parents=True)
            (sentinel.folder / "sentinel.conf").write_text(SENTINEL.format(port=ports[0]))
            await sentinel.start()
        for sentinel in sentinels:
            await eventually(partial(_knows, sentinel, replicas))
        yield Watched(servers, sentinels)
    finally:
        for server in sentinels + servers:
            server.kill()


async def _in_step(primary: Server, replicas: int) -> bool:
    role = await primary.ask("ROLE")
    return len(role[2]) == replicas


async def _knows(sentinel: Server, replicas: int) -> bool:
    state = await sentinel.ask("SENTINEL", "MASTER", "books")
    facts = state if isinstance(state, dict) else dict(zip(state[::2], state[1::2], strict=True))
    return (int(facts["num-slaves"]), int(facts["num-other-sentinels"])) == (replicas, 2)


@contextlib.asynccontextmanager
async def cluster_of_three(folder: Path) -> AsyncIterator[list[Server]]:
    """Three primaries with a third of the slots each."""
    nodes = []
    for at in range(3):
        options = {"cluster-enabled": "yes", "cluster-port": str(free_port()), "cluster-node-timeout": "2000"}
        nodes.append(Server(folder / f"node{at}", SAFE | options, free_port()))
    try:
        for at, node in enumerate(nodes):
            await node.start()
            await node.ask("CLUSTER", "ADDSLOTSRANGE", at * 16384 // 3, (at + 1) * 16384 // 3 - 1)
            await node.ask("CLUSTER", "SET-CONFIG-EPOCH", at + 1)
        for node in nodes[1:]:
            await nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", node.port, int(node.options["cluster-port"]))
        for node in nodes:
            await eventually(partial(_whole, node))
        yield nodes
    finally:
        for node in nodes:
            node.kill()


async def _whole(node: Server) -> bool:
    info = await node.ask("CLUSTER", "INFO")
    facts = info if isinstance(info, dict) else dict(line.split(":", 1) for line in info.split())
    return (facts["cluster_state"], facts["cluster_known_nodes"]) == ("ok", "3")
