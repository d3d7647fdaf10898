"""The bot and the worker as processes of a real deployment."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator

import structlog
import uvicorn

from bot.app import SOCKETS, Bot, assembled, working
from bot.log_output import configure_logs
from bot.settings import Settings, SettingsError, read_settings
from bot.store import StoreUnavailable
from handlers.ways_in import socket_mode, web_app

log = structlog.get_logger()

FINISH_SECONDS = 4  # Slack waits three for an answer


async def run_bot(with_worker: bool) -> None:
    """Listen to Slack until stopped; jobs are done here too unless another process does them."""
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
    """Do jobs until stopped."""
    async with assembled(_settings()) as bot, working(bot):
        log.info("working")
        await asyncio.Event().wait()


def _settings() -> Settings:
    settings = read_settings()
    configure_logs(settings.log_level, settings.log_format)
    return settings


class _Server(uvicorn.Server):
    """Leaves the signals to us, so that the worker and Redis are taken down in order too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(bot: Bot) -> None:
    async with web_server(bot, bot.settings.host, bot.settings.port) as (port, serving):
        log.info("listening", way="HTTP", host=bot.settings.host, port=port)
        await asyncio.shield(serving)


@contextlib.asynccontextmanager
async def web_server(bot: Bot, host: str, port: int) -> AsyncIterator[tuple[int, asyncio.Task[None]]]:
    """Serve the bot over HTTP until left; gives the port, which the system chooses for 0."""

    async def store_answers() -> bool:
        try:
            return await bot.service.reviews.answers()
        except StoreUnavailable:
            return False

    app = web_app(bot.slack, store_answers)
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=FINISH_SECONDS)
    server = _Server(config)
    with _bound(host, port) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1], serving
        finally:
            server.should_exit = True
            await serving


def _bound(host: str, port: int) -> socket.socket:
    """Listen ourselves: uvicorn leaves the process where the address is taken."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(f"Port {port} of {host} is in use; set PORT to another.") from None
        raise SettingsError(f"The bot cannot listen on {host}:{port} ({error.strerror}).") from None
