"""What an app's manifest says that a workspace goes by: its scopes, its events, and how people call it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..slack_json import Json


@dataclass(frozen=True)
class Manifest:
    """`app` is `{"name", "commands": [[command, description]], "shortcuts": [[callback_id, name]]}`."""

    scopes: list[str]
    events: list[str]
    app: Json


def read(manifest: Path) -> Manifest:
    """An app's manifest in JSON; a ValueError says in a sentence why it cannot be read."""
    try:
        given = json.loads(manifest.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{manifest} is not JSON ({error}).") from None
    try:
        return Manifest(
            names(given, "oauth_config", "scopes", "bot"),
            names(given, "settings", "event_subscriptions", "bot_events"),
            app_of(given),
        )
    except ValueError as wrong:
        raise ValueError(f"{manifest} {wrong}.") from None


def app_of(given: Any) -> Json:
    """The app as people of a workspace see it; message shortcuts only, as others belong to no message."""
    commands = entries(given, "features", "slash_commands")
    shortcuts = entries(given, "features", "shortcuts")
    return {
        "name": word(found(given, "features", "bot_user"), "display_name")
        or word(found(given, "display_information"), "name"),
        "commands": [[word(each, "command"), word(each, "description")] for each in commands],
        "shortcuts": [
            [word(each, "callback_id"), word(each, "name")]
            for each in shortcuts
            if each.get("type") == "message"
        ],
    }


def found(given: Any, *path: str) -> Any:
    """What stands at a path in a manifest; an empty object where it says nothing."""
    for key in path:
        if not isinstance(given, dict):
            raise ValueError(f"names no {key}")
        given = given.get(key) or {}
    return given


def names(given: Any, *path: str) -> list[str]:
    """A list of names in a manifest; none where it says nothing."""
    listed = found(given, *path) or []
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise ValueError(f"has no list of names in {'.'.join(path)}")
    return listed


def entries(given: Any, *path: str) -> list[Json]:
    """A list of objects in a manifest; none where it says nothing."""
    listed = found(given, *path) or []
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError(f"has no list of objects in {'.'.join(path)}")
    return listed


def word(given: Any, key: str) -> str:
    """A text of an object, empty where it says nothing."""
    said = given.get(key, "") if isinstance(given, dict) else ""
    if not isinstance(said, str):
        raise ValueError(f"has no text in {key}")
    return said
