"""Rules about the size of an amount: where each begins, where it ends, and what it says."""

from decimal import Decimal

import pytest

from bot.domain.policy import PaymentStatus, PolicyError
from tests.domain.payments import before, findings, pay, words

HOTELS = '[category_limits."Hotels and meals"]\nGBP = 500\n'
GLOBEX = "[vendor_limits.Globex]\nGBP = 2000\n"


def test_a_category_or_a_vendor_can_lower_a_limit() -> None:
    rows = [
        pay(700, category="hotels  and meals"),
        pay(700, category="Travel"),
        pay(2500, "GL0BEX"),
        pay(2500, "Acme"),
    ]
    found = findings(rows, "amount_over_limit", policy=HOTELS + GLOBEX)
    assert {ref: finding.evidence for ref, finding in found.items()} == {
        1: "GBP 700.00 is above the limit of GBP 500.00 for Hotels and meals",
        3: "GBP 2,500.00 is above the limit of GBP 2,000.00 for Globex",
    }
    assert [finding.policy for finding in found.values()] == [
        'category_limits."Hotels and meals".GBP = 500',
        'vendor_limits."Globex".GBP = 2000',
    ]


def test_neither_can_raise_one_since_both_are_typed_by_people() -> None:
    generous = "[vendor_limits.Globex]\nGBP = 900_000\n[category_limits.Rent]\nGBP = 900_000\n"
    assert 1 in findings([pay(10_001, "Globex", category="Rent")], "amount_over_limit", policy=generous)


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        ("8999.99", False),
        ("9000", True),
        ("9999.99", True),
        ("10000", True),
        ("10000.01", False),
        ("-9500", False),
    ],
)
def test_just_under_is_from_nine_tenths_up_to_the_limit(amount: str, found: bool) -> None:
    assert bool(findings([pay(amount)], "just_under_limit")) is found


def test_just_under_says_how_near() -> None:
    assert words([pay(9800)], "just_under_limit") == {1: "GBP 9,800.00 is 98 % of the limit of GBP 10,000.00"}


def test_several_just_under_for_one_vendor_or_card_are_a_cluster() -> None:
    rows = [
        pay(9100, on=1),
        pay(9300, on=29),
        pay(9200, "Globex"),
        pay(9400, "Initech", card="*1"),
        pay(9500, "Hooli", card="*1"),
    ]
    found = words(rows, "cluster_under_limit")
    assert set(found) == {1, 2, 4, 5}
    assert found[1] == "just under the limit, like #2, within 30 days"


def test_a_cluster_reaches_back_to_other_batches_but_not_to_what_was_rejected() -> None:
    earlier = pay(9100, on=-10)
    assert words([pay(9300, on=1)], "cluster_under_limit", before(earlier)) == {
        1: "just under the limit, like #1 of R-AAAAA (approved), within 30 days"
    }
    assert not words([pay(9300, on=1)], "cluster_under_limit", before(earlier, status=PaymentStatus.REJECTED))
    assert not words([pay(9300, on=29)], "cluster_under_limit", before(earlier))


USUAL = [
    pay(amount, on=day) for day, amount in enumerate(("195.00", "205.50", "199.90", "201.00", "210.20"), 1)
]


def test_far_above_what_a_vendor_is_usually_paid_is_unusual() -> None:
    assert words([pay("2020")], "unusual_amount", before(*USUAL)) == {
        1: "GBP 2,020.00 is 10 times what this vendor is usually paid (the median of 5 payments)"
    }
    # Five times the median, 201.00, is not yet above five times.
    assert not words([pay("1005.00")], "unusual_amount", before(*USUAL))
    assert words([pay("1005.01")], "unusual_amount", before(*USUAL))


def test_what_is_usual_takes_five_approved_payments_and_a_few_wild_ones_change_nothing() -> None:
    assert not words([pay("2020")], "unusual_amount", before(*USUAL[:4]))
    assert not words([pay("2020")], "unusual_amount", before(*USUAL, status=PaymentStatus.WAITING))
    wild = [pay(amount) for amount in (90_000, 95_000)]
    assert words([pay("2020")], "unusual_amount", before(*USUAL, *wild))


