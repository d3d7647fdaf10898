"""Amounts are exact, and refused where a careful person would ask."""

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import MINOR_DIGITS
from bot.domain.money import (
    Amount,
    AmountError,
    decimal_from_number,
    fit_to_currency,
    format_amount,
    minor_digits,
    read_amount,
)
from tests.real_data import real_file

READ = [
    (".97", "0.97", None),
    ("-$.86", "-0.86", "USD"),
    ("Rs.97", "97", "INR"),
    ("8500", "8500", None),
    ("EUR 7,300", "7300", "EUR"),
    ("7,300 eur", "7300", "EUR"),
    ("€2.345,67", "2345.67", "EUR"),
    ("2 345,67 €", "2345.67", "EUR"),
    ("2\u202f345,67 €", "2345.67", "EUR"),
    ("2\xa0345\xa0678", "2345678", None),
    ("(3,400.00)", "-3400.00", None),
    ("($3,400.00)", "-3400.00", "USD"),
    ("-£72.05", "-72.05", "GBP"),
    ("£-72.05", "-72.05", "GBP"),
    ("\u2212£72.05", "-72.05", "GBP"),
    ("72.05-", "-72.05", None),
    ("72.05 CR", "-72.05", None),
    ("72.05 DR", "72.05", None),
    ("+72.05", "72.05", None),
    ("35k", "35000", None),
    ("2,5 Mio", "2500000", None),
    ("1.25 million USD", "1250000", "USD"),
    ("3 bn", "3000000000", None),
    ("2 lakh", "200000", None),
    ("₹23,45,678", "2345678", "INR"),
    ("Rs. 6,500/-", "6500", "INR"),
    ("CHF 9'876.50", "9876.50", "CHF"),
    ("CHF 9’876.50", "9876.50", "CHF"),
    ("9,876", "9876", None),
    ("98,70", "98.70", None),
    ("9.876.543", "9876543", None),
    ("US$ 20,000.05", "20000.05", "USD"),
    ("A$75", "75", "AUD"),
    ("$75 CAD", "75", "CAD"),
    ("$20,000.00 USD", "20000", "USD"),
    ("7５，０００", "75000", None),
    ("￡75", "75", "GBP"),
    ("KWD 1.234", "1.234", "KWD"),
    ("JPY 1,500", "1500", "JPY"),
    ("1250.0000 GBP", "1250", "GBP"),
    ("-0", "0", None),
]

AMBIGUOUS = [
    "Rs .97",
    "2.345",
    "KWD 2,345",
    "€2.345",
    "¥900",
    "kr 900",
    "3 x $4,000",
    "2 @ 15.00",
    "100-200",
    "roughly 700",
    "~700",
    "700?",
    "5M",
    "2 billion",
    "(-72.05)",
    "-72.05 CR",
    "(72.05",
    "1,00,000",
    "USD 1,00,000",
]

REFUSED = [
    "..50",
    ".50.",
    "CHF.50",
    "",
    "   ",
    "2e4",
    "1E+05",
    "nan",
    "inf",
    "Infinity",
    "-",
    "$",
    "abc",
    "12,34.56",
    "4.5.6",
    "1,23,45",
    "1,234 567",
    "12.",
    "0.2+0.3",
    "5*4",
    "10²",
    "½",
    "١٢",
    "12\u200b000",
    "12\x00",
    "USD 12 EUR",
    "XYZ 12",
    "HRK 12",
    "12 bananas",
    "USD 12.345.6",
    "USD 1.2345",
    "JPY 12.5",
    "1" * 16,
    "9999999 bn",
    "7" * 80,
    "0." + "0" * 40 + "1",
    "=1+1",
    "#REF!",
    "2026-04-01",
]


