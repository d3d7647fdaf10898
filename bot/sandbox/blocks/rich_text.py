"""Rich text and the cells of tables in Slack's limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .checks import Check, Problem, flag, integer, listing, number, one_of, shape, tagged, text
from .composition_objects import ID, URL

STYLE = shape(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), flag
    ),
)
SPAN: dict[str, Check] = {"style": STYLE}
INLINE = tagged(
    {
        "text": shape({"text": text(13_200)}, SPAN),
        "link": shape({"url": URL}, {**SPAN, "text": text(3000), "unsafe": flag}),
        "emoji": shape({"name": text(100)}, {**SPAN, "unicode": text(100), "skin_tone": integer(1, 6)}),
        "user": shape({"user_id": ID}, SPAN),
        "usergroup": shape({"usergroup_id": ID}, SPAN),
        "channel": shape({"channel_id": ID}, SPAN),
        "broadcast": shape({"range": one_of("here", "channel", "everyone")}, SPAN),
        "date": shape(
            {"timestamp": number, "format": text(200)}, {**SPAN, "url": URL, "fallback": text(200)}
        ),
        "color": shape({"value": text(50)}, SPAN),
        "team": shape({"team_id": ID}, SPAN),
    }
)
SPANS = listing(INLINE, 0, 1000)
SECTION_OF_TEXT = tagged({"rich_text_section": shape({"elements": SPANS})})
BORDER: dict[str, Check] = {"border": integer(0, 1)}
RICH = listing(
    tagged(
        {
            "rich_text_section": shape({"elements": SPANS}),
            "rich_text_quote": shape({"elements": SPANS}, BORDER),
            "rich_text_preformatted": shape({"elements": SPANS}, {**BORDER, "language": text(50)}),
            "rich_text_list": shape(
                {"style": one_of("bullet", "ordered"), "elements": listing(SECTION_OF_TEXT, 1, 1000)},
                {**BORDER, "indent": integer(0, 8), "offset": integer(0, 100_000)},
            ),
        }
    ),
    1,
    1000,
)
RAW_CELLS: dict[str, Check] = {
    "raw_text": shape({"text": text(13_200)}),
    "raw_number": shape({"value": number}, {"text": text(200)}),
}
CELL = tagged({**RAW_CELLS, "rich_text": shape({"elements": RICH}, {"block_id": ID})})
COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})


def same_width(value: Any, path: str) -> Iterator[Problem]:
    """Every row of a data table has as many cells as its header, and the header is raw text."""
    rows = value.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows) or not rows:
        return
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield Problem(f"{path}/rows/{index}", f"must have {len(rows[0])} cells")
    if any(isinstance(cell, dict) and cell.get("type") == "rich_text" for cell in rows[0]):
        yield Problem(f"{path}/rows/0", "rich_text is not allowed in the header row")
