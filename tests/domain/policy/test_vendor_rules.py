"""Rules about who is paid: lists, likeness, first payments and accounts."""

import datetime as dt

import pytest

from bot.domain.policy import (
    History,
    PastExtent,
    PaymentStatus,
    default_policy,
    history_of,
    past_is_short,
    past_payments_from,
    read_sanctions,
)
from tests.domain.payments import TODAY, before, day, findings, pay, words

# Made up, in the form of OFAC's SDN.CSV.
SDN = """1001,"VOLKOVA-PETROSYAN, Galina Artyomovna","individual","UKRAINE-EO13661",-0- ,-0- ,-0- ,-0-
1002,"NORTHERN LANTERN SHIPPING COMPANY","-0- ","IRAN",-0- ,-0- ,-0- ,-0-
1003,"EBI","vessel","CUBA",-0- ,-0- ,-0- ,-0-
\x1a
"""
LISTED = read_sanctions(SDN, dt.date(2026, 6, 1))


def test_a_list_is_read_by_its_second_column() -> None:
    assert len(LISTED) == 2  # a name of three letters is like everything
    with pytest.raises(ValueError, match=r"SDN\.CSV"):
        read_sanctions("nothing here\n", TODAY)


@pytest.mark.parametrize(
    "name",
    [
        "Galina Artyomovna Volkova-Petrosyan",
        "VOLKOVA PETROSYAN GALINA ARTYOMOVNA",
        "Northern Lantern Shipping Company",
        "Northern Lantern Shiping Company",
        "olkova-Petrosyan, Galina Artyomovna",
        "Company Shipping Northern Lantern",
        "N\u043erthern Lant\u0435rn Shipping Company",
        "Northern\u200b Lantern Shipping Company",
        "N0rthern Lantern Shipping Company",
    ],
)
def test_a_name_like_one_on_the_sanctions_list_goes_to_a_human(name: str) -> None:
    (found,) = findings([pay(1, name)], "sanctioned_name", sanctions=LISTED).values()
    assert "on the sanctions list of 2026-06-01" in found.evidence


@pytest.mark.parametrize(
    "name", ["Northern Shipping", "Lantern Books", "Galina Petrova", "EBI", "-0-", "\u200b."]
)
def test_a_name_that_only_shares_a_word_does_not(name: str) -> None:
    assert not findings([pay(1, name)], "sanctioned_name", sanctions=LISTED)


def test_the_score_is_that_of_the_policy() -> None:
    name = "Northern Lantern Ship Comp"
    assert not findings([pay(1, name)], "sanctioned_name", sanctions=LISTED)
    found = findings(
        [pay(1, name)], "sanctioned_name", policy="rules.sanctioned_name.score = 80", sanctions=LISTED
    )
    assert [finding.policy for finding in found.values()] == ["rules.sanctioned_name.score = 80"]


def test_a_list_that_cannot_be_read_lets_nobody_pass() -> None:
    named = 'rules.sanctioned_name.file = "sdn.csv"'
    assert set(words([pay(1), pay(2)], "sanctioned_name", policy=named)) == {1, 2}
    assert not findings([pay(1)], "sanctioned_name", policy=named, sanctions=LISTED)


def test_another_account_than_before_is_flagged_however_small() -> None:
    earlier = before(pay(100, account="GB29 NWBK 6016 1331 9268 19"))
    assert words([pay(1, account="GB94BARC10201530093459")], "changed_bank_details", earlier) == {
        1: "the account ending in 3459 is another than the one ending in 6819 "
        "that #1 of R-AAAAA (approved) went to"
    }
    assert not words([pay(1, account="gb29-nwbk-60161331926819")], "changed_bank_details", earlier)
    assert not words([pay(1)], "changed_bank_details", earlier)
    assert not words([pay(1, "Globex", account="X1")], "changed_bank_details", earlier)


def test_two_accounts_in_one_batch_flag_both_and_a_rejected_one_is_no_precedent() -> None:
    assert set(words([pay(1, account="A1"), pay(2, account="A2")], "changed_bank_details")) == {1, 2}
    rejected = before(pay(100, account="A1"), status=PaymentStatus.REJECTED)
    assert not words([pay(1, account="A2")], "changed_bank_details", rejected)


KNOWN_PAYMENTS = (*(pay(5000, f"Vendor {number}") for number in range(19)), pay(100, "Acme Corporation"))
KNOWN = before(*KNOWN_PAYMENTS)


