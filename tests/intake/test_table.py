"""CSV with the quirks of real exports: columns by meaning, rows read or named."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Intake, IntakeError, join_intakes, read_file

CARDS = """TRANS DATE,TAX DESC,ORIGINAL GROSS AMT,ORIGINAL CUR,BILLING GROSS AMT,BILLING CUR CODE,\
TAX AMT,ORIGINAL NET AMT,MERCHANT NAME,CARD NUMBER,CODE 1,CODE 2,CODE 3,CODE 4,CODE 5,\
CODE 6,CODE 7,CODE 8,DIRECTORATE
2024-05-06,VR,48.00,USD,38.75,GBP,0,48.00,paper house,************4321,A,B,C,D,E,F,G,H,LIBRARIES
2024-05-07,VR,-12.00,GBP,-12.00,GBP,-2,-10.00,Tea & Co,************4321,A,B,C,D,E,F,G,H,LIBRARIES
"""


def read(text: str, currency: str = "USD", encoding: str = "utf-8") -> Intake:
    return read_file("payments.csv", text.encode(encoding), currency=currency)


def errors(text: str) -> list[str]:
    return [str(error) for error in read(text).errors]


def refused(text: str) -> str:
    with pytest.raises(IntakeError) as caught:
        read(text)
    return str(caught.value)


def test_a_card_statement_of_nineteen_columns_gives_the_billed_amounts() -> None:
    intake = read(CARDS)
    assert intake.errors == ()
    first, second = intake.transactions
    assert (first.amount, first.currency, first.vendor) == (Decimal("38.75"), "GBP", "paper house")
    assert (first.card, first.category, first.memo) == ("************4321", "LIBRARIES", None)
    assert (second.row, second.amount, second.date) == (3, Decimal("-12.00"), dt.date(2024, 5, 7))
    assert "Amounts read from “BILLING GROSS AMT”, vendors from “MERCHANT NAME”." in intake.notes


def test_a_ledger_with_padded_names_thousands_and_two_descriptions() -> None:
    intake = read(
        "Date,Reference,Value,Merchant,Transaction description,Transaction description 2\n"
        '03/04/2017,7,"2,468.00",  paper house   ,Paper,Schools\n'
        "25/04/2017,8,-5.10,tea co,,Parks\n"
        "25/04/2017,9,6,tea co,,\n"
    )
    assert intake.errors == ()
    assert [transaction.amount for transaction in intake.transactions] == [
        Decimal("2468.00"),
        Decimal("-5.10"),
        Decimal(6),
    ]
    assert [transaction.memo for transaction in intake.transactions] == ["Paper / Schools", "Parks", ""]
    assert intake.transactions[0].vendor == "paper house"
    assert intake.transactions[0].date == dt.date(2017, 4, 3)


@pytest.mark.parametrize(
    ("header", "amount", "vendor"),
    [
        ("Supplier Name,Amount", 1, 0),
        ("Value,Merchant", 0, 1),
        ("MCH.MERCHANT NAME,FIN.TRANSACTION AMOUNT", 1, 0),
        ("Body Name,Amount,Supplier Name,Supplier ID", 1, 2),
        ("Payee,Net,VAT,Gross", 3, 0),
        ("Name of beneficiary,Invoice amount,Tax amount", 1, 0),
        ("Paid to,Total", 1, 0),
        ("Creditor,Amount (EUR)", 1, 0),
        ("Company,Price,Unit price", 1, 0),
        ("Vendor,Reason for payment,Payment", 2, 0),
        ("Vendor,Amount in local currency,Direct debit", 1, 0),
        ("Merchant category,Merchant,Amount,Exchange rate amount", 2, 1),
    ],
)
def test_columns_are_known_by_meaning(header: str, amount: int, vendor: int) -> None:
    cells = ["17", "18", "19", "20"][: header.count(",") + 1]
    intake = read(f"{header}\n{','.join(cells)}\n")
    (one,) = intake.transactions
    assert (str(one.amount), one.vendor) == (cells[amount], cells[vendor])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Vendor,Amount,Value\nA,1,2", "Which column is the amount to pay: “Amount” or “Value”? Remove"),
        ("Vendor,Supplier,Amount\nA,B,1", "both “Vendor” and “Supplier” may be"),
        ("Vendor,Amount,Amount\nA,1,2", "Two are named “Amount”"),
        ("Vendor,Amount,Debit\nA,1,2", "Which column is the amount to pay: “Amount” or “Debit”? Remove"),
        ("Vendor,Billing amount,Original amount,Currency\nA,1,2,EUR", "which amount “Currency” belongs to"),
        ("Vendor,Amount,Currency,Ccy\nA,1,EUR,USD", "both “Currency” and “Ccy” may be"),
        ("Vendor,Memo\nA,b", "(seen: “Vendor”, “Memo”)"),
        ("Amount,Memo\n1,b", "an amount and a vendor was found"),
        ("1,2\n3,4", "(seen: “1”, “2”)"),
        ("Vendor,Amount\n", "no row below it"),
        ("Vendor,Amount\n , \n", "no row below it"),
        ('Vendor,Amount\n"A,1\nB,2\n', "quotes around line"),
        ('Vendor,Amount\n"A" Ltd,1\n', "quotes around line 2"),
        ("Vendor,Amount\n" + "A,1\n" * 50_001, "50,001 rows, and at most 50,000 are read"),
        ("Vendor,Amount\n" + "\n" * 200_001 + "A,1", "more than 200,000 lines"),
        ("Vendor,Amount" + ",x" * 199 + "\nA,1", "more than 200 cells|201 columns"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_in_one_sentence(text: str, words: str) -> None:
    assert any(word in refused(text) for word in words.split("|")), refused(text)


def test_titles_and_blank_lines_may_stand_above_the_header() -> None:
    intake = read("Payments of April,,\n\n,,\nVendor,Amount,Memo\nA,1,x\n\nB,2,y\n")
    assert [(transaction.ref, transaction.row) for transaction in intake.transactions] == [(1, 5), (2, 7)]


def test_a_payment_is_never_taken_for_the_header() -> None:
    assert "No header row" in refused("Acme Company,Total payment,500\nB Company,Total payment,600\n")
    intake = read("Report,April\nVendor,Amount\nA,1\n")
    assert "Rows above the header, not read: 1." in intake.notes


def test_a_header_too_far_down_is_not_looked_for() -> None:
    assert "No header row" in refused("title,\n" * 10 + "Vendor,Amount\nA,1\n")


def test_each_bad_row_is_named_with_its_column() -> None:
    assert errors(
        "Vendor,Amount,Date,Memo\n"
        ",5,,\n"
        "A,,,\n"
        "A,soon,,\n"
        "A,1.2345,,\n"
        "A,5,2026-02-30,\n"
        "A,5,1989-12-31,\n"
        "A,5,tomorrow,\n"
        "A,5,,m,more\n"
        f"A,5,,{'m' * 501}\n"
        f"{'v' * 201},5,,\n"
        "A,5,2026-04-01,fine\n"
        "Total,5,,\n"
    ) == [
        "Row 2, Vendor: There is no vendor in this row.",
        "Row 3, Amount: There is no value here (an empty cell, or a formula that was never calculated).",
        "Row 4, Amount: “soon” is not an amount.",
        "Row 5, Amount: 1.2345 has more decimal places than USD has (2).",
        "Row 6, Date: There is no such day as 2026-02-30.",
        "Row 7, Date: The year 1989 is not between 1990 and 2100.",
        "Row 8, Date: “tomorrow” is not a date; write it as 2026-04-01.",
        "Row 9: The row has 5 cells, but the header has 4.",
        "Row 10, Memo: The memo has 501 characters; 500 are the most.",
        "Row 11, Vendor: The name has 201 characters; 200 are the most.",
        "Row 13, Vendor: This looks like a row of totals, not a payment.",
    ]


@pytest.mark.parametrize("column", ["Category", "Invoice number", "Card", "IBAN"])
def test_no_text_of_a_payment_is_longer_than_500_characters(column: str) -> None:
    table = f"Vendor,Amount,{column}\nA,5,{'x' * 501}\nB,6,{'x' * 500}\nC,7,{'x' * 100_000}\n"
    assert errors(table) == [
        f"Row 2, {column}: The text has 501 characters; 500 are the most.",
        f"Row 4, {column}: The text has 100,000 characters; 500 are the most.",
    ]


def test_the_texts_of_a_batch_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is within its own bound; in a workbook they would take 5 MB packed and 35 MB for ever."""
    monkeypatch.setattr("bot.intake.result.MAX_TEXT_BYTES", 2_000_000)
    row = f"{'Ω' * 100},5,{'m' * 200}\n"  # 400 bytes of text
    at_most = read_file("p.csv", ("Vendor,Amount,Memo\n" + row * 5_000).encode(), currency="USD")
    assert len(at_most.transactions) == 5_000
    over = "Vendor,Amount,Memo\n" + row * 4_500 + row.replace("m", "mm") * 500
    assert (
        refused(over) == "The payments hold 2.1 MB of text, and at most 2 MB are read; split them into parts."
    )
    half = at_most.model_copy(update={"transactions": at_most.transactions[:2_400]})
    longer = "Vendor,Amount,Memo,Category\n" + f"V,5,{'m' * 500},{'c' * 500}\n" * 1_900
    with pytest.raises(IntakeError, match=r"2\.9 MB of text, and at most 2 MB are read"):
        join_intakes([half, read(longer)])


