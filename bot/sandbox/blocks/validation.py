"""Whether Slack would take blocks or a view, and what is wrong with them if not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from ..slack_json import Json
from .checks import Problem, array, by_type
from .elements import elements_of
from .layout_blocks import (
    BLOCKS,
    BLOCKS_ON,
    LONGEST_MARKDOWN,
    LONGEST_MESSAGE_BLOCKS,
    MOST_BLOCKS,
    PLAIN_BLOCKS,
    VIEWS,
    Surface,
)


def _placed(blocks: Any, path: str) -> Iterator[tuple[str, Json]]:
    """Each block with its JSON pointer, those inside a container after it; what is no object is left out."""
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict):
            yield f"{path}/{index}", block
            yield from _placed(block.get("child_blocks"), f"{path}/{index}/child_blocks")


def _repeated_ids(blocks: list[Any], path: str) -> Iterator[Problem]:
    """Block ids that are not unique on the surface, and action ids not unique within their block."""
    seen: set[str] = set()
    for place, block in _placed(blocks, path):
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                yield Problem(f"{place}/block_id", f"block_id {block_id} already exists")
            seen.add(block_id)
        names = [element["action_id"] for element in elements_of(block) if "action_id" in element]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Problem(f"{place}/elements", f"action_id {name} already exists in this block")


def _surface_problems(blocks: list[Any], path: str, surface: Surface) -> Iterator[Problem]:
    """Limits on all blocks together: one table, a sum of markdown, what stands on this surface only."""
    placed = list(_placed(blocks, path))
    if sum(block.get("type") == "table" for _, block in placed) > 1:
        yield Problem(path, "only_one_table_allowed")
    markdown = sum(len(str(block.get("text"))) for _, block in placed if block.get("type") == "markdown")
    if markdown > LONGEST_MARKDOWN:
        yield Problem(path, f"markdown blocks must be less than {LONGEST_MARKDOWN + 1} characters in all")
    for place, block in placed:
        if "/child_blocks/" in place and block.get("type") in set(PLAIN_BLOCKS) - set(BLOCKS_ON[surface]):
            yield Problem(f"{place}/type", f"unsupported type: {block['type']}")
        if surface != "modal" and any(element.get("type") == "file_input" for element in elements_of(block)):
            yield Problem(f"{place}/element", "unsupported type: file_input")


def problems_of(blocks: Any, surface: Surface, path: str = "/blocks") -> list[Problem]:
    """Everything wrong with the blocks of a message, a modal or a Home tab, in order."""
    problems = list(array(by_type(BLOCKS, BLOCKS_ON[surface]), 0, MOST_BLOCKS[surface])(blocks, path))
    if isinstance(blocks, list):
        problems += _repeated_ids(blocks, path)
        problems += _surface_problems(blocks, path, surface)
    return problems


def too_long(blocks: Any) -> bool:
    """Whether a message's blocks exceed `LONGEST_MESSAGE_BLOCKS` as compact JSON."""
    return len(json.dumps(blocks, separators=(",", ":"), ensure_ascii=False)) > LONGEST_MESSAGE_BLOCKS


def problems_of_view(view: Any, surface: Literal["modal", "home"]) -> list[Problem]:
    """Everything wrong with a view that is opened, pushed, updated or published."""
    problems = list(by_type(VIEWS, (surface,))(view, "/view"))
    if isinstance(view, dict) and "blocks" in view:
        blocks = view["blocks"]
        problems += problems_of(blocks, surface, "/view/blocks")
        types = [block.get("type") for _, block in _placed(blocks, "/view/blocks")]
        if surface == "modal" and "input" in types and "submit" not in view:
            problems.append(Problem("/view", "missing required field: submit"))
    return problems
