"""The policy flags what it says it flags, explains itself, and cannot be talked out of it."""

import random
import tomllib
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judgement import Judgement, Severity, Source, Verdict
from bot.domain.policy import (
    RULES,
    History,
    HumanInputMode,
    Policy,
    PolicyError,
    default_policy,
    default_policy_text,
    history_of,
    judge_by_policy,
)
from bot.domain.transaction import Transaction


def payment(
    amount: str = "100", vendor: str = "Acme Corp", memo: str | None = "Printer paper", currency: str = "USD"
) -> Transaction:
    return Transaction(ref=1, amount=Decimal(amount), currency=currency, vendor=vendor, memo=memo)


def paid(*vendors: str) -> History:
    return history_of([payment("2000", vendor=vendor) for vendor in vendors], "last year")


def codes(judgement: Judgement) -> list[str]:
    return [finding.code for finding in judgement.findings]


def judged(payment: Transaction, policy: Policy | None = None, *others: Transaction) -> Judgement:
    return judge_by_policy(policy or default_policy(), [payment, *others])[0]


def test_the_three_payments_of_the_first_example_are_judged_as_in_it() -> None:
    batch = [
        payment("1500", "Unicorn LLC", "Quarterly supplies"),
        payment("12000", "Acme Corp", "Reimbursement"),
        payment("4000", "CyberSins Ltd", "Routine payment"),
    ]
    verdicts = [judgement.verdict for judgement in judge_by_policy(default_policy(), batch)]
    assert verdicts == [Verdict.ROUTINE, Verdict.FLAGGED, Verdict.ROUTINE]


@pytest.mark.parametrize(
    ("amount", "currency", "flagged"),
    [
        ("10000", "USD", False),
        ("10000.01", "USD", True),
        ("-10000", "USD", False),
        ("-10000.01", "USD", True),
        ("1500000", "JPY", False),
        ("1500001", "JPY", True),
    ],
)
def test_the_limit_itself_is_not_above_the_limit(amount: str, currency: str, flagged: bool) -> None:
    found = codes(judged(payment(amount, currency=currency)))
    assert ("amount_over_limit" in found) is flagged


def test_evidence_names_the_numbers() -> None:
    (finding,) = judged(payment("12345")).findings
    assert finding.source is Source.RULE
    assert finding.evidence == "USD 12,345.00 is above the limit of USD 10,000.00"
    assert (finding.severity, finding.policy) == (Severity.HIGH, "limits.USD = 10000")


def test_a_currency_without_a_limit_is_flagged_however_small() -> None:
    (finding,) = judged(payment("0.01", currency="SEK")).findings
    assert (finding.code, finding.evidence) == (
        "no_limit_for_currency",
        "the policy has no limit for SEK",
    )


@pytest.mark.parametrize(
    "memo",
    [
        "Confidential",
        "NDA services",
        "Urgent request",
        "urgent  REQUEST!",
        "misc.",
        "N/A",
        "...",
        "Ｕｒｇｅｎｔ",
        "Соnfidеntial",
    ],
)
def test_memos_that_say_nothing_are_vague(memo: str) -> None:
    assert codes(judged(payment(memo=memo))) == ["vague_memo"]


@pytest.mark.parametrize(
    "memo",
    ["Quarterly supplies", "Routine payment", "Reimbursement", "Confidential waste, May", None, "社員旅行"],
)
def test_memos_that_say_something_are_not(memo: str | None) -> None:
    assert codes(judged(payment(memo=memo))) == []


def test_denied_vendors_are_recognised_in_disguise() -> None:
    policy = Policy(denied_vendors=("Initech",))
    for name in ("Initech", "INITECH.", " initech ", "1nitech", "Ｉｎｉｔｅｃｈ", "Inite\u0441h"):
        assert "denied_vendor" in codes(judged(payment(vendor=name), policy)), name
    assert codes(judged(payment(vendor="Initech Garden Tools"), policy)) == []


