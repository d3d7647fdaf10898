"""How payments to one vendor follow each other: numbers that only count up, and a long silence."""

import datetime as dt

import pytest

from bot.domain.policy import PaymentStatus
from bot.domain.transaction import Transaction
from tests.domain.payments import TODAY, before, findings, pay, words


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def numbered(*numbers: str, days: int = 30) -> list[Transaction]:
    """Payments with these invoice numbers, some days apart, the last one today."""
    count = len(numbers)
    return [
        pay(310 + place, invoice=number, date=ago(days * (count - 1 - place)))
        for place, number in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    "numbers",
    [("1", "2", "3", "4"), ("INV-0099", "INV-0100", "inv 101", "102"), ("2026/7", "2026/8", "2026/9", "10")],
)
def test_numbers_that_only_count_up_over_months_are_told(numbers: tuple[str, ...]) -> None:
    *past, now = numbered(*numbers)
    assert words([now], "sequential_invoices", before(*past)) == {
        1: "all invoice numbers of this vendor count up by one, over 90 days: with #1 of R-AAAAA (approved), "
        "#2 of R-AAAAA (approved) and #3 of R-AAAAA (approved)"
    }
    assert set(findings(numbered(*numbers), "sequential_invoices")) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    "rows",
    [
        numbered("1", "2", "3"),
        numbered("1", "2", "3", "4", days=10),
        numbered("1", "2", "4", "5"),
        numbered("4", "3", "2", "1"),
        numbered("7", "1", "2", "3", "4"),
        numbered("A", "B", "C", "D"),
    ],
)
def test_few_quick_or_other_numbers_are_no_pattern(rows: list[Transaction]) -> None:
    assert not findings(rows, "sequential_invoices")


@pytest.mark.parametrize(("days", "found"), [(271, True), (399, True), (270, False), (30, False)])
@pytest.mark.parametrize("typed", [0, 100])
def test_a_vendor_that_wakes_after_a_long_silence_is_told_whatever_date_is_typed(
    days: int, found: bool, typed: int
) -> None:
    rows = [pay(1000, date=ago(typed))]
    assert bool(findings(rows, "dormant_vendor", before(pay(1, date=ago(days))))) is found


def test_a_small_payment_a_new_vendor_and_one_that_was_paid_since_are_not() -> None:
    asleep = before(pay(900, date=ago(300)))
    assert words([pay(1000)], "dormant_vendor", asleep) == {
        1: "this vendor was not paid for 300 days, since #1 of R-AAAAA (approved)"
    }
    assert not findings([pay("999.99")], "dormant_vendor", asleep)
    assert not findings([pay(1000, "Globex")], "dormant_vendor", asleep)
    since = before(pay(900, date=ago(300)), pay(5, date=ago(20), currency="EUR"))
    assert not findings([pay(1000)], "dormant_vendor", since)
    refused = before(pay(900, date=ago(300)), status=PaymentStatus.REJECTED)
    assert not findings([pay(1000)], "dormant_vendor", refused)
