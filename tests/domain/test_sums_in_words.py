"""Sums by currency, in words."""

from decimal import Decimal

import pytest

from bot.domain import text as wording


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        ({"USD": "12000", "GBP": "1250"}, "GBP 1,250.00 + USD 12,000.00"),
        ({"USD": "0.00", "EUR": "15000"}, "EUR 15,000.00"),
        ({"USD": "0.00"}, "USD 0.00"),
        ({}, "nothing"),
    ],
)
def test_a_currency_of_which_nothing_is_left_is_not_named_beside_others(
    sums: dict[str, str], words: str
) -> None:
    totals = {currency: Decimal(amount) for currency, amount in sums.items()}
    assert wording.totals_in_words(totals) == words
