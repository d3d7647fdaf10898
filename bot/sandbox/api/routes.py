"""What is served besides the Web API and the door: consent, files, response URLs, and the page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

from ..delivery.installation import Site
from ..delivery.installations import Sites
from ..workspace.errors import ApiError
from . import files
from .oauth import OAuth
from .responses import respond

PAGE: Final = Path(__file__).parents[1] / "page"
SIGN_IN: Final = "<!doctype html><title>Sign in</title><p>Sign in to the sandbox to see this file.</p>"


class Routes:
    """The addresses that a workspace hands out, each with its team in it."""

    def __init__(self, sites: Sites, oauth: OAuth) -> None:
        self._sites = sites
        self._oauth = oauth

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/oauth/v2/authorize", self._authorize)
        router.add_post("/response/{team}/{pass_id}", self._response)
        router.add_post("/upload/v1/{place}", self._upload)
        router.add_get("/files-pri/{place}/download/{name}", self._download)
        router.add_get("/files-pri/{place}/{name}", self._download)
        router.add_get("/signin", self._sign_in)
        router.add_get("/", self._index)
        router.add_get("/archives/{channel}/{ts}", self._index)
        router.add_static("/page/", PAGE)

    async def _index(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _sign_in(self, request: web.Request) -> web.Response:
        return web.Response(text=SIGN_IN, content_type="text/html")

    async def _authorize(self, request: web.Request) -> web.Response:
        return self._oauth.authorize(request, self._sites)

    async def _upload(self, request: web.Request) -> web.Response:
        site, file_id = self._placed(request)
        return await files.receive(site, file_id, request)

    async def _download(self, request: web.Request) -> web.Response:
        site, file_id = self._placed(request)
        return await files.download(site, file_id, request)

    def _placed(self, request: web.Request) -> tuple[Site, str]:
        """The workspace and the id of a file, from its place."""
        team, _, file_id = request.match_info["place"].rpartition("-")
        return self._of_team(team), file_id

    async def _response(self, request: web.Request) -> web.Response:
        site = self._of_team(request.match_info["team"])
        try:
            issued = site.response_urls.use(request.match_info["pass_id"])
            body = await request.json()
            respond(site, issued, body if isinstance(body, dict) else {})
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except ApiError as refused:
            return web.json_response(refused.body(), status=max(refused.status, 400))
        return web.json_response({"ok": True})

    def _of_team(self, team: str) -> Site:
        site = self._sites.of_team(team)
        if site is None:
            raise web.HTTPNotFound
        return site
