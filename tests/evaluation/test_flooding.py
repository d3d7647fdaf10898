"""One bad payment among hundreds that are flagged too: what a flood is, and where it stands in one."""

import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.policy import default_policy, shares_of_limits
from bot.domain.review import ranking
from bot.domain.transaction import Transaction
from bot.evaluation import ViolationGroup, flooding, judge_violations
from bot.evaluation.flooding import (
    COMMON,
    FLAGGED,
    Flood,
    FloodedKind,
    FloodReport,
    Judged,
    floods_of,
    place_of,
    try_floods,
)
from tests.evaluation.files import kind_named, sample_file

POLICY = default_policy()


def judged(ref: int, code: str, severity: Severity = Severity.HIGH, amount: str = "20000") -> Judged:
    payment = Transaction(
        ref=ref, date=dt.date(2026, 3, 2), amount=Decimal(amount), currency="GBP", vendor=f"Vendor {ref}"
    )
    finding = Finding(source=Source.RULE, code=code, evidence="", severity=severity)
    return payment, Judgement(ref=ref, findings=(finding,))


def test_a_place_is_that_of_the_first_payment_of_the_violation() -> None:
    flood = Flood([judged(ref, "amount_over_limit") for ref in range(1, FLAGGED + 1)], frozenset())
    shares = shares_of_limits(POLICY)
    bad = judged(1, "round_amount", Severity.LOW, "5")
    assert place_of([bad], flood, shares) == 1
    assert place_of([judged(1, "amount_over_limit", amount="1"), bad], flood, shares) == 1
    assert place_of([judged(1, "amount_over_limit", amount="1")], flood, shares) == FLAGGED + 1


def test_a_flood_is_hundreds_of_flagged_payments_and_the_same_for_a_seed() -> None:
    file = sample_file()
    floods = floods_of(file, POLICY, seed=5)
    for flood in floods:
        assert len(flood.judged) > 0.95 * FLAGGED
        assert all(judgement.findings for _, judgement in flood.judged)
        assert flood.codes
    assert floods == floods_of(file, POLICY, seed=5)
    assert floods != floods_of(file, POLICY, seed=6)
    assert len({flood.codes for flood in floods}) > 2


@pytest.mark.long
@pytest.mark.parametrize("name", ["sample-cards.csv", "sample-ledger.csv"])
def test_of_all_kinds_in_bounds_nearly_all_stand_among_the_first_ten(name: str) -> None:
    file = sample_file(name)
    report = try_floods(file, POLICY, list(judge_violations(file, POLICY, plants=6)))
    assert report.cases > 150
    assert report.first_share is not None
    assert report.first_share >= 0.95, report.kinds


@pytest.mark.long
def test_an_order_without_rarity_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    file = sample_file()
    violations = list(judge_violations(file, POLICY, plants=6, kinds=[kind_named("vague memo")]))
    with_rarity = try_floods(file, POLICY, violations)
    monkeypatch.setattr(ranking, "RARITY", 1e9)
    without = try_floods(file, POLICY, violations)
    assert with_rarity.first_share == 1.0
    assert without.first_share == 0.0


def test_kinds_beyond_the_bounds_and_what_was_not_found_stand_in_no_flood() -> None:
    file = sample_file()
    kinds = [kind_named("small duplicate"), kind_named("pressure, unseen words"), kind_named("zero amount")]
    report = try_floods(file, POLICY, list(judge_violations(file, POLICY, plants=3, kinds=kinds)))
    assert [(kind.kind, kind.cases + kind.untried) for kind in report.kinds] == [("zero amount", 3)]
    assert not ViolationGroup.OUTSIDE_THRESHOLDS.in_bounds


def test_a_flood_of_the_very_finding_is_not_tried() -> None:
    own = Flood([judged(ref, "zero_amount") for ref in range(1, COMMON + 1)], frozenset({"zero_amount"}))
    file = sample_file()
    (violations,) = judge_violations(file, POLICY, plants=3, kinds=[kind_named("zero amount")])
    tried = flooding._in_floods(violations, [own], shares_of_limits(POLICY))
    assert (tried.cases, tried.untried) == (0, 3)


def test_reports_of_several_files_are_added_kind_by_kind() -> None:
    first = FloodReport(kinds=(FloodedKind(kind="split", cases=4, first=4, last_place=3),))
    other = FloodReport(
        kinds=(FloodedKind(kind="split", cases=2, first=1, last_place=90), FloodedKind(kind="x", untried=2))
    )
    both = first.joined(other)
    assert both.kinds == (
        FloodedKind(kind="split", cases=6, first=5, last_place=90),
        FloodedKind(kind="x", untried=2),
    )
    assert (both.cases, both.first_share) == (6, 5 / 6)
    assert FloodReport().first_share is None