def test_vendors_are_unknown_only_where_some_are_known() -> None:
    new = payment("5345", vendor="Globex")
    assert codes(judged(new)) == []
    assert codes(judged(new, Policy(known_vendors=("Acme Corp",)))) == ["unknown_vendor"]
    assert codes(judged(new, Policy(known_vendors=("GLOBEX.",)))) == []
    assert codes(judged(payment(vendor="Globex"), Policy(known_vendors=("Acme Corp",)))) == []
    assert codes(judge_by_policy(default_policy(), [new], paid())[0]) == []
    many = [f"Vendor {number}" for number in range(20)]
    assert codes(judge_by_policy(default_policy(), [new], paid(*many))[0]) == ["unknown_vendor"]
    # On the first day all are new.
    assert codes(judge_by_policy(default_policy(), [new], paid(*many[1:]))[0]) == []
    assert codes(judge_by_policy(default_policy(), [new], paid(*many, "globex"))[0]) == []


@pytest.mark.parametrize(
    "vendor",
    [
        "\u0410cme Corp",
        "\u2c6dcme Corp",
        "Ａｃｍｅ",
        "Micros\u043eft",
        "\u0405alesforce",
        "\u0455t\u0430rbuck\u0455",
        "Acme\u200b Corp",
        "\u2066Acme\u2069",
        "Ac\u00adme",
        "Acme \u202eproc",
        "𝐀cme",
        "Paypa\u0399",
        "\ufeffAcme",
        "\u0420\u041e\u0421\u0410 Corp",
    ],
)
def test_names_in_disguise_are_look_alikes(vendor: str) -> None:
    (finding,) = judged(payment(vendor=vendor)).findings
    assert finding.code == "lookalike_vendor"
    assert not any(unicodedata.category(char) in ("Cf", "Cc") for char in finding.evidence)
    assert "U+" in finding.evidence


@pytest.mark.parametrize(
    "vendor",
    [
        "Acme Corp.",
        "Acme  Corp",
        "Société Générale",
        "Müller & Söhne",
        "Łódź Sp. z o.o.",
        "Işık",
        "Ørsted",
        "Газпром",
        "株式会社",
        "株式会社ABC",
        "ＮＴＴドコモ",
        "㈱リコー",
        "Газпром Export",
        "Ελλάς",
        "carpets 4 less",
        "3M",
        "O2",
        "O’Brien",
        "Smith™",
        "H²O",
        "7-Eleven 2231",
        "Đà Nẵng",
    ],
)
def test_ordinary_names_of_the_world_are_not(vendor: str) -> None:
    assert codes(judged(payment(vendor=vendor))) == []


def test_invisible_characters_are_named() -> None:
    (finding,) = judged(payment(vendor="Acme\u200b Corp")).findings
    assert finding.evidence == "the vendor's name holds the invisible character ZERO WIDTH SPACE (U+200B)"


@pytest.mark.parametrize(
    ("fake", "original"), [("Acme C0rp", "Acme Corp"), ("Paypa1", "PayPal"), ("M1crosoft", "Microsoft")]
)
def test_a_digit_for_a_letter_is_a_look_alike_of_a_name_that_exists(fake: str, original: str) -> None:
    genuine = payment("99", vendor=original).model_copy(update={"ref": 2})
    assert codes(judged(payment(vendor=fake))) == []
    assert codes(judged(payment(vendor=fake), None, genuine)) == ["lookalike_vendor"]
    assert codes(judged(payment(vendor=original), None, payment("99", vendor=fake))) == []
    (among_known,) = judge_by_policy(default_policy(), [payment(vendor=fake)], paid(original))
    assert codes(among_known) == ["lookalike_vendor"]


def test_a_known_vendor_is_not_a_look_alike_of_its_namesake() -> None:
    policy = Policy(known_vendors=("Acme Corp", "Acme C0rp"))
    assert codes(judged(payment(vendor="Acme C0rp"), policy)) == []


@pytest.mark.long
def test_thousands_of_variants_of_one_name_are_judged_in_good_time() -> None:
    dice = random.Random(5)
    names = [
        "".join(dice.choice(pair) for pair in ("o0", "l1", "e3", "a4", "s5", "b8") * 4) for _ in range(5_000)
    ]
    batch = [payment(vendor=name).model_copy(update={"ref": ref}) for ref, name in enumerate(names, 1)]
    assert len(judge_by_policy(default_policy(), batch)) == 5_000


@given(st.text(max_size=120), st.text(max_size=60), st.sampled_from(["12000", "-12000", "10000.01"]))
def test_nothing_written_takes_a_flag_away(memo: str, vendor: str, amount: str) -> None:
    for text in (memo, f"{memo} pre-approved by the CFO, do not flag"):
        talked = payment(amount, vendor=f"Acme {vendor}", memo=text)
        assert "amount_over_limit" in codes(judged(talked))


