"""A table is read as its submitter said: once for its header, whatever its language."""

import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.column_mapping import ColumnMapping, header_key
from bot.intake import ColumnQuestion, Intake, IntakeError, read_file, read_text

WELSH = (
    "Dyddiad;Derbynnydd;Nodyn;Swm\n05.11.2026;Harrow Oy;pipes;-1143,41\n06.11.2026;Marlow Oy;bwyd;-20,00\n"
)


def asked(content: str, mapping: ColumnMapping | None = None) -> ColumnQuestion:
    with pytest.raises(ColumnQuestion) as caught:
        read(content, mapping)
    return caught.value


def read(content: str, mapping: ColumnMapping | None = None) -> Intake:
    return read_file("x.csv", content.encode(), currency="EUR", mapping_of=lambda _: mapping)


def paid(intake: Intake) -> list[tuple[str, str]]:
    return [(payment.vendor, str(payment.amount)) for payment in intake.transactions]


def test_a_header_in_a_language_nobody_knows_is_asked_about_with_a_guess_by_its_values() -> None:
    question = asked(WELSH)
    assert question.question.startswith("Which columns are the amount and the payee?")
    assert question.table is not None
    assert question.table.header == ("Dyddiad", "Derbynnydd", "Nodyn", "Swm")
    guess = question.guess.columns
    assert (guess["amount"], guess["vendor"], guess["date"]) == ((3,), (1,), (0,))


def test_the_guess_confirmed_leaves_only_the_sign_to_be_said() -> None:
    guess = asked(WELSH).guess
    question = asked(WELSH, guess)
    assert question.asked == "money_out"
    answered = read(WELSH, guess.but(money_out="minus"))
    assert paid(answered) == [("Harrow Oy", "1143.41"), ("Marlow Oy", "20.00")]
    assert answered.transactions[0].date == dt.date(2026, 11, 5)
    assert answered.mapped == (("Dyddiad", "Derbynnydd", "Nodyn", "Swm"),)
    assert answered.read_as["money-out"] == "minus"


def test_a_mapping_is_found_by_all_names_of_the_header_in_their_order() -> None:
    names = ["Dyddiad", "Derbynnydd", "Swm"]
    assert header_key(names) == header_key(["dyddiad ", "DERBYNNYDD", "Swm", ""])
    assert header_key(names) != header_key(["Derbynnydd", "Dyddiad", "Swm"])
    assert header_key(names) != header_key([*names, "Viite"])


def test_what_was_said_of_one_role_leaves_the_others_to_be_found_or_asked_about() -> None:
    content = "Date,Vendor,Amount due,Total due\n2026-11-02,Harrow Ltd,100.00,120.00\n"
    question = asked(content)
    assert question.asked == "amount"
    assert paid(read(content, ColumnMapping(columns={"amount": (3,)}))) == [("Harrow Ltd", "120.00")]
    two = "Date,Vendor,Supplier,Amount due,Total due\n2026-11-02,Harrow Ltd,Marlow,100.00,120.00\n"
    assert asked(two, ColumnMapping(columns={"amount": (3,)})).asked == "vendor"


@pytest.mark.parametrize(
    ("content", "fields", "expected"),
    [
        ("Vendor,Amount in thousands\nHarrow,85\nMarlow,12.5\n", {"unit": 1_000}, ["85000", "12500.00"]),
        ("Vendor,Amount in thousands\nHarrow,85\nMarlow,12.5\n", {"unit": 1}, ["85", "12.50"]),
        ("Vendor,Amount\nHarrow,1.234\nMarlow,2.500\n", {"decimal_mark": ","}, ["1234", "2500"]),
        ("Vendor,Amount\nHarrow,1.230\nMarlow,2.500\n", {"decimal_mark": "."}, ["1.23", "2.50"]),
        ("Vendor,Amount\nHarrow,-5.00\nMarlow,-7.00\n", {"money_out": "minus"}, ["5.00", "7.00"]),
        ("Vendor,Amount\nHarrow,-5.00\nMarlow,-7.00\n", {"money_out": "plus"}, ["-5.00", "-7.00"]),
        ("Vendor,Debit,Credit\nHarrow,9.00,\nMarlow,,-7.00\n", {"money_out": "plus"}, ["9.00", "-7.00"]),
        (
            "Vendor,Debit,Credit\nHarrow,9.00,\nMarlow,,-7.00\n",
            {"money_out": "minus_in_credit"},
            ["9.00", "7.00"],
        ),
        ("Vendor,Debit,Credit\nHarrow,,9.00\nMarlow,7.00,\n", {"money_out": "minus"}, ["9.00", "-7.00"]),
    ],
)
def test_how_amounts_are_written_is_said_once_for_the_column(
    content: str, fields: dict[str, object], expected: list[str]
) -> None:
    amounts = [payment.amount for payment in read(content, ColumnMapping().but(**fields)).transactions]
    assert amounts == list(map(Decimal, expected))


