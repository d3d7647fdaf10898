"""The HTTP server: uvicorn with bounds on connections, which leaves the process to whoever runs it."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from handlers.inbound.http import LARGEST_HEAD

FINISH_SECONDS = 3  # for requests in flight when the process is to end; longer than that Slack does not wait
# From a connection's previous answer, or from its beginning, to the end of its next answer. Half of that may
# pass before the request begins (uvicorn closes what is idle for five seconds); the rest is more than Slack
# waits for.
REQUEST_SECONDS = 10.0
# Together with the backlog, far below the 1,024 files that a process may open.
MOST_CONNECTIONS = 200
BACKLOG = 128


class CannotListen(Exception):
    """The address cannot be listened on; the message is one sentence for an operator."""


@contextlib.asynccontextmanager
async def http_server(
    app: Starlette, host: str, port: int, setting: str = "PORT"
) -> AsyncIterator[tuple[int, asyncio.Task[None]]]:
    """Serve an app until left; gives the port, which the system chooses for 0, and the task that serves.

    Raises ``CannotListen`` where the address is taken or not ours, which names the port's ``setting``.
    """
    config = uvicorn.Config(
        app,
        # Named, because uvicorn would choose any protocol that is installed, also one without these limits.
        http=_Connection,
        ws="none",
        h11_max_incomplete_event_size=LARGEST_HEAD,
        backlog=BACKLOG,
        # The bot never asks for a client's address, so that no header has to be believed about it.
        proxy_headers=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    server = _Server(config)
    with _bound(host, port, setting) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1], serving
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Leaves the signals to the command, which stops the worker and Redis in order too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class _Connection(H11Protocol):
    """A connection that ends after a time, and the oldest of which ends where there are too many.

    uvicorn's own limit would answer 503 to everybody, Slack included, as soon as anybody has reached it.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin the time limit; where there are too many connections, close the one that waits longest."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._timer = self.loop.call_later(REQUEST_SECONDS, self._cut_when_late)
        others = [
            connection
            for connection in self.connections
            if isinstance(connection, _Connection) and connection.is_open()
        ]
        if len(others) > MOST_CONNECTIONS:
            # Slack sends a request in one go, so whoever has been sending for longest is hardly Slack.
            slow = (connection for connection in others if not connection.is_answering())
            min(slow, key=lambda connection: connection._since).cut()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the time limit."""
        self._timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begin the time limit anew for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with the bytes, unless the request they belong to has its answer already."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.cut()

    def is_open(self) -> bool:
        """Whether nobody is closing it yet."""
        return not self.transport.is_closing()

    def is_answering(self) -> bool:
        """Whether a request has arrived whole and its answer is not yet sent."""
        return self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete

    def cut(self) -> None:
        """Close at once, without waiting until the other side has read what was sent."""
        self.transport.abort()

    def _cut_when_late(self) -> None:
        left = self._since + REQUEST_SECONDS - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._cut_when_late)
        else:
            self.cut()


def _bound(host: str, port: int, setting: str = "PORT") -> socket.socket:
    """A listening socket of our own: uvicorn ends the process where the address is taken."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        # Inherited by every connection. asyncio does it only where the protocol is named, and without it the
        # body of an answer waits for the other side to confirm its headers, for 40 ms as a rule.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(f"Port {port} of {host} is in use; set {setting} to another.") from None
        raise CannotListen(f"The bot cannot listen on {host}:{port} ({error.strerror}).") from None
