"""Merchants where money becomes cash, or from whom people buy for themselves."""

import pytest

from bot.domain.policy import Policy, PolicyError
from bot.domain.policy.merchants import merchant_kinds
from tests.domain.payments import findings, pay, words

FLOOR = 200  # 0.02 of the default limit
RULE = "cash_or_personal"


@pytest.mark.parametrize("kind", merchant_kinds())
def test_every_word_of_a_kind_is_found_with_its_reason(kind: str) -> None:
    for word in merchant_kinds()[kind].words:
        written = word.replace("*", "")
        ((_, evidence),) = words([pay(FLOOR, f"The {written} 24")], RULE).items()
        assert evidence.startswith("“")
        assert any(evidence.endswith(f"in the vendor: {known.reason}") for known in merchant_kinds().values())


@pytest.mark.parametrize(
    "vendor",
    [
        "WESTERN UNION 0044",
        "Ca$ino Royal",
        "CRYPT0 EXCHANGE LTD",
        "Goldsmiths, Leeds",
        "H. Samuel Jewellers",
        "T I N D E R",
    ],
)
def test_a_merchant_is_found_however_it_is_written(vendor: str) -> None:
    assert findings([pay(FLOOR, vendor)], RULE)


@pytest.mark.parametrize(
    "vendor",
    [
        "Atmosphere Lighting",
        "Pawnee Print",
        "Cryptography Press",
        "Jewel & Esk College",
        "Matching Paints",
        "Updating Ltd",
        "Bingham Hall",
        "Spa Road Garage",
        "Cashel Stationers",
        "Transfer Printing Ltd",
        "Gifted Pupils Trust",
        "Netflixible Cables",
        "Watches and Clocks Repair",
        "Diamond Drilling Ltd",
        "Betts Timber",
        "Union Western Rail",
    ],
)
def test_names_that_only_sound_alike_stay_routine(vendor: str) -> None:
    assert not findings([pay(FLOOR, vendor)], RULE)


def test_it_counts_from_a_floor_whatever_the_sign() -> None:
    rows = [pay(FLOOR, "City Casino"), pay("199.99", "City Casino"), pay(-FLOOR, "City Casino")]
    assert set(findings(rows, RULE)) == {1, 3}
    assert set(findings(rows, RULE, policy="rules.cash_or_personal.amount_from = 0")) == {1, 2, 3}


def test_the_category_tells_too_and_a_memo_does_not() -> None:
    assert findings([pay(FLOOR, category="ATM withdrawals")], RULE)
    assert not findings([pay(FLOOR, memo="Poster about gambling")], RULE)


def test_a_kind_that_is_ours_to_buy_is_switched_off_by_name() -> None:
    rows = [pay(FLOOR, "City Casino"), pay(FLOOR, "Bitcoin Casino")]
    ((ref, evidence),) = words(rows, RULE, policy='rules.cash_or_personal.kinds_off = ["gambling"]').items()
    assert (ref, "crypto currencies" in evidence) == (2, True)
    with pytest.raises(PolicyError, match="kinds_off"):
        Policy.from_toml('rules.cash_or_personal.kinds_off = ["casino"]')
