"""What changes between two policies, in words; and what of it lets more pass, or more people decide."""

from typing import Any

import pytest

from bot.domain.policy import Policy, default_policy
from bot.domain.policy.change_words import PolicyChange
from bot.domain.policy.changes import changes_between
from bot.domain.policy.rule_settings import AllRuleSettings
from bot.domain.policy.setting_directions import DIRECTIONS

BASE = """
approvers = ["U1", "U2"]
vague_memos = ["misc", "other"]
denied_vendors = ["Initech"]
known_vendors = ["Globex"]
category_limits.Hotels.USD = 500
limits = {USD = 10_000, EUR = 10_000}
model.tokens_a_day = 1000
human_input_mode = "TERMINATE"
[rules]
sanctioned_name.file = "sdn.csv"
weekend_or_holiday.holidays = [2026-12-25]
category_not_allowed.denied = ["Gifts"]
"""


ROUTED = "groups.x = ['U1']\nroutes = [{ name = 'large', stages = [{ from = 'x', needs = 2 }] }]"


def changed(line: str, to: str, text: str = BASE) -> list[tuple[str, bool]]:
    """What changes where a line of the base, or a part of one, is replaced."""
    assert not line or line in text
    after = text.replace(line, to) if line else f"{to}\n{text}"
    return [(words, loosens) for words, loosens in _changes(text, after)]


def _changes(text: str, after: str) -> tuple[PolicyChange, ...]:
    return changes_between(Policy.from_toml(text), Policy.from_toml(after))


@pytest.mark.parametrize(
    ("line", "to", "words"),
    [
        ("USD = 10_000", "USD = 50_000", "limit USD 10,000 -> 50,000"),
        ("USD = 10_000", "USD = 10_000.50", "limit USD 10,000 -> 10,000.50"),
        (", EUR", ", GBP = 1, EUR", "limit GBP 1 added"),
        ("Hotels.USD = 500", "Hotels.USD = 501", "limit USD of category “Hotels” 500 -> 501"),
        ('["U1", "U2"]', '["U1", "U2", "U3"]', "approver U3 added"),
        ('"U2"]', '"U2", "S1"]', "approver S1 added"),
        ("", 'people.admitted = ["U7"]', "admitted person U7 added"),
        ('"Initech"', "", "denied vendor Initech removed"),
        ('"Globex"', '"Globex", "Acme"', "known vendor Acme added"),
        ('"misc", ', "", "vague memo misc removed"),
        ("tokens_a_day = 1000", "tokens_a_day = 0", "model.tokens_a_day 1,000 -> 0"),
        ('"TERMINATE"', '"NEVER"', "human_input_mode TERMINATE -> NEVER"),
        ("", "correction_minutes = 11", "correction_minutes 10 -> 11"),
        ("", 'currency = "EUR"', "currency USD -> EUR"),
        ("", 'channels.C1.currency = "EUR"', "currency of channel C1 (none) -> EUR"),
        ('"sdn.csv"', '""', "rules.sanctioned_name.file sdn.csv -> (none)"),
        ('"sdn.csv"', '"other.csv"', "rules.sanctioned_name.file sdn.csv -> other.csv"),
        ("[rules]", "[rules]\nsplit_payment.on = false", "rule split_payment switched off"),
        ("[rules]", "[rules]\nsplit_payment.days = 6", "rules.split_payment.days 7 -> 6"),
        ("[rules]", "[rules]\nsplit_payment.part = 0.34", "rules.split_payment.part 0.33 -> 0.34"),
        (
            "[rules]",
            "[rules]\nchanged_bank_details.call_back = false",
            "rules.changed_bank_details.call_back true -> false",
        ),
        (
            "[rules]",
            "[rules]\nshared_account.call_back = false",
            "rules.shared_account.call_back true -> false",
        ),
        ("[rules]", "[rules]\nround_amount.unit = 0.2", "rules.round_amount.unit 0.1 -> 0.2"),
        ("[rules]", "[rules]\nround_amount.unit = 0.05", "rules.round_amount.unit 0.1 -> 0.05"),
        ("2026-12-25", "", "rules.weekend_or_holiday.holidays 2026-12-25 removed"),
        ('"Gifts"', "", "rules.category_not_allowed.denied Gifts removed"),
    ],
)
def test_what_loosens_is_said_and_the_way_back_tightens(line: str, to: str, words: str) -> None:
    assert changed(line, to) == [(words, True)]
    after = BASE.replace(line, to) if line else f"{to}\n{BASE}"
    back = changes_between(Policy.from_toml(after), Policy.from_toml(BASE))
    # Where a change may flag some more and others less, or is not known, the way back loosens too.
    both_ways = ("currency", "unit", "other.csv", "known vendor")
    assert [change.loosens for change in back] == [any(word in f"{words} {to}" for word in both_ways)]


