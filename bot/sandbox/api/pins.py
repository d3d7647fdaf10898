"""Messages pinned to a channel, by people and by the app: pins.*."""

from __future__ import annotations

from typing import Final

from ..delivery import events, payloads
from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER
from .call import Call, Method
from .reactions import message_at_timestamp


def pin(installation: Installation, user: str, message: Json) -> Json:
    """Pin a message; the event of it, not yet announced. Raises ApiError for one that is pinned."""
    if message.get("pinned_to"):
        raise ApiError("already_pinned")
    workspace, channel = installation.workspace, message["channel"]
    info = {"channel": channel, "pinned_by": user, "pinned_ts": int(workspace.clock())}
    workspace.change(message, pinned_to=[channel], pinned_info=info)
    return events.pin_event(workspace, "pin_added", user, message, info)


def unpin(installation: Installation, user: str, message: Json) -> Json:
    """Take a pin out; the event of it, not yet announced. Raises ApiError where there is no pin."""
    if not message.get("pinned_to"):
        raise ApiError("no_pin")
    info = pinned_info(message)
    installation.workspace.change(message, pinned_to=None, pinned_info=None)
    return events.pin_event(installation.workspace, "pin_removed", user, message, info)


def pinned_info(message: Json) -> Json:
    """Who pinned a message, and when; by the app when posted, where an older version stored neither."""
    stored: Json | None = message.get("pinned_info")
    posted = int(float(message["ts"]))
    return stored or {"channel": message["channel"], "pinned_by": BOT_USER, "pinned_ts": posted}


def add_pin(call: Call) -> Json:
    """pins.add."""
    call.installation.announce(pin(call.installation, BOT_USER, message_at_timestamp(call)))
    return {}


def remove_pin(call: Call) -> Json:
    """pins.remove."""
    call.installation.announce(unpin(call.installation, BOT_USER, message_at_timestamp(call)))
    return {}


def list_pins(call: Call) -> Json:
    """pins.list, newest message first."""
    workspace, channel = call.workspace, call.joined_channel()
    pinned = [message for message in workspace.posted(channel["id"]) if message.get("pinned_to")]
    items = [payloads.pinned_item(workspace, message, pinned_info(message)) for message in reversed(pinned)]
    return {"items": items}


PIN_METHODS: Final = {
    "pins.add": Method(add_pin, ("pins:write",), 2),
    "pins.list": Method(list_pins, ("pins:read",), 2),
    "pins.remove": Method(remove_pin, ("pins:write",), 2),
}