def test_what_is_no_currency_is_quoted_in_part() -> None:
    (sentence,) = errors(f"Vendor,Amount,Currency\nA,5,{'dollars' * 1_000}\n")
    assert sentence.startswith("Row 2, Currency: “dollars")
    assert len(sentence) < 200


def test_a_cell_that_no_table_can_hold_is_named() -> None:
    assert "around line 2 has more than 131,072 characters" in refused(f"Vendor,Amount\n{'x' * 200_000},5\n")


def test_references_skip_bad_rows_and_start_where_they_are_told() -> None:
    intake = read_file("p.csv", b"Vendor,Amount\nA,1\nB,x\nC,3\n", currency="USD", first_ref=7)
    assert [(transaction.ref, transaction.row) for transaction in intake.transactions] == [(7, 2), (8, 4)]


def test_a_company_called_total_can_still_be_paid() -> None:
    assert len(read("Date,Vendor,Amount,Memo\n2026-01-31,Total,50,Fuel for the van\n").transactions) == 1


def test_a_table_without_a_currency_column_says_which_currency_was_assumed() -> None:
    intake = read("Payee,Amount\nA,5\nB,£7\n", currency="CHF")
    assert [transaction.currency for transaction in intake.transactions] == ["CHF", "GBP"]
    note = "Rows without a currency column: 2, read in the amount's own currency, else in CHF."
    assert note in intake.notes


