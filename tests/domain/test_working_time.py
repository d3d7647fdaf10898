"""Working time over nights, weekends, holidays, the ends of months and changes of the clock."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.working_time import WorkingCalendar

HOUR = dt.timedelta(hours=1)
BERLIN = WorkingCalendar(time_zone="Europe/Berlin", country="DE", part="BE")
NEW_YORK = WorkingCalendar(time_zone="America/New_York", country="US")


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("calendar", "since", "hours", "until"),
    [
        (BERLIN, "2026-11-23T08:00", 4, "2026-11-23T12:00"),  # a Monday, 9:00 there
        (BERLIN, "2026-11-23T14:00", 4, "2026-11-24T10:00"),  # over a night
        (BERLIN, "2026-11-27T15:00", 2, "2026-11-30T09:00"),  # over a weekend
        (BERLIN, "2026-12-24T15:00", 2, "2026-12-28T09:00"),  # over Christmas and a weekend
        (NEW_YORK, "2026-11-25T21:00", 2, "2026-11-27T15:00"),  # over Thanksgiving, 16:00 there
        (NEW_YORK, "2026-11-26T15:00", 1, "2026-11-27T15:00"),  # begun on the holiday
        (BERLIN, "2026-03-27T15:00", 2, "2026-03-30T08:00"),  # the clock goes forward on the 29th
        (BERLIN, "2026-10-23T14:00", 2, "2026-10-26T09:00"),  # and back on the 25th
        (BERLIN, "2026-11-23T03:00", 0, "2026-11-23T08:00"),
    ],
)
def test_working_time_passes_in_working_hours_alone(
    calendar: WorkingCalendar, since: str, hours: int, until: str
) -> None:
    if hours:
        assert calendar.after(utc(since), hours * HOUR) == utc(until)
    else:
        assert calendar.next_working(utc(since)) == utc(until)


def test_the_same_moment_is_working_time_in_one_place_and_not_in_another() -> None:
    thanksgiving = utc("2026-11-26T15:00")
    assert BERLIN.is_working(thanksgiving)
    assert not NEW_YORK.is_working(thanksgiving)
    assert NEW_YORK.in_zone("Europe/London").next_working(utc("2026-11-23T20:00")) == utc("2026-11-24T09:00")


def test_days_are_counted_by_their_hours() -> None:
    assert BERLIN.after_days(utc("2026-11-23T10:00"), 2) == utc("2026-11-25T10:00")
    assert BERLIN.after_days(utc("2026-11-27T10:00"), 1) == utc("2026-11-30T10:00")


def test_the_last_working_days_of_a_month_are_longer() -> None:
    calendar = WorkingCalendar(month_end_days=2)
    assert not calendar.is_working(utc("2026-10-28T18:00"))
    assert calendar.is_working(utc("2026-10-29T18:00"))  # a Thursday; the 31st is a Saturday
    assert calendar.is_working(utc("2026-10-30T19:59"))
    assert not calendar.is_working(utc("2026-10-30T20:00"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Berlin"},
        {"days": []},
        {"days": ["monday"]},
        {"start": "17:00", "end": "09:00"},
        {"country": "XX"},
        {"country": "DE", "part": "ZZ"},
        {"month_end_days": 2, "month_end": "12:00"},
    ],
)
def test_a_calendar_that_says_nothing_sensible_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WorkingCalendar.model_validate(wrong)


MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(dt.UTC))  # noqa: DTZ001


@given(at=MOMENTS, first=st.integers(0, 50), second=st.integers(1, 50))  # none at all may end on either day
def test_time_adds_up_and_never_ends_outside_working_hours(at: dt.datetime, first: int, second: int) -> None:
    for calendar in (BERLIN, NEW_YORK):
        once = calendar.after(calendar.after(at, first * HOUR), second * HOUR)
        assert once == calendar.after(at, (first + second) * HOUR)
        assert calendar.is_working(calendar.next_working(once))
        assert calendar.after(at, (first + 1) * HOUR) >= at + (first + 1) * HOUR
