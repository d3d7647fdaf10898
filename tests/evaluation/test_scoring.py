"""What counts as found, as flagged, and as a false alarm; and that a broken rule shows."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.policy import RULES, History, default_policy, judge_by_policy
from bot.domain.transaction import Transaction
from bot.evaluation import (
    KINDS,
    SAMPLE_FILES,
    EvaluationFile,
    JudgedViolations,
    KindScore,
    Violation,
    ViolationGroup,
    judge_violations,
    score,
)
from bot.evaluation.planted_file import PlantedFile, violations_of, with_violations
from bot.evaluation.report import FileReport, totals_by_kind
from bot.evaluation.scoring import finding_codes
from bot.intake import read_file
from tests.evaluation.files import every_fourth_row, kind_named, sample_file, small_file, without
from tests.processes import called
from tests.real_data import real_file

DAY = dt.date(2026, 3, 2)


def payment(ref: int, vendor: str = "Acme") -> Transaction:
    return Transaction(ref=ref, date=DAY, amount=Decimal(10), currency="USD", vendor=vendor)


def judgement(ref: int, *codes: str) -> Judgement:
    return Judgement(
        ref=ref, findings=tuple(Finding(source=Source.RULE, code=code, evidence="") for code in codes)
    )


def test_rows_are_counted_as_found_flagged_alarm_or_drawn_in() -> None:
    """Three clean rows, one beside, and three to be found: one by its own code, one by another, one not."""
    violation = Violation.of_row(payment(1), way="by hand")
    rows = tuple(map(payment, range(1, 8)))
    planted = PlantedFile(rows, History(), ((5, violation), (6, violation), (7, violation)), clean=3)
    baseline = [judgement(1, "split_payment"), judgement(2), judgement(3, "round_amount")]
    judgements = [
        *(judgement(1, "split_payment"), judgement(2, "split_payment"), judgement(3, "round_amount")),
        *(judgement(4), judgement(5, "split_payment"), judgement(6, "round_amount"), judgement(7)),
    ]
    figures = score(JudgedViolations(kind_named("split"), planted, judgements, baseline))
    counts = figures.model_dump(include={"planted", "found", "flagged", "clean", "alarms", "drawn_in"})
    assert counts == {"planted": 3, "found": 1, "flagged": 2, "clean": 3, "alarms": 1, "drawn_in": 1}
    assert [(miss.way, miss.codes) for miss in figures.misses] == [
        ("by hand", ("round_amount",)),
        ("by hand", ()),
    ]


def test_totals_weigh_files_by_their_rows() -> None:
    def file_report(planted: int, found: int, clean: int, alarms: int) -> FileReport:
        counts: dict[str, Any] = {"planted": planted, "found": found, "flagged": planted, "clean": clean}
        kinds = KindScore(kind="split", group=ViolationGroup.RULE, alarms=alarms, drawn_in=0, **counts)
        file: dict[str, Any] = {"rows": 10, "refused": 0, "whole_flagged": 1, "past": 0, "judged": clean}
        file |= {"policy_seconds": 0, "seconds": 0}
        return FileReport(name="f", alarms=2, scores=(kinds,), **file)

    (total,) = totals_by_kind(
        [file_report(30, 30, 900, 9), file_report(10, 5, 100, 11), file_report(0, 0, 1000, 0)]
    )
    assert (total.planted, total.recall, total.flagged_share) == (40, 0.875, 1.0)
    assert total.alarms_per_1000 == 10.0
    assert totals_by_kind([file_report(0, 0, 5, 0)])[0].recall is None


def test_a_file_is_split_between_days() -> None:
    days = [3, 1, 2, 2, 2, 4]
    rows = [payment(ref).model_copy(update={"date": DAY.replace(day=day)}) for ref, day in enumerate(days, 1)]
    halves = EvaluationFile.halves("f", [*rows, payment(7).model_copy(update={"date": None})])
    assert [row.date.day for row in halves.past if row.date] == [1]
    assert [row.date and row.date.day for row in halves.rows] == [3, 2, 2, 2, 4, None]
    assert [row.ref for row in halves.rows] == [1, 2, 3, 4, 5, 6]
    assert halves.today == DAY.replace(day=4)


@pytest.mark.long
@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("split_payment", "split"),
        ("duplicate_payment", "duplicate"),
        ("duplicate_payment", "near duplicate"),
        ("lookalike_vendor", "near miss"),
        ("changed_bank_details", "changed bank details"),
        ("memo_argues", "memo argues, listed words"),
        ("date_out_of_range", "stale date"),
        ("unusual_amount", "unusual amount"),
    ],
)
def test_a_rule_that_is_off_is_noticed(rule: str, name: str) -> None:
    file = sample_file("sample-ledger.csv")
    (on,) = map(score, judge_violations(file, default_policy(), plants=6, kinds=[kind_named(name)]))
    (off,) = map(score, judge_violations(file, without(rule), plants=6, kinds=[kind_named(name)]))
    assert on.found > on.planted / 2 > 0
    assert off.found == 0
    assert off.planted == on.planted


def test_every_rule_is_planted_by_some_kind() -> None:
    asked = {code for kind in KINDS if kind.group is ViolationGroup.RULE for code in kind.codes}
    assert asked == {rule.code for rule in RULES}


@pytest.mark.long
@pytest.mark.parametrize("name", ["sample-cards.csv", "sample-ledger.csv"])
def test_no_violation_helps_another_to_be_found(name: str) -> None:
    """Each violation alone in the file is found exactly as it is among the others of its kind."""
    file = every_fourth_row(sample_file(name))
    for among in judge_violations(file, default_policy(), seed=3, plants=2):
        kind = among.kind
        policy = kind.policy(default_policy())
        violations, _ = violations_of(kind, file.generator(kind, policy, seed=3), 2)
        found_among = [bool(finding_codes(judgement) & kind.codes) for _, _, judgement in among.planted]
        found_alone = []
        for violation in violations:
            planted = with_violations(file, [violation])
            judgements = judge_by_policy(policy, planted.rows, planted.history, file.today, kind.sanctions)
            found_alone += [
                bool(finding_codes(judgements[ref - 1]) & kind.codes) for ref, _ in planted.planted
            ]
        assert found_alone == found_among, kind.name


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    ended = called(capsys, "eval", "--json", "--plants", "3", *arguments)
    assert (ended.code, ended.err) == (0, "")
    report: dict[str, Any] = json.loads(ended.out)
    for file in report["files"]:
        assert file.pop("seconds") > file.pop("policy_seconds") > 0
    return report


@pytest.mark.usefixtures("two_hostile_texts")
def test_a_seed_gives_the_same_figures_again(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tea = str(small_file(tmp_path))
    first, again = figures(capsys, tea, "--seed", "7"), figures(capsys, tea, "--seed", "7")
    assert first == again
    assert first != figures(capsys, tea, "--seed", "8")
    for name, made in SAMPLE_FILES.items():
        assert made(7) == made(7) != made(8), name


@pytest.mark.usefixtures("two_hostile_texts")
def test_the_command_reads_files_and_names_what_it_cannot_use(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tea = str(small_file(tmp_path))
    (tmp_path / "dateless.csv").write_text("vendor,amount\nAcme,12\n")
    report = figures(capsys, tea)
    assert [(file["name"], file["past"], file["judged"]) for file in report["files"]] == [("tea.csv", 14, 14)]
    report = figures(capsys, tea, "--history", str(tmp_path / "dateless.csv"))
    assert [(file["past"], file["judged"]) for file in report["files"]] == [(1, 28)]
    ended = called(capsys, "eval", str(tmp_path / "dateless.csv"))
    assert (ended.code, ended.out) == (2, "")
    assert "dateless.csv has no dates" in ended.err


@pytest.mark.usefixtures("two_hostile_texts")
def test_the_table_names_every_kind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    ended = called(capsys, "eval", "--plants", "2", str(small_file(tmp_path)))
    for kind in KINDS:
        assert kind.name in ended.out


@pytest.mark.long
@pytest.mark.parametrize("name", ["sample-cards.csv", "sample-ledger.csv"])
def test_of_each_rule_nearly_everything_is_found_and_of_claims_over_the_limit_all(name: str) -> None:
    kinds = [kind for kind in KINDS if kind.group in (ViolationGroup.RULE, ViolationGroup.CLAIM)]
    for figures in map(score, judge_violations(sample_file(name), default_policy(), kinds=kinds)):
        least = 1.0 if figures.group is ViolationGroup.CLAIM else 0.95
        if (figures.kind, name) == ("empty memo", "sample-ledger.csv"):  # its rows have no memos
            assert not figures.planted
            continue
        assert figures.found >= least * figures.planted > 0, (figures.kind, figures.misses)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("oxford-pcard-2017-q1.csv", 0.03),
        ("oxford-pcard-2017-apr-jun.csv", 0.03),
        ("birmingham-pcard-2022-04.xls", 0.03),
        ("oxford-spend-2015-jul-sep.csv", 0.15),
    ],
)
def test_the_default_policy_leaves_most_of_a_real_file_alone(name: str, most: float) -> None:
    rows = read_file(name, real_file(name).read_bytes(), currency="GBP").transactions
    judged = judge_by_policy(default_policy(), rows, today=max(row.date for row in rows if row.date))
    assert sum(bool(judgement.findings) for judgement in judged) <= most * len(rows)
