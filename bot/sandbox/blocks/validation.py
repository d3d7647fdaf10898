"""What Slack says to blocks and views: everything wrong with them, and the ids it fills in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any, Literal

from ..slack_json import Json
from .checks import Problem, listing, tagged
from .elements import INTERACTIVE
from .layout_blocks import (
    BLOCKS,
    MARKDOWN_CEILING,
    MESSAGE_CEILING,
    MOST_BLOCKS,
    ON,
    VIEWS,
    Surface,
)


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of one block, in order."""
    found = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
    return [each for each in found if isinstance(each, dict) and each.get("type") in INTERACTIVE]


def repeated(blocks: list[Any], path: str) -> Iterator[Problem]:
    """Block ids are unique on a surface, action ids within a block."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                yield Problem(f"{path}/{index}/block_id", f"block_id {block_id} already exists")
            seen.add(block_id)
        names = [each["action_id"] for each in elements_of(block) if "action_id" in each]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Problem(f"{path}/{index}/elements", f"action_id {name} already exists in this block")


def totals(blocks: list[Any], path: str, surface: Surface) -> Iterator[Problem]:
    """What no single block can know: one table, and a sum of markdown."""
    of_type = [block for block in blocks if isinstance(block, dict)]
    if sum(block.get("type") == "table" for block in of_type) > 1:
        yield Problem(path, "only_one_table_allowed")
    markdown = sum(len(str(block.get("text"))) for block in of_type if block.get("type") == "markdown")
    if markdown > MARKDOWN_CEILING:
        yield Problem(path, f"markdown blocks must be less than {MARKDOWN_CEILING + 1} characters in all")
    if surface != "modal":
        for index, block in enumerate(of_type):
            if any(each.get("type") == "file_input" for each in elements_of(block)):
                yield Problem(f"{path}/{index}/element", "unsupported type: file_input")


def problems_of(blocks: Any, surface: Surface, path: str = "/blocks") -> list[Problem]:
    """Everything wrong with the blocks of a message, a modal or a Home tab, in order."""
    found = list(listing(tagged(BLOCKS, ON[surface]), 0, MOST_BLOCKS[surface])(blocks, path))
    if isinstance(blocks, list):
        found += repeated(blocks, path)
        found += totals(blocks, path, surface)
    return found


def too_long(blocks: Any) -> bool:
    """Whether a message's blocks pass the ceiling on their compact JSON."""
    return len(json.dumps(blocks, separators=(",", ":"), ensure_ascii=False)) > MESSAGE_CEILING


def problems_of_view(view: Any, surface: Literal["modal", "home"]) -> list[Problem]:
    """Everything wrong with a view that is opened, pushed, updated or published."""
    found = list(tagged(VIEWS, (surface,))(view, "/view"))
    if isinstance(view, dict) and "blocks" in view:
        blocks = view["blocks"]
        found += problems_of(blocks, surface, "/view/blocks")
        kinds = (
            [block.get("type") for block in blocks if isinstance(block, dict)]
            if isinstance(blocks, list)
            else []
        )
        if surface == "modal" and "input" in kinds and "submit" not in view:
            found.append(Problem("/view", "missing required field: submit"))
    return found


def with_ids(blocks: list[Any]) -> list[Any]:
    """The blocks with their block_ids and action_ids, made up where they are missing, as Slack does."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: Json) -> Json:
    named: Json = {"block_id": secrets.token_urlsafe(4)} | block
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict) and block[key].get("type") != "image":
            named[key] = {"action_id": secrets.token_urlsafe(4)} | block[key]
    if block.get("type") in ("actions", "context_actions"):
        named["elements"] = [{"action_id": secrets.token_urlsafe(4)} | each for each in block["elements"]]
    return named
