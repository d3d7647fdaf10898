"""The sandbox's own door: what the page and the tests do as people of the workspace."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import chain, repeat
from typing import Any, Final

from aiohttp import web

from . import acts, clicks, modals
from .acts import Refused
from .api_files import LARGEST_FILE, content_of, new_file
from .cast import BOT_USER
from .faults import Fault
from .inputs import NotOffered
from .shapes import Json
from .site import Site
from .views import shown

# docs.slack.dev/apis/events-api/using-socket-mode
DISCONNECT_REASONS: Final = frozenset({"refresh_requested", "link_disabled"})

Act = Callable[["Asked"], Awaitable[Json]]


class Asked:
    """One request's fields; a missing one or one of the wrong type is refused with 400."""

    def __init__(self, site: Site, fields: Json, view_id: str = "") -> None:
        self.site = site
        self.fields = fields
        self.view_id = view_id

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise Refused(400, f"missing_{name}")
        return value

    def maybe(self, name: str) -> str | None:
        return self.text(name) if self.fields.get(name) is not None else None

    def user(self) -> str:
        user = self.text("user")
        if user not in self.site.workspace.users or user == BOT_USER:
            raise Refused(404, "user_not_found")
        return user

    def channel(self) -> str:
        """A channel this person can see."""
        name, user = self.text("channel"), self.user()
        channel = self.site.workspace.channel(user if name == BOT_USER else name)
        if channel is None or user not in self.site.workspace.members(channel["id"]):
            raise Refused(404, "channel_not_found")
        return str(channel["id"])

    def structure(self, name: str) -> Json:
        value = self.fields.get(name) or {}
        if not isinstance(value, dict):
            raise Refused(400, f"invalid_{name}")
        return value


async def send_command(asked: Asked) -> Json:
    name = asked.text("command")
    if not name.startswith("/"):
        raise Refused(400, "invalid_command")
    return await acts.command(asked.site, asked.user(), asked.channel(), name, asked.maybe("text") or "")


async def send_message(asked: Asked) -> Json:
    if asked.fields.get("delete"):
        return await acts.delete(asked.site, asked.user(), asked.channel(), asked.text("ts"))
    text = asked.text("text")
    if not text.strip():
        raise Refused(400, "no_text")
    if (ts := asked.maybe("ts")) is not None:
        return await acts.edit(asked.site, asked.user(), asked.channel(), ts, text)
    return await acts.say(asked.site, asked.user(), asked.channel(), text, asked.maybe("thread_ts"))


async def send_action(asked: Asked) -> Json:
    user = asked.user()
    asked.text("action_id")
    asked.maybe("block_id")
    if (view_id := asked.maybe("view_id")) is not None:
        surface = clicks.surface_of_view(asked.site, user, view_id)
    else:
        surface = clicks.surface_of_message(asked.site, user, asked.channel(), asked.text("message_ts"))
    return await clicks.act(asked.site, user, surface, asked.fields)


async def send_shortcut(asked: Asked) -> Json:
    return await acts.shortcut(
        asked.site, asked.user(), asked.channel(), asked.text("message_ts"), asked.text("callback_id")
    )


async def submit_view(asked: Asked) -> Json:
    force = bool(asked.fields.get("force"))
    return await modals.submit(
        asked.site, asked.user(), asked.view_id, asked.structure("values"), force=force
    )


async def close_view(asked: Asked) -> Json:
    return await modals.close(asked.site, asked.user(), asked.view_id, clear=bool(asked.fields.get("clear")))


async def move_member(asked: Asked) -> Json:
    member = asked.maybe("member") or asked.user()
    if member not in asked.site.workspace.users:
        raise Refused(404, "user_not_found")
    channel = asked.site.workspace.channel(asked.text("channel"))
    if channel is None:
        raise Refused(404, "channel_not_found")
    leave = bool(asked.fields.get("leave"))
    return await acts.move(asked.site, asked.user(), channel["id"], member, leave=leave)


async def open_home(asked: Asked) -> Json:
    return await acts.open_home(asked.site, asked.user())


