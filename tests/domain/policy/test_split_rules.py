"""One sum in parts: what typed dates and small parts cannot hide, and what is usual for a busy supplier."""

import pytest

from bot.domain.policy import History, PastExtent, PaymentStatus, past_payments_from
from bot.domain.transaction import Transaction
from tests.domain.payments import batch, before, day, findings, pay, words


@pytest.mark.parametrize(
    "rows",
    [
        [pay(6000, on=1), pay(6000, on=-40)],
        [pay(3400, on=-60), pay(3400, on=-30), pay(3400, on=1)],
        [pay(9000, on=-8 * number) for number in range(12)],
        [pay(6000, "Acme", on=1, account="DE89 3704"), pay(6000, "Globex", on=-40, account="de893704")],
        [pay(6000, "Acme", on=1, card="*1"), pay(6000, "Globex", on=-40, card="*1")],
    ],
)
def test_no_typed_date_pulls_parts_apart_that_are_submitted_together(rows: list[Transaction]) -> None:
    found = words(rows, "split_payment")
    assert set(found) == {payment.ref for payment in batch(*rows)}
    assert all("submitted in one day, each below the limit" in evidence for evidence in found.values())


def submitted(number: int, payment: Transaction, automatic: bool | None = None) -> History:
    """A payment of an earlier review that was submitted on this day of June."""
    status = PaymentStatus.APPROVED if automatic else PaymentStatus.WAITING
    return History(
        payments=past_payments_from([payment], "R-AAAAA", status, submitted=day(number), automatic=automatic)
    )


@pytest.mark.parametrize(("number", "found"), [(30, {1}), (23, {1}), (22, set())])
def test_a_part_that_was_submitted_within_a_week_is_a_part_whatever_its_date(
    number: int, found: set[int]
) -> None:
    earlier = submitted(number, pay(6000, on=-90))
    assert set(findings([pay(6000, on=29)], "split_payment", earlier)) == found


def ledger(*rows: Transaction) -> list[Transaction]:
    """These rows after a quarter of small payments to many vendors."""
    return [*(pay(40 + n, f"Vendor {chr(65 + n % 26)}", on=-n % 80 - 50) for n in range(110)), *rows]


def test_in_a_ledger_dates_say_when_payments_were_made() -> None:
    far, near = [pay(6000, on=1), pay(6001, on=-40)], [pay(6000, on=1), pay(6001, on=-2)]
    assert not findings(ledger(*far), "split_payment")
    assert set(findings(ledger(*near), "split_payment")) == {111, 112}
    few_vendors = [pay(40 + n, f"Vendor {n % 5}", on=-n % 80 - 50) for n in range(110)]
    assert set(findings([*few_vendors, *far], "split_payment")) == {111, 112}
    one_week = [pay(40 + n, f"Vendor {chr(65 + n % 26)}", on=n % 7) for n in range(110)]
    assert set(findings([*one_week, pay(6000, on=6), pay(6001, date=None)], "split_payment")) == {111, 112}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(2501, on=3)] * 4, {1, 2, 3, 4}),
        ([pay("3240.10"), pay(2980), pay("2715.55"), pay("3105.20")], {1, 2, 3, 4}),
        ([pay(2501, name, account="GB33") for name in ("Acme", "Globex", "Hooli", "Initech")], {1, 2, 3, 4}),
        ([pay(2499, on=3)] * 5, set()),  # smaller ones are what exposure is for
        ([pay(2501, on=number) for number in (1, 2, 3, 4)], set()),  # ordinary orders of a week
        ([pay(2501, f"Shop {number}", card="*1") for number in range(5)], set()),  # a card at five shops
    ],
)
def test_to_one_payee_on_one_day_a_quarter_of_the_limit_is_a_part(
    rows: list[Transaction], found: set[int]
) -> None:
    assert set(findings(rows, "split_payment")) == found