def test_currencies_come_from_the_cell_the_column_the_header_or_the_default() -> None:
    intake = read("Payee,Amount,Currency\nA,5,EUR\nB,6,\nC,£7,\nD,8,€\nE,9,XYZ\nF,$5,EUR\n", currency="CHF")
    assert [transaction.currency for transaction in intake.transactions] == ["EUR", "CHF", "GBP", "EUR"]
    assert [str(error) for error in intake.errors] == [
        "Row 6, Currency: “XYZ” is not a currency code of ISO 4217.",
        "Row 7, Amount: “$5” says $, but its currency is given as EUR.",
    ]
    note = "Rows where “Currency” is empty: 2, read in the amount's own currency, else in CHF."
    assert note in intake.notes
    assert [transaction.currency for transaction in read("Payee,Amount in EUR\nA,5\n").transactions] == [
        "EUR"
    ]
    assert errors("Payee,Amount (GBP),Currency\nA,5,USD\n") == [
        "Row 2, Currency: This says USD, but “Amount (GBP)” is in GBP."
    ]


def test_an_original_currency_is_not_that_of_another_amount() -> None:
    intake = read("Payee,Original amount,Amount,Original currency\nA,5,6,EUR\n", currency="GBP")
    assert [(transaction.amount, transaction.currency) for transaction in intake.transactions] == [
        (Decimal(6), "GBP")
    ]


