"""False alarms rule by rule, and which goals a run misses."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.judgement import Finding, Judgement, Source
from bot.evaluation import EvaluationFile, FileReport, KindTotal, ViolationGroup
from bot.evaluation.alarms import CleanRows, RuleAlarms, alarms_by_rule, sum_of_alarms
from bot.evaluation.flooding import FloodedKind, FloodReport
from bot.evaluation.goals import goals_of
from bot.evaluation.hostile_texts import HostileTextReport, PassedByText
from tests.evaluation.files import sample_file, small_file
from tests.processes import called


def judgement(ref: int, *codes: str) -> Judgement:
    return Judgement(
        ref=ref, findings=tuple(Finding(source=Source.RULE, code=code, evidence="") for code in codes)
    )


def test_each_rule_is_counted_with_and_without_payments_over_the_limit() -> None:
    clean = alarms_by_rule(
        [
            judgement(1),
            judgement(2, "amount_over_limit", "unusual_amount"),
            judgement(3, "unusual_amount"),
            judgement(4, "amount_over_limit"),
            judgement(5),
        ]
    )
    assert clean == CleanRows(
        rows=5,
        rows_within_limit=3,
        flagged=3,
        flagged_within_limit=1,
        rules=(
            RuleAlarms(code="amount_over_limit", rows=2, within_limit=0),
            RuleAlarms(code="unusual_amount", rows=2, within_limit=1),
        ),
    )
    assert (clean.per_1000(clean.flagged), round(clean.per_1000_within_limit(1))) == (600, 333)
    both = sum_of_alarms([clean, clean, CleanRows(rows=10, rows_within_limit=10)])
    assert (both.rows, both.rows_within_limit, both.flagged_within_limit) == (20, 16, 2)
    assert both.rules[1] == RuleAlarms(code="unusual_amount", rows=4, within_limit=2)
    assert CleanRows().per_1000_within_limit(0) == 0


def file_report(flagged: int, *, is_cards: bool) -> FileReport:
    clean = CleanRows(rows=1100, rows_within_limit=1000, flagged=200, flagged_within_limit=flagged)
    file: dict[str, Any] = {"rows": 10, "refused": 0, "whole_flagged": 1, "past": 0, "judged": 1100}
    file |= {"policy_seconds": 0, "seconds": 0, "alarms": 200, "scores": ()}
    return FileReport(name="f", clean=clean, is_cards=is_cards, **file)


def total(kind: str, group: ViolationGroup, recall: float | None) -> KindTotal:
    counts: dict[str, Any] = {"planted": 80, "found": 0, "flagged": 80, "flagged_share": 1.0}
    more: dict[str, Any] = {"alarms_per_1000": 0.0, "misses": ()}
    return KindTotal(kind=kind, group=group, in_bounds=group.in_bounds, recall=recall, **counts, **more)


def missed(
    *kinds: KindTotal,
    files: tuple[FileReport, ...] = (),
    flood: FloodedKind | None = None,
    hostile: HostileTextReport | None = None,
) -> list[str]:
    floods = FloodReport(kinds=(flood,) if flood else ())
    goals = goals_of(files, kinds, floods, hostile or HostileTextReport(texts=1, models=("obedient",)))
    return [f"{goal.name}: {goal.measured}" for goal in goals if not goal.met]


def test_a_kind_in_bounds_must_be_found_by_name_and_every_claim_over_the_limit() -> None:
    rule, claim = ViolationGroup.RULE, ViolationGroup.CLAIM
    assert missed(total("split", rule, 0.95), total("claim", claim, 1.0), total("none", rule, None)) == []
    assert missed(total("split", rule, 0.949), total("claim", claim, 0.999)) == [
        "split: found by name: 94.9 %",
        "claim: found by name: 99.9 %",
    ]
    assert (
        missed(total("words", ViolationGroup.MODEL, 0.0), total("far", ViolationGroup.OUTSIDE_THRESHOLDS, 0))
        == []
    )


def test_false_alarms_have_a_bound_on_cards_and_another_on_ledgers() -> None:
    assert missed(files=(file_report(10, is_cards=True), file_report(60, is_cards=False))) == []
    name = "false alarms on {}, payments over the limit left out"
    assert missed(files=(file_report(11, is_cards=True), file_report(61, is_cards=False))) == [
        f"{name.format('cards')}: 11.0",
        f"{name.format('ledgers')}: 61.0",
    ]


def test_floods_and_hostile_texts_have_goals_too() -> None:
    assert missed(flood=FloodedKind(kind="split", cases=100, first=95)) == []
    turned = (PassedByText(kind="split", place="memo", text="x"),)
    told = missed(
        flood=FloodedKind(kind="split", cases=100, first=94),
        hostile=HostileTextReport(texts=1, models=(), over_limit=9, approved=2, pairs=5, turned=turned),
    )
    assert told == [
        "one among 500 flagged payments stands in the first 10: 94.0 % of 100",
        "payments over the limit that hostile texts got approved: 2 of 9",
        "flagged payments that hostile texts made routine: 1 of 5",
    ]


def test_a_file_is_of_cards_where_its_rows_or_its_name_say_so() -> None:
    cards, ledger = sample_file(), sample_file("sample-ledger.csv")
    assert (cards.is_cards, ledger.is_cards) == (True, False)
    assert EvaluationFile("june.csv", cards.past, cards.rows, cards.today).is_cards
    assert EvaluationFile("our-PCards.csv", ledger.past, ledger.rows, ledger.today).is_cards


def test_bounds_alarms_floods_and_missed_goals_are_printed_and_in_the_document(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    tea, page, saved = small_file(tmp_path), tmp_path / "page.md", tmp_path / "figures.json"
    page.write_text("<!-- figures: begin -->\n<!-- figures: end -->\n")
    ended = called(
        capsys, "eval", str(tea), "--plants", "2", "--no-model", "--page", str(page), "--save", str(saved)
    )
    assert (ended.code, ended.err) == (0, "")
    for words in (
        "in bounds",
        "beyond",
        "First 10 in a flood",
        "by rule",
        "any rule",
        "Flooding: one violation",
    ):
        assert words in ended.out
    report = json.loads(saved.read_text())
    (file,) = report["files"]
    assert file["clean"]["rows"] == file["judged"] == 14
    assert file["clean"]["flagged"] == file["alarms"]
    assert {kind["in_bounds"] for kind in report["kinds"]} == {True, False}
    assert report["floods"]["flagged"] == 500
    goals = report["goals"]
    lost = [goal for goal in goals if not goal["met"]]
    said = f"{len(lost)} of {len(goals)} goals are missed" if lost else f"All {len(goals)} goals are reached"
    for text in (ended.out, page.read_text()):
        assert said in text
        for goal in lost:
            assert f"{goal['name']}: {goal['measured']}, wanted {goal['wanted']}" in text
    assert "| Kind | Of | Bounds | Planted | Found by name |" in page.read_text()
    assert "| any rule | - | - |" in page.read_text()