def weeks(*amounts: int, on: int = -60, automatic: bool | None = None) -> History:
    """Six earlier weeks with these payments to Acme on one day each."""
    rows = [pay(amount, on=on + 7 * week) for week in range(6) for amount in amounts]
    past = past_payments_from(batch(*rows), "R-AAAAA", automatic=automatic)
    return History(vendors=frozenset({"Acme Corp"}), payments=past)


BUSY = weeks(4000, 4000, 4000)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([pay(4000), pay(4000), pay(4000)], set()),
        ([pay(6000), pay(6000), pay(6000)], set()),  # half as much again
        ([pay(6000), pay(6000), pay("6000.01")], {1, 2, 3}),
        ([pay("6000.01"), pay(6000)], {1}),  # larger than any part before
        ([pay(4000, on=n) for n in (1, 1, 1, 8, 8, 8, 15, 15, 15)], set()),  # weeks like the others
        ([pay(4000)] * 9, set(range(1, 10))),  # three weeks in one
    ],
)
def test_a_week_like_those_that_people_approved_is_no_split(rows: list[Transaction], found: set[int]) -> None:
    assert set(findings(rows, "split_payment", BUSY)) == found


@pytest.mark.parametrize(
    "history",
    [
        weeks(4000, 4000, 4000, automatic=True),  # nobody has looked at them
        before(*(pay(4000, on=-60) for _ in range(4))),  # too few to tell
        before(*(pay(4000, on=-60) for _ in range(9)), status=PaymentStatus.REJECTED),
        before(*(pay(4000, on=-60) for _ in range(9)), status=PaymentStatus.WAITING),
        weeks(20_000),  # people decided about that amount
        weeks(1000),
    ],
)
def test_what_nobody_approved_makes_no_week_usual(history: History) -> None:
    assert set(findings([pay(4000), pay(4000), pay(4000)], "split_payment", history)) == {1, 2, 3}
    assert findings([pay(4000)] * 3, "split_payment", BUSY, "rules.split_payment.usual = 0")


BUSIER = weeks(4000, 4000, 4000, 50)


def short_past(history: History, days: int = 35, payments: int = 24) -> History:
    """This past, and how much is known of it in all."""
    extent = PastExtent(payments=payments, first=day(-60), last=day(days - 60))
    return history.model_copy(update={"extent": extent})


def in_weeks(*weeks: tuple[int, int]) -> list[Transaction]:
    """A ledger in which Acme is paid so many times so much in one week after the other, from the last one."""
    return ledger(
        *(pay(amount, on=29 - 14 * n) for n, (times, amount) in enumerate(weeks) for _ in range(times))
    )


def test_in_a_short_past_the_other_weeks_of_a_ledger_tell_what_is_usual_too() -> None:
    alike = in_weeks((6, 4000), (6, 4000), (6, 4000))  # 24,000; the past has 12,000 and half as much again
    assert not findings(alike, "split_payment", short_past(BUSIER))
    assert len(findings(alike, "split_payment", short_past(BUSY))) == 18  # it has 18 payments, and not 20
    for longer in (BUSIER, short_past(BUSIER, days=60, payments=200)):
        assert len(findings(alike, "split_payment", longer)) == 18


def test_the_largest_week_of_a_ledger_does_not_vouch_for_itself_nor_any_for_larger_parts() -> None:
    rows = in_weeks((10, 4000), (6, 4000), (6, 4000))
    assert set(findings(rows, "split_payment", short_past(BUSIER))) == set(range(111, 121))
    larger = in_weeks((2, 6001), (3, 6001), (3, 6001))  # half as much again as the largest that was approved
    assert len(findings(larger, "split_payment", short_past(BUSIER))) == 8
    assert (
        len(findings(in_weeks((6, 4000), (6, 4000)), "split_payment", short_past(BUSIER))) == 12
    )  # two weeks


def test_in_anything_but_a_ledger_no_week_of_its_own_is_usual() -> None:
    rows = in_weeks((6, 4000), (6, 4000), (6, 4000))[110:]
    assert len(findings(rows, "split_payment", short_past(BUSIER))) == 18
