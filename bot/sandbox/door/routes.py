"""The sandbox's own door: what the page and the tests do as people of a workspace."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import chain, repeat
from typing import Any

from aiohttp import web

from ..api.files import LARGEST_FILE, LARGEST_IN_A_FORM, content_of, new_file
from ..blocks.input_values import NotOffered
from ..delivery.installation import Site
from ..delivery.installations import Sites
from ..slack_json import Json
from ..workspace.views import shown
from . import user_actions
from .door_request import Asked
from .operations import ACTS, Act
from .user_actions import Refused

Looking = Callable[[web.Request, Site], Awaitable[web.StreamResponse]]


class Door:
    """The routes under `/sandbox/`."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    def add_routes(self, router: web.UrlDispatcher) -> None:
        for path, act in ACTS.items():
            router.add_post(path, self._doing(act))
        router.add_post("/sandbox/files", self.files)
        router.add_get("/sandbox/files/{file_id}", self._looking(file))
        router.add_get("/sandbox/state", self._looking(self.state))
        router.add_get("/sandbox/events", self._looking(events))

    def _site(self, team: object) -> Site:
        """The workspace that a request names; the first one where it names none."""
        site = self._sites.of_team(team) if team is None or isinstance(team, str) else None
        if site is None:
            raise Refused(404, "team_not_found")
        return site

    def _doing(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def done(fields: Json, view_id: str) -> Json:
            return await act(Asked(self._site(fields.get("team")), fields, view_id))

        async def handle(request: web.Request) -> web.Response:
            try:
                fields = await request.json()
            except ValueError:
                return refusal(400, "invalid_json")
            if not isinstance(fields, dict):
                return refusal(400, "json_not_object")
            return await answered(done(fields, request.match_info.get("view_id", "")))

        return handle

    def _looking(self, look: Looking) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                site = self._site(request.query.get("team"))
            except Refused as refused:
                return refusal(refused.status, refused.code)
            return await look(request, site)

        return handle

    async def files(self, request: web.Request) -> web.Response:
        return await answered(self._upload(await request.post()))

    async def _upload(self, form: Any) -> Json:
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        site = self._site(fields.get("team"))
        asked = Asked(site, fields)
        user = asked.user()
        uploads = [value for value in form.values() if isinstance(value, web.FileField)]
        if not uploads:
            raise Refused(400, "no_file")
        in_form = fields.get("purpose") == "view"
        most = LARGEST_IN_A_FORM if in_form else LARGEST_FILE
        files = [
            kept(site, user, upload, name, most) for upload, name in zip(uploads, named(fields), strict=False)
        ]
        if in_form:
            return {"ok": True, "status": 200, "ms": 0, "response": {"files": [each["id"] for each in files]}}
        thread_ts = fields.get("thread_ts") or None
        said = await user_actions.say(
            site, user, asked.channel(), fields.get("comment", ""), thread_ts, files
        )
        said["response"] |= {"files": [each["id"] for each in files]}
        return said

    async def state(self, request: web.Request, site: Site) -> web.Response:
        """All there is in one workspace, and which others there are."""
        teams = [{"id": each.workspace.team_id, "name": each.workspace.name} for each in self._sites]
        team = {"team": site.workspace.team_id, "teams": teams}
        return web.json_response({**state_of(site), **team})


def kept(site: Site, user: str, upload: web.FileField, name: str | None, most: int) -> Json:
    content = upload.file.read()
    if len(content) > most:
        raise Refused(413, "file_too_large")
    file = new_file(site, user, name or upload.filename or "file", content)
    site.workspace.keep_file(file, content)
    return file


async def file(request: web.Request, site: Site) -> web.Response:
    return content_of(site, request.match_info["file_id"])


def state_of(site: Site) -> Json:
    workspace = site.workspace
    return {
        "users": [{"id": user, "name": name} for user, name in workspace.users.items()],
        "channels": list(workspace.channels.values()),
        "messages": workspace.messages(),
        "views": [
            {"id": each["id"], "user": each["user"], "view": shown(each)} for each in workspace.views.all()
        ],
        "homes": workspace.views.homes,
        "app": site.app,
    }


async def events(request: web.Request, site: Site) -> web.StreamResponse:
    """Server-sent events: a `hello`, then each change as one `data:` line of JSON."""
    stream = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
    )
    await stream.prepare(request)
    with suppress(ConnectionResetError):  # the reader is gone
        async for change in site.workspace.changes.listen():
            await stream.write(f"data: {json.dumps(change)}\n\n".encode())
    return stream


def named(fields: Json) -> Iterator[str | None]:
    """The files' own names, in their order, where the form gives them (`names`, a JSON list).

    A multipart header cannot carry every name that a file can have.
    """
    try:
        names = json.loads(fields.get("names") or "[]")
    except ValueError:
        raise Refused(400, "invalid_names") from None
    given = [name if isinstance(name, str) else None for name in names] if isinstance(names, list) else []
    return chain(given, repeat(None))


async def answered(doing: Awaitable[Json]) -> web.Response:
    try:
        return web.json_response(await doing)
    except Refused as refused:
        return refusal(refused.status, refused.code)
    except NotOffered as wrong:
        return refusal(400, str(wrong))


def refusal(status: int, code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status)
