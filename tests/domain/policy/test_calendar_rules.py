"""Dates that are odd, and kinds of spending that are not allowed."""

import datetime as dt

import pytest

from bot.domain.policy import Policy, judge_by_policy
from bot.domain.transaction import Transaction
from tests.domain.payments import TODAY, batch, findings, pay, words


def dated(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "found"), [(0, False), (2, False), (3, True), (400, True), (-180, False), (-181, True)]
)
def test_a_date_must_be_neither_in_the_future_nor_half_a_year_old(days: int, found: bool) -> None:
    assert bool(findings([pay(1, date=dated(days))], "date_out_of_range")) is found


def test_it_says_so_and_an_undated_payment_has_nothing_to_say() -> None:
    rows = [pay(1, date=dated(40)), pay(1, date=dated(-200)), pay(1, date=None)]
    assert words(rows, "date_out_of_range") == {
        1: "dated 2026-08-09, after its submission on 2026-06-30",
        2: "dated 2025-12-12, more than 180 days ago",
    }


def test_in_a_ledger_of_last_year_age_counts_from_its_own_last_day() -> None:
    ledger = [pay(1, date=dated(-500 - number)) for number in range(20)]
    assert not findings(ledger, "date_out_of_range")
    assert set(findings([*ledger, pay(1, date=dated(-700))], "date_out_of_range")) == {21}
    assert set(findings([*ledger, pay(1, date=dated(3))], "date_out_of_range")) == {21}  # still the future
    few = ledger[:9]
    assert len(findings(few, "date_out_of_range")) == 9  # not enough to be an archive


@pytest.mark.parametrize("last", [0, -20, -179, -181, -400])
def test_a_years_ledger_is_no_old_invoice_whenever_it_is_submitted(last: int) -> None:
    year = [pay(500 + number, date=dated(last - 10 * number)) for number in range(36)]
    assert not findings(year, "date_out_of_range")
    assert set(findings([*year, pay(500, date=dated(last - 350 - 181))], "date_out_of_range")) == {37}
    assert not findings([*year, pay(500, date=dated(last - 350 - 180))], "date_out_of_range")


@pytest.mark.parametrize(
    "others",
    [
        [pay(900, date=dated(-number)) for number in range(20)],  # this month's payments
        [pay(900, date=dated(-20 * number)) for number in range(9)],  # too few
        [pay(1, date=dated(-190 - number)) for number in range(40)],  # old pennies
        [pay(1, date=dated(-40 * number)) for number in range(10)],  # pennies that lead to it
        [pay(900, date=dated(-number)) for number in range(20)]
        + [pay(900, date=dated(-300 - number)) for number in range(19)],  # two heaps, and nothing between
    ],
)
def test_an_old_invoice_is_found_where_the_batch_is_no_ledger(others: list[Transaction]) -> None:
    rows = [*others, pay(5000, date=dated(0)), pay(5000, date=dated(-400))]
    assert len(rows) in findings(rows, "date_out_of_range")


def test_weekends_and_holidays_are_asked_for() -> None:
    rows = [
        pay(1, date=dt.date(2026, 6, 27)),
        pay(1, date=dt.date(2026, 6, 26)),
        pay(1, date=dt.date(2026, 5, 25)),
    ]
    assert not findings(rows, "weekend_or_holiday")
    asked = "[rules.weekend_or_holiday]\non = true\nholidays = [2026-05-25]\n"
    assert words(rows, "weekend_or_holiday", policy=asked) == {
        1: "2026-06-27 was a Saturday",
        3: "2026-05-25 was a holiday",
    }


def test_a_category_is_denied_or_not_among_the_allowed() -> None:
    rows = [
        pay(1, category="Jewellery"),
        pay(1, category="Travel"),
        pay(1, category="J\u0435wellery"),
        pay(1),
    ]
    denied = '[rules.category_not_allowed]\ndenied = ["jewellery"]\n'
    assert set(findings(rows, "category_not_allowed", policy=denied)) == {1, 3}
    allowed = '[rules.category_not_allowed]\nallowed = ["TRAVEL"]\n'
    found = findings(rows, "category_not_allowed", policy=allowed)
    assert {ref: finding.policy for ref, finding in found.items()} == dict.fromkeys(
        (1, 3), "rules.category_not_allowed.allowed"
    )


@pytest.mark.parametrize(
    "rule",
    [
        "just_under_limit",
        "duplicate_payment",
        "round_amount",
        "date_out_of_range",
        "memo_argues",
        "lookalike_vendor",
    ],
)
def test_a_rule_that_is_off_finds_nothing(rule: str) -> None:
    rows = [
        pay(10_000, "\u0410cme Corp", memo="pre-approved", date=dated(9)),
        pay(10_000, "\u0410cme Corp", memo="pre-approved", date=dated(9)),
    ]
    assert findings(rows, rule)
    assert not findings(rows, rule, policy=f"[rules.{rule}]\non = false\n")


def test_a_few_old_pennies_make_no_archive() -> None:
    pennies = [pay("0.50", date=dated(-400)) for _ in range(20)]
    assert (
        len(findings([*pennies, pay(5000, date=dated(-900)), pay(9000, date=dated(-1))], "date_out_of_range"))
        == 21
    )


def test_the_last_day_there_is_can_be_written() -> None:
    assert not judge_by_policy(Policy.from_toml(""), batch(pay(1, date=dt.date.max)))[0].findings
    assert findings([pay(1, date=dt.date.max)], "date_out_of_range")
