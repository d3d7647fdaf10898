"""Equal payments of which people approved as many before, such as the hours of an agency's people."""

import datetime as dt

import pytest

from bot.domain.policy import History, PaymentStatus, past_payments_from
from bot.domain.transaction import Transaction
from tests.domain.payments import TODAY, batch, findings, pay
from tests.domain.policy.test_repeated_together import quarter

# Three people in one week, and one by one in others.
HOURS = [pay(1612, on=on) for on in (-40, -40, -38, -70, -90)]


def past(
    *payments: Transaction, status: PaymentStatus = PaymentStatus.APPROVED, automatic: bool | None = None
) -> History:
    rows = batch(*payments)
    return History(payments=past_payments_from(rows, "R-AAAAA", status, automatic=automatic))


def repeats(rows: list[Transaction], history: History) -> set[int]:
    return {*findings(rows, "duplicate_payment", history), *findings(rows, "repeated_together", history)}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(1612)] * 3, set()),
        ([pay(1612)] * 5, {4, 5}),  # above the number of any week before
        ([pay(1612, on=12), pay(1612, on=14), pay(1612, on=16)], set()),
        ([pay(1612, on=-8 * number) for number in range(5)], {1, 2}),  # dated apart, handed in together
        ([pay("1612.50")] * 3, {2, 3}),  # of another amount nobody approved any
        ([pay(1612, "Globex")] * 3, {2, 3}),
        ([pay(1612, currency="EUR")] * 3, {2, 3}),
        ([pay(1612, invoice="INV-7")] * 2, {2}),  # one invoice twice is one invoice twice
        ([pay(1612, on=-36)] * 2, {1, 2}),  # in a week that people have approved
    ],
)
def test_as_many_equal_payments_as_people_approved_in_a_week_are_no_repeats(
    rows: list[Transaction], found: set[int]
) -> None:
    assert repeats(rows, past(*HOURS)) == found


@pytest.mark.parametrize(
    "history",
    [
        past(*HOURS[:4]),  # too few to tell
        past(*HOURS, automatic=True),  # nobody has looked at them
        past(*HOURS, status=PaymentStatus.REJECTED),
        past(*HOURS, status=PaymentStatus.WAITING),
        past(*(pay(1612, on=-10 * number) for number in range(4, 9))),  # never two in a week
    ],
)
def test_what_nobody_approved_so_often_is_a_repeat(history: History) -> None:
    assert repeats([pay(1612)] * 3, history) == {2, 3}


def test_what_was_handed_in_this_week_takes_from_the_number_whatever_its_date() -> None:
    week_ago = TODAY - dt.timedelta(days=7)
    waiting = past_payments_from(
        batch(pay(1612, on=-120), pay(1612, on=-120)), "R-BBBBB", PaymentStatus.WAITING, submitted=week_ago
    )
    history = past(*HOURS).model_copy(update={"payments": (*past(*HOURS).payments, *waiting)})
    assert repeats([pay(1612)] * 3, history) == {2, 3}


def test_in_a_ledger_each_week_has_its_number() -> None:
    rows = quarter(*(pay(1612, on=on) for on in (-10, -10, -10, 10, 10, 10, 10)))
    assert repeats(rows, past(*HOURS)) == {117}
