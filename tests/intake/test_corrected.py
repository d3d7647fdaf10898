"""What somebody types to correct a payment is read and bounded as what is submitted is."""

import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.transaction import Transaction
from bot.intake.corrected import CorrectionErrors, as_typed, read_correction

PAYMENT = Transaction(
    ref=3,
    row=4,
    date=dt.date(2026, 11, 20),
    amount=Decimal("12000.00"),
    currency="USD",
    vendor="Acme Corp",
    memo="Workshop",
    invoice="INV-77",
    account="DE89370400440532013000",
    card="**** 4242",
)


def test_what_is_typed_as_it_was_changes_nothing_and_every_other_field_stays() -> None:
    assert read_correction(PAYMENT, as_typed(PAYMENT)) == PAYMENT
    assert read_correction(PAYMENT, {}) == PAYMENT
    corrected = read_correction(PAYMENT, {**as_typed(PAYMENT), "amount": "$9,000"})
    assert corrected == PAYMENT.model_copy(update={"amount": Decimal(9000)})


def test_each_field_is_read_as_a_cell_of_a_file_is() -> None:
    typed = {
        "amount": "EUR 1.234,50",
        "currency": "EUR",
        "vendor": "  Acme   GmbH ",
        "memo": "",
        "invoice": "",
        "account": "gb29 nwbk-6016 1331 9268 19",
        "date": "21 November 2026",
        "category": "travel",
    }
    assert read_correction(PAYMENT, typed) == Transaction(
        ref=3,
        row=4,
        date=dt.date(2026, 11, 21),
        amount=Decimal("1234.50"),
        currency="EUR",
        vendor="Acme GmbH",
        memo="",
        account="GB29NWBK60161331926819",
        card="**** 4242",
        category="travel",
    )


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("amount", "about 9000", "about 9000"),
        ("amount", "1.234.5", "grouped wrongly"),
        ("amount", "EUR 9000", "USD"),
        ("amount", "", "no value"),
        ("amount", "9000.005", "decimal places"),
        ("currency", "XYZ", "currency"),
        ("vendor", " ", "no vendor"),
        ("vendor", "x" * 201, "200 are the most"),
        ("memo", "x" * 501, "500 are the most"),
        ("invoice", "x" * 501, "500 are the most"),
        ("account", "x" * 501, "500 are the most"),
        ("date", "01/04/2026", "two readings"),
        ("date", "yesterday", "not a date"),
        ("date", "3026-01-01", "not between"),
    ],
)
def test_a_bad_value_is_a_sentence_at_its_field(field: str, text: str, says: str) -> None:
    with pytest.raises(CorrectionErrors) as raised:
        read_correction(PAYMENT, {**as_typed(PAYMENT), field: text, "category": "travel"})
    assert list(raised.value.sentences) == [field]
    assert says in raised.value.sentences[field]


def test_all_bad_fields_are_named_at_once() -> None:
    with pytest.raises(CorrectionErrors) as raised:
        read_correction(PAYMENT, {"amount": "?", "date": "?", "vendor": "Acme"})
    assert set(raised.value.sentences) == {"amount", "date"}


def test_an_amount_that_stays_is_read_anew_in_another_currency() -> None:
    assert read_correction(PAYMENT, {"currency": "jpy"}).amount == 12000
    cents = PAYMENT.model_copy(update={"amount": Decimal("12000.50")})
    with pytest.raises(CorrectionErrors) as raised:
        read_correction(cents, {"currency": "JPY"})
    assert "decimal places" in raised.value.sentences["amount"]


def test_half_a_surrogate_pair_and_broken_lines_can_be_stored() -> None:
    corrected = read_correction(PAYMENT, {"memo": "half \ud83d\nof it"})
    assert corrected.memo == "half � of it"