@pytest.mark.parametrize(
    "column", ["IBAN", "Bank account", "Bank Account Number", "Beneficiary account", "Payee IBAN"]
)
def test_a_bank_account_is_read_without_its_spaces_and_said(column: str) -> None:
    intake = read(f"vendor,amount,{column}\nAcme,12,gb29 nwbk 6016-1331 9268 19\nGlobex,13,\n")
    assert [transaction.account for transaction in intake.transactions] == ["GB29NWBK60161331926819", None]
    assert f"Bank accounts read from “{column}”." in intake.notes


@pytest.mark.parametrize("column", ["Account", "GL account", "Account code", "Bank", "Account name"])
def test_a_code_of_the_chart_of_accounts_is_no_bank_account(column: str) -> None:
    assert read(f"vendor,amount,{column}\nAcme,12,4711\n").transactions[0].account is None


def test_debit_and_credit_are_money_out_and_money_back() -> None:
    intake = read("Payee,Debit,Credit\nA,5,\nB,,6\nC,0.00,7\nD,1,2\nE,,\nF,8,\n")
    assert [transaction.amount for transaction in intake.transactions] == [
        Decimal(5),
        Decimal(-6),
        Decimal(-7),
        Decimal(8),
    ]
    assert [error.row for error in intake.errors] == [5, 6]


def test_an_indicator_of_debit_or_credit_gives_the_sign() -> None:
    intake = read("Payee,Amount,D/C\nA,5,D\nB,6,CR\nC,7,x\n")
    assert [transaction.amount for transaction in intake.transactions] == [Decimal(5), Decimal(-6)]
    assert [str(error) for error in intake.errors] == ["Row 4, D/C: “x” is neither debit nor credit."]


@pytest.mark.parametrize("number", ["5555 4444 3333 1111", "5555444433331111", "5555-4444-3333-1111"])
def test_a_full_card_number_is_never_kept(number: str) -> None:
    (one,) = read(f"Payee,Amount,Card Number\nA,5,{number}\n").transactions
    assert one.card == "************1111"


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2026-04-01", dt.date(2026, 4, 1)),
        ("2026/4/1", dt.date(2026, 4, 1)),
        ("20260401", dt.date(2026, 4, 1)),
        ("2026-04-01T00:00:00Z", dt.date(2026, 4, 1)),
        ("2026-04-01 13:45", dt.date(2026, 4, 1)),
        ("19 Apr 2017", dt.date(2017, 4, 19)),
        ("19-APR-17", dt.date(2017, 4, 19)),
        ('"April 19, 2017"', dt.date(2017, 4, 19)),
        ("19.04.2017", dt.date(2017, 4, 19)),
        ("01.04.2017", dt.date(2017, 4, 1)),
        ("04/04/2026", dt.date(2026, 4, 4)),
        ("25/12/2025", dt.date(2025, 12, 25)),
        ("12/25/2025", dt.date(2025, 12, 25)),
        ("", None),
    ],
)
def test_dates_are_read_from_a_short_list_of_forms(written: str, date: dt.date | None) -> None:
    (one,) = read(f"Payee,Amount,Date\nA,5,{written}\n").transactions
    assert one.date == date


