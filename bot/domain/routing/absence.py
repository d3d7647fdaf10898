"""Absence: who is away on which days, and whom they name to act for them meanwhile. Pure."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

LONGEST = dt.timedelta(days=366)
AFTERWARDS = dt.timedelta(days=7)  # for which one that is over is kept; whoever stood in is asked about it
MOST_NOTED = 20  # of one person at a time; all of a workspace are read whenever somebody decides


class Absence(BaseModel):
    """That somebody is away from ``first`` to ``last``, both included, days of their own time zone.

    ``stand_in`` acts for them, by Slack user id, empty where they name nobody. ``recorded_at`` is aware UTC.
    """

    model_config = ConfigDict(frozen=True)

    person: str
    first: dt.date
    last: dt.date
    time_zone: str = "UTC"
    stand_in: str = ""
    recorded_at: AwareDatetime

    @model_validator(mode="after")
    def _is_a_time(self) -> "Absence":
        ZoneInfo(self.time_zone)
        if not dt.timedelta() <= self.last - self.first <= LONGEST:
            raise ValueError("an absence has a day at least, and a year at most")
        return self

    @property
    def back_on(self) -> dt.date:
        """The day after the last."""
        return self.last + dt.timedelta(days=1)

    @property
    def ends_at(self) -> dt.datetime:
        """The moment, in UTC, from which on they are back."""
        return dt.datetime.combine(self.back_on, dt.time(), ZoneInfo(self.time_zone)).astimezone(dt.UTC)

    def covers(self, now: dt.datetime) -> bool:
        """Whether they are away at this moment (aware)."""
        return self.first <= now.astimezone(ZoneInfo(self.time_zone)).date() <= self.last

    def overlaps(self, other: "Absence") -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last


def with_absence(kept: Iterable[Absence], new: Absence) -> tuple[Absence, ...]:
    """One person's absences with a new one, which takes the place of all that it overlaps, in order.

    What was over a while before goes.
    """
    others = [
        absence
        for absence in kept
        if not absence.overlaps(new) and absence.ends_at + AFTERWARDS > new.recorded_at
    ]
    return tuple(sorted((*others, new), key=lambda absence: absence.first))


def without_absence(kept: Iterable[Absence], now: dt.datetime) -> tuple[Absence, ...]:
    """What stays of one person's absences when they say that they are back.

    What they planned for later stays; where they are not away now, they take back just that.
    """
    kept = tuple(kept)
    later = tuple(absence for absence in kept if not absence.covers(now) and absence.ends_at > now)
    return later if any(absence.covers(now) for absence in kept) else ()


def absent_at(absences: Iterable[Absence], now: dt.datetime) -> dict[str, Absence]:
    """Who is away at a moment (aware), with the absence that counts: of several, what they said last."""
    found: dict[str, Absence] = {}
    for absence in sorted(absences, key=lambda absence: absence.recorded_at):
        if absence.covers(now):
            found[absence.person] = absence
    return found


def stand_in_candidates(person: str, groups: Iterable[Iterable[str]], by_policy: str = "") -> frozenset[str]:
    """Who may stand in for somebody: the others of their groups as of now, and whom the policy names."""
    fellows = {member for group in map(frozenset, groups) if person in group for member in group}
    return frozenset(fellows | {by_policy}) - {person, ""}
