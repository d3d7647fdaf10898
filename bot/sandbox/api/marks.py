"""What people and the app leave on messages: reactions and pins, each with the event of it."""

from __future__ import annotations

import re
from typing import Final

from ..delivery import events
from ..delivery.installation import Site
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER

EMOJI: Final = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
MOST_REACTIONS: Final = 23  # kinds on one message


def emoji(name: str) -> str:
    """A reaction's name, with or without colons."""
    bare = name.strip(":")
    if EMOJI.fullmatch(bare) is None:
        raise ApiError("invalid_name")
    return bare


def react(site: Site, user: str, message: Json, name: str) -> Json:
    given = reactions_of(message)
    if user in given.get(name, []):
        raise ApiError("already_reacted")
    if name not in given and len(given) >= MOST_REACTIONS:
        raise ApiError("too_many_emoji")
    keep_reactions(site, message, {**given, name: [*given.get(name, []), user]})
    return events.reaction(site.workspace, "reaction_added", user, message, name)


def unreact(site: Site, user: str, message: Json, name: str) -> Json:
    given = reactions_of(message)
    if user not in given.get(name, []):
        raise ApiError("no_reaction")
    keep_reactions(site, message, {**given, name: [each for each in given[name] if each != user]})
    return events.reaction(site.workspace, "reaction_removed", user, message, name)


def reactions_of(message: Json) -> dict[str, list[str]]:
    return {each["name"]: list(each["users"]) for each in message.get("reactions") or []}


def keep_reactions(site: Site, message: Json, given: dict[str, list[str]]) -> None:
    kept = [{"name": name, "users": users, "count": len(users)} for name, users in given.items() if users]
    site.workspace.change(message, reactions=kept)


def pin(site: Site, user: str, message: Json) -> Json:
    if message.get("pinned_to"):
        raise ApiError("already_pinned")
    channel = message["channel"]
    info = {"channel": channel, "pinned_by": user, "pinned_ts": int(site.workspace.clock())}
    site.workspace.change(message, pinned_to=[channel], pinned_info=info)
    return events.pin(site.workspace, "pin_added", user, message, info)


def unpin(site: Site, user: str, message: Json) -> Json:
    if not message.get("pinned_to"):
        raise ApiError("no_pin")
    info = pinned(message)
    site.workspace.change(message, pinned_to=None, pinned_info=None)
    return events.pin(site.workspace, "pin_removed", user, message, info)


def pinned(message: Json) -> Json:
    """By whom and when a message was pinned; one kept from before that was noted is the app's."""
    kept: Json | None = message.get("pinned_info")
    when = int(float(message["ts"]))
    return kept or {"channel": message["channel"], "pinned_by": BOT_USER, "pinned_ts": when}