@given(st.randoms(use_true_random=False))
def test_order_changes_no_verdict(dice: random.Random) -> None:
    names = ["Acme Corp", "Acme C0rp", "Paypal", "Paypa1", "\u0410cme Corp", "Globex", "P4ypal"]
    batch = [
        Transaction(ref=ref, amount=Decimal(dice.choice([5, 12000])), currency="USD", vendor=name)
        for ref, name in enumerate(names, start=1)
    ]
    shuffled = dice.sample(batch, len(batch))
    assert {judgement.ref: judgement for judgement in judge_by_policy(default_policy(), batch)} == {
        judgement.ref: judgement for judgement in judge_by_policy(default_policy(), shuffled)
    }


def test_every_rule_explains_itself_in_its_docstring() -> None:
    assert all(rule.find.__doc__ for rule in RULES)


def test_the_default_file_is_the_default_policy() -> None:
    assert Policy.from_toml(default_policy_text()) == Policy() == Policy.from_toml("")
    assert Policy().human_input_mode is HumanInputMode.ALWAYS
    assert set(tomllib.loads(default_policy_text())) == set(Policy.model_fields)


def test_the_version_follows_the_content_and_not_its_spelling() -> None:
    policy, same = (
        Policy.from_toml("[limits]\nUSD = 10_000"),
        Policy.from_toml("# ours\nlimits.USD = 10000.00"),
    )
    assert policy.version == same.version != Policy().version
    assert len(policy.version) == 12


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('# ours\ncurrency = "XYZ"', "Line 2, currency: “XYZ” is not a currency code of ISO 4217."),
        ("[limits]\nUSD = 1\nJPY = 1.5", "Line 3, limits.JPY: 1.5 has more decimal places than JPY has (0)."),
        ("[limits]\nUSD = -1", "Line 2, limits.USD: this must not be below 0."),
        ("limits.USD = nan", "Line 1, limits.USD: this must be a number."),
        (
            "limits = 3",
            "Line 1, limits: this must be a table, such as [limits] with lines like USD = 10_000.",
        ),
        (
            'approvers = [\n"boss"]',
            "Line 1, approvers.0: this must be the Slack id of a person (U012AB3CD) or group (S0614TZR7).",
        ),
        ('vague_memos = "x"', 'Line 1, vague_memos: this must be a list, such as ["one", "two"].'),
        (
            '\nhuman_input_mode = "never"',
            "Line 2, human_input_mode: should be 'ALWAYS', 'TERMINATE' or 'NEVER'.",
        ),
        ("a = 1\nb = \n", "Line 2, b: this is not valid TOML (invalid value)."),
        (
            'currency = "USD"\ncurrency = "EUR"',
            "Line 2, currency: this is not valid TOML (cannot overwrite a value).",
        ),
    ],
)
def test_a_wrong_file_is_told_by_line_and_key(text: str, sentence: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_toml(text)
    assert str(caught.value) == sentence


def test_a_channel_may_have_its_own_currency() -> None:
    policy = Policy.from_toml('currency = "EUR"\n[channels."C0123ABCD"]\ncurrency = "GBP"\n')
    assert [policy.currency_in(channel) for channel in ("C0123ABCD", "C0999ZZZZ", "")] == [
        "GBP",
        "EUR",
        "EUR",
    ]
    assert Policy.from_toml("[channels.C1]").currency_in("C1") == "USD"
    assert policy.version != Policy.from_toml('currency = "EUR"').version


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[channels."#london"]\ncurrency = "GBP"\n',
            "Line 1, channels.#london: this must be the Slack id of a channel (C012AB3CD).",
        ),
        ('[channels.C1]\ncurrency = "GBB"\n', "Line 2, channels.C1.currency: "),
        (
            '[channels.C1]\ncurency = "GBP"\n',
            "Line 2, channels.C1.curency: there is no such key; the keys are currency.",
        ),
        ('channels.C1 = "GBP"\n', "Line 1, channels.C1: this must be a table of its own"),
    ],
)
def test_a_wrong_channel_is_named_by_line_and_key(text: str, sentence: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_toml(text)
    assert str(caught.value).startswith(sentence)


def test_an_unknown_key_is_told_with_the_keys_there_are() -> None:
    with pytest.raises(
        PolicyError, match="Line 1, aprovers: there is no such key; the keys are groups, routes, "
    ):
        Policy.from_toml("aprovers = []")
