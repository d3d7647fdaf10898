"""The running sandbox: one aiohttp server with the Web API, Socket Mode, the door and the page."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp import web

from .api import files
from .api.oauth import OAuth
from .api.routes import Routes
from .api.web_api import WebApi
from .delivery.faults import Faults
from .delivery.installation import Site
from .delivery.installations import Sites
from .delivery.rate_limits import Pace
from .delivery.sender import Delivery, Transport
from .delivery.transports import SignedHttp, SocketMode
from .door.origin import guard
from .door.routes import Door
from .slack_json import Json
from .workspace.bot_tokens import Installation
from .workspace.initial_content import BOT_NAME, SCOPES, TEAM_NAME
from .workspace.settings import MentionsWithFiles, Teams, Ways
from .workspace.sqlite_store import Shelf
from .workspace.state import STANDARD, Clock, Workspace
from .workspace.trigger_ids import ResponseUrls, Triggers

LARGEST_REQUEST: Final = 64 * 1024 * 1024


class Sandbox:
    """A Slack workspace in a box, as an async context manager.

    With `data` all it knows survives the process. `retry_delays` are the seconds before each further try
    of an event nobody took; `paced` turns on 429 for more than one message a second in a channel, and for
    more calls of a method than its tier allows; `scopes` are what the bot's token was granted, and
    `events` its subscriptions as in a manifest (all by default). `app` is what the page may know beforehand
    of the app, in the page's own terms. Each of `more_teams` is a further workspace, apart from the others,
    with the app installed under a token of its own; ids of people and channels are the same in all.
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
        paced: bool = False,
        scopes: Iterable[str] = SCOPES,
        events: Iterable[str] | None = None,
        mentions_with_files: MentionsWithFiles = "both",
        teams: Teams = STANDARD.teams,
        app: Json | None = None,
        clock: Clock = time.time,
    ) -> None:
        self._host = host
        self._port = port
        self._data = data
        if more_teams and teams.org_wide:
            raise ValueError("An installation in a whole organisation has one token for all of its teams.")
        self._team = team
        self.teams: Final = tuple(dict.fromkeys((team, *more_teams)))
        self._ack_seconds = ack_seconds
        self._retry_delays = retry_delays
        self._trigger_seconds = trigger_seconds
        self._paced = paced
        self._scopes = frozenset(scopes)
        self._ways = Ways(mentions_with_files, None if events is None else frozenset(events), teams)
        self._app = app
        self._app_name = str((app or {}).get("name") or BOT_NAME)
        self._clock = clock
        self._request_url: str | None = None
        self._faults = Faults()
        self._oauth = OAuth(clock, self._app_name)
        self._shelves: list[Shelf] = []
        self._sockets = SocketMode(ack_seconds)
        self.url = ""

    @property
    def api_url(self) -> str:
        return self.url + "/api/"

    def deliver_to(self, request_url: str | None) -> None:
        """Send everything as signed HTTP requests to this address; None = over Socket Mode only."""
        self._request_url = request_url

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return self._sockets.connections

    def first_token(self, team: str) -> str:
        """The bot's token in a workspace, until the app is uninstalled there and installed anew."""
        return self.bot_token if team == self._team else f"{self.bot_token}-{team}"

    def tell(self, what: str, detail: str, team: str | None = None) -> None:
        """Show whoever watches the running workspace what the app did by itself: a stored turn, a job."""
        if (site := self._sites.of_team(team)) is not None:
            site.note(what, detail)

    async def __aenter__(self) -> Self:
        self._sites = Sites(list(self._open_sites()))
        self._site = self._sites.first
        self._session = aiohttp.ClientSession()
        application = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[guard(self._host)])
        self._runner = web.AppRunner(application, shutdown_timeout=1.0, access_log=None)
        self._add_routes(application.router)
        application.on_shutdown.append(self._end_streams)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = int(self._runner.addresses[0][1])
        self.url = f"http://{self._shown_host()}:{self._port}"
        for site in self._sites:
            site.url = self.url
            files.readdress(site)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        for site in self._sites:
            await site.delivery.close()
        await self._runner.cleanup()
        await self._session.close()
        for shelf in self._shelves:
            shelf.close()
        self._shelves.clear()

    def _open_sites(self) -> Iterator[Site]:
        """One site for each team; a further one is kept in a folder of its own, and is an ordinary one."""
        others = replace(self._ways, teams=Teams(enterprise=self._ways.teams.enterprise))
        for team in self.teams:
            is_first = team == self._team
            self._shelves.append(shelf := Shelf(self._data if is_first else self._data and self._data / team))
            ways = self._ways if is_first else others
            name = TEAM_NAME if is_first else f"{TEAM_NAME} {team}"
            workspace = Workspace(shelf, team, self._clock, ways, name, self._app_name)
            yield self._build(workspace, self.first_token(team))

    def _build(self, workspace: Workspace, first_token: str) -> Site:
        told = workspace.changes.tell_developer
        return Site(
            url="",
            workspace=workspace,
            installation=Installation(workspace.shelf, first_token),
            delivery=Delivery(self._transport, self._faults, self._retry_delays, told),
            sockets=self._sockets,
            faults=self._faults,
            triggers=Triggers(self._clock, self._trigger_seconds),
            response_urls=ResponseUrls(workspace.shelf, self._clock),
            pace=Pace(self._clock, enforced=self._paced),
            scopes=self._scopes,
            oauth=self._oauth,
            app=self._app,
        )

    def _transport(self) -> Transport:
        if self._request_url is None:
            return self._sockets
        return SignedHttp(self._session, self._request_url, self.signing_secret, self._ack_seconds)

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/api/{method}", WebApi(self._sites, self.app_token, self._faults).handle)
        router.add_get("/link/", self._sockets.connect)
        Door(self._sites).add_routes(router)
        Routes(self._sites, self._oauth).add_routes(router)

    async def _end_streams(self, application: web.Application) -> None:
        for site in self._sites:
            site.workspace.changes.close()
        await self._sockets.close()

    def _shown_host(self) -> str:
        if self._host in ("0.0.0.0", "::"):
            return "127.0.0.1"
        return f"[{self._host}]" if ":" in self._host else self._host
