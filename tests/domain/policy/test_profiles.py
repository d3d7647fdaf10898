"""Programmes with limits of their own: by channel they stand in, by cards in the rows they only add."""

import pytest

from bot.domain.policy import (
    Policy,
    PolicyError,
    default_policy,
    judge_by_policy,
    profile_of_channel,
)
from bot.domain.policy.changes import changes_between
from bot.domain.transaction import Transaction
from tests.domain.payments import TODAY, batch, pay

TRAVEL = """
[profiles.travel]
channels = ["C0TRAVEL"]
[profiles.travel.limits]
GBP = 50_000
[profiles.travel.rules.duplicate_payment]
amount_from = 1
[profiles.travel.rules.round_amount]
on = false
"""


def codes(rows: list[Transaction], policy: str = "", profile: str = "") -> list[set[str]]:
    judged = judge_by_policy(Policy.from_toml(policy), batch(*rows), None, TODAY, None, profile)
    return [{finding.code for finding in judgement.findings} for judgement in judged]


@pytest.mark.parametrize("amount", ["2000.01", "9999", "-2000.01"])
def test_a_row_with_a_card_has_the_limit_of_cards_as_well(amount: str) -> None:
    rows = [pay(amount, card="*4242"), pay("2000", "Globex", card="*9999"), pay(amount, "Initech")]
    with_card, small, without = codes(rows)
    assert "amount_over_limit" in with_card
    assert "amount_over_limit" not in small | without
    (judgement, *_) = judge_by_policy(default_policy(), batch(*rows), None, TODAY)
    (found,) = [finding for finding in judgement.findings if finding.code == "amount_over_limit"]
    assert found.evidence.endswith("above the limit of GBP 2,000.00 (profile card)")
    assert found.policy == "limits.GBP = 2000"


@pytest.mark.parametrize("card", ["x", "n/a", "4242424242424242", " 1 "])
def test_typing_a_card_takes_no_flag_away(card: str) -> None:
    loose = TRAVEL.replace('channels = ["C0TRAVEL"]', "with_cards = true")
    rows = [pay(12_000), pay(6000, "Globex"), pay(6000, "Globex"), pay(5000, "Hooli"), pay(1, currency="SEK")]
    plain = codes(rows, loose)
    carded = codes([row.model_copy(update={"card": card}) for row in rows], loose)
    assert all(plain)
    assert all(before <= after for before, after in zip(plain, carded, strict=True))


def test_the_profile_of_a_channel_stands_in_for_what_it_names_and_nothing_else() -> None:
    rows = [pay(40_000), pay(6000, "Globex", memo="approved by the CFO"), pay(5000, "Hooli")]
    assert codes(rows, TRAVEL, "travel") == [set(), {"memo_argues"}, set()]
    assert codes(rows, TRAVEL) == [
        {"amount_over_limit", "round_amount"},
        {"memo_argues", "round_amount"},
        {"round_amount"},
    ]
    assert "amount_over_limit" in codes([pay(50_001)], TRAVEL, "travel")[0]
    assert codes(rows, TRAVEL, "no such profile") == codes(rows, TRAVEL)


def test_a_channel_finds_its_profile() -> None:
    profiles = Policy.from_toml(TRAVEL).profiles
    assert profile_of_channel(profiles, "C0TRAVEL") == "travel"
    assert profile_of_channel(profiles, "C0OTHER") == ""
    assert profile_of_channel(profiles, "") == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[profiles.card.rules.splitting]\non = false", "there is no rule splitting"),
        ("[profiles.card.rules.split_payment]\nparts = 1", "rules.split_payment has no setting parts"),
        ("[profiles.card]\nfloor = 1", "floor"),
        ("[profiles.card.limits]\nJPY = 1.5", "profiles.card.limits.JPY"),
        ("[profiles.card.rules.split_payment]\npart = 7", "profiles.card"),
    ],
)
def test_a_profile_that_is_wrong_is_named(text: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        Policy.from_toml(text)


def test_a_stored_policy_is_the_one_that_was_stored() -> None:
    policy = Policy.from_toml(TRAVEL)
    assert Policy.model_validate_json(policy.model_dump_json()).version == policy.version
    spelled = Policy.from_toml(TRAVEL.replace("amount_from = 1", "amount_from = 1.00"))
    assert spelled.version == policy.version


def test_a_profile_of_a_channel_loosens_and_one_of_rows_does_not() -> None:
    none, travel = Policy.from_toml("profiles = {}"), Policy.from_toml(TRAVEL)
    card = Policy.from_toml("[profiles.card]\nwith_cards = true")
    assert [tuple(change) for change in changes_between(none, travel)] == [("profile travel added", True)]
    assert [tuple(change) for change in changes_between(none, card)] == [("profile card added", False)]
    assert [tuple(change) for change in changes_between(card, none)] == [("profile card removed", True)]
    assert all(change.loosens for change in changes_between(card, default_policy()))