@pytest.mark.parametrize(
    ("line", "to", "words"),
    [
        (", EUR = 10_000", "", "limit EUR removed: each payment in it is flagged"),
        ('["U1", "U2"]', '["U2"]', "approver U1 removed"),
        ("tokens_a_day = 1000", "tokens_a_day = 999", "model.tokens_a_day 1,000 -> 999"),
        ("", "[model]\nrecommend_only = true", "model.recommend_only false -> true"),
        ("[rules]", "[rules]\nsanctioned_name.as_of = 2026-01-01", "rules.sanctioned_name.as_of"),
    ],
)
def test_what_tightens_is_said_too(line: str, to: str, words: str) -> None:
    base = BASE if line else BASE.replace("model.tokens_a_day = 1000", "")
    after = base.replace(line, to) if line else f"{base}\n{to}"
    ((said, loosens),) = changes_between(Policy.from_toml(base), Policy.from_toml(after))
    assert said.startswith(words)
    assert not loosens


def test_a_list_that_gets_lost_is_said_for_what_it_means() -> None:
    assert changed('["U1", "U2"]', "[]") == [
        ("approver U1, U2 removed", False),
        ("nobody may decide", False),
    ]
    assert changed('["Globex"]', "[]") == [
        ("known vendor Globex removed", True),
        ("known_vendors: no list of vendors any more", True),
    ]
    allowed = BASE + 'category_not_allowed.allowed = ["Rent"]\n'
    assert changed('["Rent"]', "[]", allowed) == [("rules.category_not_allowed.allowed: everything", True)]
    assert changed('["Rent"]', '["Rent", "Tax"]', allowed) == [
        ("rules.category_not_allowed.allowed Tax added", True)
    ]


def test_anyone_is_more_than_any_list_of_people() -> None:
    assert changed('["U1", "U2"]', '"anyone"') == [("approvers: anyone in the channel may decide", True)]
    anyone = BASE.replace('["U1", "U2"]', '"anyone"')
    assert changed('"anyone"', '["U1", "U2"]', anyone) == [
        ("approvers: no longer anyone, only U1, U2", True)  # who need not be in the channel
    ]
    assert changed('"anyone"', "[]", anyone) == [
        ("approvers: no longer anyone, only nobody", False),
        ("nobody may decide", False),
    ]


def test_every_part_of_a_policy_has_its_comparison() -> None:
    other = Policy.from_toml(
        'human_input_mode = "NEVER"\napprovers = ["U9"]\ncurrency = "EUR"\ncorrection_minutes = 0\n'
        "limits.USD = 1\nrates.EUR = 1\n"
        "vague_memos = []\ncategory_limits.A.USD = 1\nvendor_limits.B.USD = 1\n"
        'denied_vendors = ["C"]\nknown_vendors = ["D"]\npeople.admitted = ["U8"]\nprofiles = {}\n'
        'model.tokens_a_day = 1\nrules.split_payment.on = false\nchannels.C1.currency = "EUR"\n'
        'calendar.time_zone = "Europe/Berlin"\nreminders.first_hours = 2\n'
        'digest.channel = "C1"\nclaims.minutes = 30\nretention.text_days = 90\n'
        'reasons.hold = ["waiting for the invoice"]\n'
        'groups.x = ["U1"]\nlast_fallback = "x"\nlimits_of.U1.USD = 1\nstand_ins.U1 = "U2"\n'
        'routes = [{ name = "all", stages = [{ from = "x" }] }]\n'
    )
    assert not any(words.endswith(" changed") for words, _ in changes_between(default_policy(), other))
    unlike = [name for name in Policy.model_fields if getattr(other, name) == getattr(default_policy(), name)]
    assert unlike == []


