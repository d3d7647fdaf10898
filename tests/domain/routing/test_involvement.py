"""What a route has to do with one person, and who approved and is of the groups no more."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.routing import (
    Involvement,
    Route,
    Say,
    Staff,
    Stage,
    Vote,
    involvement_of,
    short_stages,
    way_now,
)

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
GROUPS = {"controllers": {"BEN", "CHI"}, "board": {"EVA", "CHI"}, "owners": {"OLA"}}
ROUTE = Route(
    name="large",
    stages=(Stage(group="controllers", count=1, fallback="owners"), Stage(group="board", count=1)),
)


def staff(**more: Any) -> Staff:
    return Staff(**{"groups": GROUPS} | more)


def vote(by: str, stage: int = 0, whose: str = "") -> Vote:
    return Vote(by=by, stage=stage, whose=whose, at=AT)


def part_of(person: str, *votes: Vote, route: Route = ROUTE, **more: Any) -> Involvement:
    return involvement_of(person, route, votes, staff(here=person, **more))


def test_each_person_has_the_part_that_their_group_gives_them() -> None:
    assert part_of("BEN") == Involvement(Say.NOW, 0, "controllers")
    assert part_of("EVA") == Involvement(Say.LATER, 1, "board")
    assert part_of("OLA") == Involvement(Say.STANDBY, 0, "owners")
    assert part_of("DAN") == Involvement(Say.NOTHING)
    assert part_of("BEN", barred={"BEN"}) == Involvement(Say.BROUGHT)
    assert part_of("BEN", unable={"BEN"}) == Involvement(Say.TOO_MUCH, 0, "controllers")
    assert part_of("BEN", vote("BEN")) == Involvement(Say.GAVE, 0, "controllers")
    assert part_of("EVA", vote("BEN")) == Involvement(Say.NOW, 1, "board")


def test_who_stands_in_is_there_for_the_one_away() -> None:
    assert part_of("DAN", away={"BEN": "DAN"}) == Involvement(Say.NOW, 0, "controllers", "BEN")
    assert part_of("DAN", away={"EVA": "DAN"}) == Involvement(Say.LATER, 1, "board", "EVA")


def test_a_fallback_has_its_turn_where_too_few_are_left() -> None:
    assert part_of("OLA", barred={"BEN", "CHI"}) == Involvement(Say.NOW, 0, "owners")


def test_who_alone_can_fill_a_later_stage_is_left_for_it() -> None:
    groups = {**GROUPS, "board": {"CHI"}}
    assert part_of("CHI", groups=groups) == Involvement(Say.KEPT, 0, "controllers")


@pytest.mark.parametrize(
    ("given", "former"),
    [
        (vote("BEN"), ()),
        (vote("OLA"), ()),  # by the fallback
        (vote("GUS"), ("GUS",)),
        (vote("GUS", whose="BEN"), ()),  # the seat that was used is still there
        (vote("BEN", whose="GUS"), ("BEN",)),
    ],
)
def test_an_approval_stands_with_a_mark_when_its_seat_is_gone(given: Vote, former: tuple[str, ...]) -> None:
    assert way_now(ROUTE, [given], staff()).former == former
    assert way_now(ROUTE, [given], staff(untold={"controllers"})).former == ()


def test_stages_that_cannot_be_filled_are_known_before_it_is_their_turn() -> None:
    assert way_now(ROUTE, [], staff()).short == ()
    assert way_now(ROUTE, [], staff(barred={"EVA", "CHI"})).short == ("board",)
    assert way_now(ROUTE, [], staff(barred={"EVA", "CHI"}, untold={"board"})).short == ()
    # One person cannot fill both.
    assert short_stages(ROUTE, [], staff(groups={"controllers": {"CHI"}, "board": {"CHI"}})) == {1: 1}
    assert way_now(ROUTE, [], staff(away={"BEN": "", "CHI": ""})).instead == ("owners",)
    assert way_now(ROUTE, [], staff(away={"BEN": "GUS"})).stand_ins == (("GUS", "BEN"),)
