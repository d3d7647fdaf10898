"""Which payments a policy freezes until somebody has called the vendor."""

import pytest

from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.policy import PaymentStatus, Policy, default_policy, judge_by_policy, with_exemptions
from tests.domain.payments import TODAY, batch, before, findings, pay

A, B = "GB29NWBK60161331926819", "DE02120300000000202051"
NO_CHANGED, NO_SHARED = "changed_bank_details.call_back = false", "shared_account.call_back = false"


def frozen(policy: str = "", profile: str = "", code: str = "changed_bank_details", **fields: str) -> bool:
    found = Finding(source=Source.RULE, code=code, evidence="another account")
    judgement = Judgement(ref=1, findings=(found,))
    (judged,) = with_exemptions(Policy.from_toml(policy), profile, [judgement])
    return judged.needs_call_back


@pytest.mark.parametrize(
    ("policy", "is_frozen"),
    [
        ("", True),
        (f"[rules]\n{NO_SHARED}", True),
        (f"[rules]\n{NO_CHANGED}", False),
        ("[rules]\nchanged_bank_details.on = false", True),  # found by a version of the policy before
    ],
)
def test_a_policy_freezes_unless_it_says_that_it_does_not(policy: str, is_frozen: bool) -> None:
    assert frozen(policy) is is_frozen


def test_one_finding_that_asks_for_a_call_is_enough() -> None:
    found = [
        Finding(source=Source.RULE, code=code, evidence="x")
        for code in ("changed_bank_details", "shared_account")
    ]
    policy = Policy.from_toml(f"[rules]\n{NO_CHANGED}")
    (judged,) = with_exemptions(policy, "", [Judgement(ref=1, findings=tuple(found))])
    assert judged.needs_call_back


def test_a_profile_of_a_channel_may_spare_calls_and_one_that_rows_choose_may_not() -> None:
    travel = f'[profiles.travel]\nchannels = ["C1"]\nrules.{NO_CHANGED}'
    assert not frozen(travel, "travel")
    assert frozen(travel)
    cards = f"[profiles.cards]\nwith_cards = true\nrules.{NO_CHANGED}"
    assert frozen(cards)
    asking = f"[rules]\n{NO_CHANGED}\n[profiles.cards]\nwith_cards = true\n"
    assert frozen(f"{asking}rules.changed_bank_details.call_back = true")
    assert not frozen(f"{asking}rules.round_amount.unit = 0.2")


def test_nothing_is_spared_of_what_has_no_such_finding() -> None:
    judged = with_exemptions(Policy.from_toml(f"[rules]\n{NO_CHANGED}"), "", [Judgement(ref=1)])
    assert not judged[0].is_exempt


def test_policies_from_before_there_were_calls_keep_their_version() -> None:
    assert (
        Policy.from_toml("[rules]\nchanged_bank_details.call_back = true").version == default_policy().version
    )
    assert Policy.from_toml(f"[rules]\n{NO_CHANGED}").version != default_policy().version


@pytest.mark.parametrize("status", [PaymentStatus.WAITING, PaymentStatus.HELD])
def test_an_account_that_was_submitted_and_not_paid_on_is_not_known(status: PaymentStatus) -> None:
    known, waiting = before(pay(1, account=A)), before(pay(2, account=B), status=status)
    past = known.model_copy(update={"payments": (*known.payments, *waiting.payments)})
    assert set(findings([pay(3, account=B)], "changed_bank_details", past)) == {1}
    assert not findings([pay(3, account=A)], "changed_bank_details", past)
    paid = before(pay(2, account=B))
    past = known.model_copy(update={"payments": (*past.payments, *paid.payments)})
    assert not findings([pay(3, account=B)], "changed_bank_details", past)


def test_the_first_account_of_a_vendor_is_no_change_however_often_it_waits() -> None:
    waiting = before(pay(2, account=B), status=PaymentStatus.WAITING)
    assert not any(
        finding.code == "changed_bank_details"
        for judgement in judge_by_policy(default_policy(), batch(pay(3, account=B)), waiting, TODAY)
        for finding in judgement.findings
    )
