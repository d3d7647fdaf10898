"""What can be read at the door: all there is in a workspace, the stream of its changes, and its files."""

from __future__ import annotations

import json
from contextlib import suppress

from aiohttp import web

from ..api.file_transfer import file_content
from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.views import view_with_state


def state_of(installation: Installation) -> Json:
    """People, channels, messages (newest last), open modals and Home tabs of one workspace, and its app."""
    workspace = installation.workspace
    return {
        "users": [person.summary() for person in workspace.people.values()],
        "channels": list(workspace.channels.values()),
        "messages": workspace.messages(),
        "views": [
            {"id": record["id"], "user": record["user"], "view": view_with_state(record)}
            for record in workspace.views.all()
        ],
        "homes": {user: workspace.views.home(user) for user in workspace.views.homes},
        "app": installation.app,
    }


async def stream_changes(request: web.Request, installation: Installation) -> web.StreamResponse:
    """Server-sent events: a `hello`, then each change as one `data:` line of JSON."""
    stream = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
    )
    await stream.prepare(request)
    with suppress(ConnectionResetError):  # whoever watched has gone
        async for change in installation.workspace.changes.listen():
            await stream.write(f"data: {json.dumps(change)}\n\n".encode())
    return stream


async def show_file(request: web.Request, installation: Installation) -> web.Response:
    """The bytes of a file; for a `user` only one of theirs, or one in a conversation that they are in."""
    file_id, user = request.match_info["file_id"], request.query.get("user")
    if user is not None and not _can_see(installation, file_id, user):
        return web.Response(status=404, text="file_not_found")
    return file_content(installation, file_id)


def _can_see(installation: Installation, file_id: str, user: str) -> bool:
    workspace = installation.workspace
    file = workspace.files.get(file_id, {})
    shared = [channel for kind in ("channels", "groups", "ims") for channel in file.get(kind, [])]
    return file.get("user") == user or any(user in workspace.members(channel) for channel in shared)
