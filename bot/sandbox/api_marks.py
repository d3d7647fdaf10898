"""reactions.* and pins.*: what the app leaves on messages."""

from __future__ import annotations

import re
from typing import Final

from . import payloads
from .call import Call, Method
from .cast import BOT_USER
from .errors import ApiError
from .shapes import Json

EMOJI: Final = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
MOST_REACTIONS: Final = 23  # kinds on one message


def marked(call: Call) -> Json:
    """The message that is spoken of."""
    channel = call.channel()
    if call.text("timestamp") is None:
        raise ApiError("no_item_specified")
    return call.message(channel["id"], "timestamp")


def emoji(call: Call) -> str:
    name = call.required("name").strip(":")
    if EMOJI.fullmatch(name) is None:
        raise ApiError("invalid_name")
    return name


def add_reaction(call: Call) -> Json:
    message, name = marked(call), emoji(call)
    reactions = {each["name"]: each["users"] for each in message.get("reactions") or []}
    if BOT_USER in reactions.get(name, []):
        raise ApiError("already_reacted")
    if name not in reactions and len(reactions) >= MOST_REACTIONS:
        raise ApiError("too_many_emoji")
    reactions[name] = [*reactions.get(name, []), BOT_USER]
    return keep_reactions(call, message, reactions)


def remove_reaction(call: Call) -> Json:
    message, name = marked(call), emoji(call)
    reactions = {each["name"]: list(each["users"]) for each in message.get("reactions") or []}
    if BOT_USER not in reactions.get(name, []):
        raise ApiError("no_reaction")
    reactions[name].remove(BOT_USER)
    return keep_reactions(call, message, reactions)


def keep_reactions(call: Call, message: Json, reactions: dict[str, list[str]]) -> Json:
    kept = [{"name": name, "users": users, "count": len(users)} for name, users in reactions.items() if users]
    call.site.workspace.change(message, reactions=kept)
    return {}


def get_reactions(call: Call) -> Json:
    message = marked(call)
    shown = payloads.message(call.site.workspace, message)
    return {"type": "message", "channel": message["channel"], "message": shown}


def add_pin(call: Call) -> Json:
    message = marked(call)
    if message.get("pinned_to"):
        raise ApiError("already_pinned")
    call.site.workspace.change(message, pinned_to=[message["channel"]])
    return {}


def remove_pin(call: Call) -> Json:
    message = marked(call)
    if not message.get("pinned_to"):
        raise ApiError("no_pin")
    call.site.workspace.change(message, pinned_to=None)
    return {}


def list_pins(call: Call) -> Json:
    """Newest first."""
    channel = call.joined_channel()
    pinned = [each for each in call.site.workspace.posted(channel["id"]) if each.get("pinned_to")]
    items = [
        {
            "type": "message",
            "channel": channel["id"],
            "created": int(float(each["ts"])),
            "created_by": BOT_USER,
            "message": payloads.message(call.site.workspace, each),
        }
        for each in reversed(pinned)
    ]
    return {"items": items}


MARKS: Final = {
    "reactions.add": Method(add_reaction, ("reactions:write",), 3),
    "reactions.get": Method(get_reactions, ("reactions:read",), 3),
    "reactions.remove": Method(remove_reaction, ("reactions:write",), 2),
    "pins.add": Method(add_pin, ("pins:write",), 2),
    "pins.list": Method(list_pins, ("pins:read",), 2),
    "pins.remove": Method(remove_pin, ("pins:write",), 2),
}
