"""Reactions on messages, by people and by the app: reactions.*."""

from __future__ import annotations

import re
from typing import Final

from ..delivery import events, payloads
from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER
from .call import Call, Method

EMOJI_NAME: Final = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
MOST_REACTIONS: Final = 23  # different emoji on one message


def emoji_name(name: str) -> str:
    """The name of an emoji, given with or without colons. Raises ApiError for what cannot be one."""
    bare = name.strip(":")
    if EMOJI_NAME.fullmatch(bare) is None:
        raise ApiError("invalid_name")
    return bare


def react(installation: Installation, user: str, message: Json, name: str) -> Json:
    """Add a reaction; the event of it, not yet announced. Raises ApiError where it cannot be added."""
    reactions = _users_by_emoji(message)
    if user in reactions.get(name, []):
        raise ApiError("already_reacted")
    if name not in reactions and len(reactions) >= MOST_REACTIONS:
        raise ApiError("too_many_emoji")
    _keep(installation, message, {**reactions, name: [*reactions.get(name, []), user]})
    return events.reaction_event(installation.workspace, "reaction_added", user, message, name)


def unreact(installation: Installation, user: str, message: Json, name: str) -> Json:
    """Take a reaction back; the event of it, not yet announced. Raises ApiError where there is none."""
    reactions = _users_by_emoji(message)
    if user not in reactions.get(name, []):
        raise ApiError("no_reaction")
    remaining = [reacted for reacted in reactions[name] if reacted != user]
    _keep(installation, message, {**reactions, name: remaining})
    return events.reaction_event(installation.workspace, "reaction_removed", user, message, name)


def _users_by_emoji(message: Json) -> dict[str, list[str]]:
    return {reaction["name"]: list(reaction["users"]) for reaction in message.get("reactions") or []}


def _keep(installation: Installation, message: Json, reactions: dict[str, list[str]]) -> None:
    kept = [{"name": name, "users": users, "count": len(users)} for name, users in reactions.items() if users]
    installation.workspace.change(message, reactions=kept)


def message_at_timestamp(call: Call) -> Json:
    """The message that the arguments `channel` and `timestamp` name."""
    channel = call.channel()
    if call.text("timestamp") is None:
        raise ApiError("no_item_specified")
    return call.message(channel["id"], "timestamp")


def add_reaction(call: Call) -> Json:
    """reactions.add."""
    message, name = message_at_timestamp(call), emoji_name(call.required("name"))
    call.installation.announce(react(call.installation, BOT_USER, message, name))
    return {}


def remove_reaction(call: Call) -> Json:
    """reactions.remove."""
    message, name = message_at_timestamp(call), emoji_name(call.required("name"))
    call.installation.announce(unreact(call.installation, BOT_USER, message, name))
    return {}


def get_reactions(call: Call) -> Json:
    """reactions.get: the message with its reactions."""
    message = message_at_timestamp(call)
    payload = payloads.message_payload(call.workspace, message)
    return {"type": "message", "channel": message["channel"], "message": payload}


REACTION_METHODS: Final = {
    "reactions.add": Method(add_reaction, ("reactions:write",), 3),
    "reactions.get": Method(get_reactions, ("reactions:read",), 3),
    "reactions.remove": Method(remove_reaction, ("reactions:write",), 2),
}
