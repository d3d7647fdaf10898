"""How a week went, counted from what is stored of it."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.conversation import DecisionKind, Medium
from bot.domain.digest_settings import DigestSettings
from bot.domain.judgement import RECOMMENDED_CODE, Finding, Judgement, Severity, Source
from bot.domain.policy.config import HumanInputMode
from bot.domain.review.decision import Decision
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.week import Week, WeekCount
from bot.domain.routing import Route, Stage, Vote
from bot.domain.text import digest as text
from bot.domain.transaction import Transaction
from bot.domain.working_time import WorkingCalendar

MONDAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
WEEK, HOUR = dt.timedelta(days=7), dt.timedelta(hours=1)
LIMIT = ("amount_over_limit", "limits.USD = 10000", Severity.MEDIUM)
WEEKEND = ("weekend_or_holiday", "rules.weekend_or_holiday.on = true", Severity.LOW)
ACCOUNT = ("changed_bank_details", "rules.changed_bank_details.on = true", Severity.HIGH)
CALM = (RECOMMENDED_CODE, "model.recommend_only = true", Severity.LOW)


def state(created: dt.datetime = MONDAY, **fields: object) -> ReviewState:
    return ReviewState(
        team="T",
        id="R-7K3F2",
        request="",
        channel="C",
        submitter="U_ANA",
        created_at=created,
        source="text",
        mode=HumanInputMode.ALWAYS,
        policy_version="",
        model="",
        digest="",
        total=10,
        totals={},
    ).but(**fields)


def entry(
    ref: int,
    amount: str,
    *found: tuple[str, str, Severity],
    decided: DecisionKind | None = DecisionKind.APPROVED,
    after: float = 1,
    route: Route | None = None,
    votes: tuple[tuple[int, float], ...] = (),
) -> ReviewedTransaction:
    """A payment over USD, decided ``after`` so many hours of Monday, with votes as stage and hours."""
    findings = tuple(
        Finding(source=Source.RULE, code=code, evidence="", policy=line, severity=severity)
        for code, line, severity in found
    )
    at = MONDAY + after * HOUR
    return ReviewedTransaction(
        transaction=Transaction(ref=ref, amount=Decimal(amount), currency="USD", vendor="Acme"),
        judgement=Judgement(ref=ref, findings=findings),
        decision=decided
        and Decision(ref=ref, kind=decided, by="U_BEN", at=at, how=Medium.BUTTON, content_hash=""),
        route=route,
        votes=tuple(Vote(by="U_CHI", stage=stage, at=MONDAY + hours * HOUR) for stage, hours in votes),
    )


def week_of(*entries: ReviewedTransaction, created: dt.datetime = MONDAY, **fields: object) -> Week:
    count = WeekCount(MONDAY, MONDAY + WEEK)
    count.add(state(created, **fields), entries)
    return count.result()


def test_what_was_submitted_decided_and_left_is_counted() -> None:
    week = week_of(
        entry(1, "12000", LIMIT),
        entry(2, "13000", LIMIT, decided=DecisionKind.REJECTED),
        entry(3, "14000", LIMIT, decided=DecisionKind.HELD),
        entry(4, "15000", LIMIT, after=24 * 8),
        entry(5, "15000", LIMIT, after=-1),
        judged=10,
        flagged=5,
        undecided=1,
        held=1,
    )
    assert (week.submitted, week.automatic, week.approved, week.rejected) == (10, 5, 1, 1)
    assert (week.waiting, week.held, week.not_approved) == (1, 1, 0)
    closed = week_of(undecided=2, held=1, closed_at=MONDAY + HOUR)
    assert (closed.waiting, closed.held, closed.not_approved) == (0, 0, 3)
    assert week_of(created=MONDAY - WEEK).submitted == 0
    assert week_of(created=MONDAY - WEEK).is_empty


def test_times_run_from_submission_to_decision_and_by_stage_from_the_stage_before() -> None:
    route = Route(name="large", stages=(Stage(group="controllers", count=2), Stage(group="cfo", count=1)))
    week = week_of(
        entry(1, "1", LIMIT, after=10, route=route, votes=((0, 1), (0, 4), (1, 10))),
        entry(2, "1", LIMIT, decided=None, route=route, votes=((0, 2),)),
        entry(3, "1", LIMIT, after=2),
    )
    assert week.times is not None
    assert (week.times.count, week.times.median, week.times.slowest.ref) == (2, 6 * HOUR, 1)
    assert {stage.name: (stage.count, stage.median) for stage in week.stages} == {
        "controllers": (1, 4 * HOUR),
        "cfo": (1, 6 * HOUR),
        "approvers": (1, 2 * HOUR),
    }
    assert [(times.name, times.count) for times in week.waited] == [("U_ANA", 2)]


def test_a_limit_is_named_that_spares_people_and_lets_nothing_pass_that_was_rejected() -> None:
    week = week_of(
        entry(1, "12000", LIMIT),
        entry(2, "18000", LIMIT),
        entry(3, "30000", LIMIT),
        entry(4, "20000", LIMIT, decided=DecisionKind.REJECTED),
        entry(5, "19000", LIMIT, WEEKEND),  # which stays flagged whatever the limit is
    )
    [limit, weekend] = week.overrides
    assert (limit.approved, limit.rejected) == (4, 1)
    [raised] = limit.limits
    assert (raised.currency, raised.limit, raised.spared) == ("USD", Decimal(18000), 2)
    assert (weekend.approved, weekend.alone_approved) == (1, 0)
    said = text.overrides(week.overrides)
    assert said == (
        "Above the limit: 4 of 5 approved. A limit of USD 18,000.00 would have spared 2, "
        "and let nothing pass that was rejected.",
        "Dated on a day off: 1 of 1 approved.",
    )


def test_no_change_is_named_for_what_is_grave_or_found_something() -> None:
    week = week_of(
        entry(1, "1", ACCOUNT),
        entry(2, "2", WEEKEND),
        entry(3, "3", WEEKEND),
        entry(4, "4", WEEKEND, decided=DecisionKind.REJECTED),
    )
    assert text.overrides(week.overrides) == (
        "Dated on a day off: 2 of 3 approved. Without this rule 1 that was rejected would have passed too.",
        "New bank details: 1 of 1 approved.",
    )
    [harmless] = week_of(entry(1, "2", WEEKEND)).overrides
    assert "rules.weekend_or_holiday.on = false would have spared 1" in text.overrides([harmless])[0]
    assert week_of(entry(1, "20000", LIMIT, decided=DecisionKind.REJECTED)).overrides == ()


def test_what_was_recommended_and_rejected_is_named() -> None:
    week = week_of(entry(1, "1", CALM, decided=DecisionKind.REJECTED), entry(2, "1", CALM))
    assert week.false_calm == (("R-7K3F2", 1),)
    assert week.overrides == ()
    assert text.false_calm(week) == "1 payment was rejected: #1 of R-7K3F2."


def test_a_length_of_time_reads_as_people_say_it() -> None:
    spans = (0.2, 60, 119 * 60, 120 * 60, 47 * 3600, 52 * 3600, 72 * 3600)
    assert [text.took(dt.timedelta(seconds=seconds)) for seconds in spans] == [
        *("1 minute", "1 minute", "119 minutes", "2 hours", "47 hours", "2 days 4 hours", "3 days"),
    ]


def test_a_digest_is_due_on_its_day_where_the_team_works_through_changes_of_the_clock() -> None:
    berlin = WorkingCalendar(time_zone="Europe/Berlin")
    settings = DigestSettings(channel="C_X", day="mon", at=dt.time(9))
    just = dt.datetime(2026, 3, 30, 7, tzinfo=dt.UTC)  # 9:00, a day after the clocks were put forward
    assert settings.last_due(berlin, just) == just
    before = settings.last_due(berlin, just - dt.timedelta(seconds=1))
    assert before == dt.datetime(2026, 3, 23, 8, tzinfo=dt.UTC)
    begin, end = settings.week_before(berlin, just)
    assert end - begin == WEEK - HOUR
    assert begin.astimezone(ZoneInfo("Europe/Berlin")).weekday() == 0
