"""Where a payment stood: a row of a file, a line of a text, and nothing where it was typed alone."""

import pytest

from bot.application.details import PaymentDetails
from bot.domain.people import Deciders
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.submission import FORM, MESSAGE, SAMPLE, TEXT
from bot.export.payments import COLUMNS, cells
from handlers.views.card import card
from handlers.views.desk.payments import payment_lines
from handlers.views.details import details_view
from tests.handlers.views.test_card import entry, ranked, review_state

FILE = "payments.csv and refunds.csv"


def at_row(ref: int, row: int) -> ReviewedTransaction:
    shown = entry(ref, "Chairs")
    return shown.model_copy(update={"transaction": shown.transaction.model_copy(update={"row": row})})


def everywhere(state: ReviewState) -> str:
    """All that card, desk and details say of a payment in row 4, which repeats that of row 3."""
    second, first = at_row(2, 4), at_row(1, 3)
    first = first.model_copy(update={"judgement": None})
    shown = card(state, [ranked(second, pair=1), first], Deciders())
    details = details_view(PaymentDetails(state, second, (), "nothing", ()), {})
    return f"{shown} {payment_lines(state, second)} {details}"


def file_row(state: ReviewState) -> object:
    return cells(state, at_row(2, 4), {})[COLUMNS.index("File row")]


def test_what_came_in_a_file_is_named_by_its_row() -> None:
    state = review_state(source=FILE, undecided=1, total=2)
    said = everywhere(state)
    assert said.count("row 4") == 3, said
    assert said.count("row 3") == 1
    assert "In the file: row 4" in said
    assert file_row(state) == 4


@pytest.mark.parametrize("source", [TEXT, FORM, MESSAGE])
def test_what_was_typed_is_never_called_a_row(source: str) -> None:
    several = review_state(source=source, undecided=1, total=2)
    said = everywhere(several)
    assert "row 4" not in said
    assert "row 3" not in said
    assert said.count("line 4") == 3, said
    assert said.count("line 3") == 1
    assert "In the text: line 4" in said
    alone = everywhere(review_state(source=source, undecided=1, total=1))
    assert "line 4" not in alone
    assert "row 4" not in alone
    assert file_row(several) is None


def test_what_the_bot_made_up_stood_nowhere() -> None:
    said = everywhere(review_state(source=SAMPLE, undecided=1, total=2))
    assert "row 4" not in said
    assert "line 4" not in said


@pytest.mark.parametrize(("vendor", "below"), [("Acme Corp", False), ("Acme " * 30 + "Ltd", True)])
def test_a_vendor_is_named_once_whole_at_the_top_or_below(vendor: str, below: bool) -> None:
    payment = entry(2, "Chairs", vendor=vendor)
    view = details_view(PaymentDetails(review_state(), payment, (), "nothing", ()), {})
    shown = [text for block in view["blocks"] for text in texts_of(block)]
    assert sum(vendor in text for text in shown) == 1, shown
    assert (f"Vendor: {vendor}" in "\n".join(shown)) is below


def texts_of(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for part in value.values() for text in texts_of(part)]
