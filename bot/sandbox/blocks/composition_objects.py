"""Slack's limits on composition objects: texts, options, confirmation dialogs, filters."""

from __future__ import annotations

from .checks import (
    Check,
    all_of,
    array,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    object_with,
    one_of,
    pattern,
    string,
)


def plain_text(most: int) -> Check:
    """A `plain_text` object of at most `most` characters."""
    return by_type({"plain_text": object_with({"text": string(most)}, {"emoji": boolean})})


def text_object(most: int) -> Check:
    """A text object, `plain_text` or `mrkdwn`, of at most `most` characters."""
    return by_type(
        {
            "plain_text": object_with({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": object_with({"text": string(most)}, {"verbatim": boolean}),
        }
    )


ID = string(255)
URL = string(3000)
DATE = pattern(r"\d{4}-\d\d-\d\d", "a date as YYYY-MM-DD")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm")
NUMBER_STRING = pattern(r"-?\d+(\.\d+)?", "a number in a string")
SLACK_FILE = all_of(object_with({}, {"id": string(255), "url": URL}), exactly_one("id", "url"))

CONFIRM = object_with(
    {"title": plain_text(100), "text": text_object(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = object_with({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75)})
# Options of checkboxes and radio buttons may be mrkdwn.
MRKDWN_OPTION = object_with({"text": text_object(75), "value": string(150)}, {"description": text_object(75)})
OVERFLOW_OPTION = object_with(
    {"text": plain_text(75), "value": string(150)}, {"description": plain_text(75), "url": URL}
)
OPTION_GROUP = object_with({"label": plain_text(75), "options": array(OPTION, 1, 100)})
DISPATCH_CONFIG = object_with(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
)
CONVERSATION_FILTER = all_of(
    object_with(
        {},
        {
            "include": array(one_of("im", "mpim", "private", "public"), 1, 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        },
    ),
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
