"""The judges of routes, reminders and the clock of ``make chaos`` find what was spoiled, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Medium
from bot.domain.policy import Policy
from bot.domain.review import approvals
from bot.domain.review.audit_entries import decided
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.routing import Vote
from tests.chaos import scene
from tests.chaos.clock import RunClock
from tests.chaos.evidence import Evidence, Wrong
from tests.chaos.judge_decisions import judge_decisions
from tests.chaos.judge_reminders import judge_reminders
from tests.chaos.judge_routes import judge_routes
from tests.chaos.matrix import matrix_of
from tests.chaos.plan import Scale, planned
from tests.chaos.records import EVENT, Death
from tests.chaos.town import OPERATORS
from tests.chaos.wishes import BY_REPLY, Aim, Json, Wish

PLAN = planned(Scale(7))
MATRIX = matrix_of(PLAN)
CONTROLLER, OTHER, THIRD = "U_P01", "U_P02", "U_P04"  # of the five controllers; U_P03 submits
DIRECTORS, BOARD = ("U_P06", "U_P07", "U_P08"), "U_P14"


def of_amount(
    amount: int, *given: AuditEntry, by: str = CONTROLLER, whose: str = "", said: Sequence[AuditEntry] = ()
) -> Evidence:
    """The first payment, of this amount, approved by somebody after what was ``given``."""
    made = scene.decision(by=by, whose=whose)
    entry = scene.entry(1, made)
    payment = entry.transaction.model_copy(update={"amount": Decimal(amount)})
    one = entry.model_copy(update={"transaction": payment})
    plain = scene.stored()
    audit = (*plain.audit[:2], *given, decided(made), *plain.audit[3:])
    review = replace(plain.review, entries={1: one, 2: plain.review.entries[2]})
    found = scene.evidence(replace(plain, review=review, audit=audit))
    return replace(found, absences=said, ended=scene.at(60))


def given(by: str, stage: int = 0, whose: str = "") -> AuditEntry:
    return approvals.given([1], Vote(by=by, stage=stage, whose=whose, at=scene.at(3)), Medium.BUTTON)


def away(person: str, stand_in: str = "") -> AuditEntry:
    day = scene.START.date().isoformat()
    return AuditEntry(
        event="away",
        actor=person,
        at=scene.at(2),
        detail={"first": day, "last": day, "time_zone": "UTC", "stand_in": stand_in},
    )


def wrongs(found: Evidence) -> set[Wrong]:
    return {one.wrong for one in judge_routes(found, MATRIX)}


def test_the_policy_of_a_run_is_what_the_judge_takes_it_for() -> None:
    policy = Policy.from_toml(MATRIX.text(PLAN.approvers))
    assert policy.approvers == PLAN.approvers
    assert {name: frozenset(people) for name, people in policy.groups.items()} | {
        "approvers": frozenset(PLAN.approvers)
    } == MATRIX.groups
    assert [len(route.stages) for route in policy.routes] == [1, 2, 1]


@pytest.mark.parametrize(
    "found",
    [
        scene.evidence(),
        of_amount(50_000, given(OTHER)),
        of_amount(70_000, given(OTHER), given(THIRD), given(CONTROLLER), by=DIRECTORS[0]),
        of_amount(90_000, by=BOARD),
        of_amount(90_000, by=CONTROLLER, whose=BOARD, said=[away(BOARD)]),
        of_amount(90_000, by=OTHER, whose=BOARD, said=[away(BOARD, OTHER)]),
    ],
)
def test_what_went_its_whole_route_is_left_alone(found: Evidence) -> None:
    assert wrongs(found) == set()


@pytest.mark.parametrize(
    "found",
    [
        of_amount(50_000),
        of_amount(50_000, given(CONTROLLER)),
        of_amount(50_000, given(OTHER), approvals.voided([1], OTHER, scene.at(4))),
        of_amount(50_000, given("U_P20")),
        of_amount(50_000, given(scene.SUBMITTED.user)),
        of_amount(50_000, given("U_P13")),  # whose own limit is lower
        of_amount(70_000, given(OTHER), given(THIRD), by=DIRECTORS[0]),  # no majority of the five
        of_amount(70_000, given(OTHER), given(THIRD), given(CONTROLLER), by="U_P10"),
        of_amount(90_000, by=CONTROLLER),
        of_amount(90_000, by=CONTROLLER, whose=BOARD),
        of_amount(90_000, by=THIRD, whose=BOARD, said=[away(BOARD, OTHER)]),
        of_amount(20_000, AuditEntry(event="expired", actor=FINANCE_BOT, at=scene.at(4))),
    ],
)
def test_too_few_eyes_are_found(found: Evidence) -> None:
    assert wrongs(found) == {Wrong.TOO_FEW}


def waiting_for_the_board(*said: AuditEntry) -> Evidence:
    found = of_amount(90_000, by=BOARD, said=said)
    (stored,) = found.stored.values()
    entries = {1: stored.review.entries[1].model_copy(update={"decision": None})}
    return replace(found, stored={scene.ID: replace(stored, review=replace(stored.review, entries=entries))})


@pytest.mark.parametrize(("amount", "lost"), [(11_001, {Wrong.LOST}), (85_000, set())])
def test_who_is_of_no_stage_may_be_told_alone_that_they_do_not_release(amount: int, lost: set[Wrong]) -> None:
    found = of_amount(amount)
    said = Wish("U_P02", Aim.RELEASE, BY_REPLY, "message 9", "release 1", (1,), review=scene.ID)
    found.records.delivered.append(scene.delivered(said, 8, 8.1))
    assert {one.wrong for one in judge_decisions(found) if "release" in one.words} == lost


def test_what_nobody_can_move_is_found_unless_the_operators_were_told() -> None:
    gone = [away(person) for person in DIRECTORS]
    assert wrongs(waiting_for_the_board(*gone)) == set()
    stuck = waiting_for_the_board(away(BOARD, DIRECTORS[0]), *gone)
    assert wrongs(stuck) == {Wrong.STUCK}
    told = {"channel": OPERATORS, "blocks": [{"text": f"Nobody can decide {scene.ID}"}]}
    assert wrongs(replace(stuck, messages=[*stuck.messages, told])) == set()


MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)


def reminder(at: datetime, late: float = 1.0, user: str = CONTROLLER) -> Json:
    part = {"part": "reminder", "user": user, "at": f"{at.timestamp():.6f}"}
    posted = f"{at.timestamp() + late:.6f}"
    return {"channel": f"D_{user}", "ts": posted, "metadata": {"event_type": EVENT, "event_payload": part}}


@pytest.mark.parametrize(
    ("sent", "causes", "wrong"),
    [
        ((reminder(MONDAY),), 1, 0),
        ((reminder(MONDAY), reminder(MONDAY + timedelta(hours=3))), 2, 0),
        ((reminder(MONDAY), reminder(MONDAY + timedelta(hours=3))), 1, 1),  # for one cause
        ((reminder(MONDAY), reminder(MONDAY, 2.0)), 2, 1),  # posted twice
        (tuple(reminder(MONDAY + timedelta(hours=hour)) for hour in range(3)), 3, 1),  # thrice a day
        ((reminder(MONDAY + timedelta(hours=8)),), 1, 1),  # at six in the evening
        ((reminder(MONDAY, 600.0),), 1, 1),  # long after it was time
    ],
)
def test_reminders_that_should_not_have_been_are_found(sent: Sequence[Json], causes: int, wrong: int) -> None:
    found = replace(scene.evidence(messages=list(sent)), causes={CONTROLLER: causes})
    assert len(list(judge_reminders(found))) == wrong


@pytest.mark.parametrize(("died", "wrong"), [(70.0, 0), (10.0, 1), (110.0, 1)])
def test_a_reminder_may_be_as_late_after_the_last_death_as_after_its_time(died: float, wrong: int) -> None:
    found = replace(scene.evidence(messages=[reminder(MONDAY, 100.0)]), causes={CONTROLLER: 1})
    found.records.deaths.append(Death(MONDAY.timestamp() + died, "redis", "redis"))
    assert len(list(judge_reminders(found))) == wrong


def test_a_time_of_the_run_is_found_by_the_machines_clock(tmp_path: Path) -> None:
    clock, other = RunClock(tmp_path / "clock"), RunClock(tmp_path / "clock")
    before = clock.now()
    clock.to_monday()
    clock.advance(3600)
    after = other.now()  # another process reads the same
    assert after - before > timedelta(hours=1)
    assert (after - timedelta(hours=1)).weekday() == 0
    assert 0 <= clock.machine(after) - clock.machine(before) < 1
    assert len(clock.jumps) == 2
    clock.to_working_hours()  # people work just now
    clock.advance(12 * 3600)
    clock.to_working_hours()
    assert (clock.now().weekday(), clock.now().hour) == (1, 9)
    assert round(clock.hours) == 24


def test_a_plan_lets_weeks_go_by_and_deletes_the_queue_half_way() -> None:
    assert sum(hours for _, hours in PLAN.advances) > 24 * 14
    assert PLAN.forgets == PLAN.scale.acting / 2
