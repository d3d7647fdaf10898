"""The running sandbox: one aiohttp server with the Web API, Socket Mode, the door and the page."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from . import api_files
from .api import WebApi
from .cast import SCOPES
from .delivery import Delivery, Transport
from .door import Door
from .errors import ApiError
from .faults import Faults
from .oauth import OAuth
from .pace import Pace
from .persistence import Shelf
from .responses import respond
from .shapes import Json
from .site import Site
from .transports import SignedHttp, SocketMode
from .triggers import ResponseUrls, Triggers
from .ways import MentionsWithFiles, Teams, Ways
from .workspace import STANDARD, Clock, Workspace

PAGE: Final = Path(__file__).with_name("page")
LARGEST_REQUEST: Final = 64 * 1024 * 1024
CONTENT_SECURITY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Sandbox:
    """A Slack workspace in a box, as an async context manager.

    With `data` all it knows survives the process. `retry_delays` are the seconds before each further try
    of an event nobody took; `paced` turns on 429 for more than one message a second in a channel, and for
    more calls of a method than its tier allows; `scopes` are what the bot's token was granted, and
    `events` its subscriptions as in a manifest (all by default). `app` is what the page may know beforehand
    of the app, in the page's own terms.
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
        self._team = team
        self._ack_seconds = ack_seconds
        self._retry_delays = retry_delays
        self._trigger_seconds = trigger_seconds
        self._paced = paced
        self._scopes = frozenset(scopes)
        self._ways = Ways(mentions_with_files, None if events is None else frozenset(events), teams)
        self._app = app
        self._clock = clock
        self._request_url: str | None = None
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

    def tell(self, what: str, detail: str) -> None:
        """Show whoever watches the running workspace what the app did by itself: a stored turn, a job."""
        self._site.note(what, detail)

    async def __aenter__(self) -> Self:
        self._shelf = Shelf(self._data)
        self._session = aiohttp.ClientSession()
        application = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[self._guard])
        self._runner = web.AppRunner(application, shutdown_timeout=1.0, access_log=None)
        self._site = self._build(Workspace(self._shelf, self._team, self._clock, self._ways))
        self._add_routes(application.router)
        application.on_shutdown.append(self._end_streams)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = int(self._runner.addresses[0][1])
        self.url = self._site.url = f"http://{self._shown_host()}:{self._port}"
        api_files.readdress(self._site)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._site.delivery.close()
        await self._runner.cleanup()
        await self._session.close()
        self._shelf.close()

    def _build(self, workspace: Workspace) -> Site:
        faults = Faults()
        return Site(
            url="",
            bot_token=self.bot_token,
            app_token=self.app_token,
            workspace=workspace,
            delivery=Delivery(self._transport, faults, self._retry_delays, workspace.changes.tell_developer),
            sockets=self._sockets,
            faults=faults,
            triggers=Triggers(self._clock, self._trigger_seconds),
            response_urls=ResponseUrls(self._shelf, self._clock),
            pace=Pace(self._clock, enforced=self._paced),
            scopes=self._scopes,
            oauth=OAuth(self._clock),
            app=self._app,
        )

    def _transport(self) -> Transport:
        if self._request_url is None:
            return self._sockets
        return SignedHttp(self._session, self._request_url, self.signing_secret, self._ack_seconds)

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/api/{method}", WebApi(self._site).handle)
        router.add_get("/oauth/v2/authorize", self._authorize)
        router.add_get("/link/", self._sockets.connect)
        router.add_post("/response/{team}/{pass_id}", self._response)
        router.add_post("/upload/v1/{file_id}", self._upload)
        router.add_get("/files-pri/{place}/download/{name}", self._download)
        router.add_get("/files-pri/{place}/{name}", self._download)
        router.add_get("/signin", self._sign_in)
        Door(self._site).add_routes(router)
        router.add_get("/", self._index)
        router.add_get("/archives/{channel}/{ts}", self._index)
        router.add_static("/page/", PAGE)

    async def _index(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _sign_in(self, request: web.Request) -> web.Response:
        page = "<!doctype html><title>Sign in</title><p>Sign in to the sandbox to see this file.</p>"
        return web.Response(text=page, content_type="text/html")

    async def _authorize(self, request: web.Request) -> web.Response:
        return self._site.oauth.authorize(request)

    async def _upload(self, request: web.Request) -> web.Response:
        return await api_files.receive(self._site, request)

    async def _download(self, request: web.Request) -> web.Response:
        return await api_files.download(self._site, request)

    async def _response(self, request: web.Request) -> web.Response:
        try:
            issued = self._site.response_urls.use(request.match_info["pass_id"])
            body = await request.json()
            respond(self._site, issued, body if isinstance(body, dict) else {})
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except ApiError as refused:
            return web.json_response(refused.body(), status=max(refused.status, 400))
        return web.json_response({"ok": True})

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what another web page sends; forbid ours anything that is not its own."""
        if not self._is_ours(request):
            return web.json_response({"ok": False, "error": "cross_origin"}, status=403)
        try:
            response = await handler(request)
        except web.HTTPException as raised:
            raised.headers.update(self._headers())
            raise
        if not response.prepared:
            response.headers.update(self._headers())
        return response

    def _is_ours(self, request: web.Request) -> bool:
        host = urlsplit(f"//{request.host}").hostname or ""
        if is_loopback(self._host) and not is_loopback(host):
            return False  # a foreign name that resolves to this machine
        origin = request.headers.get("Origin")
        return origin is None or origin == f"http://{request.host}"

    @staticmethod
    def _headers() -> dict[str, str]:
        return {
            "Content-Security-Policy": CONTENT_SECURITY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }

    async def _end_streams(self, application: web.Application) -> None:
        self._site.workspace.changes.close()
        await self._sockets.close()

    def _shown_host(self) -> str:
        if self._host in ("0.0.0.0", "::"):
            return "127.0.0.1"
        return f"[{self._host}]" if ":" in self._host else self._host


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
