"""The words with which somebody says that they are away: which days, and who stands in. Pure."""

import datetime as dt
import re
from dataclasses import dataclass

from bot.domain.routing.absence import LONGEST

FURTHEST = dt.timedelta(days=3 * 366)  # from today to the first day
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
HOW = (
    "Say it as `away until Monday, @chi stands in`, `away from 3 Dec to 14 Dec`, `away today` "
    "or `away until 2026-12-14`."
)
UNCLEAR = f"I could not read which days you are away, so nothing was noted. {HOW}"
OVER = f"That is over already, so nothing was noted. {HOW}"
BACKWARDS = f"The last day would be before the first, so nothing was noted. {HOW}"
TOO_FAR = f"That is too far away, so nothing was noted. {HOW}"
TOO_LONG = "That is more than a year, so nothing was noted. Name the year, as in `away until 2027-01-04`."

_DAY = (
    r"\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?[a-z]{3,9}(?:,?\s+\d{4})?"
    r"|[a-z]{3,9}\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?"
    r"|today|tomorrow|(?:next\s+)?[a-z]{3,9}"
)
_FROM = re.compile(
    rf"(?:from\s+)?(?P<first>{_DAY})\s+(?P<how>to|through|thru|until|till|-|–)\s+(?P<last>{_DAY})"
)
_UNTIL = re.compile(rf"(?P<how>until|till|to|through|thru)\s+(?P<last>{_DAY})")
_ON = re.compile(rf"(?:on\s+)?(?P<first>{_DAY})")
_STANDS_IN = re.compile(
    r"^(?P<who>.+?)\s+(?:will\s+)?(?:stands?|standing|fills?|is\s+standing)\s+in(?:\s+for\s+me)?$", re.I
)
_DATE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?([a-z]{3,9})(?:,?\s+(\d{4}))?")
_DATE_US = re.compile(r"([a-z]{3,9})\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?")
_NOT_INCLUDED = {"until", "till"}


@dataclass(frozen=True, slots=True)
class SaidAway:
    """First and last day, both included, and who stands in as it was typed, empty where nobody was named."""

    first: dt.date
    last: dt.date
    stand_in: str = ""


def read_away(text: str, today: dt.date) -> SaidAway | str:
    """What follows ``away``; ``today`` is the day where the person lives. A sentence where it is unclear.

    A weekday is the next such day. "until Monday" ends on the day before, "to" and "through" include theirs.
    """
    text = " ".join(text.split()).rstrip(".!")
    for pattern in (_FROM, _UNTIL, _ON):
        found = pattern.match(text.lower())
        if found and (who := _who(text[found.end() :])) is not None:
            said = found.groupdict()
            first = _day(said["first"], today) if said.get("first") else today
            if first is None:
                continue
            last = _day(said["last"], first) if said.get("last") else first
            if last is None:
                continue
            if said.get("how") in _NOT_INCLUDED:
                last -= dt.timedelta(days=1)
            return _checked(SaidAway(first, last, who), today)
    return UNCLEAR


def checked_days(first: dt.date, last: dt.date, today: dt.date) -> str:
    """What is wrong with these days, a sentence; empty where nothing is."""
    if last < first:
        return BACKWARDS
    if last < today:
        return OVER
    if first - today > FURTHEST:
        return TOO_FAR
    return TOO_LONG if last - first > LONGEST else ""


def _checked(said: SaidAway, today: dt.date) -> SaidAway | str:
    return checked_days(said.first, said.last, today) or said


def _who(rest: str) -> str | None:
    """Who is to stand in, out of what follows the days; ``None`` where that says something else."""
    if not rest:
        return ""
    if rest[0] not in " ,;":
        return None
    rest = re.sub(r"^(?:and|with)\s+", "", rest.lstrip(" ,;"), flags=re.I)
    found = _STANDS_IN.match(rest)
    return found["who"].strip() if found else None


def _day(text: str, after: dt.date) -> dt.date | None:
    """A day as somebody writes it; one without a year is the next such, from ``after`` on."""
    text = text.removeprefix("next ")
    if text in ("today", "tomorrow"):
        return after + dt.timedelta(days=text == "tomorrow")
    for number, name in enumerate(WEEKDAYS):
        if len(text) >= 3 and name.startswith(text):
            return after + dt.timedelta(days=(number - after.weekday() - 1) % 7 + 1)
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        pass
    if found := _DATE.fullmatch(text):
        day, month, year = found.groups()
    elif found := _DATE_US.fullmatch(text):
        month, day, year = found.groups()
    else:
        return None
    return _date(int(day), month, year, after)


def _date(day: int, month: str, year: str | None, after: dt.date) -> dt.date | None:
    if month[:3] not in MONTHS:
        return None
    number = MONTHS.index(month[:3]) + 1
    years = (int(year),) if year else range(after.year, after.year + 2)
    for one in years:
        try:
            found = dt.date(one, number, day)
        except ValueError:
            continue
        if year or found >= after:
            return found
    return None
