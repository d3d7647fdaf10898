"""What happens next to a review where nobody acts, by settings and calendars of all kinds."""

from datetime import UTC, datetime

import pytest

from bot.domain.reminder_settings import ReminderSettings
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.timers import TimerKind, may_be_told_at, next_timer
from bot.domain.working_time import WorkingCalendar
from tests.words.sample import NOW, state


def waiting(**but: object) -> ReviewState:
    given = state().but(status=ReviewStatus.WAITING, undecided=1, held=0, waits_since=NOW)
    return given.but(**but)


@pytest.mark.parametrize(
    ("settings", "calendar", "reminded"),
    [
        ({"expire_days": 200}, {"days": ["mon"]}, 0),  # four years
        ({"every_days": 200, "expire_days": 0}, {}, 3),
        ({"expire_days": 0}, {}, 290),  # reminded each day for more than a year
    ],
)
def test_what_is_more_than_a_year_away_stops_no_step(
    settings: dict[str, int], calendar: dict[str, object], reminded: int
) -> None:
    chosen = ReminderSettings.model_validate({"escalate_days": 0, **settings})
    timer = next_timer(waiting(reminded=reminded), chosen, WorkingCalendar.model_validate(calendar))
    assert timer is None or timer.kind is TimerKind.REMIND


def test_of_two_at_one_moment_the_graver_one_happens() -> None:
    settings = ReminderSettings(first_hours=8, escalate_days=1, expire_days=1)
    timer = next_timer(waiting(), settings, WorkingCalendar())
    assert timer is not None
    assert timer.kind is TimerKind.EXPIRE
    held = next_timer(waiting(held=1), settings, WorkingCalendar())
    assert held is not None
    assert held.kind is TimerKind.ESCALATE


def test_nobody_is_told_more_than_twice_a_day_or_at_night() -> None:
    calendar = WorkingCalendar(time_zone="Europe/Berlin")
    noon = datetime(2026, 11, 23, 11, tzinfo=UTC)  # a Monday
    assert may_be_told_at((noon,), calendar, noon) == noon
    tomorrow = datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert may_be_told_at((noon, noon), calendar, noon) == tomorrow
    assert may_be_told_at((), calendar, noon.replace(hour=22)) == tomorrow
