"""chat.* and blocks.validate."""

from __future__ import annotations

from typing import Any, Final

from ..blocks import validation as block_kit
from ..delivery import payloads
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_ID, BOT_USER
from .call import Call, Method, check_text


def post_message(call: Call) -> Json:
    channel = call.channel() if "chat:write.public" in call.site.scopes else call.joined_channel()
    text, blocks = content(call)
    thread_ts = thread(call, channel["id"])
    metadata = metadata_of(call)
    call.site.pace.post(channel["id"])
    message = call.site.workspace.post(
        channel["id"], BOT_USER, text, blocks=blocks, thread_ts=thread_ts, metadata=metadata
    )
    call.site.announce_posted(message)
    shown = payloads.message(call.site.workspace, message, with_metadata=True)
    return {"channel": channel["id"], "ts": message["ts"], "message": shown}


def post_ephemeral(call: Call) -> Json:
    channel = call.joined_channel()
    user = call.user()
    if user not in call.site.workspace.members(channel["id"]):
        raise ApiError("user_not_in_channel")
    text, blocks = content(call)
    message = call.site.workspace.post(
        channel["id"], BOT_USER, text, blocks=blocks, thread_ts=thread(call, channel["id"]), ephemeral_to=user
    )
    return {"message_ts": message["ts"]}


def update(call: Call) -> Json:
    """Text without blocks removes the blocks; metadata that is not given stays."""
    channel = call.channel()
    message = own_message(call, channel["id"], "cant_update_message")
    text, blocks = content(call)
    fields: dict[str, Any] = {"text": text, "blocks": blocks, "edited": edit_mark(call)}
    if "metadata" in call.arguments:
        fields["metadata"] = metadata_of(call)
    call.site.change_message(message, **fields)
    shown = payloads.message(call.site.workspace, message, with_metadata=True)
    return {"channel": channel["id"], "ts": message["ts"], "text": message["text"], "message": shown}


def delete(call: Call) -> Json:
    channel = call.channel()
    message = own_message(call, channel["id"], "cant_delete_message")
    call.site.delete_message(message)
    return {"channel": channel["id"], "ts": message["ts"]}


def permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel["id"], "message_ts")
    link = f"{call.site.url}/archives/{channel['id']}/p{message['ts'].replace('.', '')}"
    if message["thread_ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel['id']}"
    return {"channel": channel["id"], "permalink": link}


def validate_blocks(call: Call) -> Json:
    blocks = call.structure("blocks", "invalid_blocks_format")
    if blocks is None:
        raise ApiError("invalid_arguments")
    if problems := block_kit.problems_of(blocks, "message"):
        raise ApiError.of_problems("invalid_blocks", problems)
    return {}


def content(call: Call) -> tuple[str, list[Any] | None]:
    """The text and blocks of a message; one of the two must be there."""
    text, blocks = call.text("text") or "", call.blocks()
    if not text and not blocks:
        raise ApiError("no_text")
    check_text(text)
    return text, blocks


def thread(call: Call, channel_id: str) -> str | None:
    """The thread a message goes to: that of the message named, or the one it begins."""
    ts = call.text("thread_ts")
    if ts is None:
        return None
    parent = call.site.workspace.message(channel_id, ts)
    if parent is None or parent["ephemeral_to"]:
        raise ApiError("thread_not_found")
    return str(parent["thread_ts"] or parent["ts"])


def metadata_of(call: Call) -> Json | None:
    metadata = call.structure("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    well_formed = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not well_formed:
        raise ApiError("invalid_metadata_format")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def own_message(call: Call, channel_id: str, otherwise: str) -> Json:
    message = call.message(channel_id)
    if message.get("bot_id") != BOT_ID:
        raise ApiError(otherwise)
    return message


def edit_mark(call: Call) -> Json:
    return {"user": BOT_USER, "ts": call.site.workspace.timestamps.next()}


CHAT: Final = {
    "chat.postMessage": Method(post_message, ("chat:write",), None),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), 4),
    "chat.update": Method(update, ("chat:write",), 3),
    "chat.delete": Method(delete, ("chat:write",), 3),
    "chat.getPermalink": Method(permalink, (), None),
    "blocks.validate": Method(validate_blocks, needs="nothing"),
}
