"""The addresses that Slack hands out besides the Web API: OAuth consent, uploads, files, response URLs."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ..delivery.installation import Installation
from ..delivery.installations import Installations
from ..workspace.errors import ApiError
from . import file_transfer
from .oauth import OAuth
from .responses import apply_response

SIGN_IN: Final = "<!doctype html><title>Sign in</title><p>Sign in to the sandbox to see this file.</p>"


class ApiRoutes:
    """Serves these addresses for all workspaces; each has its team in it."""

    def __init__(self, installations: Installations, oauth: OAuth) -> None:
        self._installations = installations
        self._oauth = oauth

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Register every address."""
        router.add_get("/oauth/v2/authorize", self._consent)
        router.add_post("/response/{team}/{url_id}", self._response)
        router.add_post("/upload/v1/{place}", self._upload)
        router.add_get("/files-pri/{place}/download/{name}", self._download)
        router.add_get("/files-pri/{place}/{name}", self._download)
        router.add_get("/signin", self._sign_in)

    async def _sign_in(self, request: web.Request) -> web.Response:
        return web.Response(text=SIGN_IN, content_type="text/html")

    async def _consent(self, request: web.Request) -> web.Response:
        return self._oauth.consent_page(request, self._installations)

    async def _upload(self, request: web.Request) -> web.Response:
        installation, file_id = self._installation_and_file(request)
        return await file_transfer.receive_upload(installation, file_id, request)

    async def _download(self, request: web.Request) -> web.Response:
        installation, file_id = self._installation_and_file(request)
        return file_transfer.send_file(installation, file_id, request)

    def _installation_and_file(self, request: web.Request) -> tuple[Installation, str]:
        """The installation and the file id that a file's address names (see `file_place`)."""
        team, _, file_id = request.match_info["place"].rpartition("-")
        return self._of_team(team), file_id

    async def _response(self, request: web.Request) -> web.Response:
        installation = self._of_team(request.match_info["team"])
        try:
            issued = installation.response_urls.use(request.match_info["url_id"])
            body = await request.json()
            apply_response(installation, issued, body if isinstance(body, dict) else {})
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except ApiError as error:
            return web.json_response(error.body(), status=max(error.status, 400))
        return web.json_response({"ok": True})

    def _of_team(self, team: str) -> Installation:
        installation = self._installations.of_team(team)
        if installation is None:
            raise web.HTTPNotFound
        return installation
