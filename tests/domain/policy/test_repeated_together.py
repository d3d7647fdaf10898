"""Equal payments that are handed in together, however far apart they are dated."""

import datetime as dt

import pytest

from bot.domain.policy.recurrence import on_calendar
from bot.domain.transaction import Transaction
from tests.domain.payments import TODAY, before, day, findings, pay, words

OTHERS = [pay(100 + number, f"Vendor {number % 6} Ltd", on=number * 7 - 330) for number in range(50)]


def every(days: int, count: int, amount: str = "8900.13") -> list[Transaction]:
    return [pay(amount, on=28 - days * number) for number in range(count)]


@pytest.mark.parametrize("days", [8, 9, 10, 11, 13, 17, 24])
def test_typed_dates_cannot_pull_repeats_apart(days: int) -> None:
    assert set(findings(every(days, 22), "repeated_together")) == set(range(1, 22))
    assert len(findings([*every(days, 12), *OTHERS], "repeated_together")) == 11


def test_two_equal_payments_a_month_apart_are_asked_about() -> None:
    rows = [pay(2400, on=-10), pay(2400, on=20)]
    assert words(rows, "repeated_together") == {
        2: "the same vendor and amount as #1, handed in within 7 days, GBP 4,800.00 in all; only the dates "
        "differ"
    }


@pytest.mark.parametrize(
    "rows",
    [
        [pay(1499, on=-10), pay(1499, on=20)],  # below the floor
        [pay(2400, invoice="1", on=-10), pay(2400, invoice="2", on=20)],
        [pay(2400, on=-10), pay(2400, "Globex", on=20)],
        [pay(2400, on=-10), pay(2400, on=20, currency="EUR")],
        [pay(2400, on=18), pay(2400, on=20)],  # found by the rule for duplicates
    ],
)
def test_what_is_no_repeat_or_found_by_another_rule(rows: list[Transaction]) -> None:
    assert not findings(rows, "repeated_together")


def test_batches_of_one_week_are_compared_together_and_others_by_their_dates() -> None:
    (past,) = before(pay(2400, on=-60)).payments
    for days, found in ((0, {1}), (7, {1}), (8, set())):
        submitted = past.model_copy(update={"submitted": TODAY - dt.timedelta(days=days)})
        history = before().model_copy(update={"payments": (submitted,)})
        assert set(findings([pay(2400)], "repeated_together", history)) == found
    assert not findings([pay(2400)], "repeated_together", before(pay(2400, on=-60)))


def test_a_rent_in_a_ledger_is_routine_and_one_more_in_a_month_is_not() -> None:
    rents = [
        pay(
            4500,
            "Hollow Estates",
            date=dt.date(2025 + (6 + month) // 12, (6 + month) % 12 + 1, 3 - month % 3),
        )
        for month in range(12)
    ]
    assert not findings([*OTHERS, *rents], "repeated_together")
    assert len(findings(rents, "repeated_together")) == 11  # a file of it alone is no ledger
    extra = pay(4500, "Hollow Estates", date=dt.date(2026, 2, 16))
    assert set(findings([*OTHERS, *rents, extra], "repeated_together")) == {len(OTHERS) + 13}


def test_weekly_cleaning_in_a_ledger_is_routine() -> None:
    weekly = [pay(1600, "Brightway Cleaning", on=number * 7 - 320) for number in range(40)]
    assert not findings([*OTHERS, *weekly], "repeated_together")


def test_the_past_vouches_for_a_rent_whose_payments_were_left_lying() -> None:
    paid = [pay(4500, "Hollow Estates", date=dt.date(2026, month, 3)) for month in (1, 2, 3, 4)]
    left = [pay(4500, "Hollow Estates", date=dt.date(2026, month, 3)) for month in (5, 6)]
    assert not findings(left, "repeated_together", before(*paid))
    assert findings(left, "repeated_together", before(paid[0]))


@pytest.mark.parametrize(
    ("days", "on"),
    [
        ([0, 7, 14, 21], 4),
        ([0, 14, 28], 3),
        ([0, 28, 56, 84], 4),
        ([0, 7, 13, 21], 4),  # a bank holiday
        ([0, 7, 21, 28], 4),  # one week left out
        ([0, 30, 61, 92], 4),
        ([0, 29, 62, 92], 4),  # weekends
        ([0, 91, 183, 275], 4),
        ([0, 365, 730], 3),
        ([0, 30, 35, 61, 92], 4),  # one of them in between
        ([0, 30], 0),  # two are some distance apart, always
        ([0, 8, 16, 24, 32], 0),
        ([0, 10, 20, 30, 40], 0),
        ([0, 5, 19, 44, 46], 0),
        ([0, 0, 0, 0], 0),
    ],
)
def test_days_on_a_calendar(days: list[int], on: int) -> None:
    assert len(on_calendar([day(number) for number in days])) == on


def test_the_last_days_of_months_are_on_a_calendar_and_the_end_of_time_is_no_fault() -> None:
    assert len(on_calendar([dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31)])) == 3
    assert on_calendar([dt.date.min, dt.date(2026, 1, 1), dt.date.max]) == frozenset()


def quarter(*rows: Transaction, vendors: int = 26) -> list[Transaction]:
    """A ledger of a quarter: small payments to so many vendors, and after them these rows."""
    return [*(pay(40 + n, f"Vendor {chr(65 + n % vendors)}", on=-n % 80 - 50) for n in range(110)), *rows]


@pytest.mark.parametrize(("days", "found"), [(27, set()), (35, set()), (26, {112}), (13, {112})])
def test_what_a_ledger_pays_once_a_month_is_no_repeat(days: int, found: set[int]) -> None:
    fees = [pay(2400, on=-days), pay(2400, on=0)]
    assert set(findings(quarter(*fees), "repeated_together")) == found
    assert set(findings(quarter(*fees, vendors=19), "repeated_together")) == {112}  # no ledger
    assert set(findings(fees, "repeated_together")) == {2}


def test_one_more_in_a_month_is_a_repeat_in_a_ledger_too() -> None:
    rows = quarter(pay(2400, on=-35), pay(2400, on=-20), pay(2400, on=10))
    assert set(findings(rows, "repeated_together")) == {112}
