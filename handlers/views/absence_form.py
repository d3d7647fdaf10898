"""Saying on Home that one is away: the buttons there, and the form. Pure."""

import datetime as dt
from typing import Any

from handlers.views.blocks import Block, actions, button, context, mrkdwn

AWAY_FORM, BACK_NOW = "away_form", "back_now"
SAYS = (
    "Days of your own time zone, both included. Who stands in must be a full member of one of your groups, "
    "or whom the policy names for you; nobody stands in where you choose nobody and the policy names nobody."
)


def absence_buttons(*, is_away: bool) -> Block:
    """What a person who decides can say of themselves on Home; ``is_away`` is whether something stands."""
    back = [button("I am back", BACK_NOW, "back")] if is_away else []
    return actions("absence", button("I will be away", AWAY_FORM, "away"), *back)


def absence_form(first: dt.date, last: dt.date, stand_in: str = "") -> Block:
    """The form with these days and, where there is one, the person who stands in, by Slack user id."""
    whom: Block = {"type": "users_select", "action_id": "stand_in"}
    if stand_in:
        whom["initial_user"] = stand_in
    return {
        "type": "modal",
        "callback_id": AWAY_FORM,
        "title": {"type": "plain_text", "text": "I will be away"},
        "submit": {"type": "plain_text", "text": "Note it"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            _input("first", "First day", _day("first", first)),
            _input("last", "Last day", _day("last", last)),
            _input("stand_in", "Who stands in", whom, optional=True),
            context(mrkdwn(SAYS)),
        ],
    }


def _day(name: str, day: dt.date) -> Block:
    return {"type": "datepicker", "action_id": name, "initial_date": day.isoformat()}


def _input(block_id: str, label: str, element: Block, *, optional: bool = False) -> dict[str, Any]:
    named = {"type": "plain_text", "text": label}
    return {"type": "input", "block_id": block_id, "label": named, "element": element, "optional": optional}
