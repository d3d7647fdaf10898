"""The block and action ids that Slack makes up where an app gives none."""

from __future__ import annotations

import secrets
from typing import Any

from ..slack_json import Json


def with_ids(blocks: list[Any]) -> list[Any]:
    """The blocks with a `block_id` each and an `action_id` for each element, made up where missing."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: Json) -> Json:
    named: Json = {"block_id": secrets.token_urlsafe(4)} | block
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict) and block[key].get("type") != "image":
            named[key] = {"action_id": secrets.token_urlsafe(4)} | block[key]
    if block.get("type") in ("actions", "context_actions"):
        named["elements"] = [
            {"action_id": secrets.token_urlsafe(4)} | element for element in block["elements"]
        ]
    if block.get("type") == "container":
        named["child_blocks"] = with_ids(block["child_blocks"])
    return named
