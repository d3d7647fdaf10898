"""What somebody looks for is read in every way that it can be meant, and finds no more than that."""

import pytest

from bot.domain.search import has_all, read_query, terms_of
from bot.domain.transaction import Transaction


def payment(vendor: str = "Acme Corp", amount: str = "12000", invoice: str | None = "INV-077") -> Transaction:
    return Transaction(ref=1, amount=amount, currency="USD", vendor=vendor, memo="ink", invoice=invoice)


@pytest.mark.parametrize(
    "typed",
    [
        *("acme", "ACME", "Acme Corp", "acme corporation", " acme  corp. "),
        *("12000", "12,000", "12k", "$12,000.00", "USD 12000", "12000 usd"),
        *("INV-77", "inv 77", "77", "invoice 077"),
    ],
)
def test_a_payment_is_found_by_its_vendor_amount_or_invoice(typed: str) -> None:
    assert has_all(payment(), read_query(typed).alternatives)


@pytest.mark.parametrize(
    "typed", ["acmes", "globex", "acme globex", "1200", "12000.50", "EUR 12000", "INV-78", "R-AQ86M", "", "-"]
)
def test_nothing_else_finds_it(typed: str) -> None:
    assert not has_all(payment(), read_query(typed).alternatives)


def test_a_word_of_a_longer_name_finds_it_and_every_word_must_be_in_it() -> None:
    trading = payment(vendor="The Acme Trading Co. Ltd")
    assert has_all(trading, read_query("trading").alternatives)
    assert has_all(trading, read_query("trading acme").alternatives)
    assert not has_all(trading, read_query("trading globex").alternatives)


def test_a_refund_is_found_by_what_it_refunds() -> None:
    assert has_all(payment(amount="-250.10"), read_query("250.10").alternatives)


def test_a_number_may_be_an_amount_an_invoice_or_a_name() -> None:
    alternatives = read_query("77").alternatives
    assert has_all(payment(amount="77", invoice=None), alternatives)
    assert has_all(payment(invoice="77"), alternatives)
    assert has_all(payment(vendor="77 Media", invoice=None), alternatives)


@pytest.mark.parametrize("typed", ["R-AQ86M", " r-aq86m "])
def test_a_review_is_named_by_its_id_in_any_case(typed: str) -> None:
    assert read_query(typed).review == "R-AQ86M"


@pytest.mark.parametrize("typed", ["R-AQ86", "R-AQ86O", "find R-AQ86M", "R-AQ86M-2"])
def test_what_is_no_id_of_a_review_names_none(typed: str) -> None:
    assert not read_query(typed).review


def test_a_payment_without_a_telling_invoice_has_no_such_term() -> None:
    assert not any(term.startswith("invoice") for term in terms_of(payment(invoice="n/a")))
