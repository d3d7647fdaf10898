"""What an app answers a person with: the body of an acknowledgement, or a POST to a response URL."""

from __future__ import annotations

from typing import Any

from ..delivery.installation import Site
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER
from .call import check_message_blocks, check_text


def respond(site: Site, issued: Json, body: Json) -> None:
    """Do what a response says in the place it was issued for; ApiError where Slack would refuse it."""
    original = site.workspace.message(issued["channel"], issued["message_ts"] or "")
    if body.get("delete_original"):
        if original is None:
            raise ApiError("message_not_found", status=404)
        site.delete_message(original)
        return
    text, blocks = content(body)
    if body.get("replace_original") and original is not None:
        site.change_message(original, text=text, blocks=blocks)
        return
    private = body.get("response_type") != "in_channel"
    message = site.workspace.post(
        issued["channel"],
        BOT_USER,
        text,
        blocks=blocks,
        thread_ts=body.get("thread_ts"),
        metadata=body.get("metadata"),
        ephemeral_to=issued["user"] if private else None,
    )
    site.announce_posted(message)


def content(body: Json) -> tuple[str, list[Any] | None]:
    text, blocks = str(body.get("text") or ""), body.get("blocks") or None
    if not text and not blocks:
        raise ApiError("no_text", status=400)
    check_text(text)
    if blocks is not None:
        check_message_blocks(blocks)
    return text, blocks


def acknowledged(site: Site, user: str, channel: str, body: Any) -> None:
    """A slash command's acknowledgement, which may be a message."""
    if isinstance(body, dict) and (body.get("text") or body.get("blocks")):
        respond(site, {"user": user, "channel": channel, "message_ts": None}, body)
