"""reactions.* and pins.*: what the app leaves on messages."""

from __future__ import annotations

from typing import Final

from ..delivery import payloads
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER
from . import marks
from .call import Call, Method


def marked(call: Call) -> Json:
    """The message that is spoken of."""
    channel = call.channel()
    if call.text("timestamp") is None:
        raise ApiError("no_item_specified")
    return call.message(channel["id"], "timestamp")


def add_reaction(call: Call) -> Json:
    message, name = marked(call), marks.emoji(call.required("name"))
    call.site.announce(marks.react(call.site, BOT_USER, message, name))
    return {}


def remove_reaction(call: Call) -> Json:
    message, name = marked(call), marks.emoji(call.required("name"))
    call.site.announce(marks.unreact(call.site, BOT_USER, message, name))
    return {}


def get_reactions(call: Call) -> Json:
    message = marked(call)
    shown = payloads.message(call.site.workspace, message)
    return {"type": "message", "channel": message["channel"], "message": shown}


def add_pin(call: Call) -> Json:
    call.site.announce(marks.pin(call.site, BOT_USER, marked(call)))
    return {}


def remove_pin(call: Call) -> Json:
    call.site.announce(marks.unpin(call.site, BOT_USER, marked(call)))
    return {}


def list_pins(call: Call) -> Json:
    """Newest first."""
    workspace, channel = call.site.workspace, call.joined_channel()
    pinned = [each for each in workspace.posted(channel["id"]) if each.get("pinned_to")]
    return {"items": [payloads.pinned_item(workspace, each, marks.pinned(each)) for each in reversed(pinned)]}


MARKS: Final = {
    "reactions.add": Method(add_reaction, ("reactions:write",), 3),
    "reactions.get": Method(get_reactions, ("reactions:read",), 3),
    "reactions.remove": Method(remove_reaction, ("reactions:write",), 2),
    "pins.add": Method(add_pin, ("pins:write",), 2),
    "pins.list": Method(list_pins, ("pins:read",), 2),
    "pins.remove": Method(remove_pin, ("pins:write",), 2),
}