async def take_note(asked: Asked) -> Json:
    """What an app in another process did by itself."""
    asked.site.note(asked.text("what"), asked.text("detail"))
    return {"ok": True, "status": 200, "ms": 0, "response": {}}


async def order_fault(asked: Asked) -> Json:
    """`{"clear": true}` empties the queue instead; `{"disconnect": reason}` ends all Socket Mode."""
    if asked.fields.get("clear"):
        asked.site.faults.clear()
        asked.site.delivery.release()
    elif (reason := asked.maybe("disconnect")) is not None:
        if reason not in DISCONNECT_REASONS:
            raise Refused(400, "invalid_disconnect")
        await asked.site.sockets.disconnect(reason)
    else:
        try:
            asked.site.faults.add(Fault.read(asked.fields))
        except ValueError as wrong:
            raise Refused(400, str(wrong)) from None
    return {"ok": True, "status": 200, "ms": 0, "response": {}}


ACTS: dict[str, Act] = {
    "/sandbox/commands": send_command,
    "/sandbox/messages": send_message,
    "/sandbox/actions": send_action,
    "/sandbox/shortcuts": send_shortcut,
    "/sandbox/views/{view_id}/submit": submit_view,
    "/sandbox/views/{view_id}/close": close_view,
    "/sandbox/home": open_home,
    "/sandbox/members": move_member,
    "/sandbox/faults": order_fault,
    "/sandbox/notes": take_note,
}


class Door:
    """The routes under `/sandbox/`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def add_routes(self, router: web.UrlDispatcher) -> None:
        for path, act in ACTS.items():
            router.add_post(path, self._doing(act))
        router.add_post("/sandbox/files", self.files)
        router.add_get("/sandbox/files/{file_id}", self.file)
        router.add_get("/sandbox/state", self.state)
        router.add_get("/sandbox/events", self.events)

    def _doing(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                fields = await request.json()
            except ValueError:
                return refusal(400, "invalid_json")
            if not isinstance(fields, dict):
                return refusal(400, "json_not_object")
            return await answered(act(Asked(self._site, fields, request.match_info.get("view_id", ""))))

        return handle

    async def files(self, request: web.Request) -> web.Response:
        return await answered(self._upload(await request.post()))

    async def _upload(self, form: Any) -> Json:
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        asked = Asked(self._site, fields)
        user = asked.user()
        uploads = [value for value in form.values() if isinstance(value, web.FileField)]
        if not uploads:
            raise Refused(400, "no_file")
        files = [self._kept(user, upload, name) for upload, name in zip(uploads, named(fields), strict=False)]
        if fields.get("purpose") == "view":
            return {"ok": True, "status": 200, "ms": 0, "response": {"files": [each["id"] for each in files]}}
        thread_ts = fields.get("thread_ts") or None
        said = await acts.say(self._site, user, asked.channel(), fields.get("comment", ""), thread_ts, files)
        said["response"] |= {"files": [each["id"] for each in files]}
        return said

    def _kept(self, user: str, upload: web.FileField, name: str | None) -> Json:
        content = upload.file.read()
        if len(content) > LARGEST_FILE:
            raise Refused(413, "file_too_large")
        file = new_file(self._site, user, name or upload.filename or "file", content)
        self._site.workspace.keep_file(file, content)
        return file

    async def file(self, request: web.Request) -> web.Response:
        return content_of(self._site, request.match_info["file_id"])

    async def state(self, request: web.Request) -> web.Response:
        workspace = self._site.workspace
        return web.json_response(
            {
                "users": [{"id": user, "name": name} for user, name in workspace.users.items()],
                "channels": list(workspace.channels.values()),
                "messages": workspace.messages(),
                "views": [
                    {"id": each["id"], "user": each["user"], "view": shown(each)}
                    for each in workspace.views.all()
                ],
                "homes": workspace.views.homes,
                "app": self._site.app,
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: a `hello`, then each change as one `data:` line of JSON."""
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
        )
        await stream.prepare(request)
        with suppress(ConnectionResetError):  # the reader is gone
            async for change in self._site.workspace.changes.listen():
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
