"""Who is away at a moment, and whose seat they leave to whom."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.routing import (
    Absence,
    Route,
    Seat,
    Staff,
    Stage,
    Vote,
    absent_at,
    progress_of,
    stand_in_candidates,
    with_absence,
    without_absence,
)

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def away(start: int, end: int, person: str = "ben", said: int = 0, **more: Any) -> Absence:
    at = NOON.replace(minute=said)
    days = {"first": date(2026, 12, start), "last": date(2026, 12, end)}
    return Absence(person=person, recorded_at=at, **{**days, **more})


def test_days_are_those_of_the_persons_own_time_zone() -> None:
    tokyo = away(3, 4, time_zone="Asia/Tokyo")
    assert not tokyo.covers(datetime(2026, 12, 2, 14, 59, tzinfo=UTC))
    assert tokyo.covers(datetime(2026, 12, 2, 15, tzinfo=UTC))
    assert tokyo.ends_at == datetime(2026, 12, 4, 15, tzinfo=UTC)
    assert not tokyo.covers(tokyo.ends_at)
    assert tokyo.back_on == date(2026, 12, 5)


@pytest.mark.parametrize("wrong", [{"last": date(2026, 12, 2)}, {"last": date(2028, 1, 1)}])
def test_an_absence_has_a_day_and_no_more_than_a_year(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        away(3, 4, **wrong)


def test_of_overlapping_ones_the_newest_counts() -> None:
    old, new = away(1, 10, stand_in="chi"), away(5, 6, said=1, stand_in="eva")
    (found,) = absent_at([new, old], datetime(2026, 12, 5, 9, tzinfo=UTC)).values()
    assert found.stand_in == "eva"
    assert with_absence([old], new) == (new,)
    later = away(20, 22)
    assert with_absence([later], new) == (new, later)


def test_what_was_over_a_week_ago_goes_when_something_is_said_again() -> None:
    over = away(1, 2)
    for days, kept in ((7, True), (9, False)):
        new = away(20, 22).model_copy(update={"recorded_at": datetime(2026, 12, 2 + days, 12, tzinfo=UTC)})
        assert (over in with_absence([over], new)) is kept


def test_whoever_is_back_keeps_what_they_planned_for_later() -> None:
    now, later = away(1, 10), away(20, 22)
    assert without_absence([now, later], datetime(2026, 12, 5, 9, tzinfo=UTC)) == (later,)
    assert without_absence([later], datetime(2026, 12, 5, 9, tzinfo=UTC)) == ()


def test_a_stand_in_is_of_a_same_group_or_named_by_the_policy() -> None:
    groups = [{"ben", "chi"}, {"eva"}, {"chi", "gus"}]
    assert stand_in_candidates("ben", groups) == {"chi"}
    assert stand_in_candidates("ben", groups, "eva") == {"chi", "eva"}
    assert stand_in_candidates("ben", groups, "ben") == {"chi"}


TWO = Route(stages=(Stage(group="controllers", count=1), Stage(group="board", count=1)))
GROUPS = {"controllers": {"ben", "dan"}, "board": {"ben", "chi", "eva"}}


def seats(*votes: Vote, here: str = "", **more: Any) -> set[tuple[str, str]]:
    staff = Staff(GROUPS, away={"ben": "chi"} | more.pop("away", {}), here=here, **more)
    return {(seat.person, seat.whose) for seat in progress_of(TWO, votes, staff).seats}


def test_somebody_away_who_answers_all_the_same_is_there_for_themselves() -> None:
    assert seats() == {("chi", "ben"), ("dan", "dan")}
    assert seats(here="ben") == {("ben", "ben"), ("dan", "dan")}


def test_a_seat_is_filled_once_by_the_one_away_or_by_the_stand_in() -> None:
    for_ben = Vote(by="chi", stage=0, whose="ben", at=NOON)
    assert seats(for_ben, here="ben") == {("eva", "eva")}
    assert seats(Vote(by="ben", stage=0, at=NOON)) == {("chi", "chi"), ("eva", "eva")}
    assert seats(Vote(by="ben", stage=0, at=NOON), here="ben") == {("chi", "chi"), ("eva", "eva")}


def test_somebody_away_does_not_act_for_another_who_is() -> None:
    both = {"dan": "ben"}
    assert seats(away=both) == {("chi", "ben")}
    assert seats(away=both, here="ben") == {("ben", "ben")}
    assert Seat("ben", "dan").is_stand_in


def test_the_submitter_stands_in_for_nobody() -> None:
    assert seats(barred={"chi"}) == {("dan", "dan")}