@pytest.mark.parametrize(("text", "value", "currency"), READ)
def test_a_written_amount_is_read_exactly(text: str, value: str, currency: str | None) -> None:
    assert read_amount(text) == Amount(Decimal(value), currency)


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_two_readings_are_a_question(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        read_amount(text)
    assert caught.value.ambiguous
    assert caught.value.reason.endswith(".")


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        read_amount(text)
    assert caught.value.reason.isprintable()


def test_the_reader_agrees_with_the_recorded_cases() -> None:
    for case in json.loads(real_file("money-cases.json").read_text(encoding="utf-8")):
        try:
            amount = read_amount(case["input"])
            answer: tuple[object, ...] = ("accept", amount.value, amount.currency)
            wanted: tuple[object, ...] = (case["action"], Decimal(case["expected"] or 0), case["currency"])
        except AmountError as error:
            answer = ("ask_or_flag_ambiguous" if error.ambiguous else "reject",)
            wanted = (case["action"],)
        assert answer == wanted, case


@pytest.mark.parametrize(
    ("text", "known", "default", "currency"),
    [
        ("$75", None, None, "USD"),
        ("$75", "CAD", None, "CAD"),
        ("$75", None, "AUD", "AUD"),
        ("$75", None, "EUR", "USD"),
        ("¥75", "JPY", None, "JPY"),
        ("¥75", None, "CNY", "CNY"),
        ("75 kr", None, "SEK", "SEK"),
        ("Rs 75", "PKR", None, "PKR"),
        ("75", "GBP", "USD", "GBP"),
        ("75", None, "USD", None),
        ("1,00,000", "INR", None, "INR"),
    ],
)
def test_a_sign_means_what_its_context_says(
    text: str, known: str | None, default: str | None, currency: str | None
) -> None:
    assert read_amount(text, known, default=default).currency == currency


@pytest.mark.parametrize(("text", "known"), [("$75", "EUR"), ("75 GBP", "USD"), ("€75", "GBP")])
def test_a_cell_that_contradicts_its_column_is_refused(text: str, known: str) -> None:
    with pytest.raises(AmountError, match=f"given as {known}"):
        read_amount(text, known)


def test_minor_digits_are_those_of_iso_4217() -> None:
    assert [minor_digits(code) for code in ("JPY", "USD", "BHD", "CLF")] == [0, 2, 3, 4]
    assert len(MINOR_DIGITS) > 150
    for unknown in ("XYZ", "usd", "", "XAU", "DEM"):
        with pytest.raises(AmountError, match="ISO 4217"):
            minor_digits(unknown)


@pytest.mark.parametrize(
    ("number", "text"), [(100.0, "100"), (97.41, "97.41"), (-8, "-8"), (0.1, "0.1"), (1e14, "1" + "0" * 14)]
)
def test_a_spreadsheet_number_is_its_shortest_text(number: float, text: str) -> None:
    assert str(decimal_from_number(number)) == text


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_no_number_is_not_a_number(number: float) -> None:
    with pytest.raises(AmountError):
        decimal_from_number(number)


def test_fractions_of_a_cent_are_refused_and_never_rounded() -> None:
    with pytest.raises(AmountError, match="more decimal places than USD has"):
        fit_to_currency(decimal_from_number(0.1 + 0.2), "USD")
    assert str(fit_to_currency(Decimal("1250.0000"), "USD")) == "1250.00"
    with pytest.raises(AmountError, match="too large"):
        fit_to_currency(decimal_from_number(1e15), "USD")


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("12000", "USD", "USD 12,000.00"),
        ("-45.1", "GBP", "GBP -45.10"),
        ("1500000", "JPY", "JPY 1,500,000"),
        ("1.234", "KWD", "KWD 1.234"),
        ("1.239", "USD", "USD 1.239"),
    ],
)
def test_amounts_are_written_with_every_digit(value: str, currency: str, text: str) -> None:
    assert format_amount(Decimal(value), currency) == text


@st.composite
def amounts(draw: st.DrawFn) -> Amount:
    currency = draw(st.sampled_from(sorted(MINOR_DIGITS)))
    minor = draw(st.integers(-(10**15) + 1, 10**15 - 1))
    return Amount(Decimal(minor).scaleb(-MINOR_DIGITS[currency]), currency)


@given(amounts())
def test_what_is_written_is_read_back_the_same(amount: Amount) -> None:
    assert amount.currency is not None
    again = read_amount(format_amount(amount.value, amount.currency))
    assert again == amount
    assert isinstance(again.value, Decimal)


@given(st.floats(min_value=-1e9, max_value=1e9).map(lambda number: round(number, 2)))
def test_a_float_of_cents_becomes_exactly_those_cents(number: float) -> None:
    assert fit_to_currency(decimal_from_number(number), "USD") == Decimal(repr(number))


MONEYISH = st.text(alphabet=list("0123456789.,'- +()$€£¥kKMcrCRDUSEo/x%²１\u202f\u200b’"), max_size=30)


@given(st.one_of(st.text(max_size=80), MONEYISH), st.sampled_from([None, "USD", "JPY", "KWD", "INR"]))
def test_no_text_raises_anything_but_an_amount_error(text: str, currency: str | None) -> None:
    with contextlib.suppress(AmountError):
        amount = read_amount(text, currency)
        assert isinstance(amount.value, Decimal)
        assert abs(amount.value) < 10**15
        assert currency in (None, amount.currency)
