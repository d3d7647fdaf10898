"""The addresses under `/sandbox/`: what the page and tests do as people of a workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from ..blocks.input_values import ValueNotOffered
from ..delivery.installation import Installation
from ..delivery.installations import Installations
from ..slack_json import Json
from .answers import DoorError
from .clock import clock_of
from .door_request import DoorRequest
from .operations import OPERATIONS, Operation
from .uploads import take_files
from .watching import show_file, state_of, stream_changes

Reader = Callable[[web.Request, Installation], Awaitable[web.StreamResponse]]


class Door:
    """Serves the door for all workspaces; `team` in a request says which one is meant, else the first."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Register every address."""
        for path, operation in OPERATIONS.items():
            router.add_post(path, self._operation_handler(operation))
        router.add_post("/sandbox/files", self._files)
        router.add_get("/sandbox/files/{file_id}", self._reading_handler(show_file))
        router.add_get("/sandbox/state", self._reading_handler(self._state))
        router.add_get("/sandbox/clock", self._reading_handler(self._clock))
        router.add_get("/sandbox/events", self._reading_handler(stream_changes))

    def _installation(self, team: object) -> Installation:
        """The installation in the team that a request names; the first one where it names none."""
        installation = self._installations.of_team(team) if team is None or isinstance(team, str) else None
        if installation is None:
            raise DoorError(404, "team_not_found")
        return installation

    def _operation_handler(self, operation: Operation) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def run(fields: Json, view_id: str) -> Json:
            installation = self._installation(fields.get("team"))
            is_only_team = len(list(self._installations)) == 1
            return await operation(DoorRequest(installation, fields, view_id, is_only_team=is_only_team))

        async def handle(request: web.Request) -> web.Response:
            try:
                fields = await request.json()
            except ValueError:
                return _error_response(400, "invalid_json")
            if not isinstance(fields, dict):
                return _error_response(400, "json_not_object")
            return await _response(run(fields, request.match_info.get("view_id", "")))

        return handle

    def _reading_handler(self, read: Reader) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                installation = self._installation(request.query.get("team"))
            except DoorError as error:
                return _error_response(error.status, error.code)
            return await read(request, installation)

        return handle

    async def _files(self, request: web.Request) -> web.Response:
        form = await request.post()
        fields = {key: value for key, value in form.items() if isinstance(value, str)}

        async def run() -> Json:
            return await take_files(DoorRequest(self._installation(fields.get("team")), fields), form)

        return await _response(run())

    async def _state(self, request: web.Request, installation: Installation) -> web.Response:
        """All there is in one workspace, and which others there are."""
        workspaces = [served.workspace for served in self._installations]
        teams = [{"id": workspace.team_id, "name": workspace.name} for workspace in workspaces]
        team = {"team": installation.workspace.team_id, "teams": teams}
        return web.json_response({**state_of(installation), **team})

    async def _clock(self, request: web.Request, installation: Installation) -> web.Response:
        """What the clock shows."""
        return web.json_response(clock_of(installation))


async def _response(answer: Awaitable[Json]) -> web.Response:
    try:
        return web.json_response(await answer)
    except DoorError as error:
        return _error_response(error.status, error.code)
    except ValueNotOffered as error:
        return _error_response(400, str(error))


def _error_response(status: int, code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status)
