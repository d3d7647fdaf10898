"""Files that a person drops into a conversation or gives to a modal, as a multipart form at the door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

from aiohttp import web

from ..api.file_objects import LARGEST_FILE, LARGEST_FILE_IN_MODAL, new_file
from ..delivery.installation import Installation
from ..slack_json import Json
from .answers import DoorError
from .door_request import DoorRequest
from .user_actions import write_message


async def take_files(request: DoorRequest, form: Any) -> Json:
    """Store the files of a form and, unless its `purpose` is `view`, post them with the `comment`.

    Returns the door's answer with the files' ids. Raises DoorError for a form without files, a file that is
    too large, or names that cannot be read.
    """
    installation, user = request.installation, request.user()
    uploads = [value for value in form.values() if isinstance(value, web.FileField)]
    if not uploads:
        raise DoorError(400, "no_file")
    for_modal = request.fields.get("purpose") == "view"
    most = LARGEST_FILE_IN_MODAL if for_modal else LARGEST_FILE
    named = zip(uploads, _file_names(request.fields), strict=False)
    files = [_store(installation, user, upload, name, most) for upload, name in named]
    file_ids = [file["id"] for file in files]
    if for_modal:
        return {"ok": True, "status": 200, "ms": 0, "response": {"files": file_ids}}
    thread_ts = request.fields.get("thread_ts") or None
    comment = request.fields.get("comment", "")
    answer = await write_message(installation, user, request.channel(), comment, thread_ts, files)
    answer["response"] |= {"files": file_ids}
    return answer


def _store(installation: Installation, user: str, upload: web.FileField, name: str | None, most: int) -> Json:
    content = upload.file.read()
    if len(content) > most:
        raise DoorError(413, "file_too_large")
    file = new_file(installation, user, name or upload.filename or "file", content)
    installation.workspace.keep_file(file, content)
    return file


def _file_names(fields: Json) -> Iterator[str | None]:
    """The files' own names in their order, where the form gives them (`names`, a JSON list); then None.

    A multipart header cannot carry every name that a file can have.
    """
    try:
        names = json.loads(fields.get("names") or "[]")
    except ValueError:
        raise DoorError(400, "invalid_names") from None
    given = [name if isinstance(name, str) else None for name in names] if isinstance(names, list) else []
    return chain(given, repeat(None))
