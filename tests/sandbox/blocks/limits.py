"""Slack's published limits as rows: what is limited, up to which size, and where a size past it is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..block_kit import (
    Json,
    actions,
    button,
    input_block,
    modal,
    mrkdwn,
    option,
    plain,
    rows,
    section,
    text_input,
)

CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("All."), "confirm": plain("Yes"), "deny": plain("No")}
FILE = "https://example.com/a"
IN_ACTIONS = "/blocks/0/elements/0"
IN_INPUT = "/view/blocks/0/element"


@dataclass(frozen=True)
class Limit:
    """What is limited: a block, element or object, up to which size, and where a size past it is named."""

    of: str
    most: int
    build: Callable[[int], Json]
    path: str

    @property
    def in_view(self) -> bool:
        return self.path.startswith("/view")

    def __str__(self) -> str:
        return f"{self.of}{self.path}"


def x(size: int) -> str:
    return "x" * size


def options(size: int) -> list[Json]:
    return [option(str(number)) for number in range(size)]


def element(kind: str, most: int, path: str, build: Callable[[int], Json]) -> Limit:
    """One in an actions block."""
    return Limit(
        kind, most, lambda n: actions({"type": kind, "action_id": "a"} | build(n)), IN_ACTIONS + path
    )


def entry(kind: str, most: int, path: str, build: Callable[[int], Json]) -> Limit:
    """One in an input block of a modal."""
    return Limit(
        kind, most, lambda n: input_block("a", {"type": kind, "action_id": "a"} | build(n)), IN_INPUT + path
    )


def block(kind: str, most: int, path: str, build: Callable[[int], Json]) -> Limit:
    return Limit(kind, most, lambda n: {"type": kind} | build(n), "/blocks/0" + path)


def rich(part: str, most: int, path: str, build: Callable[[int], Json]) -> Limit:
    """A part of rich text, e.g. a link."""

    def built(n: int) -> Json:
        spans = [{"type": part} | build(n)]
        return {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": spans}],
        }

    return Limit(f"rich_text {part}", most, built, "/blocks/0/elements/0/elements/0" + path)


def confirming(n: dict[str, Any]) -> Json:
    return {"text": plain("Go"), "confirm": {**CONFIRM, **n}}


BUTTON = {"text": plain("Go")}
CHOICES = {"options": options(1)}
IMAGE = {"image_url": FILE, "alt_text": "a"}
VIDEO = {"alt_text": "a", "title": plain("a"), "thumbnail_url": FILE, "video_url": FILE}
SELECTS = ("external_select", "users_select", "conversations_select", "channels_select")
OF_BLOCKS = [
    block("section", 3000, "/text/text", lambda n: {"text": mrkdwn(x(n))}),
    block("section", 10, "/fields", lambda n: {"fields": [mrkdwn("x")] * n}),
    block("section", 2000, "/fields/0/text", lambda n: {"fields": [mrkdwn(x(n))]}),
    block("header", 150, "/text/text", lambda n: {"text": plain(x(n))}),
    block("header", 4, "/level", lambda n: {"text": plain("x"), "level": n}),
    block("divider", 255, "/block_id", lambda n: {"block_id": x(n)}),
    block("actions", 25, "/elements", lambda n: {"elements": [button(str(number)) for number in range(n)]}),
    block("context", 10, "/elements", lambda n: {"elements": [mrkdwn("x")] * n}),
    block("context", 3000, "/elements/0/text", lambda n: {"elements": [plain(x(n))]}),
    block("image", 2000, "/alt_text", lambda n: {**IMAGE, "alt_text": x(n)}),
    block("image", 3000, "/image_url", lambda n: {**IMAGE, "image_url": x(n)}),
    block("image", 2000, "/title/text", lambda n: {**IMAGE, "title": plain(x(n))}),
    block("input", 2000, "/label/text", lambda n: {"label": plain(x(n)), "element": text_input()}),
    block("input", 2000, "/hint/text", lambda n: input_block("a", text_input(), hint=plain(x(n)))),
    block("markdown", 12_000, "/text", lambda n: {"text": x(n)}),
    block("table", 100, "/rows", lambda n: {"rows": rows(n)}),
    block("table", 20, "/rows/0", lambda n: {"rows": rows(1, n)}),
    block("table", 20, "/column_settings", lambda n: {"rows": rows(1), "column_settings": [None] * n}),
    block("data_table", 101, "/rows", lambda n: {"caption": "x", "rows": rows(n, 1)}),
    block("data_table", 20, "/rows/0", lambda n: {"caption": "x", "rows": rows(2, n)}),
    block("data_table", 100, "/page_size", lambda n: {"caption": "x", "rows": rows(2), "page_size": n}),
    block("video", 199, "/title/text", lambda n: {**VIDEO, "title": plain(x(n))}),
    block("video", 49, "/author_name", lambda n: {**VIDEO, "author_name": x(n)}),
    block("video", 199, "/description/text", lambda n: {**VIDEO, "description": plain(x(n))}),
    block("file", 255, "/external_id", lambda n: {"external_id": x(n), "source": "remote"}),
    block(
        "context_actions",
        5,
        "/elements",
        lambda n: {
            "elements": [
                {"type": "icon_button", "icon": "trash", "text": plain("x"), "action_id": str(number)}
                for number in range(n)
            ]
        },
    ),
    Limit("alert", 3000, lambda n: {"type": "alert", "text": mrkdwn(x(n))}, "/view/blocks/0/text/text"),
    block(
        "rich_text",
        8,
        "/elements/0/indent",
        lambda n: {
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "indent": n,
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
                }
            ]
        },
    ),
    block("container", 150, "/title/text", lambda n: {"title": plain(x(n)), "child_blocks": [section()]}),
    block("container", 10, "/child_blocks", lambda n: {"title": plain("x"), "child_blocks": [section()] * n}),
    rich("text", 13_200, "/text", lambda n: {"text": x(n)}),
    rich("link", 3000, "/url", lambda n: {"url": x(n)}),
    rich("user", 255, "/user_id", lambda n: {"user_id": x(n)}),
    rich("channel", 255, "/channel_id", lambda n: {"channel_id": x(n)}),
    rich("usergroup", 255, "/usergroup_id", lambda n: {"usergroup_id": x(n)}),
    rich("emoji", 100, "/name", lambda n: {"name": x(n)}),
]
OF_ELEMENTS = [
    element("button", 75, "/text/text", lambda n: {"text": plain(x(n))}),
    element("button", 255, "/action_id", lambda n: {**BUTTON, "action_id": x(n)}),
    element("button", 2000, "/value", lambda n: {**BUTTON, "value": x(n)}),
    element("button", 3000, "/url", lambda n: {**BUTTON, "url": x(n)}),
    element("button", 75, "/accessibility_label", lambda n: {**BUTTON, "accessibility_label": x(n)}),
    element("overflow", 5, "/options", lambda n: {"options": options(n)}),
    element("static_select", 100, "/options", lambda n: {"options": options(n)}),
    element("static_select", 150, "/placeholder/text", lambda n: {**CHOICES, "placeholder": plain(x(n))}),
    element(
        "static_select",
        100,
        "/option_groups",
        lambda n: {"option_groups": [{"label": plain("g"), "options": options(1)}] * n},
    ),
    *(
        element(kind, 150, "/placeholder/text", lambda n: {"placeholder": plain(x(n))})
        for kind in (*SELECTS, "datepicker", "timepicker")
    ),
    element("datetimepicker", 9_999_999_999, "/initial_date_time", lambda n: {"initial_date_time": n}),
    element("checkboxes", 10, "/options", lambda n: {"options": options(n)}),
    element("radio_buttons", 10, "/options", lambda n: {"options": options(n)}),
    element("workflow_button", 75, "/text/text", lambda n: {"text": plain(x(n)), "workflow": {}}),
    *(
        entry(f"multi_{kind}", 1000, "/max_selected_items", lambda n: {"max_selected_items": n})
        for kind in SELECTS
    ),
    entry("multi_static_select", 1000, "/max_selected_items", lambda n: {**CHOICES, "max_selected_items": n}),
    entry("plain_text_input", 3000, "/max_length", lambda n: {"max_length": n}),
    entry("plain_text_input", 3000, "/min_length", lambda n: {"min_length": n}),
    entry("plain_text_input", 3000, "/initial_value", lambda n: {"initial_value": x(n)}),
    entry(
        "number_input",
        150,
        "/placeholder/text",
        lambda n: {"is_decimal_allowed": True, "placeholder": plain(x(n))},
    ),
    *(
        entry(kind, 150, "/placeholder/text", lambda n: {"placeholder": plain(x(n))})
        for kind in ("email_text_input", "url_text_input", "rich_text_input")
    ),
    entry("file_input", 10, "/max_files", lambda n: {"max_files": n}),
    Limit(
        "image",
        2000,
        lambda n: section(accessory={"type": "image", "image_url": FILE, "alt_text": x(n)}),
        "/blocks/0/accessory/alt_text",
    ),
    Limit(
        "feedback_buttons",
        255,
        lambda n: {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": x(n),
                    "positive_button": {"text": plain("+"), "value": "+"},
                    "negative_button": {"text": plain("-"), "value": "-"},
                }
            ],
        },
        IN_ACTIONS + "/action_id",
    ),
    Limit(
        "icon_button",
        2000,
        lambda n: {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x"), "value": x(n)}],
        },
        IN_ACTIONS + "/value",
    ),
]
OF_OBJECTS = [
    element("button", 100, "/confirm/title/text", lambda n: confirming({"title": plain(x(n))})),
    element("button", 300, "/confirm/text/text", lambda n: confirming({"text": mrkdwn(x(n))})),
    element("button", 30, "/confirm/confirm/text", lambda n: confirming({"confirm": plain(x(n))})),
    element("button", 30, "/confirm/deny/text", lambda n: confirming({"deny": plain(x(n))})),
    element("overflow", 75, "/options/0/text/text", lambda n: {"options": [option("v", x(n))]}),
    element("overflow", 150, "/options/0/value", lambda n: {"options": [option(x(n), "t")]}),
    element("overflow", 3000, "/options/0/url", lambda n: {"options": [{**option("v"), "url": x(n)}]}),
    element("static_select", 75, "/options/0/text/text", lambda n: {"options": [option("v", x(n))]}),
    element("static_select", 150, "/options/0/value", lambda n: {"options": [option(x(n), "t")]}),
    element(
        "radio_buttons",
        75,
        "/options/0/description/text",
        lambda n: {"options": [{**option("v"), "description": plain(x(n))}]},
    ),
    element(
        "static_select",
        75,
        "/option_groups/0/label/text",
        lambda n: {"option_groups": [{"label": plain(x(n)), "options": options(1)}]},
    ),
    element(
        "static_select",
        100,
        "/option_groups/0/options",
        lambda n: {"option_groups": [{"label": plain("g"), "options": options(n)}]},
    ),
    element("conversations_select", 4, "/filter/include", lambda n: {"filter": {"include": ["im"] * n}}),
    entry(
        "plain_text_input",
        2,
        "/dispatch_action_config/trigger_actions_on",
        lambda n: {"dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"] * n}},
    ),
    block("image", 255, "/slack_file/id", lambda n: {"alt_text": "a", "slack_file": {"id": x(n)}}),
]
LIMITS = [*OF_BLOCKS, *OF_ELEMENTS, *OF_OBJECTS]
VIEW_LIMITS: dict[str, tuple[int, Callable[[int], Json], str]] = {
    "title": (24, lambda n: modal(section(), title=plain(x(n))), "/view/title/text"),
    "submit": (24, lambda n: modal(section(), submit=plain(x(n))), "/view/submit/text"),
    "close": (24, lambda n: modal(section(), close=plain(x(n))), "/view/close/text"),
    "private_metadata": (
        3000,
        lambda n: modal(section(), private_metadata=x(n)),
        "/view/private_metadata",
    ),
    "callback_id": (255, lambda n: modal(section(), callback_id=x(n)), "/view/callback_id"),
    "external_id": (255, lambda n: modal(section(), external_id=x(n)), "/view/external_id"),
    "blocks": (100, lambda n: modal(*[{"type": "divider"}] * n), "/view/blocks"),
}
