"""What Slack accepts as blocks and views, as tables: every block, element and composition object.

Limits are Slack's published ones (docs.slack.dev/reference/block-kit); the ceiling on a whole
message is undocumented and was measured by others (slackapi/bolt-js#2509).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from .shapes import (
    Check,
    Json,
    Problem,
    anything,
    at_least_one,
    both,
    exactly_one,
    flag,
    integer,
    listing,
    matching,
    nullable,
    number,
    one_of,
    shape,
    tagged,
    text,
)

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MESSAGE_CEILING = 13_200
MARKDOWN_CEILING = 12_000
VIEW_CEILING = 250_000

# --- composition objects ---------------------------------------------------------------------------


def plain(most: int) -> Check:
    """A plain_text object."""
    return tagged({"plain_text": shape({"text": text(most)}, {"emoji": flag})})


def words(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    return tagged(
        {
            "plain_text": shape({"text": text(most)}, {"emoji": flag}),
            "mrkdwn": shape({"text": text(most)}, {"verbatim": flag}),
        }
    )


ID = text(255)
URL = text(3000)
DATE = matching(r"\d{4}-\d\d-\d\d", "a date as YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm")
NUMERAL = matching(r"-?\d+(\.\d+)?", "a number in a string")
SLACK_FILE = both(shape({}, {"id": text(255), "url": URL}), exactly_one("id", "url"))

CONFIRM = shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape({"text": plain(75), "value": text(150)}, {"description": plain(75)})
CHOICE = shape({"text": words(75), "value": text(150)}, {"description": words(75)})
OVERFLOW_OPTION = shape({"text": plain(75), "value": text(150)}, {"description": plain(75), "url": URL})
OPTION_GROUP = shape({"label": plain(75), "options": listing(OPTION, 1, 100)})
DISPATCH = shape({"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
FILTER = both(
    shape(
        {},
        {
            "include": listing(one_of("im", "mpim", "private", "public"), 1, 4),
            "exclude_external_shared_channels": flag,
            "exclude_bot_users": flag,
        },
    ),
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)

# --- elements --------------------------------------------------------------------------------------

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

# --- rich text and tables --------------------------------------------------------------------------

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


# --- blocks ----------------------------------------------------------------------------------------

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
