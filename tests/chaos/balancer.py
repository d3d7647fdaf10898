"""What stands before bots over HTTP: a balancer by ``/readyz``; and a sandbox that counts retries."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import aiohttp

from bot.sandbox import Sandbox
from bot.sandbox.delivery.sender import DeliveryKind, DeliveryResult, Retry, Transport
from bot.sandbox.delivery.signed_http import SignedHttp
from tests.chaos.wishes import Json

LOOK = 0.25  # seconds between two looks at whether a process is ready
READY_SECONDS = 2.0


async def is_ready(port: int) -> bool:
    """Whether the process that serves there says that it is ready."""
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        timeout = aiohttp.ClientTimeout(total=READY_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"http://127.0.0.1:{port}/readyz") as response,
        ):
            return response.status == 200
    return False


class Balanced:
    """Hands each request, over connections kept open, to one of those that were ready at the last look.

    As an ingress does it, another one is tried only where a connection was refused: nothing was sent then.
    """

    def __init__(self, ways: dict[int, SignedHttp]) -> None:
        self._ways = ways
        self._ready: list[int] = []

    @contextlib.asynccontextmanager
    async def looking(self) -> AsyncIterator[None]:
        """Go by ``/readyz`` until left."""

        async def look() -> None:
            while True:
                answers = await asyncio.gather(*map(is_ready, self._ways))
                ready = [port for port, fine in zip(self._ways, answers, strict=True) if fine]
                if set(ready) != set(self._ready):
                    self._ready = ready
                await asyncio.sleep(LOOK)

        task = asyncio.create_task(look())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def deliver(self, kind: DeliveryKind, payload: Json, retry: Retry | None) -> DeliveryResult:
        """Deliver to the one whose turn it is."""
        tried: set[int] = set()
        result = DeliveryResult(503, body={"error": "no_app_connected"}, reason="connection_failed")
        while untried := [port for port in self._ready if port not in tried]:
            port = untried[0]
            self._ready.remove(port)
            self._ready.append(port)
            tried.add(port)
            if await _listens(port):
                return await self._ways[port].deliver(kind, payload, retry)
        return result


async def _listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


class RollingSandbox(Sandbox):
    """A sandbox whose deliveries go over ``ports`` where there are any, else over Socket Mode."""

    def __init__(self, ports: Sequence[int], **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]  # they are the sandbox's own
        self._ports = ports
        self.retries = 0
        self._balanced: Balanced | None = None

    def balanced(self) -> Balanced:
        """The way over HTTP, made once: its connections are kept open."""
        if self._balanced is None:
            urls = {port: f"http://127.0.0.1:{port}/slack/events" for port in self._ports}
            ways = {
                port: SignedHttp(self._session, url, self.signing_secret, self._ack_seconds, self.clock)
                for port, url in urls.items()
            }
            self._balanced = Balanced(ways)
        return self._balanced

    def _transport(self) -> Transport:
        way = self.balanced() if self._ports else super()._transport()
        return _Counting(way, self)


class _Counting:
    def __init__(self, way: Transport, sandbox: RollingSandbox) -> None:
        self._way = way
        self._sandbox = sandbox

    async def deliver(self, kind: DeliveryKind, payload: Json, retry: Retry | None) -> DeliveryResult:
        self._sandbox.retries += retry is not None
        return await self._way.deliver(kind, payload, retry)
