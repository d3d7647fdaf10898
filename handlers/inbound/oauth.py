"""Installing the bot over HTTP: Bolt's own OAuth v2 flow between our pages and our stores."""

import logging
import re
from datetime import timedelta
from logging import Logger
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import structlog
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.application.installations import Installations, resume_jobs
from bot.application.ports import Clock
from bot.config.several_workspaces import INSTALL_PATH, REDIRECT_PATH, OAuthClient
from bot.domain.installation import Installation, InstalledBot
from bot.store import InstallationStore, JobAttempts, Stores, StoreUnavailable, TooManyBegun
from handlers.manifest import SCOPES
from handlers.outbound.calls import SLACK_FAULTS
from handlers.views import install_pages as pages

log = structlog.get_logger()

TEAM_ID = re.compile(r"[TE][A-Z0-9_]{1,40}")
CONSENT_PATH = "/oauth/v2/authorize"


class StatesInRedis(AsyncOAuthStateStore):
    """Names of attempts to install the bot, each good once and for ten minutes."""

    def __init__(self, store: InstallationStore) -> None:
        self._store = store

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """A new one; raises ``TooManyBegun``, and what ``StoreUnavailable`` names."""
        return await self._store.issue_state()

    async def async_consume(self, state: str) -> bool:
        """Use one up; whether it was good. Raises what ``StoreUnavailable`` names."""
        return await self._store.use_state(state)


class InstallationsOfBolt(AsyncInstallationStore):
    """Where Bolt's flow keeps what somebody has consented to; requests find it elsewhere.

    Jobs that were given up while the bot was out of a workspace are tried again when it is back.
    """

    def __init__(self, installations: Installations, attempts: JobAttempts, now: Clock) -> None:
        self._installations = installations
        self._attempts = attempts
        self._now = now

    async def async_save(self, installation: SlackInstallation) -> None:
        """Keep it, encrypted; raises what ``StoreUnavailable`` names."""
        bot = installed_bot(installation, self._now)
        await self._installations.keep(bot)
        await resume_jobs(self._attempts, bot.installation.home)
        log.info("installed", installation=bot.installation.home, by=bot.installed_by)


def installed_bot(said: SlackInstallation, now: Clock) -> InstalledBot:
    """What Slack said of an installation in our words; the token was handed out just now."""
    org_wide = bool(said.is_enterprise_install)
    seconds = said.bot_token_expires_at - said.installed_at if said.bot_token_expires_at else None
    name = said.enterprise_name if org_wide else said.team_name
    return InstalledBot(
        Installation("" if org_wide else str(said.team_id or ""), str(said.enterprise_id or ""), org_wide),
        name=str(name or ""),
        user=str(said.bot_user_id or ""),
        bot_id=str(said.bot_id or ""),
        token=str(said.bot_token or ""),
        installed_by=str(said.user_id or ""),
        installed_at=now(),
        scopes=frozenset(said.bot_scopes or ()),
        refresh_token=str(said.bot_refresh_token or ""),
        lapses=None if seconds is None else now() + timedelta(seconds=seconds),
    )


class InstallFlow(AsyncOAuthFlow):
    """Bolt's flow with pages that a person understands."""

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Slack's address of consent; a workspace that the request names is passed on if it can be one."""
        asked = request.query.get("team") or [""]
        team = asked[0] if TEAM_ID.fullmatch(asked[0]) else None
        return self.settings.authorize_url_generator.generate(state=state, team=team)

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """The page before Slack's."""
        return pages.install_page(url)

    async def run_installation(self, code: str) -> SlackInstallation | None:
        """What Slack gives for a code; ``None`` where it gives no bot's token for it."""
        try:
            installation = await super().run_installation(code)
        except SLACK_FAULTS as error:
            log.warning("installation not confirmed", error=type(error).__name__)
            return None
        if installation is None or not installation.bot_token or not installation.bot_id:
            return None
        named = installation.enterprise_id if installation.is_enterprise_install else installation.team_id
        return installation if named else None


def install_routes(
    oauth: OAuthClient,
    client: AsyncWebClient,
    stores: Stores,
    installations: Installations,
    now: Clock,
) -> list[Route]:
    """``GET /slack/install`` and ``GET /slack/oauth_redirect``; ``client`` has no token of its own."""
    settings = AsyncOAuthSettings(
        client_id=oauth.client_id,
        client_secret=oauth.client_secret,
        scopes=sorted(SCOPES),
        user_scopes=[],
        redirect_uri=oauth.redirect_uri,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=consent_url(client.base_url),
        installation_store=InstallationsOfBolt(installations, stores.job_attempts, now),
        state_store=StatesInRedis(stores.installations),
        callback_options=AsyncCallbackOptions(success=_installed, failure=_failed),
    )
    flow = InstallFlow(client=client, logger=_quiet(), settings=settings)

    async def begin(request: Request) -> Response:
        return await _answered(flow.handle_installation(to_async_bolt_request(request, b"")))

    async def finish(request: Request) -> Response:
        return await _answered(flow.handle_callback(to_async_bolt_request(request, b"")))

    return [Route(INSTALL_PATH, begin), Route(REDIRECT_PATH, finish)]


async def _answered(answer: Any) -> Response:
    """Bolt's answer as Starlette's, with the headers of our pages; a page also where there is none."""
    try:
        response = to_starlette_response(await answer)
    except StoreUnavailable as error:
        log.error("installation not kept", error=type(error).__name__)
        response = to_starlette_response(_failure(pages.NOT_KEPT))
    except TooManyBegun:
        log.warning("installation not begun", reason="too many")
        response = to_starlette_response(_failure(pages.TOO_MANY))
    response.headers.update(pages.HEADERS)
    return response


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    said = args.installation
    if said.is_enterprise_install:
        page = pages.installed_in_organisation_page(
            str(said.enterprise_name or ""), str(said.enterprise_id), str(said.app_id or "")
        )
    else:
        page = pages.installed_page(str(said.team_name or ""), str(said.team_id))
    used = args.settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=200, body=page, headers={"Set-Cookie": [used]})


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("not installed", reason=args.reason if args.reason in pages.FAILURES else "refused by Slack")
    return _failure(pages.FAILURES.get(args.reason, pages.REFUSED))


def _failure(failure: pages.InstallFailure) -> BoltResponse:
    return BoltResponse(status=failure.status, body=pages.failure_page(failure, INSTALL_PATH))


def consent_url(api_url: str) -> str:
    """Slack's page of consent, on the host of its Web API."""
    parts = urlsplit(api_url)
    return urlunsplit((parts.scheme, parts.netloc, CONSENT_PATH, "", ""))


def _quiet() -> Logger:
    """A log without Bolt's warnings, which quote the code that a token is given for."""
    logger = logging.getLogger("slack_bolt.install")
    logger.setLevel(logging.ERROR)
    return logger
