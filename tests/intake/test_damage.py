"""What spreadsheets and exports have damaged: asked about once a column, noted, or named with its row."""

import datetime as dt

import pytest

from bot.domain.judgement import Verdict
from bot.domain.policy import default_policy, judge_by_policy
from bot.intake import Intake, IntakeError, read_file
from tests.intake.workbooks import Value, xlsx


def read(text: str) -> Intake:
    return read_file("payments.csv", text.encode(), currency="USD")


def refused(content: bytes) -> str:
    with pytest.raises(IntakeError) as caught:
        read_file("payments", content, currency="USD")
    return str(caught.value)


def invoices(*numbers: str) -> Intake:
    rows = "".join(f"2026-11-{day:02},Harbor Print Co,640,{number},flyers no {day}\n" for day, number in
                   enumerate(numbers, start=2))  # fmt: skip
    return read(f"Date,Vendor,Amount,Invoice Number,Memo\n{rows}")


NOT_COMPARED = "that a spreadsheet has rounded, as {}, were left out and are not compared: row"


@pytest.mark.parametrize(
    ("numbers", "kept"),
    [
        (("2.4952E+19", "2.4952E+19"), (None, None)),
        (('"2,4952E+19"', "INV-7"), (None, "INV-7")),
        (("1.2e16", "3E+20", "4711"), (None, None, "4711")),
        (("24952000000000000000", "X1"), (None, "X1")),
        (("1234567890123450", "2345678901234560"), (None, None)),
    ],
)
def test_rounded_invoice_numbers_are_noted_and_not_compared(
    numbers: tuple[str, ...], kept: tuple[str | None, ...]
) -> None:
    intake = invoices(*numbers)
    assert tuple(payment.invoice for payment in intake.transactions) == kept
    rows = [row for row, invoice in enumerate(kept, start=2) if invoice is None]
    shown = NOT_COMPARED.format(numbers[0].strip('"'))
    named = f"{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows))}."
    assert intake.notes[-1] == f"Numbers of “Invoice Number” {shown}{named}"


@pytest.mark.parametrize(
    "numbers",
    [
        ("INV-2026-1", "4711"),
        ("123456789012345", "100000000000000"),  # 15 digits are exact
        ("1234567890123450", "2345678901234567"),
        ("1234567890123450", "RE-1"),
        ("12E45", "4E12"),
        ("24952000000000000001", "1"),
    ],
)
def test_other_invoice_numbers_are_kept(numbers: tuple[str, ...]) -> None:
    intake = invoices(*numbers)
    assert tuple(payment.invoice for payment in intake.transactions) == numbers
    assert not any("rounded" in note for note in intake.notes)


def test_two_rounded_numbers_are_not_the_same_invoice() -> None:
    text = (
        "Date,Vendor,Amount,Invoice Number,Memo\n2026-11-03,Harbor Print Co,640.00,{0},flyers\n"
        "2026-11-20,Harbor Print Co,640.00,{0},stickers\n"
    )

    def verdicts(number: str) -> set[Verdict]:
        payments = read(text.format(number)).transactions
        judged = judge_by_policy(default_policy(), payments, today=dt.date(2026, 11, 28))
        return {judgement.verdict for judgement in judged}

    assert Verdict.FLAGGED in verdicts("24952345")
    assert verdicts("2.4952E+19") == {Verdict.ROUTINE}


def test_a_long_number_in_a_workbook_is_rounded_too() -> None:
    rows: list[list[Value]] = [["Vendor", "Amount", "Invoice"], ["A", 5, 24952e15], ["B", 6, 123456789012345]]
    intake = read_file("p.xlsx", xlsx({"A": rows}), currency="USD")
    assert [payment.invoice for payment in intake.transactions] == [None, "123456789012345"]
    assert "as 2.4952E+19, were left out" in intake.notes[-1]


@pytest.mark.parametrize(
    ("cells", "serial", "day"),
    [
        (("46328", "46329"), "46328 (row 2)", "2026-11-02"),
        (("46328.5", "46329.25"), "46328.5 (row 2)", "2026-11-02"),
        (("", "45000", "2023-03-16"), "45000 (row 3)", "2023-03-15"),
        (("73415",), "73415 (row 2)", "2100-12-31"),
    ],
)
def test_a_column_of_serial_numbers_is_asked_about_once(
    cells: tuple[str, ...], serial: str, day: str
) -> None:
    text = "Date,Vendor,Amount\n" + "".join(f"{cell},A,5\n" for cell in cells)
    assert refused(text.encode()) == (
        f"“Date” holds serial numbers of a spreadsheet in place of dates: {serial} would be {day}. "
        "Is that the day? Format the column as dates, save again and submit again."
    )


def test_serial_numbers_of_a_workbook_are_asked_about_too() -> None:
    rows: list[list[Value]] = [["Vendor", "Amount", "Date"], ["A", 5, 46328], ["B", 6, 46329]]
    assert "46328 (row 2) would be 2026-11-02" in refused(xlsx({"A": rows}))


def test_one_serial_number_among_dates_is_named_with_its_row() -> None:
    intake = read("Date,Vendor,Amount\n2026-11-02,A,5\n46329,B,6\n2026-11-04,C,7\n")
    assert [str(error) for error in intake.errors] == [
        "Row 3, Date: “46329” is the serial number of 2026-11-03 in a spreadsheet; write the date."
    ]
    assert len(intake.transactions) == 2


@pytest.mark.parametrize("cell", ["12345", "99999", "463", "4632800", "46328 EUR"])
def test_other_numbers_are_no_dates(cell: str) -> None:
    (error,) = read(f"Date,Vendor,Amount\n{cell},A,5\n").errors
    assert str(error) == f"Row 2, Date: “{cell}” is not a date; write it as 2026-04-01."


@pytest.mark.parametrize(
    "month",
    [
        "Sep 2026",
        "March",
        "Mar-26",
        "2026-03",
        "03/2026",
        "März 2026",
        "août 2026",
        "marzo",
        "maj 2026",
        "Sept. 26",
    ],
)
def test_a_column_of_months_is_asked_about_once(month: str) -> None:
    text = f"Date,Vendor,Amount\n{month},A,5\n{month},B,6\n2026-03-02,C,7\n"
    assert refused(text.encode()) == (
        f"“Date” has months without a day: “{month}” (row 2). Should I read the first day of each? "
        "Give each payment its day, such as 2026-04-30, "
        "or remove the column, and submit again."
    )


@pytest.mark.parametrize("written", ["19 Apr 2017", "2026-04-01", "April 19, 2017", "19.04.2017"])
def test_days_are_no_months(written: str) -> None:
    assert read(f'Date,Vendor,Amount\n"{written}",A,5\n').errors == ()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("2026-11-02,Harrow Supplies Ltd,120.00,\0memo", "Memo"),
        ("2026-11-02,Harrow\0Supplies,120.00,\0memo", "Vendor"),
        ("2026-11-02,Harrow Supplies Ltd,1\0" "20.00,memo", "Amount"),
        ("\0" "2026-11-02,Harrow Supplies Ltd,120.00,memo", "Date"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_row_with_a_nul_is_named_and_the_others_are_read(row: str, column: str, encoding: str) -> None:
    text = f"Date,Vendor,Amount,Memo\n{row}\n2026-11-03,Marlow Print £ Ltd,98.00,Leaflets\n"
    intake = read_file("p.csv", text.encode(encoding), currency="USD")
    assert [str(error) for error in intake.errors] == [
        f"Row 2, {column}: This holds a NUL character; type it anew."
    ]
    assert [payment.row for payment in intake.transactions] == [3]
