"""Working time: the hours in which people are reminded, and by which waiting is counted. Pure.

Holidays come from the library ``holidays``, which knows those of some 250 countries and their parts.
"""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SOUGHT = 400  # days within which a calendar must have a working day


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("this must be the name of a time zone, such as Europe/Berlin") from None
    return name


def _day(name: str) -> str:
    if name not in DAYS:
        raise ValueError(f"this must be one of {', '.join(DAYS)}")
    return name


DayOfWeek = Annotated[str, AfterValidator(_day)]
"""A day of the week as a policy names it: ``mon`` to ``sun``."""


class WorkingCalendar(BaseModel):
    """When a team works: the ``[calendar]`` of a policy.

    ``days`` are days of the week, ``start`` and ``end`` local times of one day. ``country`` is the ISO 3166-1
    code whose public holidays are free (empty: none), ``part`` the ISO 3166-2 code of a part of it, without
    the country. ``holidays`` are further free days. In the last ``month_end_days`` working days of a month
    work goes on until ``month_end``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    days: tuple[DayOfWeek, ...] = DAYS[:5]
    start: dt.time = dt.time(9)
    end: dt.time = dt.time(17)
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    part: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{0,3}$")] = ""
    holidays: tuple[dt.date, ...] = ()
    month_end_days: int = Field(default=0, ge=0, le=10)
    month_end: dt.time = dt.time(20)

    @model_validator(mode="after")
    def _has_working_time(self) -> Self:
        if not self.days:
            raise ValueError("calendar.days: there must be one at least")
        if self.start >= self.end:
            raise ValueError("calendar.end: this must be after the start")
        if self.month_end_days and self.month_end < self.end:
            raise ValueError("calendar.month_end: this must not be before the end of other days")
        if self.country:
            _holidays_of(self.country, self.part, 2026)
        return self

    def in_zone(self, time_zone: str) -> Self:
        """The same days and hours where somebody lives; raises ``ValueError`` for a zone that is none."""
        return self.model_copy(update={"time_zone": _time_zone(time_zone)})

    def of_person(self, time_zone: str) -> Self:
        """This calendar in somebody's time zone; unchanged where the zone is empty or unknown."""
        try:
            return self.in_zone(time_zone) if time_zone else self
        except ValueError:
            return self

    def day_of(self, at: dt.datetime) -> dt.date:
        """The day that it is there at this moment (aware)."""
        return at.astimezone(self.zone).date()

    def next_day(self, at: dt.datetime) -> dt.datetime:
        """The first working moment of a later day than that of ``at`` (aware), in UTC."""
        midnight = dt.datetime.combine(self.day_of(at) + dt.timedelta(days=1), dt.time(), tzinfo=self.zone)
        return self.next_working(midnight)

    def day_before(self, day: dt.date) -> dt.datetime:
        """When work begins on the last working day before a day, in UTC."""
        for number in range(1, SOUGHT):
            if not self.is_free(before := day - dt.timedelta(days=number)):
                return self._moment(before, self.start)
        raise ValueError("the calendar has no working day in a year")

    def is_free(self, day: dt.date) -> bool:
        """Whether nobody works on this day."""
        if DAYS[day.weekday()] not in self.days or day in self.holidays:
            return True
        return bool(self.country) and day in _holidays_of(self.country, self.part, day.year)

    def is_working(self, at: dt.datetime) -> bool:
        """Whether this moment (aware) is in working time."""
        return any(start <= at < end for start, end in self._spans(at.astimezone(self.zone).date(), 1))

    def next_working(self, at: dt.datetime) -> dt.datetime:
        """The first moment from ``at`` (aware) on that is in working time, in UTC."""
        for start, end in self._spans(at.astimezone(self.zone).date()):
            if at < end:
                return max(at, start).astimezone(dt.UTC)
        raise ValueError("the calendar has no working day in a year")

    def after(self, at: dt.datetime, working: dt.timedelta) -> dt.datetime:
        """The moment at which so much working time has passed since ``at`` (aware), in UTC."""
        left = working
        for start, end in self._spans(at.astimezone(self.zone).date()):
            if at >= end:
                continue
            begin = max(at, start)
            if left <= end - begin:
                return (begin + left).astimezone(dt.UTC)
            left -= end - begin
        raise ValueError("the calendar has not so much working time in a year")

    def after_days(self, at: dt.datetime, days: int) -> dt.datetime:
        """The moment that is so many full working days later: as many times a day's hours, in UTC."""
        length = dt.datetime.combine(dt.date.min, self.end) - dt.datetime.combine(dt.date.min, self.start)
        return self.after(at, length * days)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its days begin and end."""
        return ZoneInfo(self.time_zone)

    def _spans(self, first: dt.date, days: int = SOUGHT) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Beginning and end of the working days from ``first`` on, in UTC, so that clock changes count."""
        for number in range(days):
            day = first + dt.timedelta(days=number)
            if not self.is_free(day):
                yield self._moment(day, self.start), self._moment(day, self._end_of(day))

    def _end_of(self, day: dt.date) -> dt.time:
        return self.month_end if self.month_end_days and self._working_days_left(day) else self.end

    def _working_days_left(self, day: dt.date) -> bool:
        """Whether a day is among the last working days of its month for which the month-end rule is."""
        later = 0
        following = day + dt.timedelta(days=1)
        while following.month == day.month and later < self.month_end_days:
            later += not self.is_free(following)
            following += dt.timedelta(days=1)
        return later < self.month_end_days

    def _moment(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, tzinfo=self.zone).astimezone(dt.UTC)


@lru_cache(maxsize=200)
def _holidays_of(country: str, part: str, year: int) -> frozenset[dt.date]:
    """The public holidays of a year; raises ``ValueError`` for a country or part that is not known."""
    from holidays import country_holidays  # takes some tenths of a second, which most policies do not need

    try:
        return frozenset(country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError:
        where = f"{country}-{part}" if part else country
        raise ValueError(f"calendar.country: the holidays of {where} are not known") from None
