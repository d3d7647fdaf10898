"""Refunds that are claimed twice, and what is paid again after one."""

import pytest

from bot.domain.policy import PaymentStatus
from bot.domain.transaction import Transaction
from tests.domain.payments import before, findings, pay, words


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(-800, on=1), pay(-800, on=20)], {2}),
        ([pay(-800, on=20), pay(-800, on=1)], {1}),
        ([pay(-120, invoice="CN-7", on=1), pay(-120, invoice="cn 7", on=27)], {2}),  # a number has no floor
        ([pay(-800, invoice="CN-70123", on=1), pay(-800, invoice="CN-70123-A", on=20)], {2}),
        ([pay(-800, invoice="CN-70123", on=1), pay(-800, on=20)], {2}),
        ([pay(-800, on=-300), pay(-800, on=20)], {2}),  # handed in together
        ([pay("-53.76"), pay("-53.76"), pay("-53.76")], set()),  # tickets given back
        ([pay(-12, invoice="CN-7"), pay(-12, invoice="CN-7")], set()),  # lines of a credit note
        ([pay(-800, invoice="CN-70123", on=1), pay(-800, invoice="CN-70124", on=20)], set()),
        ([pay(-800), pay(-801)], set()),
        ([pay(-800), pay(-800, "Globex")], set()),
        ([pay(800), pay(800)], set()),
    ],
)
def test_the_same_credit_twice(rows: list[Transaction], found: set[int]) -> None:
    assert set(findings(rows, "refund_twice")) == found


def test_a_credit_of_an_earlier_batch_is_named() -> None:
    earlier = before(pay(-800, on=1))
    assert words([pay(-800, on=5)], "refund_twice", earlier) == {
        1: "a refund of GBP 800.00 like #1 of R-AAAAA (approved), 4 days apart"
    }
    assert not words([pay(-800, on=80)], "refund_twice", earlier)
    noted = before(pay(-20, invoice="CN-7", on=-200))
    assert words([pay(-20, invoice="CN-7")], "refund_twice", noted) == {
        1: "the same credit note as #1 of R-AAAAA (approved)"
    }


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(2400, on=1), pay(-2400, on=9), pay(2400, on=27)], {3}),
        ([pay(2400, on=27), pay(-2400, on=9), pay(2400, on=1)], {1}),
        ([pay(2400, on=1), pay(2400, on=12), pay(-2400, on=20)], {2}),  # dates are typed
        ([pay(2400, invoice="7", on=1), pay(-2400, on=9), pay(2400, invoice="8", on=27)], {3}),
        ([pay(2400, on=1), pay(-2400, on=9)], set()),
        ([pay(2400, on=1), pay(-2300, on=9), pay(2400, on=27)], set()),
        ([pay(2400, on=1), pay(-2400, "Globex", on=9), pay(2400, on=27)], set()),
        ([pay("52.50", on=1), pay("-52.50", on=9), pay("52.50", on=27)], set()),  # tickets
    ],
)
def test_paid_refunded_and_paid_again(rows: list[Transaction], found: set[int]) -> None:
    assert set(findings(rows, "paid_after_refund")) == found


def test_what_was_refunded_in_another_batch_is_named() -> None:
    earlier = before(pay(2400, on=1), pay(-2400, on=9))
    assert words([pay(2400, on=27)], "paid_after_refund", earlier) == {
        1: "paid as #1 of R-AAAAA (approved), refunded as #2 of R-AAAAA (approved) and paid again, "
        "GBP 2,400.00 each time"
    }
    assert not words([pay(2400, on=27)], "paid_after_refund", before(pay(2400, on=-120), pay(-2400, on=-110)))
    rejected = before(pay(2400, on=1), pay(-2400, on=9), status=PaymentStatus.REJECTED)
    assert not words([pay(2400, on=27)], "paid_after_refund", rejected)


def test_of_a_rent_that_was_refunded_once_one_payment_is_asked_about() -> None:
    rents = [pay(2400, on=1 + 30 * month) for month in range(8)]
    assert len(findings([*rents, pay(-2400, on=95)], "paid_after_refund")) == 1
