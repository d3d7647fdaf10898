"""Sentences about who is away and who stands in."""

import datetime as dt
from collections.abc import Callable, Sequence

from bot.domain.lists import joined_with_and
from bot.domain.routing import MOST_NOTED, Absence

NOT_AWAY = "You have not said that you are away. Say it as `away until Monday, @chi stands in`."
WELCOME_BACK = "Welcome back: what needs you waits for you again."
NOTHING_TO_END = "You have not said that you are away, so there is nothing to end."
NOT_YOURSELF = "You cannot stand in for yourself, so nothing was noted. Name somebody else, or nobody."
TOO_MANY = f"You have {MOST_NOTED} absences noted already, so nothing was noted. Take one back first."
TOO_OFTEN = "You have changed your absences very often today, so nothing was changed. Please do so tomorrow."
NO_ROUTES = "The policy has no routes: any one of the approvers decides, so nothing waits for you alone."

Named = Callable[[str], str]
"""A person as they are to be named, by Slack user id."""


def day(date: dt.date) -> str:
    """A day as people read it: ``Mon 14 Dec 2026``."""
    return f"{date:%a} {date.day} {date:%b %Y}"


def own(absence: Absence, stand_in: str, named: Named, *, routes: bool, away_too: bool = False) -> str:
    """What somebody said of themselves; ``stand_in`` is who acts for them, empty where nobody does."""
    if absence.first == absence.last:
        days = f"on {day(absence.first)}"
    else:
        days = f"from {day(absence.first)} to {day(absence.last)}"
    said = f"You are away {days}, and back on {day(absence.back_on)}."
    if not routes:
        return f"{said} {NO_ROUTES}"
    if not stand_in:
        return f"{said} Nobody stands in for you: what needs you waits for others of your groups."
    if away_too:
        return f"{said} {named(stand_in)} would stand in for you, and is away then too."
    return f"{said} {named(stand_in)} stands in for you."


def cannot_stand_in(possible: Sequence[str], named: Named) -> str:
    """That nothing was noted, since this person may not stand in, and who may."""
    reason = "They cannot stand in for you, so nothing was noted: it must be a full member"
    if not possible:
        return f"{reason} of one of your groups, and nobody else is in one."
    return f"{reason} of one of your groups ({joined_with_and([named(user) for user in possible])})."


def others(absences: Sequence[tuple[Absence, str]], named: Named) -> str:
    """Who else is away now, and who stands in: a line; empty where nobody is."""
    lines = [
        f"{named(absence.person)} until {day(absence.last)}"
        + (f" ({named(stand_in)} stands in)" if stand_in else "")
        for absence, stand_in in absences
    ]
    return f"Away: {', '.join(lines)}" if lines else ""
