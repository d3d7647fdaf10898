"""``countersign run`` and ``countersign worker``: the processes of a real deployment."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator

import h11
import structlog
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.app import SOCKETS, Bot, assembled, working
from bot.config.logs import configure_logs
from bot.config.settings import Settings, SettingsError, read_settings
from bot.store import StoreUnavailable
from handlers.inbound.http import LARGEST_HEAD, socket_mode, web_app

log = structlog.get_logger()

FINISH_SECONDS = 4  # for requests in flight when the process is to end; Slack waits three for an answer
# From a connection's previous answer, or from its beginning, to the end of its next answer. Half of that may
# pass before the request begins (uvicorn closes what is idle for five seconds); the rest is more than Slack
# waits for.
REQUEST_SECONDS = 10.0
# Together with the backlog, far below the 1,024 files that a process may open.
MOST_CONNECTIONS = 200
BACKLOG = 128


async def run_bot(with_worker: bool) -> None:
    """Listen to Slack until stopped; ``with_worker``, jobs are done in this process too.

    Raises ``SettingsError`` where a setting is missing or wrong, or the port is in use.
    """
    settings = _settings()
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise SettingsError(
            "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET to be reached over HTTP."
        )
    async with assembled(settings) as bot, contextlib.AsyncExitStack() as stack:
        if with_worker:
            await stack.enter_async_context(working(bot))
        if settings.slack_app_token is not None:
            token = settings.slack_app_token.get_secret_value()
            await stack.enter_async_context(socket_mode(bot.slack, token, SOCKETS))
            log.info("listening", way="Socket Mode")
            await asyncio.Event().wait()
        await _serve(bot)


async def run_worker() -> None:
    """Do jobs until stopped; raises ``SettingsError`` where a setting is missing or wrong."""
    async with assembled(_settings()) as bot, working(bot):
        log.info("working")
        await asyncio.Event().wait()


def _settings() -> Settings:
    settings = read_settings()
    configure_logs(settings.log_level, settings.log_format)
    return settings


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
        others = [other for other in self.connections if isinstance(other, _Connection) and other.is_open()]
        if len(others) > MOST_CONNECTIONS:
            # Slack sends a request in one go, so that whoever has been sending for longest is hardly Slack.
            idle = [other for other in others if not other.is_answering()]
            min(idle, key=lambda other: other._since).cut()

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


async def _serve(bot: Bot) -> None:
    async with web_server(bot, bot.settings.host, bot.settings.port) as (port, serving):
        log.info("listening", way="HTTP", host=bot.settings.host, port=port)
        await asyncio.shield(serving)


@contextlib.asynccontextmanager
async def web_server(bot: Bot, host: str, port: int) -> AsyncIterator[tuple[int, asyncio.Task[None]]]:
    """Serve the bot over HTTP until left; gives the port and the task that serves.

    For port 0 the system chooses one. Raises ``SettingsError`` where it cannot listen there.
    """

    async def store_answers() -> bool:
        try:
            return await bot.stores.reviews.answers()
        except StoreUnavailable:
            return False

    app = web_app(bot.slack, store_answers)
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
    with _bound(host, port) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1], serving
        finally:
            server.should_exit = True
            await serving


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens; uvicorn itself would end the process where the address is in use."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        # Every connection inherits it; asyncio sets it only where the socket's protocol is named. Without it,
        # the body of an answer waits, usually 40 ms, until the other side has confirmed the headers.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(f"Port {port} of {host} is in use; set PORT to another.") from None
        raise SettingsError(f"The bot cannot listen on {host}:{port} ({error.strerror}).") from None
