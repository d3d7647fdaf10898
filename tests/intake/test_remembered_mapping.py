"""What was said of one file is held against the next: its values, and the names of its columns."""

import pytest

from bot.domain.column_mapping import ColumnMapping
from bot.intake import ColumnQuestion, Intake, read_file

PLACES = {"date": (0,), "vendor": (1,), "amount": (2,)}
SAID = ColumnMapping.model_validate({"columns": PLACES, "confirmed": False})


def read(text: str, said: ColumnMapping) -> Intake:
    return read_file("a.csv", text.encode(), currency="USD", mapping_of=lambda _: said)


def others(**changes: object) -> ColumnMapping:
    columns = {**PLACES, **changes.pop("columns", {})}  # type: ignore[dict-item]
    return SAID.but(columns=columns, by_another=True, **changes)


@pytest.mark.parametrize(
    ("said", "row"),
    [
        (SAID.but(dates="dmy"), "04/25/2026,Harrow Ltd,20.00"),
        (SAID.but(dates="mdy"), "25/04/2026,Harrow Ltd,20.00"),
        (SAID.but(decimal_mark=","), "2026-04-25,Harrow Ltd,20.00"),
        (SAID.but(decimal_mark="."), '2026-04-25,Harrow Ltd,"20,00"'),
    ],
)
def test_values_that_go_against_what_was_said_before_are_asked_about(said: ColumnMapping, row: str) -> None:
    table = f"Date,Vendor,Amount\n{row}\n"
    with pytest.raises(ColumnQuestion, match="differ from those"):
        read(table, said)
    assert len(read(table, said.but(confirmed=True)).errors) == 1


@pytest.mark.parametrize(
    ("said", "header", "row"),
    [
        (others(columns={"account": ()}), "Date,Vendor,Amount,IBAN", ",DE89370400440532013000"),
        (others(columns={"invoice": (4,)}), "Date,Vendor,Amount,Invoice no,Line", ",A-1,7"),
        (
            others(columns={"invoice": (3,), "account": (4,)}),
            "Date,Vendor,Amount,IBAN,Invoice no",
            ",DE8,A-1",
        ),
        (others(columns={"memo": ()}), "Date,Vendor,Amount,Memo", ",urgent"),
        (others(columns={"amount": (3,)}), "Date,Vendor,Amount due,Net amount", ",1.00"),
        (others(columns={"amount": (3,)}), "Date,Vendor,Amount,Points", ",1"),
        (others(columns={"vendor": (3,)}), "Date,Vendor,Amount,Desk", ",Front"),
        (others(currency="IDR"), "Date,Vendor,Amount", ""),
        (others(unit=1), "Date,Vendor,Amount (k)", ""),
    ],
)
def test_an_answer_of_somebody_else_takes_nothing_from_a_file_in_silence(
    said: ColumnMapping, header: str, row: str
) -> None:
    table = f"{header}\n2026-11-05,Harrow Ltd,900.00{row}\n"
    with pytest.raises(ColumnQuestion):
        read(table, said)
    assert read(table, said.but(by_another=False)).transactions
    assert read(table, said.but(by_another=False, confirmed=True)).transactions


def test_an_answer_of_somebody_else_about_names_that_nobody_knows_is_used() -> None:
    table = "Päivä,Saaja,Summa xyz,Kukka\n2026-11-05,Harrow Ltd,900.00,lilja\n"
    assert read(table, others(money_out="plus", dates="dmy")).transactions


def test_a_description_that_somebody_else_read_as_the_payee_is_no_memo_passed_over() -> None:
    table = "Date,Description,Amount\n2026-11-05,Harrow Ltd,900.00\n"
    assert read(table, others(columns={"memo": ()})).transactions
    named = "Date,Description,Amount,Vendor\n2026-11-05,Harrow Ltd,900.00,Marlow Ltd\n"
    with pytest.raises(ColumnQuestion, match="“Vendor”"):
        read(named, others(columns={"memo": ()}))


def test_a_column_that_is_empty_is_not_asked_about() -> None:
    table = "Date,Vendor,Amount,IBAN\n2026-11-05,Harrow Ltd,900.00,\n"
    assert read(table, others(columns={"account": ()})).transactions
