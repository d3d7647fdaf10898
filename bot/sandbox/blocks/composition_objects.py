"""Composition objects in Slack's limits: texts, options, confirmations, and the small forms within them."""

from __future__ import annotations

from .checks import (
    Check,
    at_least_one,
    both,
    exactly_one,
    flag,
    listing,
    matching,
    one_of,
    shape,
    tagged,
    text,
)


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
