"""The bytes of files over HTTP: taking an upload, and handing them out to the app or a person."""

from __future__ import annotations

from aiohttp import web

from ..delivery.installation import Installation
from .file_objects import LARGEST_FILE


async def receive_upload(installation: Installation, file_id: str, request: web.Request) -> web.Response:
    """Store what is sent to an upload address: raw bytes, or a form with one file."""
    file = installation.workspace.files.get(file_id)
    if file is None:
        return web.Response(status=404, text="file_not_found")
    content = await _uploaded_bytes(request)
    if len(content) > LARGEST_FILE:
        return web.Response(status=413, text="file_upload_size_restricted")
    installation.workspace.keep_file({**file, "size": len(content)}, content)
    return web.Response(text=f"OK - {len(content)}")


async def _uploaded_bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


def send_file(installation: Installation, file_id: str, request: web.Request) -> web.Response:
    """The bytes for the bot's token; for anyone else a redirect to a sign-in page, as in Slack."""
    tokens = installation.tokens
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not tokens.was_issued(token) or tokens.error_of(token) is not None:
        return web.Response(status=302, headers={"Location": "/signin"})
    return file_content(installation, file_id)


def file_content(installation: Installation, file_id: str) -> web.Response:
    """A file's bytes, as an attachment, so that no browser shows them on the sandbox's own address."""
    file = installation.workspace.files.get(file_id)
    content = installation.workspace.store.content(file_id)
    if file is None or content is None:
        return web.Response(status=404, text="file_not_found")
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=content, content_type=str(file["mimetype"]), headers=headers)
