"""Due dates and discounts of a file: read where they can be, and never in the way of anything else."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from bot.domain.transaction import Transaction
from bot.intake.result import Intake
from bot.intake.table import read_table

DUE, UNTIL = dt.date(2026, 12, 3), dt.date(2026, 12, 1)


def read(*rows: Sequence[object]) -> Intake:
    numbered = [(number, tuple(row)) for number, row in enumerate(rows, start=1)]
    return read_table(numbered, currency="EUR")  # type: ignore[arg-type]


def first(header: str, *cells: object) -> Transaction:
    """The payment of a table with these further columns, parted by ``;``."""
    names = ["Date", "Vendor", "Amount", *header.split(";")]
    return read(names, [dt.date(2026, 11, 20), "Acme", 12000, *cells]).transactions[0]


@pytest.mark.parametrize(
    "name",
    [
        "Due date",
        "DueDate",
        "due_date",
        "Due",
        "Due on",
        "Pay by",
        "Payment due date",
        "Net due date",
        "Fälligkeitsdatum",
        "Fällig am",
        "Date d'échéance",
        "Fecha de vencimiento",
        "Data scadenza",
        "Vervaldatum",
        "Termin płatności",
        "Data de vencimento",
        "Förfallodatum",
        "到期日",
    ],
)
def test_the_names_of_a_due_date(name: str) -> None:
    assert first(name, "2026-12-03").due == DUE
    assert first(name, DUE).due == DUE


@pytest.mark.parametrize(
    "name", ["Discount date", "Discount until", "Disc. date", "Skonto bis", "Skontofrist", "Date d'escompte"]
)
def test_the_names_of_the_day_until_which_a_discount_is_given(name: str) -> None:
    payment = first(f"{name};Discount %", "2026-12-01", "2%")
    assert (payment.discount_until, payment.discount, payment.due) == (UNTIL, Decimal(2), None)


@pytest.mark.parametrize(
    ("cell", "percent"),
    [("2", 2), ("2,5 %", "2.5"), (2, 2), (0.02, 2), (0.025, "2.5"), ("0", None), ("90", None), ("n/a", None)],
)
def test_how_a_discount_is_written(cell: object, percent: object) -> None:
    found = first("Discount until;Discount %", "2026-12-01", cell).discount
    assert found == (None if percent is None else Decimal(str(percent)))


@pytest.mark.parametrize("name", ["Due in days", "Overdue", "Invoice due status", "Days due"])
def test_what_only_sounds_like_it_is_no_due_date(name: str) -> None:
    names = ["Date", "Vendor", "Total", name]
    payment = read(names, [dt.date(2026, 11, 20), "Acme", 12000, "30 days"]).transactions[0]
    assert payment.due is None


def test_the_only_date_of_a_table_stays_its_date() -> None:
    (payment,) = read(["Vendor", "Amount", "Due date"], ["Acme", 12000, DUE]).transactions
    assert (payment.date, payment.due) == (DUE, DUE)
    both = ["Vendor", "Amount", "Due date", "Discount date"]
    (payment,) = read(both, ["Acme", 12000, DUE, UNTIL]).transactions
    assert (payment.date, payment.due, payment.discount_until) == (DUE, DUE, UNTIL)


def test_a_day_before_its_month_is_read_as_the_dates_are() -> None:
    header = ["Date", "Vendor", "Amount", "Due date"]
    intake = read(header, ["20/11/2026", "Acme", 12000, "03/12/2026"])
    assert intake.transactions[0].due == DUE
    american = read(header, ["11/20/2026", "Acme", 12000, "12/03/2026"])
    assert american.transactions[0].due == DUE


def test_what_cannot_be_read_refuses_no_row_and_is_said() -> None:
    header = ["Date", "Vendor", "Amount", "Due date"]
    rows = [["2026-11-20", "Acme", 12000, day] for day in ("2026-12-03", "soon", "", "03/04/2026")]
    intake = read(header, *rows, ["2026-11-20", "Acme", 12000, "2026-12-03"])
    assert [payment.due for payment in intake.transactions] == [DUE, None, None, None, DUE]
    assert intake.errors == ()
    assert "Due dates read from “Due date”." in intake.notes
    assert "Due and discount dates that cannot be read are left out: 2." in intake.notes
    none = read(header, ["2026-11-20", "Acme", 12000, "soon"], ["2026-11-20", "Acme", 13000, "net 30"])
    assert not any("ue date" in note for note in none.notes)
