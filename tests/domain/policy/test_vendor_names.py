"""What vendors' names do in the rules: denied and listed ones, known ones, cut ones, posing ones."""

import datetime as dt

import pytest

from bot.domain.policy import read_sanctions
from tests.domain.payments import before, findings, pay

LISTED = read_sanctions('1002,"NORTHERN LANTERN SHIPPING COMPANY","-0- ","IRAN",-0-\n', dt.date(2026, 6, 1))
KNOWN_PAYMENTS = (*(pay(5000, f"Vendor {number}") for number in range(19)), pay(100, "Acme Corporation"))
KNOWN = before(*KNOWN_PAYMENTS)
DENIED_NAMES = """
Initech™
Initech(TM)
Initech℠
In!tech
Init€ch
¡nitech
1n1t3ch
Inıtech
Initɘch
🅸nitech
Iniтech
I̶n̶i̶t̶e̶c̶h̶
The Initech
Initech.com
www.initech
Initech (UK) Ltd
Initech Germany
Initech GmbH & Co KG
Initech №1
Initech1
Initech, c/o Bob
c/o Initech
hcetinI
Initech Inc Payment Services
SQ *INITECH
INITECH 510996260123 SETL_XOT9
Smith and Sons
Smith &amp; Sons
Smith + Sons
Sons Smith
STRASSE BAU
"""
DENIED = 'denied_vendors = ["Initech", "Smith & Sons", "Straße Bau"]'


@pytest.mark.parametrize(
    "name",
    DENIED_NAMES.strip().splitlines(),
)
def test_a_denied_name_is_denied_in_every_reading(name: str) -> None:
    (found,) = findings([pay(1, name)], "denied_vendor", policy=DENIED).values()
    assert "is on the list of denied vendors" in found.evidence


@pytest.mark.parametrize("name", ["Intech", "Injtech", "Ýnitech", "Strase Bau", "Smith & Sonn Ltd"])
def test_one_letter_from_a_denied_name_is_denied_in_those_words(name: str) -> None:
    (found,) = findings([pay(1, name)], "denied_vendor", policy=DENIED).values()
    assert found.policy == "denied_vendors"


@pytest.mark.parametrize(
    "name",
    [
        "Initrode",
        "Initech Garden Tools",
        "Smith",
        "Smith Brothers",
        "Sons",
        "Bau",
        "Tech Init Solutions",
        "Inter",
    ],
)
def test_a_name_that_shares_a_part_with_a_denied_one_is_not(name: str) -> None:
    assert not findings([pay(1, name)], "denied_vendor", policy=DENIED)


@pytest.mark.parametrize(
    "name",
    [
        "Northern Lantern Shipping Company (UK) 99812345 SETL_X1",
        "SQ *NORTHERN LANTERN SHIPPING",
        "The Northern Lantern Shipping GmbH & Co. KG",
        "N@rthern Lantern Sh!pping",
        "Northern &amp; Lantern Shipping",
    ],
)
def test_a_listed_name_is_found_behind_what_feeds_and_disguises_put_around_it(name: str) -> None:
    assert findings([pay(1, name)], "sanctioned_name", sanctions=LISTED)


KNOWN_GLOBEX = before(*KNOWN_PAYMENTS, pay(5000, "Globex Trading Ltd"), pay(5000, "Lantern"))


@pytest.mark.parametrize(
    "name",
    [
        "GLOBEX TRADING LIMITED",
        "Globex Trading",
        "The Globex Trading Ltd.",
        "Globex Trading Ltd 510996260123 SETL_XOT9",
        "Globex Trading™ Ltd",
        "Lantern GmbH",
    ],
)
def test_a_vendor_is_known_by_its_name_however_it_is_spelled(name: str) -> None:
    assert not findings([pay(5000, name)], "unknown_vendor", KNOWN_GLOBEX)