@pytest.mark.parametrize(
    "vendor",
    [
        "Acme Corporatoin",
        "Acme Corporatiom",
        "Acme Corporations",
        "Acme Corporaton",
        "Acme Corparation",
        "acme corporatlon",
    ],
)
def test_one_letter_away_from_a_known_vendor_is_a_look_alike(vendor: str) -> None:
    assert set(findings([pay(1, vendor)], "lookalike_vendor", KNOWN)) == {1}


@pytest.mark.parametrize(
    "vendor",
    ["Acme Corporation", "ACME CORPORATION.", "Acme Corp", "Acme Incorporation", "Vendor 20", "Vendor 1"],
)
def test_the_same_name_a_shorter_one_and_another_branch_are_not(vendor: str) -> None:
    assert not findings([pay(1, vendor)], "lookalike_vendor", KNOWN)


def test_without_a_history_a_name_that_comes_often_is_the_original() -> None:
    rows = [pay(1, "Deloitte LLP")] * 3 + [pay(1, "Delloitte LLP")]
    assert words(rows, "lookalike_vendor") == {4: "“Delloitte LLP” is one letter away from “Deloitte LLP”"}
    assert not words([*rows, rows[-1], rows[-1]], "lookalike_vendor")  # both come often


def test_who_is_known_to_the_policy_needs_no_history() -> None:
    found = words([pay(1, "Globexx Corp")], "lookalike_vendor", policy='known_vendors = ["Globex Corp"]')
    assert set(found) == {1}


def test_a_rejected_vendor_is_not_known() -> None:
    rejected = before(*(pay(100, f"Vendor {number}") for number in range(30)), status=PaymentStatus.REJECTED)
    assert not findings([pay(5000, "Globex")], "unknown_vendor", rejected)
    assert findings([pay(5000, "Vendor 7")], "unknown_vendor", KNOWN) == {}
    assert words([pay(2000, "Globex"), pay("1999.99", "Globex")], "unknown_vendor", KNOWN) == {
        1: "“Globex” is not among the known vendors"
    }


def test_a_small_payment_opens_no_door_for_a_large_one() -> None:
    small = before(*KNOWN_PAYMENTS, pay(20, "Globex"))
    assert words([pay(5000, "Globex")], "unknown_vendor", small) == {
        1: "“Globex” was never paid GBP 2,000.00 or more"
    }
    assert not words([pay(5000, "Globex")], "unknown_vendor", before(*KNOWN_PAYMENTS, pay(2000, "Globex")))
    assert not words([pay(5000, "Globex")], "unknown_vendor", small, 'known_vendors = ["globex"]')


def _known(payments: int, days: int) -> History:
    """A history of 20 vendors with so many payments over so many days, as the store tells of it."""
    extent = PastExtent(payments=payments, first=day(1) - dt.timedelta(days=days), last=day(1))
    return KNOWN.model_copy(update={"extent": extent})


@pytest.mark.parametrize(("payments", "days"), [(199, 400), (5000, 59), (20, 0)])
def test_a_short_past_calls_nobody_new_below_half_the_limit(payments: int, days: int) -> None:
    rows = [pay("4999.99", "Globex"), pay(5000, "Initech"), pay(-5000, "Hooli")]
    found = findings(rows, "unknown_vendor", _known(payments, days))
    assert set(found) == {2, 3}
    assert found[2].policy == "rules.unknown_vendor.short_amount_from = 0.5"
    assert past_is_short(default_policy(), _known(payments, days))


@pytest.mark.parametrize(("payments", "days"), [(200, 60), (200, 4000)])
def test_a_past_of_two_months_and_two_hundred_payments_is_long_enough(payments: int, days: int) -> None:
    assert set(findings([pay(2000, "Globex")], "unknown_vendor", _known(payments, days))) == {1}
    assert not past_is_short(default_policy(), _known(payments, days))


def test_a_past_of_which_nobody_knows_the_extent_is_not_short_nor_one_whose_vendors_are_listed() -> None:
    assert KNOWN.extent is None
    assert findings([pay(2000, "Globex")], "unknown_vendor", KNOWN)
    assert findings([pay(2000, "Globex")], "unknown_vendor", _known(1, 1), 'known_vendors = ["Hooli"]')


