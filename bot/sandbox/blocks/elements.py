"""Slack's limits on block elements, and in which blocks each may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..slack_json import Json
from .checks import (
    Check,
    Problem,
    all_of,
    anything,
    array,
    boolean,
    exactly_one,
    integer,
    object_with,
    one_of,
    string,
)
from .composition_objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DATE,
    DISPATCH_CONFIG,
    ID,
    MRKDWN_OPTION,
    NUMBER_STRING,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SLACK_FILE,
    TIME,
    URL,
    plain_text,
)

WITH_ACTION_ID: dict[str, Check] = {"action_id": ID}
WITH_CONFIRM: dict[str, Check] = {**WITH_ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
WITH_PLACEHOLDER: dict[str, Check] = {**WITH_CONFIRM, "placeholder": plain_text(150)}
OPTIONS = array(OPTION, 1, 100)
SELECT_MENU: dict[str, Check] = {
    **WITH_PLACEHOLDER,
    "options": OPTIONS,
    "option_groups": array(OPTION_GROUP, 1, 100),
}
MULTI_SELECT: dict[str, Check] = {**WITH_PLACEHOLDER, "max_selected_items": integer(1, 1000)}
CONVERSATION_SELECT: dict[str, Check] = {
    "default_to_current_conversation": boolean,
    "filter": CONVERSATION_FILTER,
}
TEXT_INPUT: dict[str, Check] = {
    **WITH_ACTION_ID,
    "placeholder": plain_text(150),
    "dispatch_action_config": DISPATCH_CONFIG,
    "focus_on_load": boolean,
}
ID_LIST = array(ID, 0, 1000)


def _initial_is_offered(value: Json, path: str) -> Iterator[Problem]:
    """Check that the initial options of an element are among its options."""
    groups = value.get("option_groups") or [value]
    offered = [option for group in groups if isinstance(group, dict) for option in group.get("options") or []]
    chosen = [value["initial_option"]] if "initial_option" in value else value.get("initial_options") or []
    for option in chosen:
        if option not in offered:
            yield Problem(path, "initial option must be one of the options")


def with_initial_options(optional: Mapping[str, Check], required: Mapping[str, Check] | None = None) -> Check:
    """An element with these fields whose initial options are among its options."""
    return all_of(object_with(required or {}, optional), _initial_is_offered)


ELEMENTS: dict[str, Check] = {
    "button": object_with(
        {"text": plain_text(75)},
        {
            **WITH_ACTION_ID,
            "url": URL,
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "image": all_of(
        object_with({"alt_text": string(2000)}, {"image_url": URL, "slack_file": SLACK_FILE}),
        exactly_one("image_url", "slack_file"),
    ),
    "overflow": object_with(
        {"options": array(OVERFLOW_OPTION, 1, 5)}, {**WITH_ACTION_ID, "confirm": CONFIRM}
    ),
    "static_select": all_of(
        with_initial_options({**SELECT_MENU, "initial_option": OPTION}),
        exactly_one("options", "option_groups"),
    ),
    "multi_static_select": all_of(
        with_initial_options({**SELECT_MENU, **MULTI_SELECT, "initial_options": OPTIONS}),
        exactly_one("options", "option_groups"),
    ),
    "external_select": object_with(
        {}, {**WITH_PLACEHOLDER, "initial_option": OPTION, "min_query_length": integer(0, 1000)}
    ),
    "multi_external_select": object_with(
        {}, {**MULTI_SELECT, "initial_options": OPTIONS, "min_query_length": integer(0, 1000)}
    ),
    "users_select": object_with({}, {**WITH_PLACEHOLDER, "initial_user": ID}),
    "multi_users_select": object_with({}, {**MULTI_SELECT, "initial_users": ID_LIST}),
    "conversations_select": object_with(
        {},
        {
            **WITH_PLACEHOLDER,
            **CONVERSATION_SELECT,
            "initial_conversation": ID,
            "response_url_enabled": boolean,
        },
    ),
    "multi_conversations_select": object_with(
        {}, {**MULTI_SELECT, **CONVERSATION_SELECT, "initial_conversations": ID_LIST}
    ),
    "channels_select": object_with(
        {}, {**WITH_PLACEHOLDER, "initial_channel": ID, "response_url_enabled": boolean}
    ),
    "multi_channels_select": object_with({}, {**MULTI_SELECT, "initial_channels": ID_LIST}),
    "datepicker": object_with({}, {**WITH_PLACEHOLDER, "initial_date": DATE}),
    "timepicker": object_with({}, {**WITH_PLACEHOLDER, "initial_time": TIME, "timezone": string(100)}),
    "datetimepicker": object_with(
        {}, {**WITH_CONFIRM, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
    ),
    "checkboxes": with_initial_options(
        {**WITH_CONFIRM, "initial_options": array(MRKDWN_OPTION, 1, 10)},
        {"options": array(MRKDWN_OPTION, 1, 10)},
    ),
    "radio_buttons": with_initial_options(
        {**WITH_CONFIRM, "initial_option": MRKDWN_OPTION}, {"options": array(MRKDWN_OPTION, 1, 10)}
    ),
    "plain_text_input": object_with(
        {},
        {
            **TEXT_INPUT,
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "number_input": object_with(
        {"is_decimal_allowed": boolean},
        {
            **TEXT_INPUT,
            "initial_value": NUMBER_STRING,
            "min_value": NUMBER_STRING,
            "max_value": NUMBER_STRING,
        },
    ),
    "email_text_input": object_with({}, {**TEXT_INPUT, "initial_value": string(3000)}),
    "url_text_input": object_with({}, {**TEXT_INPUT, "initial_value": URL}),
    "rich_text_input": object_with({}, {**TEXT_INPUT, "initial_value": anything}),
    "file_input": object_with(
        {}, {**WITH_ACTION_ID, "filetypes": array(string(50), 1, 50), "max_files": integer(1, 10)}
    ),
    "workflow_button": object_with(
        {"text": plain_text(75), "workflow": anything},
        {**WITH_ACTION_ID, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "feedback_buttons": object_with(
        {"positive_button": anything, "negative_button": anything}, WITH_ACTION_ID
    ),
    "icon_button": object_with(
        {"icon": string(50), "text": plain_text(75)},
        {
            **WITH_ACTION_ID,
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": ID_LIST,
        },
    ),
}

SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{name}" for name in SELECTS)
PICKERS = ("datepicker", "timepicker")
OPTION_LISTS = ("checkboxes", "radio_buttons")
IN_ACTIONS = ("button", "overflow", "datetimepicker", "workflow_button", *SELECTS, *PICKERS, *OPTION_LISTS)
IN_SECTION = (
    "button",
    "image",
    "overflow",
    "workflow_button",
    *SELECTS,
    *MULTI_SELECTS,
    *PICKERS,
    *OPTION_LISTS,
)
TEXT_INPUTS = ("plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input")
IN_INPUT = (*TEXT_INPUTS, "file_input", "datetimepicker", *SELECTS, *MULTI_SELECTS, *PICKERS, *OPTION_LISTS)
INTERACTIVE = frozenset({*IN_ACTIONS, *IN_SECTION, *IN_INPUT, "feedback_buttons", "icon_button"} - {"image"})


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of one block, in order."""
    candidates = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
    return [
        element for element in candidates if isinstance(element, dict) and element.get("type") in INTERACTIVE
    ]


def with_children(blocks: list[Json]) -> Iterator[Json]:
    """The blocks, each followed by those that stand inside it; what is no object is left out."""
    for block in blocks:
        if isinstance(block, dict):
            yield block
            children = block.get("child_blocks")
            yield from with_children(children if isinstance(children, list) else [])
