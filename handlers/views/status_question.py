"""The direct message that asks about a status which reads like an absence. Pure."""

import datetime as dt
import re

from bot.domain.text.absences import day
from handlers.views.blocks import Block, actions, button, mrkdwn, person, plain_text, section
from handlers.views.button_value import MalformedPayload

AWAY_YES, AWAY_NO = "away_yes", "away_no"
NOT_AGAIN = "Then nothing changes. I do not ask about this status again."
_VALUE = re.compile(r"(\d{4}-\d{2}-\d{2})?\|([UW][A-Z0-9_]{1,40})?")


def status_question(text: str, last: dt.date | None, stand_in: str) -> tuple[str, list[Block]]:
    """Asks whether its reader is away; ``text`` is what they typed as their status, ``last`` its last day."""
    until = f" until {day(last)}" if last else ""
    says = f"Your status says “{text}”{until}." if text else f"Your notifications are off{until}."
    asks = (
        f"Should {person(stand_in)} stand in for you meanwhile?" if stand_in else "Should somebody stand in?"
    )
    value = f"{last.isoformat() if last else ''}|{stand_in}"
    buttons = actions(
        "status",
        button("Yes, I am away", AWAY_YES, value, style="primary"),
        button("No", AWAY_NO, value),
    )
    return "Are you away?", [section(plain_text(says, 300)), section(mrkdwn(asks)), buttons]


def asked_about(value: str) -> tuple[dt.date | None, str]:
    """The last day and the stand-in that a button of the question carries; raises ``MalformedPayload``."""
    found = _VALUE.fullmatch(value)
    if found is None:
        raise MalformedPayload("no question of ours")
    try:
        return (dt.date.fromisoformat(found[1]) if found[1] else None), found[2] or ""
    except ValueError:
        raise MalformedPayload("no question of ours") from None
