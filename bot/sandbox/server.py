"""The running sandbox: one HTTP server with the Web API, Socket Mode, the door and the page."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp import web

from .api.file_objects import update_addresses
from .api.oauth import OAuth
from .api.routes import ApiRoutes
from .api.web_api import WebApi
from .delivery.faults import Faults
from .delivery.installation import Installation
from .delivery.installations import Installations
from .delivery.rate_limits import RateLimits
from .delivery.sender import Sender, Transport
from .delivery.signed_http import SignedHttp
from .delivery.socket_mode import SocketMode
from .door.origin import same_origin_only
from .door.page import add_page_routes
from .door.routes import Door
from .slack_json import Json
from .workspace.bot_tokens import BotTokens
from .workspace.clock import WorkspaceClock
from .workspace.initial_content import DEFAULT_BOT_NAME, SCOPES, TEAM_NAME
from .workspace.response_urls import ResponseUrls
from .workspace.settings import DEFAULT_SETTINGS, MentionsWithFiles, TeamIds, WorkspaceSettings
from .workspace.sqlite_store import SqliteStore
from .workspace.state import Clock, Workspace
from .workspace.trigger_ids import TriggerIds

LARGEST_REQUEST: Final = 64 * 1024 * 1024  # bytes


class Sandbox:
    """A Slack workspace in a box, as an async context manager.

    With the folder `data` everything survives the process. The app has `ack_seconds` to acknowledge a
    delivery; `retry_delays` are the seconds before each further attempt at an event that it did not.
    `rate_limited` turns on 429 for more than one message a second in a channel, and for more calls of a
    method than its tier allows. `scopes` are what the bot's token was granted, and `events` its subscriptions
    as in a manifest (all by default). `app` is what the page may know of the app beforehand (see
    `AppManifest.app`). Each of `more_teams` is a further workspace, separate from the others, with the app
    installed under a token of its own; ids of people and channels are the same in all. Each of
    `organisations` is one more workspace, by its team, in whose whole organisation the app is installed, by
    its enterprise. Where the app is not `installed`, it comes by OAuth alone, and with `rotation_seconds` its
    tokens work for so long. The time is that of `clock`; with `clock_advances` it can be put forward, for an
    app that goes by the sandbox's own `clock`.
    """

    bot_token: Final = "xoxb-sandbox"
    app_token: Final = "xapp-sandbox"
    signing_secret: Final = "sandbox-signing-secret"
    client_id: Final = OAuth.client_id
    client_secret: Final = OAuth.client_secret

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        data: Path | None = None,
        team: str = "T_SANDBOX",
        more_teams: Iterable[str] = (),
        ack_seconds: float = 3.0,
        retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0),
        trigger_seconds: float = 3.0,
        rate_limited: bool = False,
        scopes: Iterable[str] = SCOPES,
        events: Iterable[str] | None = None,
        mentions_with_files: MentionsWithFiles = "both",
        team_ids: TeamIds = DEFAULT_SETTINGS.team_ids,
        app: Json | None = None,
        organisations: Mapping[str, str] | None = None,
        installed: bool = True,
        rotation_seconds: int | None = None,
        clock: Clock = time.time,
        clock_advances: bool = False,
    ) -> None:
        if more_teams and team_ids.org_wide:
            raise ValueError("An installation in a whole organisation has one token for all of its teams.")
        self._host = host
        self._port = port
        self._data = data
        self._team = team
        self._organisations = dict(organisations or {})
        self._installed = installed
        self._rotation_seconds = rotation_seconds
        self.teams: Final = tuple(dict.fromkeys((team, *more_teams, *self._organisations)))
        self._ack_seconds = ack_seconds
        self._retry_delays = retry_delays
        self._trigger_seconds = trigger_seconds
        self._rate_limited = rate_limited
        self._scopes = frozenset(scopes)
        subscriptions = None if events is None else frozenset(events)
        self._settings = WorkspaceSettings(mentions_with_files, subscriptions, team_ids)
        self._app = app
        self._app_name = str((app or {}).get("name") or DEFAULT_BOT_NAME)
        self.clock: Final = WorkspaceClock(clock, advances=clock_advances)
        self.clock.follow(self._show_clock)
        self._request_url: str | None = None
        self._faults = Faults()
        self._oauth = OAuth(self.clock, self._app_name)
        self._stores: list[SqliteStore] = []
        self._sockets = SocketMode(ack_seconds)
        self.url = ""

    @property
    def api_url(self) -> str:
        """Where an app calls the Web API: the `base_url` of Slack's client."""
        return self.url + "/api/"

    @property
    def installations(self) -> Installations:
        """The workspaces being served; there are none before the sandbox is entered."""
        return self._installations

    @property
    def installation(self) -> Installation:
        """The first workspace and the app in it."""
        return self._installations.first

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return self._sockets.connections

    def deliver_to(self, request_url: str | None) -> None:
        """Send everything as signed HTTP requests to this address; None = over Socket Mode only."""
        self._request_url = request_url

    def first_token(self, team: str) -> str:
        """The bot's token in a workspace, until the app is uninstalled there and installed anew."""
        return self.bot_token if team == self._team else f"{self.bot_token}-{team}"

    def other_app_token(self, team: str | None = None) -> str:
        """The bot token of another app in a workspace, or in the first one, to write in its name.

        That app may post, change, delete and read messages (`OTHER_APP_METHODS`), and hears nothing.
        """
        return self.first_token(team or self._team).replace(self.bot_token, "xoxb-other-app", 1)

    def tell(self, what: str, detail: str, team: str | None = None) -> None:
        """Show whoever watches a workspace what the app did by itself, e.g. a job it ran."""
        if (installation := self._installations.of_team(team)) is not None:
            installation.note(what, detail)

    async def _show_clock(self, _: float) -> None:
        for installation in self._installations:
            installation.workspace.changes.tell("clock", now=self.clock.moment)

    async def __aenter__(self) -> Self:
        self._installations = Installations(list(self._open_installations()))
        self._oauth.serve(self._installations)
        self._session = aiohttp.ClientSession()
        application = web.Application(
            client_max_size=LARGEST_REQUEST, middlewares=[same_origin_only(self._host)]
        )
        self._runner = web.AppRunner(application, shutdown_timeout=1.0, access_log=None)
        self._add_routes(application.router)
        application.on_shutdown.append(self._end_streams)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = int(self._runner.addresses[0][1])
        self.url = f"http://{self._url_host()}:{self._port}"
        for installation in self._installations:
            installation.url = self.url
            update_addresses(installation)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        for installation in self._installations:
            await installation.sender.close()
        await self._runner.cleanup()
        await self._session.close()
        for store in self._stores:
            store.close()
        self._stores.clear()

    def _open_installations(self) -> Iterator[Installation]:
        """One installation a team; each further team has a folder of its own and the default team ids."""
        enterprise = self._settings.team_ids.enterprise
        other_settings = replace(self._settings, team_ids=TeamIds(enterprise=enterprise))
        for team in self.teams:
            is_first = team == self._team
            store = SqliteStore(self._data if is_first else self._data and self._data / team)
            self._stores.append(store)
            if is_first:
                self.clock.keep_in(store)
            settings = self._settings if is_first else other_settings
            if team in self._organisations:
                ids = TeamIds(enterprise=self._organisations[team], org_wide=True)
                settings = replace(other_settings, team_ids=ids)
            name = TEAM_NAME if is_first else f"{TEAM_NAME} {team}"
            workspace = Workspace(store, team, self.clock, settings, name, self._app_name)
            yield self._install(workspace, self.first_token(team))

    def _install(self, workspace: Workspace, first_token: str) -> Installation:
        on_attempt = workspace.changes.tell_developer
        return Installation(
            url="",
            workspace=workspace,
            tokens=BotTokens(
                workspace.store,
                first_token,
                self.clock,
                installed=self._installed,
                rotation_seconds=self._rotation_seconds,
            ),
            sender=Sender(self._transport, self._faults, self._retry_delays, on_attempt),
            sockets=self._sockets,
            clock=self.clock,
            faults=self._faults,
            trigger_ids=TriggerIds(self.clock, self._trigger_seconds),
            response_urls=ResponseUrls(workspace.store, self.clock),
            rate_limits=RateLimits(self.clock, enforced=self._rate_limited),
            scopes=self._scopes,
            other_app_token=self.other_app_token(workspace.team_id),
            app=self._app,
        )

    def _transport(self) -> Transport:
        if self._request_url is None:
            return self._sockets
        return SignedHttp(
            self._session, self._request_url, self.signing_secret, self._ack_seconds, self.clock
        )

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        web_api = WebApi(self._installations, self._oauth, self.app_token, self._faults)
        router.add_route("*", "/api/{method}", web_api.handle)
        router.add_get("/link/", self._sockets.connect)
        ApiRoutes(self._installations, self._oauth).add_routes(router)
        Door(self._installations).add_routes(router)
        add_page_routes(router)

    async def _end_streams(self, application: web.Application) -> None:
        for installation in self._installations:
            installation.workspace.changes.close()
        await self._sockets.close()

    def _url_host(self) -> str:
        if self._host in ("0.0.0.0", "::"):
            return "127.0.0.1"
        return f"[{self._host}]" if ":" in self._host else self._host
