"""The bot and the worker as processes of a real deployment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING

import structlog

from bot.app import SOCKETS, Bot, working
from bot.cli.while_readable import while_readable
from bot.config.logs import configure_logs
from bot.config.settings import Settings, SettingsError, exposed_secrets, read_settings
from bot.config.several_workspaces import exposed_keys
from bot.config.tracing import traced
from bot.store import StoreAway, StoreUnavailable
from bot.stored_metrics import ModelBudget, Stored

if TYPE_CHECKING:
    from starlette.routing import Route

log = structlog.get_logger()

STORED_SECONDS = 2.0  # for which metrics wait for Redis; Prometheus waits 10 s for an answer


async def run_bot(with_worker: bool) -> None:
    """Listen to Slack until stopped; ``with_worker``, jobs are done in this process too.

    Raises ``SettingsError`` where a setting is missing or wrong, or the port is in use.
    """
    settings = _settings()
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise SettingsError(
            "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET to be reached over HTTP."
        )

    async def listen(bot: Bot) -> None:
        async with contextlib.AsyncExitStack() as stack:
            if with_worker:
                await stack.enter_async_context(working(bot))
            if settings.slack_app_token is not None:
                await _listen(bot, settings.slack_app_token.get_secret_value())
            await _serve(bot)

    async with traced(settings):
        await while_readable(settings, listen, over_http=settings.slack_app_token is None)


async def run_worker(queues: Collection[int] = ()) -> None:
    """Do jobs until stopped, of all queues or of those with these numbers.

    Where ``METRICS_PORT`` is set, an operator can see there how they go.

    Raises ``SettingsError`` where a setting is missing or wrong, or the port is in use.
    """

    async def work(bot: Bot) -> None:
        async with working(bot, queues), probe_server(bot):
            log.info("working")
            _warn_where_nobody_decides(bot)
            await asyncio.Event().wait()

    settings = _settings()
    async with traced(settings):
        await while_readable(settings, work, over_http=False)


def _settings() -> Settings:
    settings = read_settings()
    configure_logs(settings.log_level, settings.log_format)
    for advice in filter(None, (exposed_secrets(), exposed_keys(settings))):
        log.warning(advice)
    return settings


async def _listen(bot: Bot, app_token: str) -> None:
    """Listen over Socket Mode until cancelled."""
    from handlers.inbound.socket_mode import socket_mode

    async with socket_mode(bot.slack, app_token, SOCKETS), probe_server(bot):
        log.info("listening", way="Socket Mode")
        _warn_where_nobody_decides(bot)
        await asyncio.Event().wait()


async def _serve(bot: Bot) -> None:
    """Listen over HTTP until cancelled."""
    async with web_server(bot, bot.settings.host, bot.settings.port) as (port, serving), probe_server(bot):
        log.info("listening", way="HTTP", host=bot.settings.host, port=port)
        _warn_where_nobody_decides(bot)
        await asyncio.shield(serving)


def _warn_where_nobody_decides(bot: Bot) -> None:
    if bot.served.many is not None:
        return  # each workspace may have a policy of its own
    with contextlib.suppress(StoreAway):  # nobody knows yet; the log has it
        if not bot.use_cases.policy().approvers:
            log.warning("nobody may decide, since the policy in force names no approvers")


@contextlib.asynccontextmanager
async def web_server(bot: Bot, host: str, port: int) -> AsyncIterator[tuple[int, asyncio.Task[None]]]:
    """Serve the bot over HTTP until left; gives the port and the task that serves.

    For port 0 the system chooses one. When it is left, whoever balances hears of it first. Raises
    ``SettingsError`` where it cannot listen there.
    """
    # A bot in Socket Mode needs no web framework, so it starts without one.
    from handlers.inbound.http import web_app
    from handlers.inbound.http_server import CannotListen, http_server
    from handlers.inbound.probes import Readiness

    readiness = Readiness(_store_answers(bot))
    app = web_app(bot.slack, readiness, _stored(bot), bot.use_cases.now, _routes_of_installing(bot))
    try:
        async with http_server(app, host, port) as served:
            try:
                yield served
            finally:
                await readiness.leave()
    except CannotListen as error:
        raise SettingsError(str(error)) from None


@contextlib.asynccontextmanager
async def probe_server(bot: Bot) -> AsyncIterator[None]:
    """Serve health checks and metrics at ``METRICS_PORT`` until left; nothing where it is not set.

    Raises ``SettingsError`` where it cannot listen there.
    """
    port = bot.settings.metrics_port
    if port is None:
        yield
        return
    from handlers.inbound.http_server import CannotListen, http_server
    from handlers.inbound.probes import Readiness, probe_app

    app = probe_app(Readiness(_store_answers(bot)), _stored(bot))
    try:
        async with http_server(app, bot.settings.host, port, "METRICS_PORT") as (chosen, _):
            log.info("probes", host=bot.settings.host, port=chosen)
            yield
    except CannotListen as error:
        raise SettingsError(str(error)) from None


def _routes_of_installing(bot: Bot) -> "Sequence[Route]":
    """The pages by which workspaces install the bot; none where it serves one by its token."""
    many = bot.served.many
    if many is None:
        return ()
    from handlers.inbound.oauth import install_routes

    return install_routes(many.oauth, many.anonymous, bot.stores, many.installations, bot.use_cases.now)


def _store_answers(bot: Bot) -> Callable[[], Awaitable[bool]]:
    async def store_answers() -> bool:
        try:
            return await bot.stores.reviews.answers()
        except StoreUnavailable:
            return False

    return store_answers


async def _budget(bot: Bot) -> ModelBudget | None:
    """What the model has cost today, and what it may; ``None`` of many workspaces, each of which has one."""
    if bot.served.many is not None:
        return None
    home = bot.served.our_bot().installation.home
    spent = await bot.stores.budgets.spent_on(home, bot.use_cases.now())
    return ModelBudget(spent, bot.use_cases.policy().model.tokens_a_day)


def _stored(bot: Bot) -> Callable[[], Awaitable[Stored | None]]:
    async def stored() -> Stored | None:
        stores, now = bot.stores, bot.use_cases.now()
        try:
            async with asyncio.timeout(STORED_SECONDS):
                return Stored(
                    backlog=await stores.backlog.read(now),
                    budget=await _budget(bot),
                    memory=await stores.memory.read(),
                    queues=await bot.dockets.state(),
                )
        except (TimeoutError, *StoreUnavailable):
            return None

    return stored
