"""chat.* and blocks.validate: the app's messages."""

from __future__ import annotations

from typing import Any, Final

from ..blocks.validation import problems_of
from ..delivery.payloads import message_payload
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER, OTHER_APP, THIS_APP
from .call import Call, Method
from .message_content import check_text
from .messages import announce_posted, change_message, delete_message


def post_message(call: Call) -> Json:
    """chat.postMessage; without `chat:write.public` only in channels that the app is in."""
    everywhere = call.app is OTHER_APP or "chat:write.public" in call.installation.scopes
    channel = call.channel() if everywhere else call.joined_channel()
    text, blocks = _content(call)
    thread_ts = call.thread_ts(channel["id"])
    metadata = _metadata(call)
    if call.app is THIS_APP:
        call.installation.rate_limits.count_post(channel["id"])
    message = call.workspace.post(
        channel["id"], call.app.bot_user, text, blocks=blocks, thread_ts=thread_ts, metadata=metadata
    )
    announce_posted(call.installation, message)
    payload = message_payload(call.workspace, message, with_metadata=True)
    return {"channel": channel["id"], "ts": message["ts"], "message": payload}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: a message that one member of the channel sees."""
    channel = call.joined_channel()
    user = call.user()
    if user not in call.workspace.members(channel["id"]):
        raise ApiError("user_not_in_channel")
    text, blocks = _content(call)
    thread_ts = call.thread_ts(channel["id"])
    message = call.workspace.post(
        channel["id"], BOT_USER, text, blocks=blocks, thread_ts=thread_ts, ephemeral_to=user
    )
    return {"message_ts": message["ts"]}


def update_message(call: Call) -> Json:
    """chat.update. Text without blocks removes the blocks; metadata that is not given stays."""
    channel = call.channel()
    message = _own_message(call, channel["id"], "cant_update_message")
    text, blocks = _content(call)
    edited = {"user": call.app.bot_user, "ts": call.workspace.timestamps.next()}
    fields: dict[str, Any] = {"text": text, "blocks": blocks, "edited": edited}
    if "metadata" in call.arguments:
        fields["metadata"] = _metadata(call)
    change_message(call.installation, message, **fields)
    payload = message_payload(call.workspace, message, with_metadata=True)
    return {"channel": channel["id"], "ts": message["ts"], "text": message["text"], "message": payload}


def delete_own_message(call: Call) -> Json:
    """chat.delete."""
    channel = call.channel()
    message = _own_message(call, channel["id"], "cant_delete_message")
    delete_message(call.installation, message)
    return {"channel": channel["id"], "ts": message["ts"]}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel = call.channel()
    message = call.message(channel["id"], "message_ts")
    link = f"{call.installation.url}/archives/{channel['id']}/p{message['ts'].replace('.', '')}"
    if message["thread_ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel['id']}"
    return {"channel": channel["id"], "permalink": link}


def validate_blocks(call: Call) -> Json:
    """blocks.validate."""
    blocks = call.structure("blocks", "invalid_blocks_format")
    if blocks is None:
        raise ApiError("invalid_arguments")
    if problems := problems_of(blocks, "message"):
        raise ApiError.of_problems("invalid_blocks", problems)
    return {}


def _content(call: Call) -> tuple[str, list[Any] | None]:
    """The text and blocks of a message; one of the two must be there."""
    text, blocks = call.text("text") or "", call.blocks()
    if not text and not blocks:
        raise ApiError("no_text")
    check_text(text)
    return text, blocks


def _metadata(call: Call) -> Json | None:
    """The `metadata` argument: an event type and a payload."""
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


def _own_message(call: Call, channel_id: str, error: str) -> Json:
    """The app's message that the `ts` argument names; `error` where it is somebody else's."""
    message = call.message(channel_id)
    if message.get("bot_id") != call.app.bot_id:
        raise ApiError(error)
    return message


CHAT_METHODS: Final = {
    "chat.postMessage": Method(post_message, ("chat:write",), None),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), 4),
    "chat.update": Method(update_message, ("chat:write",), 3),
    "chat.delete": Method(delete_own_message, ("chat:write",), 3),
    "chat.getPermalink": Method(get_permalink, (), None),
    "blocks.validate": Method(validate_blocks, token="none"),
}
