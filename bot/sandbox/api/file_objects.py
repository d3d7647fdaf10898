"""File objects: what Slack says of a file, where its bytes are, and in which channels it is shared."""

from __future__ import annotations

import mimetypes
import secrets
from typing import Final

from ..delivery.installation import Installation
from ..slack_json import Json

LARGEST_FILE: Final = 20 * 1024 * 1024  # bytes
# bytes; docs.slack.dev/reference/block-kit/block-elements/file-input-element
LARGEST_FILE_IN_MODAL: Final = 10 * 1024 * 1024


def new_file(installation: Installation, user: str, name: str, content: bytes) -> Json:
    """A file object for new bytes, not yet stored; `user` is empty until an upload is completed."""
    workspace = installation.workspace
    file_id = "F" + secrets.token_hex(5).upper()
    extension = name.rpartition(".")[2].lower() if "." in name else "text"
    return {
        "id": file_id,
        "created": int(workspace.clock()),
        "timestamp": int(workspace.clock()),
        "name": name,
        "title": name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "filetype": extension,
        "pretty_type": extension.upper(),
        "user": user,
        "user_team": workspace.team_of(user) if user else workspace.team_id,
        "editable": False,
        "size": len(content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        **_addresses(installation, file_id),
        "channels": [],
        "groups": [],
        "ims": [],
        "display_as_bot": False,
        "username": "",
        "has_rich_preview": False,
        "file_access": "visible",
    }


def file_place(installation: Installation, file_id: str) -> str:
    """The part of a file's addresses that names its team and the file itself."""
    return f"{installation.workspace.team_id}-{file_id}"


def update_addresses(installation: Installation) -> None:
    """Give every stored file its current addresses, since a restarted sandbox may be served elsewhere."""
    for file in list(installation.workspace.files.values()):
        installation.workspace.keep_file({**file, **_addresses(installation, file["id"])})


def share_files(installation: Installation, files: list[Json], channel_id: str) -> list[Json]:
    """The files, marked as shared in a channel and stored so."""
    channel = installation.workspace.channels[channel_id]
    field = "ims" if channel["is_im"] else "groups" if channel.get("is_mpim") else "channels"
    for file in files:
        file["is_public"] = file["is_public"] or field == "channels"
        file[field] = sorted({*file.get(field, []), channel_id})
        installation.workspace.keep_file(file)
    return files


def _addresses(installation: Installation, file_id: str) -> Json:
    private = f"{installation.url}/files-pri/{file_place(installation, file_id)}"
    return {
        "url_private": f"{private}/{file_id}",
        "url_private_download": f"{private}/download/{file_id}",
        "permalink": f"{installation.url}/files/{file_id}",
    }
