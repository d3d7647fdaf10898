"""Slack's limits on rich text and on the cells of tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .checks import Check, Problem, array, boolean, by_type, integer, number, object_with, one_of, string
from .composition_objects import ID, URL

STYLE = object_with(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)
STYLED: dict[str, Check] = {"style": STYLE}
INLINE_ELEMENT = by_type(
    {
        "text": object_with({"text": string(13_200)}, STYLED),
        "link": object_with({"url": URL}, {**STYLED, "text": string(3000), "unsafe": boolean}),
        "emoji": object_with(
            {"name": string(100)}, {**STYLED, "unicode": string(100), "skin_tone": integer(1, 6)}
        ),
        "user": object_with({"user_id": ID}, STYLED),
        "usergroup": object_with({"usergroup_id": ID}, STYLED),
        "channel": object_with({"channel_id": ID}, STYLED),
        "broadcast": object_with({"range": one_of("here", "channel", "everyone")}, STYLED),
        "date": object_with(
            {"timestamp": number, "format": string(200)}, {**STYLED, "url": URL, "fallback": string(200)}
        ),
        "color": object_with({"value": string(50)}, STYLED),
        "team": object_with({"team_id": ID}, STYLED),
    }
)
INLINE_ELEMENTS = array(INLINE_ELEMENT, 0, 1000)
LIST_ITEM = by_type({"rich_text_section": object_with({"elements": INLINE_ELEMENTS})})
BORDER: dict[str, Check] = {"border": integer(0, 1)}
RICH_TEXT_ELEMENTS = array(
    by_type(
        {
            "rich_text_section": object_with({"elements": INLINE_ELEMENTS}),
            "rich_text_quote": object_with({"elements": INLINE_ELEMENTS}, BORDER),
            "rich_text_preformatted": object_with(
                {"elements": INLINE_ELEMENTS}, {**BORDER, "language": string(50)}
            ),
            "rich_text_list": object_with(
                {"style": one_of("bullet", "ordered"), "elements": array(LIST_ITEM, 1, 1000)},
                {**BORDER, "indent": integer(0, 8), "offset": integer(0, 100_000)},
            ),
        }
    ),
    1,
    1000,
)
RAW_TABLE_CELLS: dict[str, Check] = {
    "raw_text": object_with({"text": string(13_200)}),
    "raw_number": object_with({"value": number}, {"text": string(200)}),
}
TABLE_CELL = by_type(
    {**RAW_TABLE_CELLS, "rich_text": object_with({"elements": RICH_TEXT_ELEMENTS}, {"block_id": ID})}
)
COLUMN_SETTING = object_with({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def uniform_rows(value: Any, path: str) -> Iterator[Problem]:
    """Rows of a data table that all have as many cells as its header, which is raw text."""
    rows = value.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows) or not rows:
        return
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield Problem(f"{path}/rows/{index}", f"must have {len(rows[0])} cells")
    if any(isinstance(cell, dict) and cell.get("type") == "rich_text" for cell in rows[0]):
        yield Problem(f"{path}/rows/0", "rich_text is not allowed in the header row")
