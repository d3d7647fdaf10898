"""However small the parts: how much is approved automatically to one payee or on one card within days."""

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.judgement import Verdict
from bot.domain.policy import History, PaymentStatus, Policy, judge_by_policy, past_payments_from
from bot.domain.transaction import Transaction
from tests.domain.payments import TODAY, batch, before, day, findings, pay, words


def small(count: int, amount: int | str = 200, **fields: Any) -> list[Transaction]:
    return [pay(amount, **{"on": 30} | fields) for _ in range(count)]


def test_of_sixty_small_parts_the_rest_above_the_limit_is_for_a_human() -> None:
    rows = [pay(199 + number, on=30) for number in range(60)]
    found = findings(rows, "exposure")
    assert set(found) == set(range(46, 61))  # the largest
    assert found[46].evidence == (
        "with #1, #2, #3, #4, #5 and 40 more: GBP 10,189.00 to this vendor within 7 days, of which at most "
        "GBP 10,000.00 passes without a human"
    )
    assert found[46].policy == "rules.exposure.share = 1.0"


def passing(rows: list[Transaction], history: History | None = None, policy: str = "") -> Decimal:
    """What is approved automatically of a batch, in major units."""
    judged = judge_by_policy(Policy.from_toml(policy), batch(*rows), history, TODAY)
    routine = {judgement.ref for judgement in judged if judgement.verdict is Verdict.ROUTINE}
    return sum((row.amount for row in batch(*rows) if row.ref in routine), Decimal(0))


@pytest.mark.parametrize(
    "rows",
    [
        small(60),
        [pay(200, on=-2 * number) for number in range(60)],  # dated apart, submitted together
        [pay(200, f"Shop {number}", card="*1", on=30) for number in range(60)],
        [pay(400 + number, on=30 - number % 7) for number in range(40)],
        [pay("333.33", on=number) for number in range(24, 31) for _ in range(6)],
    ],
)
def test_whatever_pulls_small_parts_apart_no_more_than_the_bound_passes(rows: list[Transaction]) -> None:
    assert passing(rows) <= 10_000 < passing(rows) + 500
    assert passing(rows, policy="rules.exposure.share = 0.5") <= 5_000
    assert passing(rows, policy="rules.exposure.on = false") > 10_000


def test_an_account_has_its_bound_under_whatever_names() -> None:
    rows = [pay(200, f"Shop {number}", account="20-20-15 5555 5551", on=30) for number in range(60)]
    assert passing(rows) == 0
    assert passing(rows, policy="rules.shared_account.on = false") == 10_000


@pytest.mark.parametrize(
    "rows",
    [
        small(50),  # exactly the bound
        [pay(200, f"Shop {number}", on=30) for number in range(60)],
        [*small(30), *small(30, currency="SEK")],  # a currency without a limit is flagged by itself
        [*small(40), pay(-9000, on=30)],  # money back makes no room, and takes none
    ],
)
def test_what_stays_within_the_bound_is_left_alone(rows: list[Transaction]) -> None:
    assert not findings(rows, "exposure")


def test_a_payee_to_whom_people_approved_some_payments_has_a_wider_bound() -> None:
    known = before(*(pay(100, on=-60 - number) for number in range(5)))
    assert passing(small(120), known) == 20_000
    assert passing(small(120), before(*(pay(100, on=-60 - number) for number in range(4)))) == 10_000
    by_the_bot = past_payments_from(batch(*(pay(100, on=-60) for _ in range(9))), "R-AAAAA", automatic=True)
    assert passing(small(120), History(payments=by_the_bot)) == 10_000
    busy = before(*(pay(5000, on=-60) for _ in range(5)))
    assert passing(small(200, 250), busy) == 37_500  # half as much again as their largest week


def test_what_a_human_sees_anyway_takes_no_room() -> None:
    rows = [pay(9_500, on=30), *small(49)]
    assert findings(rows, "just_under_limit")
    assert not findings(rows, "exposure")


def earlier(amount: int, *, on: int = 28, status: str = "approved", automatic: bool | None = True) -> History:
    """One payment to Acme that was submitted on this day of June, with its date long before."""
    past = past_payments_from(
        [pay(amount, on=-90)], "R-AAAAA", PaymentStatus(status), submitted=day(on), automatic=automatic
    )
    return History(payments=past)


@pytest.mark.parametrize(
    ("history", "counts"),
    [
        (earlier(3200), True),
        (earlier(3200, on=24), True),
        (earlier(3200, on=23), False),  # seven days before today
        (earlier(3200, status="waiting", automatic=None), True),  # judged at this moment by somebody else
        (earlier(3200, status="waiting", automatic=False), False),  # waits for a human
        (earlier(3200, automatic=False), False),  # a human approved it
        (earlier(3200, status="rejected", automatic=False), False),
        (before(pay(3200, on=29)), True),  # nobody noted who approved it
    ],
)
def test_what_was_approved_automatically_within_a_week_takes_room(history: History, counts: bool) -> None:
    assert bool(findings(small(40), "exposure", history)) is counts


def test_several_currencies_are_one_sum_by_the_rates_of_the_policy() -> None:
    mixed = [*small(40, currency="EUR"), *small(40, currency="USD")]
    found = words(mixed, "exposure")
    assert found
    assert "USD 11,080.00 to this vendor within 7 days, in 2 currencies by the policy's rates" in "".join(
        found.values()
    )
    assert not findings(mixed, "exposure", policy="[rates]\nGBP = 1.3\n")


def test_a_currency_without_a_rate_is_summed_by_itself_and_that_is_said() -> None:
    rows = [*small(60, currency="EUR"), *small(40, currency="USD")]
    found = words(rows, "exposure", policy="[rates]\nGBP = 1.3\n")
    assert len(found) == 10
    assert all("since the policy has no rate for them" in evidence for evidence in found.values())


@pytest.mark.long
def test_thousands_of_payments_to_one_vendor_are_summed_in_good_time() -> None:
    rows = [
        pay(2 + number % 3, on=number % 28, card="*1", account="20-20-15 5555 5551")
        for number in range(20_000)
    ]
    past = before(*(pay(1, on=number % 28) for number in range(20_000)))
    assert len(findings(rows, "exposure", past)) > 10_000
