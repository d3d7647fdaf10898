"""What Slack accepts as layout blocks and views; what blocks consist of stands in files beside this.

Limits are Slack's published ones (docs.slack.dev/reference/block-kit); the ceiling on a whole
message is undocumented and was measured (slackapi/bolt-js#2509).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from ..slack_json import Json
from .checks import (
    Check,
    Problem,
    all_of,
    anything,
    array,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    integer,
    nullable,
    object_with,
    one_of,
    string,
)
from .composition_objects import ID, SLACK_FILE, URL, plain_text, text_object
from .elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION
from .rich_text import COLUMN_SETTING, RICH_TEXT_ELEMENTS, TABLE_CELL, uniform_rows

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
# Characters: a message's blocks as compact JSON, all its markdown blocks, a view as compact JSON.
LONGEST_MESSAGE_BLOCKS = 13_200
LONGEST_MARKDOWN = 12_000
LONGEST_VIEW = 250_000

WITH_BLOCK_ID: dict[str, Check] = {"block_id": ID}


def element(*names: str) -> Check:
    """A block element of one of these types."""
    return by_type(ELEMENTS, names)


CONTEXT_ITEM = by_type(
    {
        "image": ELEMENTS["image"],
        "plain_text": object_with({"text": string(3000)}, {"emoji": boolean}),
        "mrkdwn": object_with({"text": string(3000)}, {"verbatim": boolean}),
    }
)

PLAIN_BLOCKS: dict[str, Check] = {
    "header": object_with({"text": plain_text(150)}, {**WITH_BLOCK_ID, "level": integer(1, 4)}),
    "section": all_of(
        object_with(
            {},
            {
                **WITH_BLOCK_ID,
                "text": text_object(3000),
                "fields": array(text_object(2000), 1, 10),
                "accessory": element(*IN_SECTION),
                "expand": boolean,
            },
        ),
        at_least_one("text", "fields"),
    ),
    "actions": object_with({"elements": array(element(*IN_ACTIONS), 1, 25)}, WITH_BLOCK_ID),
    "context": object_with({"elements": array(CONTEXT_ITEM, 1, 10)}, WITH_BLOCK_ID),
    "context_actions": object_with(
        {"elements": array(element("feedback_buttons", "icon_button"), 1, 5)}, WITH_BLOCK_ID
    ),
    "divider": object_with({}, WITH_BLOCK_ID),
    "image": all_of(
        object_with(
            {"alt_text": string(2000)},
            {**WITH_BLOCK_ID, "image_url": URL, "slack_file": SLACK_FILE, "title": plain_text(2000)},
        ),
        exactly_one("image_url", "slack_file"),
    ),
    "input": object_with(
        {"label": plain_text(2000), "element": element(*IN_INPUT)},
        {**WITH_BLOCK_ID, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": object_with({"text": string(LONGEST_MARKDOWN)}, WITH_BLOCK_ID),
    "rich_text": object_with({"elements": RICH_TEXT_ELEMENTS}, WITH_BLOCK_ID),
    "table": object_with(
        {"rows": array(array(TABLE_CELL, 1, 20), 1, 100)},
        {**WITH_BLOCK_ID, "column_settings": array(nullable(COLUMN_SETTING), 0, 20)},
    ),
    "data_table": all_of(
        object_with(
            {"caption": string(1000), "rows": array(array(TABLE_CELL, 1, 20), 2, 101)},
            {**WITH_BLOCK_ID, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
        ),
        uniform_rows,
    ),
    "alert": object_with(
        {"text": text_object(3000)},
        {**WITH_BLOCK_ID, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "file": object_with({"external_id": ID, "source": one_of("remote")}, WITH_BLOCK_ID),
    "video": object_with(
        {"alt_text": string(2000), "title": plain_text(199), "thumbnail_url": URL, "video_url": URL},
        {
            **WITH_BLOCK_ID,
            "author_name": string(49),
            "description": plain_text(199),
            "provider_icon_url": URL,
            "provider_name": string(100),
            "title_url": URL,
        },
    ),
}

# docs.slack.dev/reference/block-kit/blocks/container-block
IN_CONTAINER = (
    *("actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table"),
    "video",
)


def _collapses_only_if_it_can(value: Json, path: str) -> Iterator[Problem]:
    """A container that begins collapsed must be one that people can open."""
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield Problem(f"{path}/default_collapsed", "requires is_collapsible")


BLOCKS: dict[str, Check] = {
    **PLAIN_BLOCKS,
    "container": all_of(
        object_with(
            {"child_blocks": array(by_type(PLAIN_BLOCKS, IN_CONTAINER), 1, 10)},
            {
                **WITH_BLOCK_ID,
                "title": plain_text(150),
                "rich_text_title": by_type(PLAIN_BLOCKS, ("rich_text",)),
                "subtitle": text_object(150),
                "icon": by_type(ELEMENTS, ("image",)),
                "width": one_of("narrow", "standard", "wide", "full"),
                "is_collapsible": boolean,
                "default_collapsed": boolean,
                "has_header_divider": boolean,
            },
        ),
        at_least_one("title", "rich_text_title"),
        _collapses_only_if_it_can,
    ),
}

EVERYWHERE = (
    *("header", "section", "actions", "context", "divider", "image", "input", "rich_text", "video"),
    "container",
)
BLOCKS_ON: Mapping[Surface, tuple[str, ...]] = {
    "message": (*EVERYWHERE, "markdown", "table", "data_table", "context_actions", "file"),
    "modal": (*EVERYWHERE, "alert", "markdown", "data_table"),
    "home": (*EVERYWHERE, "markdown", "data_table"),
}

VIEW_FIELDS: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "blocks": anything,
}
VIEWS: dict[str, Check] = {
    "modal": object_with(
        {"title": plain_text(24), "blocks": anything},
        {
            **VIEW_FIELDS,
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": object_with({"blocks": anything}, VIEW_FIELDS),
}
