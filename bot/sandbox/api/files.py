"""files.*: the two-step upload, what is known of a file, and its bytes behind the bot's token."""

from __future__ import annotations

import mimetypes
import secrets
from typing import Any, Final

from aiohttp import web

from ..delivery.installation import Site
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER
from .call import Call, Method
from .chat import thread

LARGEST_FILE: Final = 20 * 1024 * 1024
LARGEST_IN_A_FORM: Final = (
    10 * 1024 * 1024
)  # docs.slack.dev/reference/block-kit/block-elements/file-input-element


def file_info(call: Call) -> Json:
    file = call.site.workspace.files.get(call.text("file") or "")
    if file is None or file["user"] == "":
        raise ApiError("file_not_found")
    return {"file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


def upload_url(call: Call) -> Json:
    """A place to send the bytes to; the file is not there for anyone until it is completed."""
    name = call.required("filename")
    length = call.integer("length", 0, LARGEST_FILE + 1)
    if length > LARGEST_FILE:
        raise ApiError("file_upload_size_restricted")
    file = new_file(call.site, "", name, b"")
    call.site.workspace.keep_file(file)
    return {"upload_url": f"{call.site.url}/upload/v1/{place(call.site, file['id'])}", "file_id": file["id"]}


def complete_upload(call: Call) -> Json:
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError("invalid_arguments")
    files = [completed(call, each) for each in wanted]
    if channel_id := call.text("channel_id") or call.text("channels"):
        channel = call.site.workspace.channel(channel_id)
        if channel is None:
            raise ApiError("channel_not_found")
        comment = call.text("initial_comment") or ""
        blocks = call.blocks()
        message = call.site.workspace.post(
            channel["id"],
            BOT_USER,
            comment,
            blocks=blocks,
            thread_ts=thread(call, channel["id"]),
            files=share(call.site, files, channel["id"]),
        )
        call.site.announce_posted(message)
    return {"files": files}


def completed(call: Call, wanted: Any) -> Json:
    file = call.site.workspace.files.get(str(wanted.get("id"))) if isinstance(wanted, dict) else None
    if file is None or call.site.workspace.shelf.content(file["id"]) is None:
        raise ApiError("file_not_found")
    file |= {"user": BOT_USER, "title": wanted.get("title") or file["name"]}
    call.site.workspace.keep_file(file)
    return file


def new_file(site: Site, user: str, name: str, content: bytes) -> Json:
    """A file object as Slack describes it."""
    file_id = "F" + secrets.token_hex(5).upper()
    kind = name.rpartition(".")[2].lower() if "." in name else "text"
    return {
        "id": file_id,
        "created": int(site.workspace.clock()),
        "timestamp": int(site.workspace.clock()),
        "name": name,
        "title": name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": user,
        "user_team": site.workspace.user_team if user else site.workspace.team_id,
        "editable": False,
        "size": len(content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        **addresses(site, file_id),
        "channels": [],
        "groups": [],
        "ims": [],
        "display_as_bot": False,
        "username": "",
        "has_rich_preview": False,
        "file_access": "visible",
    }


def place(site: Site, file_id: str) -> str:
    """Where a file is: in which team, and which one."""
    return f"{site.workspace.team_id}-{file_id}"


def addresses(site: Site, file_id: str) -> Json:
    private = f"{site.url}/files-pri/{place(site, file_id)}"
    return {
        "url_private": f"{private}/{file_id}",
        "url_private_download": f"{private}/download/{file_id}",
        "permalink": f"{site.url}/files/{file_id}",
    }


def readdress(site: Site) -> None:
    """After a restart the sandbox may listen elsewhere; its files are then found there."""
    for file in list(site.workspace.files.values()):
        site.workspace.keep_file({**file, **addresses(site, file["id"])})


def share(site: Site, files: list[Json], channel_id: str) -> list[Json]:
    """The files, marked as shared in a channel."""
    channel = site.workspace.channels[channel_id]
    where = "ims" if channel["is_im"] else "groups" if channel.get("is_mpim") else "channels"
    for file in files:
        file["is_public"] = file["is_public"] or where == "channels"
        file[where] = sorted({*file.get(where, []), channel_id})
        site.workspace.keep_file(file)
    return files


async def receive(site: Site, file_id: str, request: web.Request) -> web.Response:
    """The upload URL: raw bytes, or a form with one file."""
    file = site.workspace.files.get(file_id)
    if file is None:
        return web.Response(status=404, text="file_not_found")
    content = await uploaded(request)
    if len(content) > LARGEST_FILE:
        return web.Response(status=413, text="file_upload_size_restricted")
    site.workspace.keep_file({**file, "size": len(content)}, content)
    return web.Response(text=f"OK - {len(content)}")


async def uploaded(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


async def download(site: Site, file_id: str, request: web.Request) -> web.Response:
    """The bytes for the bot's token; for anyone else the way to a sign-in page, as in Slack."""
    installation = site.installation
    if installation.ended or request.headers.get("Authorization") != f"Bearer {installation.token}":
        return web.Response(status=302, headers={"Location": "/signin"})
    return content_of(site, file_id)


def content_of(site: Site, file_id: str) -> web.Response:
    """A file's bytes, never shown inline by a browser."""
    file = site.workspace.files.get(file_id)
    content = site.workspace.shelf.content(file_id)
    if file is None or content is None:
        return web.Response(status=404, text="file_not_found")
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=content, content_type=str(file["mimetype"]), headers=headers)


FILES: Final = {
    "files.info": Method(file_info, ("files:read",), 4),
    "files.getUploadURLExternal": Method(upload_url, ("files:write",), 4),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",), 4),
}
