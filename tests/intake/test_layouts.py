"""Reading never gives a wrong number in silence: in 200 layouts all is read, refused or asked about."""

from collections import Counter

import pytest

from bot.domain.column_mapping import MONEY_ROLES, ColumnMapping, header_key
from bot.intake import ColumnQuestion, Intake, read_file
from tests.intake.layouts import DEFAULT, Layout, layout

LAYOUTS, CHUNK = 200, 50
GUESSED = ("vendor", "date", *MONEY_ROLES)


def read(made: Layout, mapping: ColumnMapping | None = None) -> Intake:
    return read_file(made.name, made.content, currency=DEFAULT, mapping_of=lambda _: mapping)


def answered(made: Layout, question: ColumnQuestion) -> Intake:
    """The table read by the right answer, given for its own header alone."""
    assert question.table is not None, made.says
    header = question.table.header
    return read_file(
        made.name,
        made.content,
        currency=DEFAULT,
        mapping_of=lambda names: made.mapping if header_key(names) == header_key(header) else None,
    )


def wrong(made: Layout, intake: Intake) -> list[str]:
    """What was read otherwise than it stands there, or left out without a word."""
    found: list[str] = []
    refused = {error.row for error in intake.errors}
    read_rows = {payment.row for payment in intake.transactions}
    for payment in intake.transactions:
        truth = made.payments.get(payment.row or 0)
        if truth is None:
            found.append(f"row {payment.row} is no payment")
            continue
        if (payment.amount, payment.currency) != (truth.amount, truth.currency):
            found.append(f"row {payment.row}: {payment.amount} {payment.currency}, not {truth.amount}")
        if payment.vendor != truth.vendor:
            found.append(f"row {payment.row}: {payment.vendor}, not {truth.vendor}")
        if payment.date not in (truth.date, None):
            found.append(f"row {payment.row}: {payment.date}, not {truth.date}")
    lost = made.payments.keys() - refused - read_rows
    return [*found, *(f"row {row} is lost" for row in sorted(lost))]


@pytest.mark.parametrize("first", range(0, LAYOUTS, CHUNK))
def test_payments_in_any_layout_are_read_exactly_or_asked_about(first: int) -> None:
    outcomes: Counter[str] = Counter()
    for made in map(layout, range(first, first + CHUNK)):
        try:
            intake = read(made)
            outcomes["read"] += 1
        except ColumnQuestion as question:
            places = question.guess.columns
            right = all(places.get(role, ()) == made.mapping.columns[role] for role in GUESSED)
            outcomes["guessed" if right else "misguessed"] += 1
            intake = answered(made, question)
            assert not [error for error in intake.errors if error.row in made.payments], made.says
        assert wrong(made, intake) == [], made.says
    assert outcomes["misguessed"] <= 0.05 * CHUNK, outcomes
