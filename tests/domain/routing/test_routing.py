"""Who must decide: which row of the matrix a payment takes, and who can take it through its stages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.judgement import Severity
from bot.domain.matrix import Matrix
from bot.domain.routing import (
    Progress,
    Route,
    RoutedPayment,
    Seat,
    Staff,
    Stage,
    Vote,
    choose_route,
    progress_of,
)
from bot.domain.routing.progress import can_still_pass

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SIZES = {"approvers": 3, "controllers": 4, "board": 5, "travel": 1}


def no_rates(amount: Decimal, currency: str, into: str) -> Decimal | None:
    return amount if currency == into else None


def euros_are_two_dollars(amount: Decimal, currency: str, into: str) -> Decimal | None:
    return amount * 2 if (currency, into) == ("EUR", "USD") else no_rates(amount, currency, into)


def matrix(*routes: dict[str, Any], **more: Any) -> Matrix:
    groups = {"controllers": ("U1", "U2", "U3", "U4"), "board": ("U5",), "travel": ("U6",)}
    return Matrix.model_validate({"groups": groups, "routes": routes} | more)


def stages(*given: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"from": group, "needs": needs} for group, needs in given]


LARGE = {"name": "large", "over": {"USD": 50_000}, "stages": stages(("controllers", 1), ("board", 1))}
ALL_OF_IT = {"name": "all", "stages": stages(("controllers", "majority"))}
TRAVEL = {"name": "travel", "category": ["Travel"], "stages": stages(("travel", 1))}


def payment(amount: str = "100", currency: str = "USD", **fields: Any) -> RoutedPayment:
    return RoutedPayment(Decimal(amount), currency, **{"vendor": "Acme Ltd"} | fields)


def route_name(rules: Matrix, one: RoutedPayment, worth: Any = no_rates) -> str:
    return choose_route(rules, one, SIZES, worth).name


def test_without_routes_one_of_the_approvers_decides() -> None:
    assert choose_route(Matrix(), payment(), SIZES, no_rates) == Route(
        stages=(Stage(group="approvers", count=1),)
    )


@pytest.mark.parametrize(
    ("amount", "currency", "name"),
    [
        ("50000", "USD", "all"),
        ("50000.01", "USD", "large"),
        ("-60000", "USD", "large"),  # a refund of so much is as large
        ("25000.01", "EUR", "large"),
        ("25000", "EUR", "all"),
        ("1", "JPY", "large"),  # no rate: it may be anything, so it takes the row with no fewer people
    ],
)
def test_amounts_are_compared_in_their_own_currency_or_by_the_rates(
    amount: str, currency: str, name: str
) -> None:
    both = matrix(LARGE, ALL_OF_IT | {"stages": stages(("controllers", 1))})
    assert route_name(both, payment(amount, currency), euros_are_two_dollars) == name


def test_what_a_submitter_types_never_lessens_the_number_of_people() -> None:
    rules = matrix(TRAVEL, LARGE)
    assert route_name(rules, payment("100", category="travel")) == "travel"
    assert route_name(rules, payment("100", category="Chairs")) == ""
    assert route_name(rules, payment("60000", category="Travel")) == "large"
    friend = {"name": "friend", "vendor": ["Acme Ltd"], "stages": stages(("travel", 1))}
    assert route_name(matrix(friend, LARGE), payment("60000")) == "large"
    strict = {"name": "strict", "vendor": ["Acme Ltd"], "stages": stages(("board", 3))}
    assert route_name(matrix(strict, LARGE), payment("60000", vendor="ACME LTD.")) == "strict"


@pytest.mark.parametrize(
    ("condition", "fitting"),
    [
        ({"finding": ["changed_bank_details"]}, {"codes": frozenset({"changed_bank_details", "x"})}),
        ({"severity": "medium"}, {"severity": Severity.HIGH}),
        ({"channel": ["C1", "C2"]}, {"channel": "C2"}),
        ({"profile": ["cards"]}, {"profile": "cards"}),
    ],
)
def test_each_condition_holds_or_does_not(condition: dict[str, Any], fitting: dict[str, Any]) -> None:
    rules = matrix({"name": "it", "stages": stages(("board", 1))} | condition)
    assert route_name(rules, payment(**fitting)) == "it"
    assert route_name(rules, payment()) == ""


def test_all_and_majority_come_to_a_number_when_the_payment_is_judged() -> None:
    rules = matrix({"name": "it", "stages": stages(("controllers", "all"), ("board", "majority"))})
    assert [stage.count for stage in choose_route(rules, payment(), SIZES, no_rates).stages] == [4, 3]


@pytest.mark.parametrize(
    "wrong",
    [
        {"routes": [{"name": "x", "stages": stages(("nobody", 1))}]},
        {"routes": [{"name": "x", "stages": []}]},
        {"routes": [{"name": "x", "stages": stages(("approvers", 0))}]},
        {"groups": {"approvers": ["U1"]}},
        {"groups": {"x": ["ben"]}},
        {"last_fallback": "nobody"},
        {"stand_ins": {"U1": "U1"}},
        {"routes": [{"name": "x", "stages": stages(("approvers", 1))}] * 2},
    ],
)
def test_a_matrix_that_would_leave_payments_to_nobody_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Matrix.model_validate(wrong)


# -- progress


def vote(by: str, stage: int = 0, whose: str = "", *, approves: bool = True) -> Vote:
    return Vote(by=by, stage=stage, whose=whose, approves=approves, at=AT)


def route(*given: tuple[str, int], last: str = "") -> Route:
    return Route(stages=tuple(Stage(group=group, count=count) for group, count in given), last_fallback=last)


def people(progress: Progress) -> set[str]:
    return {seat.person for seat in progress.seats}


GROUPS = {"controllers": {"U1", "U2", "U3"}, "cfo": {"U9"}, "board": {"U7", "U8"}}


def test_stages_come_one_after_the_other_and_one_person_counts_in_one() -> None:
    way, staff = route(("controllers", 2), ("cfo", 1)), Staff(GROUPS | {"cfo": {"U1", "U9"}})
    first = progress_of(way, [], staff)
    assert (first.stage, first.missing, people(first)) == (0, 2, {"U1", "U2", "U3"})
    second = progress_of(way, [vote("U1"), vote("U2")], staff)
    assert (second.stage, people(second)) == (1, {"U9"})
    assert progress_of(way, [vote("U1"), vote("U2"), vote("U9", 1)], staff).stage == 2


def test_who_brought_the_payment_is_no_member_and_a_fallback_fills_up_what_is_missing() -> None:
    way = route(("cfo", 1), last="board")
    progress = progress_of(way, [], Staff(GROUPS, barred={"U9"}))
    assert (people(progress), progress.through, progress.is_stuck) == ({"U7", "U8"}, ("cfo", "board"), False)
    assert progress_of(route(("cfo", 1)), [], Staff(GROUPS, barred={"U9"})).is_stuck
    two = progress_of(route(("cfo", 2), last="board"), [], Staff(GROUPS))
    assert people(two) == {"U7", "U8", "U9"}


def test_a_stand_in_acts_for_whoever_is_away_and_uses_their_seat_up() -> None:
    way, staff = route(("controllers", 2)), Staff({"controllers": {"U1", "U2"}}, away={"U1": "U5"})
    progress = progress_of(way, [], staff)
    assert progress.seat_of("U5") == Seat("U5", "U1")
    back = progress_of(way, [vote("U5", whose="U1")], Staff({"controllers": {"U1", "U2"}}))
    assert people(back) == {"U2"}
    assert people(progress_of(way, [vote("U2")], Staff(staff.groups, away={"U1": "U2"}))) == set()
    # Who acted for another has been asked, and is not asked for themselves.
    twice = progress_of(way, [vote("U2", whose="U1")], Staff({"controllers": {"U1", "U2", "U3"}}))
    assert people(twice) == {"U3"}


def test_nobody_stands_in_for_who_brought_the_payment_or_who_may_not_decide_so_much() -> None:
    groups = {"controllers": {"U1", "U2"}}
    assert not Staff(groups, barred={"U1"}, away={"U1": "U5"}).seats("controllers") - {Seat("U2", "U2")}
    assert not Staff(groups, unable={"U1"}, away={"U1": "U5"}).seats("controllers") - {Seat("U2", "U2")}
    assert not Staff(groups, barred={"U5"}, away={"U1": "U5"}).seats("controllers") - {Seat("U2", "U2")}
    both = Staff(groups, away={"U1": "U2", "U2": "U1"})
    assert progress_of(route(("controllers", 1)), [], both).is_stuck


def test_who_alone_can_fill_a_later_stage_is_kept_for_it() -> None:
    way, staff = route(("controllers", 1), ("cfo", 1)), Staff({"controllers": {"U1", "U9"}, "cfo": {"U9"}})
    progress = progress_of(way, [], staff)
    assert people(progress) == {"U1"}
    assert progress.kept == frozenset({Seat("U9", "U9")})
    alone = progress_of(way, [], Staff({"controllers": {"U9"}, "cfo": {"U9"}}))
    assert people(alone) == {"U9"}  # it cannot be filled anyhow: then the operators are asked at the second


def test_a_rejection_in_its_stage_is_final_where_the_stage_cannot_reach_its_number_any_more() -> None:
    way, staff = route(("controllers", 2)), Staff(GROUPS)
    assert can_still_pass(way, [vote("U1", approves=False)], staff)
    assert not can_still_pass(way, [vote("U1", approves=False), vote("U2", approves=False)], staff)


PERSON = st.sampled_from([f"U{number}" for number in range(8)])
GROUP = st.sampled_from(["a", "b", "c"])
ROUTES = st.builds(
    Route,
    stages=st.lists(
        st.builds(Stage, group=GROUP, count=st.integers(1, 3), fallback=st.sampled_from(["", "a", "b", "c"])),
        min_size=1,
        max_size=3,
    ).map(tuple),
    last_fallback=st.sampled_from(["", "c"]),
)
STAFF = st.builds(
    Staff,
    groups=st.dictionaries(GROUP, st.frozensets(PERSON), min_size=3, max_size=3),
    barred=st.frozensets(PERSON, max_size=2),
    away=st.dictionaries(PERSON, st.one_of(st.just(""), PERSON), max_size=3),
    unable=st.frozensets(PERSON, max_size=2),
)


@settings(max_examples=400, deadline=None)
@given(way=ROUTES, days=st.lists(STAFF, min_size=1, max_size=3), clicks=st.lists(PERSON, max_size=40))
def test_nothing_passes_with_fewer_people_than_its_route_asks_for(
    way: Route, days: Sequence[Staff], clicks: Sequence[str]
) -> None:
    votes: list[Vote] = []
    for number, person in enumerate(clicks):
        staff = days[number * len(days) // len(clicks)]
        progress = progress_of(way, votes, staff)
        if progress.stage == len(way.stages):
            break
        assert progress.seats or progress.is_stuck, "nobody can move it, and nobody is asked to help"
        seat = progress.seat_of(person)
        if seat is None:
            continue
        stage = way.stages[progress.stage]
        entitled = {
            one for group in (stage.group, stage.fallback, way.last_fallback) for one in staff.seats(group)
        }
        assert seat in entitled
        assert person not in staff.barred
        votes.append(vote(person, progress.stage, seat.whose))
    by = [one.by for one in votes]
    seats = [one.seat.whose for one in votes]
    assert len(set(by)) == len(by)
    assert len(set(seats)) == len(seats)
    if progress_of(way, votes, days[-1]).stage == len(way.stages):
        assert len(set(by)) == way.eyes


@settings(max_examples=300, deadline=None)
@given(way=ROUTES, staff=STAFF, order=st.permutations([f"U{number}" for number in range(8)]))
def test_a_route_that_can_be_filled_is_filled_whoever_comes_first(
    way: Route, staff: Staff, order: Sequence[str]
) -> None:
    """As long as nobody changes, only who is not needed later gives an approval, so it comes to its end."""
    votes: list[Vote] = []
    first = progress_of(way, votes, staff)
    could = bool(first.kept) or not first.is_stuck
    for _ in order:
        for person in order:
            progress = progress_of(way, votes, staff)
            if progress.stage == len(way.stages):
                return
            if seat := progress.seat_of(person):
                votes.append(vote(person, progress.stage, seat.whose))
    progress = progress_of(way, votes, staff)
    assert not could or progress.stage == len(way.stages) or progress.is_stuck
