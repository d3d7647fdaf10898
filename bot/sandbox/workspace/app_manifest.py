"""What a workspace takes from an app's manifest: its scopes, its events, its commands and shortcuts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..slack_json import Json


@dataclass(frozen=True)
class AppManifest:
    """The parts of a manifest that the sandbox goes by.

    `app` is `{"name", "commands": [[command, description]], "shortcuts": [[callback_id, name]]}`.
    """

    scopes: list[str]
    events: list[str]
    app: Json


def read_manifest(path: Path) -> AppManifest:
    """Read an app's manifest in JSON. Raises ValueError with a sentence that says what is wrong with it."""
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}).") from None
    try:
        return AppManifest(
            _strings(manifest, "oauth_config", "scopes", "bot"),
            _strings(manifest, "settings", "event_subscriptions", "bot_events"),
            _app(manifest),
        )
    except ValueError as problem:
        raise ValueError(f"{path} {problem}.") from None


def _app(manifest: Any) -> Json:
    """The app as people see it; only shortcuts on messages, since the page offers no others."""
    commands = _objects(manifest, "features", "slash_commands")
    shortcuts = _objects(manifest, "features", "shortcuts")
    return {
        "name": _string(_section(manifest, "features", "bot_user"), "display_name")
        or _string(_section(manifest, "display_information"), "name"),
        "commands": [[_string(command, "command"), _string(command, "description")] for command in commands],
        "shortcuts": [
            [_string(shortcut, "callback_id"), _string(shortcut, "name")]
            for shortcut in shortcuts
            if shortcut.get("type") == "message"
        ],
    }


def _section(manifest: Any, *path: str) -> Any:
    """The value at a path in a manifest; an empty object where there is none."""
    value = manifest
    for key in path:
        if not isinstance(value, dict):
            raise ValueError(f"names no {key}")
        value = value.get(key) or {}
    return value


def _strings(manifest: Any, *path: str) -> list[str]:
    """The list of strings at a path in a manifest; empty where there is none."""
    names = _section(manifest, *path) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"has no list of names in {'.'.join(path)}")
    return names


def _objects(manifest: Any, *path: str) -> list[Json]:
    """The list of objects at a path in a manifest; empty where there is none."""
    objects = _section(manifest, *path) or []
    if not isinstance(objects, list) or not all(isinstance(entry, dict) for entry in objects):
        raise ValueError(f"has no list of objects in {'.'.join(path)}")
    return objects


def _string(section: Any, key: str) -> str:
    """The string under a key; empty where there is none."""
    value = section.get(key, "") if isinstance(section, dict) else ""
    if not isinstance(value, str):
        raise ValueError(f"has no text in {key}")
    return value
