"""Every block element in Slack's limits, and in which blocks it may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..slack_json import Json
from .checks import Check, Problem, anything, both, exactly_one, flag, integer, listing, one_of, shape, text
from .composition_objects import (
    CHOICE,
    CONFIRM,
    DATE,
    DISPATCH,
    FILTER,
    ID,
    NUMERAL,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SLACK_FILE,
    TIME,
    URL,
    plain,
)

NAMED: dict[str, Check] = {"action_id": ID}
ASKING: dict[str, Check] = {**NAMED, "confirm": CONFIRM, "focus_on_load": flag}
PROMPTED: dict[str, Check] = {**ASKING, "placeholder": plain(150)}
OPTIONS = listing(OPTION, 1, 100)
MENU: dict[str, Check] = {**PROMPTED, "options": OPTIONS, "option_groups": listing(OPTION_GROUP, 1, 100)}
SEVERAL: dict[str, Check] = {**PROMPTED, "max_selected_items": integer(1, 1000)}
CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": flag, "filter": FILTER}
WRITING: dict[str, Check] = {
    **NAMED,
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
    "focus_on_load": flag,
}
ids = listing(ID, 0, 1000)


def initial_is_offered(value: Json, path: str) -> Iterator[Problem]:
    """What is chosen from the start must be among the options."""
    groups = value.get("option_groups") or [value]
    offered = [option for group in groups if isinstance(group, dict) for option in group.get("options") or []]
    chosen = [value["initial_option"]] if "initial_option" in value else value.get("initial_options") or []
    for option in chosen:
        if option not in offered:
            yield Problem(path, "initial option must be one of the options")


def chosen_from(optional: Mapping[str, Check], required: Mapping[str, Check] | None = None) -> Check:
    return both(shape(required or {}, optional), initial_is_offered)


ELEMENTS: dict[str, Check] = {
    "button": shape(
        {"text": plain(75)},
        {
            **NAMED,
            "url": URL,
            "value": text(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": text(75),
        },
    ),
    "image": both(
        shape({"alt_text": text(2000)}, {"image_url": URL, "slack_file": SLACK_FILE}),
        exactly_one("image_url", "slack_file"),
    ),
    "overflow": shape({"options": listing(OVERFLOW_OPTION, 1, 5)}, {**NAMED, "confirm": CONFIRM}),
    "static_select": both(
        chosen_from({**MENU, "initial_option": OPTION}), exactly_one("options", "option_groups")
    ),
    "multi_static_select": both(
        chosen_from({**MENU, **SEVERAL, "initial_options": OPTIONS}), exactly_one("options", "option_groups")
    ),
    "external_select": shape(
        {}, {**PROMPTED, "initial_option": OPTION, "min_query_length": integer(0, 1000)}
    ),
    "multi_external_select": shape(
        {}, {**SEVERAL, "initial_options": OPTIONS, "min_query_length": integer(0, 1000)}
    ),
    "users_select": shape({}, {**PROMPTED, "initial_user": ID}),
    "multi_users_select": shape({}, {**SEVERAL, "initial_users": ids}),
    "conversations_select": shape(
        {}, {**PROMPTED, **CONVERSATIONS, "initial_conversation": ID, "response_url_enabled": flag}
    ),
    "multi_conversations_select": shape({}, {**SEVERAL, **CONVERSATIONS, "initial_conversations": ids}),
    "channels_select": shape({}, {**PROMPTED, "initial_channel": ID, "response_url_enabled": flag}),
    "multi_channels_select": shape({}, {**SEVERAL, "initial_channels": ids}),
    "datepicker": shape({}, {**PROMPTED, "initial_date": DATE}),
    "timepicker": shape({}, {**PROMPTED, "initial_time": TIME, "timezone": text(100)}),
    "datetimepicker": shape({}, {**ASKING, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "checkboxes": chosen_from(
        {**ASKING, "initial_options": listing(CHOICE, 1, 10)}, {"options": listing(CHOICE, 1, 10)}
    ),
    "radio_buttons": chosen_from({**ASKING, "initial_option": CHOICE}, {"options": listing(CHOICE, 1, 10)}),
    "plain_text_input": shape(
        {},
        {
            **WRITING,
            "initial_value": text(3000, 0),
            "multiline": flag,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**WRITING, "initial_value": NUMERAL, "min_value": NUMERAL, "max_value": NUMERAL},
    ),
    "email_text_input": shape({}, {**WRITING, "initial_value": text(3000)}),
    "url_text_input": shape({}, {**WRITING, "initial_value": URL}),
    "rich_text_input": shape({}, {**WRITING, "initial_value": anything}),
    "file_input": shape({}, {**NAMED, "filetypes": listing(text(50), 1, 50), "max_files": integer(1, 10)}),
    "workflow_button": shape(
        {"text": plain(75), "workflow": anything},
        {**NAMED, "style": one_of("primary", "danger"), "accessibility_label": text(75)},
    ),
    "feedback_buttons": shape({"positive_button": anything, "negative_button": anything}, NAMED),
    "icon_button": shape(
        {"icon": text(50), "text": plain(75)},
        {
            **NAMED,
            "value": text(2000),
            "confirm": CONFIRM,
            "accessibility_label": text(75),
            "visible_to_user_ids": ids,
        },
    ),
}

SINGLE = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI = tuple(f"multi_{name}" for name in SINGLE)
PICKERS = ("datepicker", "timepicker")
CHOICES = ("checkboxes", "radio_buttons")
IN_ACTIONS = ("button", "overflow", "datetimepicker", "workflow_button", *SINGLE, *PICKERS, *CHOICES)
IN_SECTION = ("button", "image", "overflow", "workflow_button", *SINGLE, *MULTI, *PICKERS, *CHOICES)
WRITTEN = ("plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input")
IN_INPUT = (*WRITTEN, "file_input", "datetimepicker", *SINGLE, *MULTI, *PICKERS, *CHOICES)
INTERACTIVE = frozenset({*IN_ACTIONS, *IN_SECTION, *IN_INPUT, "feedback_buttons", "icon_button"} - {"image"})
