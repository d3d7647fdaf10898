"""The app's messages in answer to a person: the body of an acknowledgement, or a POST to a response URL."""

from __future__ import annotations

from typing import Any

from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER
from .message_content import check_blocks, check_text
from .messages import announce_posted, change_message, delete_message


def apply_response(installation: Installation, issued: Json, body: Json) -> None:
    """Post, replace or delete a message as a response says, in the place that its URL was issued for.

    Raises ApiError where Slack would refuse the response.
    """
    original = installation.workspace.message(issued["channel"], issued["message_ts"] or "")
    if body.get("delete_original"):
        if original is None:
            raise ApiError("message_not_found", status=404)
        delete_message(installation, original)
        return
    text, blocks = _content(body)
    if body.get("replace_original") and original is not None:
        change_message(installation, original, text=text, blocks=blocks)
        return
    is_private = body.get("response_type") != "in_channel"
    message = installation.workspace.post(
        issued["channel"],
        BOT_USER,
        text,
        blocks=blocks,
        thread_ts=body.get("thread_ts"),
        metadata=body.get("metadata"),
        ephemeral_to=issued["user"] if is_private else None,
    )
    announce_posted(installation, message)


def show_acknowledgement(installation: Installation, user: str, channel: str, body: Any) -> None:
    """Show the acknowledgement of a slash command, if it is a message.

    Raises ApiError where Slack would refuse the message.
    """
    if isinstance(body, dict) and (body.get("text") or body.get("blocks")):
        apply_response(installation, {"user": user, "channel": channel, "message_ts": None}, body)


def _content(body: Json) -> tuple[str, list[Any] | None]:
    """The text and blocks of a response; one of the two must be there."""
    text, blocks = str(body.get("text") or ""), body.get("blocks") or None
    if not text and not blocks:
        raise ApiError("no_text", status=400)
    check_text(text)
    if blocks is not None:
        check_blocks(blocks)
    return text, blocks
