"""The order in which people look at flagged payments: what weighs in it, and that nothing rests on it."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.policy import Policy, default_policy, shares_of_limits
from bot.domain.policy.profiles import Profile
from bot.domain.review.ranking import ranked
from bot.domain.transaction import Transaction

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH
Judged = tuple[Transaction, Judgement]


def flagged(
    ref: int, amount: str, *found: tuple[str, Severity], currency: str = "USD", vendor: str = "Acme"
) -> Judged:
    findings = (
        Finding(source=Source.RULE, code=code, evidence="", severity=weight) for code, weight in found
    )
    payment = Transaction(
        ref=ref, date=dt.date(2026, 3, 2), amount=Decimal(amount), currency=currency, vendor=vendor
    )
    return payment, Judgement(ref=ref, findings=tuple(findings))


def order(judged: Sequence[Judged], policy: Policy | None = None) -> list[int]:
    return [rank.ref for rank in ranked(judged, shares_of_limits(policy or default_policy()))]


def words(judged: Sequence[Judged]) -> list[str]:
    return [rank.in_words for rank in ranked(judged, shares_of_limits(default_policy()))]


def test_among_few_the_severity_comes_first_then_the_money() -> None:
    judged = [
        flagged(1, "900", ("round_amount", LOW)),
        flagged(2, "15000", ("unknown_vendor", MEDIUM)),
        flagged(3, "11000", ("amount_over_limit", HIGH)),
        flagged(4, "64000", ("amount_over_limit", HIGH)),
    ]
    assert order(judged) == [4, 3, 2, 1]


def test_what_a_flood_does_not_have_comes_before_it_however_small_it_is() -> None:
    flood = [flagged(ref, "160000", ("amount_over_limit", HIGH)) for ref in range(1, 500)]
    assert order([*flood, flagged(500, "5", ("weekend_or_holiday", LOW))])[0] == 500
    mixed = [
        flagged(ref, "160000", *[(("a", HIGH), ("b", HIGH), ("c", MEDIUM))[at] for at in {ref % 3, ref % 2}])
        for ref in range(1, 500)
    ]
    assert order([*mixed, flagged(500, "5000", ("changed_bank_details", HIGH))])[0] == 500


def test_a_payment_is_as_rare_as_the_rarest_of_its_findings_and_as_severe_as_the_worst() -> None:
    judged = [
        *(flagged(ref, "2000", ("vague_memo", MEDIUM)) for ref in range(1, 9)),
        flagged(9, "2000", ("vague_memo", MEDIUM), ("round_amount", LOW)),
        flagged(10, "2000", ("vague_memo", MEDIUM), ("memo_argues", HIGH)),
    ]
    assert order(judged) == [10, 9, *range(1, 9)]
    assert words(judged)[:3] == [
        "high risk; 20 % of the limit; the only one of its kind here",
        "medium risk; 20 % of the limit; the only one of its kind here",
        "medium risk; 20 % of the limit; one of 10 of its kind here, all to this vendor",
    ]


def test_what_is_flagged_together_at_one_vendor_is_one_matter_yet_no_flood_gains_by_it() -> None:
    flood = [
        flagged(ref, "160000", ("amount_over_limit", HIGH), vendor=f"Vendor {ref}") for ref in range(1, 451)
    ]
    lines = [flagged(ref, "100", ("invoice_in_lines", MEDIUM)) for ref in range(451, 464)]
    others = [flagged(ref, "100", ("exposure", MEDIUM), vendor=f"Small {ref}") for ref in range(464, 477)]
    assert order([*flood, *lines, *others])[:13] == list(range(451, 464))
    of_one_vendor = [
        flagged(ref, "160000", ("split_payment", HIGH), vendor="Flood Ltd") for ref in range(501, 551)
    ]
    assert order([*flood, *of_one_vendor, flagged(600, "5", ("round_amount", LOW))])[0] == 600


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("32000", "3.2 times the limit"),
        ("-32000", "3.2 times the limit"),
        ("10001", "just above the limit"),
        ("10000", "at the limit"),
        ("9999.99", "99 % of the limit"),
        ("20", "under 1 % of the limit"),
        ("0", "under 1 % of the limit"),
    ],
)
def test_money_is_said_beside_its_limit(amount: str, said: str) -> None:
    (told,) = words([flagged(1, amount, ("duplicate_payment", HIGH))])
    assert told == f"high risk; {said}; the only one of its kind here"


def test_amounts_in_several_currencies_are_compared_by_their_limits() -> None:
    policy = default_policy().model_copy(
        update={"limits": {"USD": Decimal(10_000), "JPY": Decimal(1_500_000)}}
    )
    judged = [
        flagged(1, "3000000", ("duplicate_payment", HIGH), currency="JPY"),
        flagged(2, "160000", ("duplicate_payment", HIGH)),
        flagged(3, "1000000", ("duplicate_payment", HIGH), currency="KRW"),
    ]
    assert order(judged, policy) == [2, 1, 3]
    (told,) = words([judged[2]])
    assert told == "high risk; no limit to compare with; the only one of its kind here"


def test_a_limit_of_its_own_is_the_one_that_counts() -> None:
    policy = default_policy().model_copy(update={"vendor_limits": {"Acme": {"USD": Decimal(100)}}})
    (rank,) = ranked([flagged(1, "320", ("amount_over_limit", HIGH))], shares_of_limits(policy))
    assert rank.share == pytest.approx(3.2)


def test_the_limit_of_a_profile_counts_where_it_judges() -> None:
    policy = default_policy().model_copy(
        update={
            "profiles": {
                "card": Profile(with_cards=True, limits={"USD": Decimal(1_000)}),
                "works": Profile(channels=("C1",), limits={"USD": Decimal(50_000)}),
            }
        }
    )
    plain, _ = flagged(1, "5000", ("unknown_vendor", MEDIUM))
    carded = plain.model_copy(update={"card": "************1234"})
    assert [shares_of_limits(policy)(row) for row in (plain, carded)] == [0.5, 5.0]
    assert [shares_of_limits(policy, "works")(row) for row in (plain, carded)] == [0.1, 5.0]
    assert shares_of_limits(policy, "card")(plain) == 5.0


def test_equal_ones_stand_as_submitted_and_routine_ones_nowhere() -> None:
    same = [flagged(ref, str(11_000 + ref), ("amount_over_limit", HIGH)) for ref in (3, 1, 2)]
    assert order([*same, flagged(4, "900000")]) == [1, 2, 3]
    assert order([]) == []
