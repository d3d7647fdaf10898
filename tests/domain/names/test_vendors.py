"""When two names mean one vendor: loosely for what is looked for, strictly for what opens a door."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import fingerprint, identity_of, name_key, readings_of, vendor_keys

# Each line: a kind, and names that a reader takes for one vendor. Those with a ~ are strictly another one
# than the first: being paid under the one says nothing about the other.
ONE_VENDOR = """
small words: The Body Shop ; Body Shop ; Body Shop, The ; THE BODY SHOP
small words: The Globex ; Globex ; ~TheGlobex
and: Smith & Sons ; Smith and Sons ; Smith + Sons ; Smith &amp; Sons ; Smith und Sons ; Smith&amp;amp;Sons
and: Lopez et Fils ; Lopez & Fils ; LOPEZ + FILS
and: Garcia & Hijos ; ~Garcia y Hijos
and: Rossi & Figli ; ~Rossi e Figli
domain: Initech ; ~Initech.com ; ~www.initech.co.uk ; ~https://initech.com/pay
domain: Water Plus Ltd ; ~water plus.co.uk
domain: TV Licensing ; ~tvlicensing.co.uk
country: Initech Ltd ; ~Initech (UK) Ltd ; ~Initech UK Limited
country: Toolstation Ltd ; ~Toolstation (Deutschland) GmbH ; ~Toolstation USA
country: Globex Trading Ltd ; ~Globex Trading (Hong Kong) Ltd
branch: Starlight Coffee ; ~Starlight Coffee #1 ; ~Starlight Coffee #204
branch: Harbour Fuel ; ~Harbour Fuel No. 12
branch: Cedar Books ; ~Cedar Books №3
same form: Globex Limited ; Globex Ltd. ; GLOBEX LTD ; Globex Co. Ltd
same form: Globex Incorporated ; Globex Inc. ; Globex Corp ; Globex Corporation
same form: Globex Aktiengesellschaft ; Globex AG ; GLOBEX A.G.
same form: Globex Sp. z o.o. ; GLOBEX SPÓŁKA Z O.O. ; Globex sp. zoo
same form: Globex S.p.A. ; Globex SpA ; Globex S. P. A.
same form: Globex Sdn. Bhd. ; Globex Sdn Bhd ; GLOBEX SENDIRIAN BERHAD
same form: Globex Pty. Ltd. ; Globex Pty Ltd ; Globex Proprietary Limited
same form: ромашка ООО ; РОМАШКА ооо
other form: Smith Ltd ; ~Smith GmbH ; ~Smith S.A.R.L. ; ~Smith d.o.o.
other form: Globex GmbH ; ~Globex GmbH & Co. KG ; ~Globex AG
other form: Globex Oy ; ~Globex A/S ; ~Globex Kft. ; ~Globex S.A. de C.V.
form before: Romashka OOO ; ~OOO Romashka ; ~ZAO Romashka
form before: Nusantara Jaya ; ~PT Nusantara Jaya
form before: 株式会社トヨナカ ; ~トヨナカ株式会社
no form: Smith ; Smith Ltd
no form: Globex Trading ; Globex Trading GmbH
word order: Galina Petrova Volkova ; ~VOLKOVA, Galina Petrova ; ~Volkova Petrova Galina
word order: Northern Lantern Shipping ; ~Shipping Northern Lantern
word order: Hartley Jones Dental ; ~Dental Hartley-Jones
reference: GLOBEX GMBH 510996260123 SETL_XOT9 ; Globex GmbH 510996260188 SETL_K27Q ; GLOBEX GMBH
reference: Cedar Power REF 99812345 ; CEDAR POWER REF: 10020030 ; Cedar Power
reference: Maple Water 2026-11-02 ; MAPLE WATER 02/11/2026 ; Maple Water
reference: Iron Bridge Ltd TXN_AB12 ; Iron Bridge Ltd MANDATE 7781234 ; Iron Bridge Ltd
reference: FACEADS 2AUJ3AEP92 ; FACEADS H3AVFB2NV2 ; Faceads
reference: Lodge Inn44011570 ; LODGE INN 44013355 ; Lodge Inn
card feed: AMZN Mktp US*2A3B4 ; AMZN Mktp US*9K8P1 ; AMZN MKTP US
card feed: Joes Coffee ; ~SQ *JOES COFFEE
card feed: Cedar Books ; ~PAYPAL *CEDARBOOKS ; ~SumUp *Cedar Books
card feed: Streambox.com ; STREAMBOX.COM 866-579-7172 ; ~STREAMBOX.COM 866-579-7172 CA
card feed: River Air ; River Air 0062341234567 ; ~RIVER AIR 0062349876543 DENVER CO
after its form: Globex Ltd ; ~Globex Ltd - London ; ~Globex Ltd (in liquidation) ; ~Globex Ltd 2
after its form: Globex GmbH ; Globex GmbH EREF+12345 ; Globex GmbH /REF/ABC123456 ; Globex GmbH INV 10023
after its form: Initech ; ~Initech Inc Payment Services ; ~Initech SARL, Niederlassung Deutschland
card feed: Lantern Cafe ; LANTERN CAFE 0207 123 4567
card feed: Lantern Cafe ; ~ZETTLE_*Lantern Cafe ; ~LANTERN CAFE 0207 123 4567 LONDON
card feed: Searchads ; SEARCHADS *4711882AB ; SEARCHADS*99XK12
statement: Cedar Power Ltd ; ~CARD PAYMENT TO CEDAR POWER LTD
statement: Cedar Power ; ~Lastschrift Cedar Power ; ~POS DEBIT Cedar Power
statement: Cedar Books ; ~CEDAR BOOKS//BERLIN/DE ; ~CEDAR BOOKS          OXFORD        GBR
trade mark: Initech™ ; Initech(TM) ; Initech® ; Initech℠ ; Initech (R) ; Initech
signs: Initech ; ~In!tech ; ~|nitech ; ~Init€ch ; ~¡nitech
signs: Salesmart ; ~$alesmart ; ~Sa1esm@rt
signs: Globex ; ~Gl0bex ; ~G|obex
letters: Initech ; ~Inıtech ; ~Initɘch ; ~🅸nitech ; ~🇮nitech
letters: Initech ; ＩＮＩＴＥＣＨ ; Ⓘⓝⓘⓣⓔⓒⓗ ; I̶n̶i̶t̶e̶c̶h̶
letters: Initech ; ~Iniтech ; ~Inιtech ; ~Iռitech
letters: Market Modern ; ~rnarket Modem ; ~Market Modem
letters: Initech ; ~1n173ch ; ~!n!t3ch
letters: Aesop Books ; ~Æsop Books
hidden: Initech ; In\u200bitech ; Init\u00adech ; \u202eInitech
spaces: Initech ; I n i t e c h ; I.n.i.t.e.c.h ; Init ech ; Ini-tech ; Ini_tech
umlauts: Müller Söhne ; Muller Sohne ; ~Mueller Soehne
umlauts: Straße Bau ; STRASSE BAU ; Strasse Bau
accents: Caffè Nero ; Caffe Nero ; CAFFÉ NERO
stroke: Møller ; ~Moller
care of: Initech ; ~Initech, c/o Bob Builder ; ~c/o Initech
care of: Cedar Books ; ~Cedar Books t/a Lantern
"""

APART = """
apart: Vendor 1 ; Vendor 2 ; Vendor 12 ; Vendor 21
apart: School District 5 ; School District 11
apart: Air France ; Air India ; Air Canada ; Air
apart: Smith & Sons ; Smith & Daughters ; Smithson
apart: Acme Corp ; Acme Construction ; Acme Incorporation
apart: Initech ; Initech Garden Tools ; Intech ; Initrode
apart: North Power ; South Power ; North Tower
apart: Oxford City Council ; Oxford County Council ; Oxford Citadel
apart: Bank of Ireland ; Bank of Scotland ; Bank
apart: Car ; Arc
apart: Vitamin Shop ; Vision Shop
apart: दिल्ली ; दाल लि
apart: Ромашка ; Машенька
apart: トヨナカ ; トヨカワ
apart: !!! ; ??? ; *** ; 🎉
apart: The The ; And
apart: Maple 7 Ltd ; Maple 8 Ltd
apart: UK Power ; US Power
apart: Forever21 ; Forever22
apart: Bath Spa University ; Bath ; Bath Spa Hotel
apart: Limited Prints ; Prints ; Incorporated Prints
apart: Bond Order 1234 ; Bond Order 5678
apart: Visa Europe ; Europe Travel ; Purchase Ledger
apart: Bernard ; Barnard ; Beard
apart: No 1 Taxis ; No 1 Currency ; Taxis North
"""


# What cannot be seen in the table above is written as in Python.
ESCAPES = {"\\u200b": "\u200b", "\\u00ad": "\u00ad", "\\u202e": "\u202e"}


def table(text: str) -> list[list[str]]:
    """The names of each line, in their order, without the kind before them."""
    for written, char in ESCAPES.items():
        text = text.replace(written, char)
    return [line.partition(": ")[2].split(" ; ") for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("marked", table(ONE_VENDOR), ids=" ".join)
def test_names_that_a_reader_takes_for_one_vendor_are_one(marked: Sequence[str]) -> None:
    names = [name.removeprefix("~") for name in marked]
    assert {name: fingerprint(name) for name in names} == dict.fromkeys(names, fingerprint(names[0]))
    known = identity_of(names[0])
    strictly = [name if identity_of(name).may_be(known) else f"~{name}" for name in names]
    assert strictly == list(marked)


@pytest.mark.parametrize("names", table(APART), ids=lambda names: names[0])
def test_names_that_are_merely_similar_stay_apart(names: Sequence[str]) -> None:
    assert len(set(vendor_keys(names).values())) == len(names)
    assert len(set(map(identity_of, names))) == len(names)


def test_a_legal_form_left_out_may_be_any_but_two_forms_are_two() -> None:
    ltd, gmbh, bare = map(identity_of, ("Smith Ltd", "Smith GmbH", "Smith"))
    assert all([bare.may_be(ltd), ltd.may_be(bare), gmbh.may_be(bare)])
    assert not ltd.may_be(gmbh)
    assert not bare.may_be(identity_of("Smithson"))


@pytest.mark.parametrize(
    "name",
    [
        "Initech Germany",
        "Initech Deutschland GmbH",
        "Initech1",
        "Initech 1",
        "Initech²",
        "Initech Inc Payment Services",
        "Initech Payments",
        "Bob Builder c/o Initech",
        "Lantern trading as Initech",
        "ln!tech Hong Kong",
        "Initech, Berlin",
        "Bob Builder / Initech",
        "Lantern 510996260123 Initech",
        "INITECH *BOOKS",
    ],
)
def test_a_name_has_every_reading_in_which_it_may_be_meant(name: str) -> None:
    assert fingerprint("Initech") in readings_of(name)


@pytest.mark.parametrize(
    "name",
    ["Initech Garden Tools", "Air France", "Initrode", "Services", "1", "", "c/o", "Payment Services Ltd"],
)
def test_and_no_reading_in_which_it_is_not(name: str) -> None:
    assert not readings_of(name) & {fingerprint("Initech"), fingerprint("Air"), fingerprint("France")}
    assert all(readings_of(name))


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("hampton by hilton ashfor", "hampton by hilton ashford"),
        ("HARBOUR AND CEDAR GROCER", "Harbour and Cedar Grocery Stores"),
        ("lantern services", "lantern servicestations"),
        ("NORTHERN LANTERN SHIPPING", "Northern Lantern Shipping Company of Oslo"),
    ],
)
def test_a_name_cut_at_a_feeds_width_is_one_with_the_whole_of_it(cut: str, whole: str) -> None:
    keys = vendor_keys({cut, whole, "Globex"})
    assert keys[cut] == keys[whole] != keys["Globex"]


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("Harbour Tea", "Harbour Tearooms"),  # narrower than any feed
        ("Lantern Services", "Lantern Services North"),  # 16 wide, and a name of its own
        ("Northern Lantern Ship", "Northern Lantern Shipping"),  # 21 wide
        ("Northern Lantern Dental", "Southern Lantern Dental Care"),
    ],
)
def test_a_shorter_name_is_not_always_a_cut_one(shorter: str, longer: str) -> None:
    keys = vendor_keys({shorter, longer})
    assert keys[shorter] != keys[longer]


PARTS = "The|Globex|Lantern|and|&|Ltd|GmbH|(UK)|.com|c/o|Müller|S.A.|#4|510996260123|SQ|*|In!tech|A|1|e"
WORDS = st.sampled_from(PARTS.split("|"))


@given(st.lists(WORDS, max_size=6), st.lists(st.sampled_from(["", " ", "-", "  "]), min_size=6, max_size=6))
def test_what_was_one_vendor_by_name_key_stays_one(words: list[str], gaps: list[str]) -> None:
    name = " ".join(words)
    respelled = "".join(word + gap for word, gap in zip(words, gaps, strict=False)).upper()
    keys = vendor_keys({name, respelled})
    assert fingerprint(name)
    assert (name_key(name) != name_key(respelled)) or keys[name] == keys[respelled]


@given(st.text(max_size=40))
def test_any_text_has_a_key_of_each_kind(text: str) -> None:
    assert fingerprint(text) in readings_of(text)
    assert identity_of(text).name
    assert vendor_keys({text}) == {text: fingerprint(text)}


@pytest.mark.long
def test_keys_of_many_names_take_time_in_proportion() -> None:
    def seconds(count: int, start: int) -> float:
        names = {
            f"Northern Lantern Shipping {start + number:06} GmbH 5109962{number:05}"
            for number in range(count)
        }
        began = time.process_time()
        vendor_keys(names)
        return time.process_time() - began

    assert seconds(20_000, 100_000) < 8 * seconds(5_000, 0) + 0.5


@pytest.mark.parametrize(
    "text",
    [
        "x*" * 5_000,
        "A." * 5_000,
        "((" * 5_000,
        "&#" * 5_000,
        " c/" * 5_000,
        "  " * 5_000 + "x",
        "- " * 5_000,
        "a " * 5_000,
        "1-" * 5_000,
    ],
)
def test_no_text_is_read_for_long(text: str) -> None:
    began = time.process_time()
    readings_of(text)
    identity_of(text)
    assert time.process_time() - began < 2