@pytest.mark.parametrize(
    "name",
    [
        "Globex Trading GmbH",
        "Globex Trading (Hong Kong) Ltd",
        "SQ *GLOBEX TRADING LTD",
        "globextrading.com",
        "Trading Globex Ltd",
        "Globex Trading Ltd c/o Bob",
        "Gl0bex Trading Ltd",
        "Globex Trading #2",
        "Globex Trading Ltd 510996260123 Lantern",
        "Globex Trading *Lantern Ltd",
    ],
)
def test_a_vendor_that_is_merely_similar_is_not_known(name: str) -> None:
    assert findings([pay(5000, name)], "unknown_vendor", KNOWN_GLOBEX)
    assert findings([pay(5000, name)], "unknown_vendor", policy='known_vendors = ["Globex Trading Ltd"]')


@pytest.mark.parametrize(
    "name", ["Globex (UK)", "GLOBEX 510996260123", "SQ *GLOBEX", "Globex GmbH", "The Globex"]
)
def test_a_vendors_own_limit_holds_for_every_name_that_is_taken_for_it(name: str) -> None:
    own = '[vendor_limits."Globex Ltd"]\nGBP = 50\n'
    assert findings([pay(60, name)], "amount_over_limit", policy=own)


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("hampton by hilton ashfor", "hampton by hilton ashford"),
        ("sainsburys s/mkt", "sainsburys s/mkts"),
        ("Northern Lantern Shippin", "Northern Lantern Shipping"),
    ],
)
def test_a_name_cut_by_a_card_feed_is_no_look_alike(cut: str, whole: str) -> None:
    assert not findings([*[pay(1, whole)] * 3, pay(1, cut)], "lookalike_vendor")
    assert not findings([pay(1, cut)], "lookalike_vendor", before(*KNOWN_PAYMENTS, pay(100, whole)))


@pytest.mark.parametrize(
    ("posing", "original"),
    [
        ("Northern Lantern Shiping", "Northern Lantern Shipping"),  # a letter in the middle
        ("Acme Corporations", "Acme Corporation"),  # 16 wide, and more than it
        ("Northern Lanter", "Northern Lantern"),  # narrower than any feed
    ],
)
def test_a_slip_elsewhere_than_at_a_feeds_width_is_one(posing: str, original: str) -> None:
    assert findings([pay(1, posing)], "lookalike_vendor", before(*KNOWN_PAYMENTS, pay(100, original)))


def test_a_name_cut_by_a_card_feed_is_the_same_vendor_where_payments_are_compared() -> None:
    rows = [pay(1500, "hampton by hilton ashford"), pay(1500, "hampton by hilton ashfor", on=16)]
    assert set(findings(rows, "duplicate_payment")) == {2}


def test_references_that_differ_by_a_letter_make_no_look_alike() -> None:
    known = before(*KNOWN_PAYMENTS, pay(100, "GLOBEX TRADING 510996260123 SETL_XOT9"))
    assert not findings([pay(1, "GLOBEX TRADING 510996260123 SETL_XOU9")], "lookalike_vendor", known)
    assert findings([pay(1, "GLOBEX TRADlNG 510996260777 SETL_ABC1")], "lookalike_vendor", known)


@pytest.mark.parametrize(
    "name", ["Globex Trad!ng", "$ilver Works Ltd", "S|lver Works Ltd", "Sılver Works Ltd"]
)
def test_a_sign_in_place_of_a_letter_is_a_disguise_of_a_known_name(name: str) -> None:
    known = before(*KNOWN_PAYMENTS, pay(100, "Globex Trading"), pay(100, "Silver Works Ltd"))
    (found,) = findings([pay(1, name)], "lookalike_vendor", known).values()
    assert "is written like" in found.evidence


@pytest.mark.parametrize(
    "name", ["Yahoo!", "Toys | Games", "Cash $", "Møller", "Işık Ltd", "P!nk Flowers", "AT&T"]
)
def test_a_sign_or_letter_of_a_names_own_is_none(name: str) -> None:
    assert not findings([pay(1, name)], "lookalike_vendor", KNOWN)


def test_bank_references_keep_no_vendor_apart() -> None:
    rows = [
        pay(4900, "GLOBEX GMBH 510996260123 SETL_XOT9", on=2),
        pay(4900, "GLOBEX GMBH 510996260188 SETL_K27Q", on=2),
        pay(4800, "GLOBEX GMBH 510996260231 SETL_PP81", on=3),
    ]
    assert set(findings(rows, "duplicate_payment")) == {2}
    assert set(findings(rows, "split_payment")) == {1, 2, 3}