def test_reasons_that_are_offered_loosen_nothing_and_leave_the_version_of_a_policy_without_any() -> None:
    some = Policy.from_toml('reasons.hold = ["waiting for the invoice"]')
    (change,) = changes_between(default_policy(), some)
    assert change == ("reason to hold waiting for the invoice added", False)
    assert [loosens for _, loosens in changes_between(some, default_policy())] == [False]
    assert some.version != default_policy().version
    held = default_policy().model_dump()
    assert Policy.model_validate(held | {"reasons": {}}).version == default_policy().version


def test_any_change_of_a_channels_currency_counts_as_loosening() -> None:
    pounds, euros, none = (
        Policy.from_toml(text)
        for text in ('channels.C1.currency = "GBP"', 'channels.C1.currency = "EUR"', "channels.C1 = {}")
    )
    assert changes_between(pounds, euros) == (("currency of channel C1 GBP -> EUR", True),)
    assert changes_between(pounds, default_policy()) == (("currency of channel C1 GBP -> (none)", True),)
    assert changes_between(none, default_policy()) == ()


def test_recommending_only_is_tighter_than_approving() -> None:
    only = Policy.from_toml("model.recommend_only = true")
    assert [change.loosens for change in changes_between(only, default_policy())] == [True]


def test_order_spelling_of_numbers_and_what_stays_are_no_change() -> None:
    assert changed('["U1", "U2"]', '["U2", "U1"]') == []
    assert changed("USD = 10_000", "USD = 10_000.00") == []
    assert changed("USD", "USD") == []


def test_of_a_long_list_some_are_named() -> None:
    ((words, loosens),) = changed('"U2"]', '"U2", ' + ", ".join(f'"W{n}"' for n in range(9)) + "]")
    assert words == "approver W0, W1, W2, W3, W4 and 4 more added"
    assert loosens


def test_every_setting_of_every_rule_has_its_direction() -> None:
    settings = {
        f"{rule}.{setting}"
        for rule, table in AllRuleSettings.model_fields.items()
        for setting in _fields(table.annotation)
        if setting != "on"
    }
    assert settings == DIRECTIONS.keys()


def _fields(table: Any) -> list[str]:
    return list(table.model_fields)


def test_a_setting_that_nobody_has_thought_of_counts_as_loosening() -> None:
    class Longer(Policy):
        surprise: int = 0

    assert changes_between(Longer(), Longer(surprise=1)) == (("surprise changed", True),)


@pytest.mark.parametrize(
    ("before", "after", "words", "loosens"),
    [
        ("", ROUTED, "route “large” added", False),
        (ROUTED, "groups.x = ['U1']", "route “large” removed", True),
        (ROUTED, ROUTED.replace("needs = 2", "needs = 1"), "route “large” changed", True),
        ("groups.x = ['U1']", "groups.x = ['U1', 'U2']", "member of x U2 added", True),
        ("groups.x = ['U1', 'U2']", "groups.x = ['U1']", "member of x U2 removed", False),
        ("", "limits_of.U1.USD = 10", "limit USD of U1 (none) -> 10", False),
        ("limits_of.U1.USD = 10", "limits_of.U1.USD = 20", "limit USD of U1 10 -> 20", True),
        ("limits_of.U1.USD = 10", "", "limit USD of U1 10 -> (none)", True),
        ("", "stand_ins.U1 = 'U2'", "stand-in of U1 nobody -> U2", True),
    ],
)
def test_what_lets_more_people_decide_loosens(before: str, after: str, words: str, loosens: bool) -> None:
    changes = changes_between(Policy.from_toml(before), Policy.from_toml(after))
    assert (words, loosens) in changes