def test_payments_without_a_day_tell_of_no_span() -> None:
    undated = history_of([pay(1, f"Vendor {n}", date=None) for n in range(300)], "ledger.csv")
    assert undated.extent == PastExtent(payments=300)
    assert past_is_short(default_policy(), undated)


@pytest.mark.parametrize(
    "name",
    [
        "Initech_",
        "Ini_tech",
        "Inìtech",
        "Ini\u0332tech",
        "I.n.i.t.e.c.h",
        "Initech Ltd",
        "INITECH, Inc.",
        "1nitech GmbH",
    ],
)
def test_a_denied_name_is_denied_however_it_is_dressed(name: str) -> None:
    assert findings([pay(1, name)], "denied_vendor", policy='denied_vendors = ["Initech"]')
    assert not findings(
        [pay(1, "Initech Garden Tools")], "denied_vendor", policy='denied_vendors = ["Initech"]'
    )


def test_vendors_made_of_signs_are_vendors_too() -> None:
    rows = [
        pay(1500, "!!!"),
        pay(1500, "!!!"),
        pay(1500, "\U0001f389"),
        pay(1500, "\U0001f389"),
        pay(1500, "???"),
    ]
    assert set(findings(rows, "duplicate_payment")) == {2, 4}
    assert not findings(rows, "denied_vendor", policy='denied_vendors = ["***"]')
    assert not findings(rows, "amount_over_limit", policy='[category_limits."***"]\nGBP = 1\n')


def test_words_of_scripts_with_vowel_signs_stay_apart() -> None:
    rows = [pay(1500, "दिल्ली"), pay(1500, "दाल लि")]
    assert not findings(rows, "duplicate_payment")


@pytest.mark.parametrize(
    "name", ["Globex_Trading", "GlobexTrading", "Globex T rading", "Globex Trading Ltd", "GIobex Trading"]
)
def test_another_spelling_is_the_same_vendor_when_payments_are_compared(name: str) -> None:
    earlier = before(pay(5001, "Globex Trading", on=1, invoice="INV-17", account="GB11"))
    again = [pay(5001, name, on=3, invoice="inv 17", account="GB99")]
    assert findings(again, "duplicate_payment", earlier)
    assert findings(again, "changed_bank_details", earlier)


def test_a_vendor_with_two_known_accounts_may_be_paid_on_either() -> None:
    earlier = before(pay(1, account="A1"), pay(1, account="A2"))
    assert not words([pay(1, account="A1"), pay(1, account="A2")], "changed_bank_details", earlier)
    assert set(words([pay(1, account="A1"), pay(1, account="A3")], "changed_bank_details", earlier)) == {2}


def test_a_rejected_payment_to_an_account_does_not_hide_the_approved_ones() -> None:
    mixed = before(pay(1, account="A1"), status=PaymentStatus.REJECTED)
    approved = past_payments_from([pay(1, account="A1").model_copy(update={"ref": 9})], "R-BBBBB")
    both = mixed.model_copy(update={"payments": (*mixed.payments, *approved)})
    assert words([pay(1, account="A2")], "changed_bank_details", both)


def test_a_slip_that_comes_often_is_no_original_where_the_books_know_who_is() -> None:
    assert set(findings([pay(5, "Acme Corporatoin")] * 3, "lookalike_vendor", KNOWN)) == {1, 2, 3}


@pytest.mark.long
def test_thousands_of_names_alike_are_compared_in_good_time() -> None:
    known = before(
        *(
            pay(5000, f"Northern Lantern Shipping {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{n:05}")
            for n in range(5_000)
        )
    )
    rows = [
        pay(1, f"Northern Lantern Shiping {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{n:05}")
        for n in range(5_000)
    ]
    assert len(findings(rows, "lookalike_vendor", known)) == 5_000
    assert (
        len(
            findings(
                [pay(3000, "Nobody", account=str(n)) for n in range(5_000)], "changed_bank_details", known
            )
        )
        == 5_000
    )


def test_a_forgotten_vendor_is_paid_on_no_account_before_somebody_has_called() -> None:
    paid = pay(1, "Rosa Luxner", account="DE89370400440532013000")
    forgotten = History(forgotten=frozenset({"Rosa Luxner"}))
    (found,) = findings([paid], "changed_bank_details", forgotten).values()
    assert "ending in 3000 cannot be compared" in found.evidence
    assert not findings([paid], "changed_bank_details", History())
    (also,) = findings([paid], "submitted_before", forgotten).values()
    assert "forgotten by order" in also.evidence
