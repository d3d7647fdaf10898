"""What Slack accepts as blocks and views, as tables: every block here, its parts in `block_*.py` beside it.

Limits are Slack's published ones (docs.slack.dev/reference/block-kit); the ceiling on a whole
message is undocumented and was measured by others (slackapi/bolt-js#2509).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from .checks import (
    Check,
    anything,
    at_least_one,
    both,
    exactly_one,
    flag,
    integer,
    listing,
    nullable,
    one_of,
    shape,
    tagged,
    text,
)
from .composition_objects import ID, SLACK_FILE, URL, plain, words
from .elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION
from .rich_text import CELL, COLUMN, RICH, same_width

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MESSAGE_CEILING = 13_200
MARKDOWN_CEILING = 12_000
VIEW_CEILING = 250_000

OWN: dict[str, Check] = {"block_id": ID}


def element(*names: str) -> Check:
    return tagged(ELEMENTS, names)


CONTEXT_ITEM = tagged(
    {
        "image": ELEMENTS["image"],
        "plain_text": shape({"text": text(3000)}, {"emoji": flag}),
        "mrkdwn": shape({"text": text(3000)}, {"verbatim": flag}),
    }
)

BLOCKS: dict[str, Check] = {
    "header": shape({"text": plain(150)}, {**OWN, "level": integer(1, 4)}),
    "section": both(
        shape(
            {},
            {
                **OWN,
                "text": words(3000),
                "fields": listing(words(2000), 1, 10),
                "accessory": element(*IN_SECTION),
                "expand": flag,
            },
        ),
        at_least_one("text", "fields"),
    ),
    "actions": shape({"elements": listing(element(*IN_ACTIONS), 1, 25)}, OWN),
    "context": shape({"elements": listing(CONTEXT_ITEM, 1, 10)}, OWN),
    "context_actions": shape({"elements": listing(element("feedback_buttons", "icon_button"), 1, 5)}, OWN),
    "divider": shape({}, OWN),
    "image": both(
        shape(
            {"alt_text": text(2000)},
            {**OWN, "image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        ),
        exactly_one("image_url", "slack_file"),
    ),
    "input": shape(
        {"label": plain(2000), "element": element(*IN_INPUT)},
        {**OWN, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "markdown": shape({"text": text(MARKDOWN_CEILING)}, OWN),
    "rich_text": shape({"elements": RICH}, OWN),
    "table": shape(
        {"rows": listing(listing(CELL, 1, 20), 1, 100)},
        {**OWN, "column_settings": listing(nullable(COLUMN), 0, 20)},
    ),
    "data_table": both(
        shape(
            {"caption": text(1000), "rows": listing(listing(CELL, 1, 20), 2, 101)},
            {**OWN, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
        ),
        same_width,
    ),
    "alert": shape(
        {"text": words(3000)}, {**OWN, "level": one_of("default", "info", "warning", "error", "success")}
    ),
    "file": shape({"external_id": ID, "source": one_of("remote")}, OWN),
    "video": shape(
        {"alt_text": text(2000), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
        {
            **OWN,
            "author_name": text(49),
            "description": plain(199),
            "provider_icon_url": URL,
            "provider_name": text(100),
            "title_url": URL,
        },
    ),
}

EVERYWHERE = ("header", "section", "actions", "context", "divider", "image", "input", "rich_text", "video")
ON: Mapping[Surface, tuple[str, ...]] = {
    "message": (*EVERYWHERE, "markdown", "table", "data_table", "context_actions", "file"),
    "modal": (*EVERYWHERE, "alert", "markdown", "data_table"),
    "home": (*EVERYWHERE, "markdown", "data_table"),
}

# --- views ---------------------------------------------------------------------------------------

IN_ANY_VIEW: dict[str, Check] = {
    "private_metadata": text(3000, 0),
    "callback_id": text(255, 0),
    "external_id": text(255, 0),
    "blocks": anything,
}
VIEWS: dict[str, Check] = {
    "modal": shape(
        {"title": plain(24), "blocks": anything},
        {
            **IN_ANY_VIEW,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    ),
    "home": shape({"blocks": anything}, IN_ANY_VIEW),
}