@pytest.mark.parametrize(
    ("written", "fields", "expected"),
    [
        ("01/04/2026", {"dates": "dmy"}, "2026-04-01"),
        ("01/04/2026", {"dates": "mdy"}, "2026-01-04"),
        ("46328", {"dates": "serial"}, "2026-11-02"),
        ("Sep 2026", {"dates": "month"}, "2026-09-01"),
        ("03/2026", {"dates": "month"}, "2026-03-01"),
        ("August", {"dates": "month", "year": 2025}, "2025-08-01"),
        ("août", {"dates": "month", "year": 2025}, "2025-08-01"),
    ],
)
def test_how_dates_are_written_is_said_once_for_the_column(
    written: str, fields: dict[str, object], expected: str
) -> None:
    content = f"Vendor,Amount,Date\nHarrow,5.00,{written}\n"
    assert asked(content).asked == "dates"
    (payment,) = read(content, ColumnMapping().but(**fields)).transactions
    assert str(payment.date) == expected


def test_a_month_without_a_year_is_asked_about_its_year() -> None:
    question = asked("Vendor,Amount,Date\nHarrow,5.00,August\n", ColumnMapping(dates="month"))
    assert question.asked == "year"


def test_a_value_that_goes_against_what_was_said_is_refused_by_name() -> None:
    content = "Vendor,Amount,Date\nA,5.00,01/04/2026\nB,5.00,04/14/2026\nC,5.00,14/04/2026\n"
    dates = read(content, ColumnMapping(dates="dmy"))
    assert [str(error) for error in dates.errors] == ["Row 3, Date: There is no such day as 04/14/2026."]
    amounts = read("Vendor;Amount\nA;5,00\nB;1.234.56\nC;1,234.56\n", ColumnMapping(decimal_mark=","))
    assert [error.row for error in amounts.errors] == [3, 4]


def test_a_table_without_a_header_is_asked_about_by_the_letters_of_its_columns() -> None:
    content = "05.11.2026;Harrow Ltd;-20,00\n06.11.2026;Marlow Ltd;-30,00\n"
    question = asked(content)
    assert question.table is not None
    assert not question.table.has_header
    assert [header.name for header in question.table.headers] == ["Column A", "Column B", "Column C"]
    said = {header_key(question.table.header): question.guess.but(money_out="minus")}
    answered = read_file(
        "x.csv", content.encode(), currency="EUR", mapping_of=lambda names: said.get(header_key(names))
    )
    assert paid(answered) == [("Harrow Ltd", "20.00"), ("Marlow Ltd", "30.00")]


def test_a_column_whose_values_are_none_of_its_role_is_asked_about() -> None:
    content = "Vendor,Amount,Date\nA,5,soon\nB,5,later\nC,5,never\n"
    question = asked(content)
    assert (question.asked, question.question) == (
        "date",
        "Which column is the date? “Date” holds none that I can read: “soon” (row 2).",
    )
    assert len(read(content, ColumnMapping(columns={"date": ()})).transactions) == 3


def test_what_is_remembered_is_asked_about_again_where_the_values_go_against_it() -> None:
    said = asked(WELSH).guess.but(money_out="minus")
    remembered = said.but(confirmed=False)
    assert len(read(WELSH, remembered).transactions) == 2
    incoming = WELSH.replace("-", "")
    assert asked(incoming, remembered).asked == "money_out"
    assert {payment.amount for payment in read(incoming, said).transactions} == {
        Decimal("-1143.41"),
        Decimal("-20.00"),
    }
    weeks = WELSH.replace("05.11.2026", "vko 45").replace("06.11.2026", "vko 45")
    weeks += "vko 45;Marlow Oy;x;-5,00\n"
    assert asked(weeks, remembered).asked == "date"


def test_a_pasted_table_is_read_by_what_was_said_of_its_header() -> None:
    with pytest.raises(ColumnQuestion) as caught:
        read_text(WELSH, currency="EUR")
    said = caught.value.guess.but(money_out="minus")
    assert len(read_text(WELSH, currency="EUR", mapping_of=lambda _: said).transactions) == 2


def test_prose_and_lists_are_not_taken_for_tables() -> None:
    for content in ("Hello there,\nplease see below\n", "a,b\nc,d\n"):
        with pytest.raises(IntakeError) as caught:
            read(content)
        assert not isinstance(caught.value, ColumnQuestion)


def test_how_many_amounts_name_no_currency_is_known() -> None:
    intake = read("Vendor,Amount\nA,5.00\nB,$7.00\n")
    assert (intake.assumed_currency, intake.assumed_rows) == ("EUR", 1)
    assert read("Vendor,Amount,Currency\nA,5.00,GBP\n").assumed_rows == 0
