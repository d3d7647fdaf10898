"""files.*: what is known of a file, and the two-step upload."""

from __future__ import annotations

from typing import Any, Final

from ..blocks.checks import Problem
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER
from .call import Call, Method
from .file_objects import LARGEST_FILE, file_place, new_file, share_files
from .messages import announce_posted

CONVERSATION_IDS: Final = "CGDZ"  # with what the id of a conversation begins


def file_info(call: Call) -> Json:
    """files.info."""
    file = call.workspace.files.get(call.text("file") or "")
    if file is None or file["user"] == "":
        raise ApiError("file_not_found")
    return {"file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


def start_upload(call: Call) -> Json:
    """files.getUploadURLExternal: an address for the bytes; nobody finds the file until it is completed."""
    name = call.required("filename")
    length = call.integer("length", 0, LARGEST_FILE + 1)
    if length > LARGEST_FILE:
        raise ApiError("file_upload_size_restricted")
    file = new_file(call.installation, "", name, b"")
    call.workspace.keep_file(file)
    address = f"{call.installation.url}/upload/v1/{file_place(call.installation, file['id'])}"
    return {"upload_url": address, "file_id": file["id"]}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: the files become the app's and are shared where a channel is named."""
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError("invalid_arguments")
    channel = _named_channel(call)
    files = [_complete(call, given) for given in wanted]
    if channel is not None:
        comment = call.text("initial_comment") or ""
        blocks = call.blocks()
        message = call.workspace.post(
            channel["id"],
            BOT_USER,
            comment,
            blocks=blocks,
            thread_ts=call.thread_ts(channel["id"]),
            files=share_files(call.installation, files, channel["id"]),
        )
        announce_posted(call.installation, message)
    return {"files": files}


def _named_channel(call: Call) -> Json | None:
    """The channel of the `channel_id` argument, which is never a person's id; None where it is missing.

    See slackapi/python-slack-sdk#1426: the direct messages with somebody go by their own id.
    """
    channel_id = call.text("channel_id") or call.text("channels")
    if channel_id is None:
        return None
    if channel_id[0] not in CONVERSATION_IDS:
        reason = "input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$"
        raise ApiError.of_problems("invalid_arguments", [Problem("/channel_id", reason)])
    channel = call.workspace.channel(channel_id)
    if channel is None:
        raise ApiError("channel_not_found")
    if call.app.bot_user not in call.workspace.members(channel["id"]):
        raise ApiError("not_in_channel")
    return channel


def _complete(call: Call, given: Any) -> Json:
    """Make one uploaded file the app's, under the title given."""
    file = call.workspace.files.get(str(given.get("id"))) if isinstance(given, dict) else None
    if file is None or call.workspace.store.content(file["id"]) is None:
        raise ApiError("file_not_found")
    file |= {"user": BOT_USER, "title": given.get("title") or file["name"]}
    call.workspace.keep_file(file)
    return file


FILE_METHODS: Final = {
    "files.info": Method(file_info, ("files:read",), 4),
    "files.getUploadURLExternal": Method(start_upload, ("files:write",), 4),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",), 4),
}
