"""When and where a team reads how its week went, as a policy file has it."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from bot.domain.working_time import DAYS, DayOfWeek, WorkingCalendar

WEEK = dt.timedelta(days=7)


class DigestSettings(BaseModel):
    """The ``[digest]`` of a policy: a message a week to ``channel``; empty: none.

    It is posted on the ``day`` at the time ``at`` in the zone of the ``[calendar]``, about the seven days
    before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9_]+$")] | Literal[""] = ""
    day: DayOfWeek = "mon"
    at: dt.time = dt.time(9)

    def last_due(self, calendar: WorkingCalendar, now: dt.datetime) -> dt.datetime:
        """When the newest message was or is due that is due by ``now`` (aware), in UTC."""
        here = now.astimezone(calendar.zone)
        days_since = (here.weekday() - DAYS.index(self.day)) % 7
        day = here.date() - dt.timedelta(days=days_since)
        due = dt.datetime.combine(day, self.at, tzinfo=calendar.zone)
        if due > here:
            due = dt.datetime.combine(day - WEEK, self.at, tzinfo=calendar.zone)
        return due.astimezone(dt.UTC)

    def week_before(self, calendar: WorkingCalendar, due: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """The week that a message is about which is due at ``due``: seven whole days there, in UTC."""
        day = due.astimezone(calendar.zone).date()
        begin, end = (
            dt.datetime.combine(day - before, dt.time(), tzinfo=calendar.zone)
            for before in (WEEK, dt.timedelta())
        )
        return begin.astimezone(dt.UTC), end.astimezone(dt.UTC)
