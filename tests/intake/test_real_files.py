"""The four real files: every row read or named, and the money adds up."""

import csv
import json
from decimal import Decimal

import pytest

from bot.domain.judgement import Verdict
from bot.domain.policy import default_policy, judge_by_policy
from bot.intake import read_file, read_text
from tests.real_data import real_file


@pytest.mark.parametrize(
    ("name", "rows", "total"),
    [
        ("oxford-pcard-2017-q1.csv", 1_141, "178660.96"),
        ("oxford-pcard-2017-apr-jun.csv", 653, "105969.44"),
        ("oxford-spend-2015-jul-sep.csv", 3_461, "11227481.07"),
        ("birmingham-pcard-2022-04.xls", 2_922, "469808.59"),
    ],
)
def test_every_row_of_a_real_file_is_read(name: str, rows: int, total: str) -> None:
    intake = read_file(name, real_file(name).read_bytes(), currency="GBP")
    assert intake.errors == ()
    assert len(intake.transactions) == rows
    assert intake.totals == {"GBP": Decimal(total)}
    assert all(transaction.date for transaction in intake.transactions)


@pytest.mark.parametrize(
    ("name", "column"),
    [("oxford-pcard-2017-q1.csv", "Value"), ("oxford-spend-2015-jul-sep.csv", "Amount")],
)
def test_the_money_of_a_real_file_is_that_of_its_column(name: str, column: str) -> None:
    path = real_file(name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        expected = sum(Decimal(row[column].replace(",", "")) for row in csv.DictReader(file))
    assert read_file(name, path.read_bytes(), currency="GBP").totals == {"GBP": expected}


def test_no_hostile_text_makes_a_payment_over_the_limit_routine() -> None:
    lines = real_file("hostile-text.jsonl").read_text(encoding="utf-8").splitlines()
    for case in map(json.loads, lines):
        memo = case["text"] if case["field"] == "memo" else "Paper"
        vendor = case["text"] if case["field"] == "vendor" else "Acme Corp"
        intake = read_text(f"$48000 to {vendor}. Memo: {memo}.", currency="USD")
        verdicts = [judgement.verdict for judgement in judge_by_policy(default_policy(), intake.transactions)]
        assert Verdict.ROUTINE not in verdicts, case["id"]
        assert verdicts or intake.errors, case["id"]