def test_a_vendor_whose_prices_spread_is_not_unusual_at_a_machine() -> None:
    tools = [pay(amount) for amount in (12, 40, 75, 260, 900, 1500, 3100)]
    assert not words([pay(3900)], "unusual_amount", before(*tools))


def test_small_amounts_are_never_unusual() -> None:
    pennies = [pay("2.50") for _ in range(6)]
    assert not words([pay("999")], "unusual_amount", before(*pennies))
    assert words([pay("1000")], "unusual_amount", before(*pennies))


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        ("5000", True),
        ("7000.00", True),
        ("7000.01", False),
        ("7500", False),
        ("4000", False),
        ("20000", True),
    ],
)
def test_round_sums_count_from_half_the_limit(amount: str, found: bool) -> None:
    assert bool(findings([pay(amount)], "round_amount")) is found


def test_a_refund_needs_a_payment_of_its_size_before_it() -> None:
    assert words([pay(-800)], "refund_without_original") == {
        1: "a refund of GBP 800.00, and no payment of that size to this vendor is known"
    }
    assert not words([pay(900, on=1), pay(-800, on=2)], "refund_without_original")
    assert words([pay(900, on=3), pay(-800, on=2)], "refund_without_original")
    assert words([pay(700, on=1), pay(-800, on=2)], "refund_without_original")
    assert words([pay(900, "Globex", on=1), pay(-800, on=2)], "refund_without_original")
    assert not words([pay(-800)], "refund_without_original", before(pay(800, on=-20)))
    assert not words([pay("-499.99")], "refund_without_original")


def test_a_limit_of_nothing_flags_everything_and_divides_by_nothing() -> None:
    rows = [pay(0), pay("0.01"), pay("-0.01")]
    assert set(findings(rows, "amount_over_limit", policy="limits.GBP = 0")) == {2, 3}
    assert not findings(rows, "just_under_limit", policy="limits.GBP = 0")
    assert not findings(rows, "round_amount", policy="limits.GBP = 0")


def test_shares_follow_the_currency() -> None:
    yen = [pay(Decimal(1_400_000), currency="JPY"), pay(Decimal(1_300_000), "Globex", currency="JPY")]
    assert set(findings(yen, "just_under_limit")) == {1}


def test_one_payment_covers_no_more_refunds_than_it_was() -> None:
    rows = [pay(5000, on=1), pay(-5000, on=2), pay(-5000, on=3)]
    assert set(findings(rows, "refund_without_original")) == {3}
    rejected = before(pay(5000, on=-9), status=PaymentStatus.REJECTED)
    assert set(findings([pay(-5000, on=3)], "refund_without_original", rejected)) == {1}


def test_a_batch_does_not_vouch_for_itself() -> None:
    assert len(words([pay("3001")] * 21, "unusual_amount", before(*USUAL))) == 21


def test_of_two_limits_for_one_vendor_the_lower_holds() -> None:
    both = '[vendor_limits."Globex Ltd"]\nGBP = 500\n[vendor_limits.GLOBEX]\nGBP = 5000\n'
    assert 1 in findings([pay("900.10", "Globex")], "amount_over_limit", policy=both)


def test_what_is_below_the_limit_is_not_called_all_of_it() -> None:
    assert "is 99 % of the limit" in words([pay("9960.01")], "just_under_limit")[1]


@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_a_payment_of_nothing_is_never_routine(amount: str) -> None:
    assert words([pay(amount)], "zero_amount") == {1: "GBP 0.00 pays nothing"}
    assert not words([pay("0.01"), pay("-0.01")], "zero_amount")


def test_no_setting_switches_the_rule_about_nothing_off() -> None:
    with pytest.raises(PolicyError):
        findings([pay(0)], "zero_amount", policy="rules.zero_amount.on = false")
    assert findings([pay(0)], "zero_amount", policy="limits.GBP = 0")