@pytest.mark.parametrize(
    "written", ["12:30", "00:00:00", "today", "1/2", "450000", "2026-4-", "١/٢/2026", "31 Foo 2026"]
)
def test_other_forms_of_dates_are_refused(written: str) -> None:
    assert errors(f"Payee,Amount,Date\nA,5,{written}\n")[0].startswith("Row 2, Date: ")


def test_day_and_month_are_told_apart_by_the_whole_column_or_not_at_all() -> None:
    day_first = read("Payee,Amount,Date\nA,5,01/04/2026\nB,5,14/04/2026\n")
    assert [transaction.date for transaction in day_first.transactions] == [
        dt.date(2026, 4, 1),
        dt.date(2026, 4, 14),
    ]
    assert "Dates read from “Date”, day before month." in day_first.notes
    month_first = read("Payee,Amount,Date\nA,5,01/04/2026\nB,5,04/14/2026\n")
    assert [transaction.date for transaction in month_first.transactions] == [
        dt.date(2026, 1, 4),
        dt.date(2026, 4, 14),
    ]
    assert "never shows which comes first" in refused("Payee,Amount,Date\nA,5,01/04/2026\n")
    (mixed,) = errors("Payee,Amount,Date\nA,5,01/04/2026\nB,5,14/04/2026\nC,5,04/14/2026\n")
    assert mixed.startswith("Row 2, Date: 01/04/2026 has two readings")
    assert "both orders" in mixed


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "Read as UTF-16."),
        ("cp1252", "Read as windows-1252."),
    ],
)
def test_encodings_are_told_apart_and_said(encoding: str, note: str | None) -> None:
    intake = read("Vendor,Amount\nCafé Zoë,£5\n", encoding=encoding)
    assert [(transaction.vendor, transaction.currency) for transaction in intake.transactions] == [
        ("Café Zoë", "GBP")
    ]
    assert [line for line in intake.notes if line.startswith("Read as")] == ([note] if note else [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_apart(delimiter: str) -> None:
    rows = [["Vendor", "Amount", "Memo"], ["A; Sons, | Co", "5.10", 'x "y"'], ["B", "6.20", "line\nbreak"]]
    text = "\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    intake = read(text)
    assert [(transaction.vendor, transaction.memo) for transaction in intake.transactions] == [
        ("A; Sons, | Co", 'x "y"'),
        ("B", "line break"),
    ]


def test_a_row_number_is_that_of_a_spreadsheet() -> None:
    intake = read('Vendor,Amount,Memo\nA,5,"two\nlines"\n\nB,x,\n')
    assert [transaction.row for transaction in intake.transactions] == [2]
    assert [error.row for error in intake.errors] == [4]


@pytest.mark.long
def test_five_thousand_rows_are_read_whole() -> None:
    text = CARDS + CARDS.splitlines()[1].join(["", "\n"]) * 4_998
    assert len(read(text).transactions) == 5_000


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    try:
        assert isinstance(read_file("x.csv", b"Vendor,Amount\n" + content, currency="USD"), Intake)
    except IntakeError as error:
        assert str(error).isprintable()  # noqa: PT017 - either way is right


@pytest.mark.parametrize("column", ["IBAN", "Card number"])
def test_long_numbers_that_differ_at_the_end_are_not_one(column: str) -> None:
    written = "Barclays Bank PLC sort code 20 00 00 account number {}"
    numbers = [written.format(number) for number in (12345678, 99999999, 12345678)]
    rows = "".join(f"Acme,12,{number}\n" for number in numbers)
    found = read(f"vendor,amount,{column}\n{rows}").transactions
    first, other, again = [transaction.account or transaction.card or "" for transaction in found]
    assert first == again != other
    assert (first[-8:], other[-8:]) == ("12345678", "99999999")
    assert len(first) == 40


def test_long_accounts_that_differ_at_the_beginning_are_not_one() -> None:
    found = read(f"vendor,amount,IBAN\nAcme,12,A{'7' * 60}\nAcme,12,B{'7' * 60}\n").transactions
    assert found[0].account != found[1].account
