"""Of several columns of money the one that has to be paid is read, or the submitter is asked which it is."""

from decimal import Decimal

import pytest

from bot.intake import Intake, IntakeError, read_file


def read(text: str) -> Intake:
    return read_file("payments.csv", text.encode(), currency="USD")


def amounts(text: str) -> list[str]:
    intake = read(text)
    assert intake.errors == ()
    return [str(transaction.amount) for transaction in intake.transactions]


def asked(text: str) -> str:
    with pytest.raises(IntakeError) as caught:
        read(text)
    assert "?" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("header", "row", "amount"),
    [
        ("Supplier Name,Invoice Amount,Amount Paid", "Harrow,85000.00,0.00", "85000.00"),
        ("Vendor,Amount Paid,Invoice Total", "Harrow,0.00,85000.00", "85000.00"),
        ("Payee,Paid amount,Gross", "Harrow,-,410.00", "410.00"),
        ("Vendor,Total Paid,Balance,Amount Due", "Harrow,,12,77.10", "77.10"),
        ("Vendor,Base Amount,VAT,Total Amount", "Harrow,8400.00,1680.00,10080.00", "10080.00"),
        ("Payee,Net,VAT,Gross", "Harrow,100,20,120", "120"),
        ("Payee,Net amount,Tax,Amount", "Harrow,100,20,120", "120"),
        ("Payee,Amount,VAT,Gross amount", "Harrow,100,20,120", "120"),
        ("Payee,Amount excl. VAT,VAT,Amount incl. VAT", "Harrow,100,20,120", "120"),
        ("Payee,Amount,Running balance", "Harrow,100,2000.50", "100"),
        ("Payee,Amount,Total amount", "Harrow,100.00,100", "100"),
        ("Payee,Amount,Debit,Credit", "Harrow,-100.00,100.00,", "100.00"),
        ("Payee,Quantity,Unit price,Amount", "Harrow,3,10.50,31.50", "31.50"),
        ("Payee,Amount paid in GBP", "Harrow,4850.00", "4850.00"),
        ("Payee,Amount paid in FC", "Harrow,4850.00", "4850.00"),
        ("Payee,Amount paid in local currency", "Harrow,4850.00", "4850.00"),
        ("Payee,Amount paid in", "Harrow,4850.00", "4850.00"),
        ("Payee,Sub total,Shipping,Total", "Harrow,100,20,120", "120"),
        ("Payee,Amount,Cumulative amount,Amount YTD", "Harrow,100,2000.50,3000", "100"),
        ("Payee,Amount,Paid in advance", "Harrow,5,yes", "5"),
        ("Payee,Gross,Discount,Net", "Harrow,100,0.00,100", "100"),
    ],
)
def test_what_has_to_be_paid_comes_before_its_parts(header: str, row: str, amount: str) -> None:
    assert amounts(f"{header}\n{row}\n") == [amount]


@pytest.mark.parametrize(
    ("header", "row", "first", "second"),
    [
        ("Vendor,Amount,Value", "A,1,2", "Amount", "Value"),
        ("Vendor,Invoice Amount,Payment Amount", "A,100,60", "Invoice Amount", "Payment Amount"),
        ("Vendor,Line amount,Invoice total", "A,100,250", "Invoice total", "Line amount"),
        ("Vendor,Total,Amount due", "A,100,60", "Amount due", "Total"),
        ("Vendor,Amount,Open balance", "A,100,60", "Open balance", "Amount"),
        ("Vendor,Net amount,Base amount", "A,100,60", "Base amount", "Net amount"),
        ("Vendor,Invoice amount,Amount paid", "A,100,60", "Invoice amount", "Amount paid"),
        ("Vendor,Amount,VAT,Gross", "A,100,20,119", "Gross", "Amount"),
        ("Vendor,Gross,Discount,Net", "A,100,2,98", "Gross", "Net"),
        ("Vendor,Amount,Debit", "A,1,2", "Amount", "Debit"),
        ("Vendor,Debit FC,Debit other", "A,1,2", "Debit FC", "Debit other"),
        ("Vendor,Net amount,Zahlsumme X", "A,100,120.50", "Zahlsumme X", "Net amount"),
    ],
)
def test_two_that_could_be_what_has_to_be_paid_are_asked_about(
    header: str, row: str, first: str, second: str
) -> None:
    question = f"Which column is the amount to pay: “{first}” or “{second}”? "
    assert asked(f"{header}\n{row}\n") == question + "Remove or rename the other and submit again."
    equal = ",".join(["A", *(["7.50"] * row.count(","))])
    if "Discount" not in header and "VAT" not in header:
        assert amounts(f"{header}\n{equal}\n") == ["7.50"]


def test_one_row_that_differs_is_enough_to_ask() -> None:
    rows = "".join(f"A,{number}.00,{number}\n" for number in range(1, 60))
    assert len(amounts("Vendor,Amount,Value\n" + rows)) == 59
    assert "“Amount” or “Value”" in asked(f"Vendor,Amount,Value\n{rows}A,60.00,61\n")
    assert "“Amount” or “Value”" in asked(f"Vendor,Amount,Value\n{rows}A,60.00,\n")


def test_a_net_amount_beside_its_tax_is_not_all() -> None:
    assert "Is “Net” what has to be paid, without “VAT”?" in asked("Payee,Net,VAT\nA,100,20\n")
    assert amounts("Payee,Net,VAT\nA,100,0.00\n") == ["100"]
    assert amounts("Payee,Net,VAT code\nA,100,20\n") == ["100"]


@pytest.mark.parametrize(
    "name",
    [
        "Amount in thousands",
        "amount_in_thousands",
        "AmountInThousands",
        "Amount ('000)",
        "Amount £'000",
        "Total (£000s)",
        "Amount (k)",
        "Amt (000)",
        "Amount (USD k)",
        "Amount (USD M)",
        "Amount (€ 000)",
        "Amount (1000s)",
        "Amount in K USD",
        "Amount (in k)",
        "Amount (Mn)",
        "Betrag in Tsd. €",
        "Montant (k€)",
        "Importe (miles de euros)",
        "Kwota (tys. zł)",
        "Amount (K)",
        "Amount k€",
        "Amount TEUR",
        "Amount in kEUR",
        "Amount T€",
        "Amount £m",
        "Amount in millions",
        "Amount x1000",
        "Debit (thousands)",
    ],
)
def test_amounts_in_thousands_are_asked_about(name: str) -> None:
    question = asked(f"Vendor,{name}\nA,85\n")
    assert question.startswith(f"Are the amounts in “{name}” in thousands")


@pytest.mark.parametrize("name", ["Amount", "Amount (EUR)", "Total amount", "Amount 2026", "Betrag in €"])
def test_other_amounts_are_not_taken_for_thousands(name: str) -> None:
    assert amounts(f"Vendor,{name}\nA,85\n") == ["85"]


def test_a_debit_is_money_out_whatever_its_sign() -> None:
    table = "Payee,Debit,Credit\nA,-9400.00,\nB,12,\nC,(5.00),\nD,5 CR,\nE,,3\n"
    assert amounts(table) == ["9400.00", "12", "5.00", "5", "-3"]
    assert amounts("Payee,Debit\nA,-5\nB,-6\n") == ["5", "6"]


@pytest.mark.parametrize("minus", ["-250.00", "(250.00)", "250.00-", "250 CR"])
def test_a_minus_under_credit_is_asked_about(minus: str) -> None:
    question = asked(f"Payee,Debit,Credit\nA,500,\nB,600,\nC,,{minus}\n")
    assert question.startswith("Is a minus in “Credit” (row 4) money out or money back?")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("Vendor,Amount\nA,-5\nB,-6\nC,7\n", "Is what is negative in “Amount” money out or money back?"),
        ("Vendor,Amount\nA,-5\n", "(row 2)"),
        ("Vendor,Amount\n" + "A,-5\n" * 8, "(rows 2, 3, 4, 5, 6 and 3 more)"),
        ("Vendor,Debit,Credit\nA,,5\nB,,6\nC,7,\n", "what is under credit in “Debit / Credit”"),
        ("Vendor,Amount,D/C\nA,5,C\nB,6,C\nC,7,D\n", "what is marked as credit in “Amount”"),
    ],
)
def test_a_batch_that_is_mostly_negative_is_asked_about(table: str, words: str) -> None:
    assert words in asked(table)


def test_a_batch_with_some_refunds_and_one_that_names_them_are_read() -> None:
    assert amounts("Vendor,Amount\nA,5\nB,-6\n") == ["5", "-6"]
    assert amounts("Vendor,Paid out,Paid in\nA,,5\nB,,6\nC,7,\n") == ["-5", "-6", "7"]
    assert amounts("Vendor,Money out (£),Money in (£)\nA,,5\n") == ["-5"]


@pytest.mark.parametrize(
    "empty", ["-", "–", "—", " - ", "0", "0.0", "0.00", "0,00", "$0.00", "N/A", "n/a", "$-"]
)
def test_what_says_nothing_beside_a_debit_or_a_credit_is_empty(empty: str) -> None:
    cell = f'"{empty}"'
    assert amounts(f"Payee,Debit,Credit\nA,9,{cell}\nB,{cell},8\nC,7,\n") == ["9", "-8", "7"]


def test_a_row_without_any_amount_is_refused_and_not_read_as_zero() -> None:
    intake = read("Payee,Debit,Credit\nA,-,-\nB,5,-\n")
    assert [str(error) for error in intake.errors] == ["Row 2, Debit: “-” is not an amount."]


@pytest.mark.parametrize(
    ("written", "value"), [(".97", "0.97"), ("-.86", "-0.86"), ("$.50", "0.50"), ("(.05)", "-0.05")]
)
def test_cents_may_stand_without_a_zero(written: str, value: str) -> None:
    table = read(f"Vendor,Amount\nA,{written}\nB,5\nC,6\n")
    assert table.errors == ()
    assert table.transactions[0].amount == Decimal(value)


def test_a_column_that_divides_decimals_with_a_comma_groups_with_points() -> None:
    assert amounts('Vendor;Amount\nA;1.234\nB;2.345,67\nC;5,10\nD;"12.000"\n') == [
        "1234",
        "2345.67",
        "5.10",
        "12000",
    ]
    intake = read("Vendor;Amount\nA;1.234\nB;5,10\nC;5.10\n")
    assert ["can be read as thousands" in str(error) for error in intake.errors] == [True]
    intake = read("Vendor;Amount\nA;1.234\nB;5.10\n")
    assert ["can be read as thousands" in str(error) for error in intake.errors] == [True]


@pytest.mark.parametrize(
    ("header", "row", "memo", "category"),
    [
        ("Vendor,Amount,FundDescription,AccountName", "A,1,GENERAL,UNIFORMS", None, "UNIFORMS"),
        ("Vendor,Amount,Cost centre description", "A,1,PARKS", None, "PARKS"),
        ("Vendor,Amount,Department Description,Memo", "A,1,PARKS,mowing", "mowing", "PARKS"),
        ("Vendor,Amount,GL Account Description", "A,1,RENT", None, "RENT"),
        ("Vendor,Amount,Expense Type,Extended Description", "A,1,PENSIONS,", None, "PENSIONS"),
        ("Vendor,Amount,Category,Memo", "A,1,,", "", None),
        ("Vendor,Amount,Category,Memo", "A,1,Travel,", None, "Travel"),
        ("Fournisseur,Montant,Catégorie,Motif", "A,1,Voyages, ", None, "Voyages"),
    ],
)
def test_what_a_payment_is_booked_on_is_a_category_and_no_memo(
    header: str, row: str, memo: str | None, category: str | None
) -> None:
    (one,) = read(f"{header}\n{row}\n").transactions
    assert (one.memo, one.category) == (memo, category)


@pytest.mark.parametrize(
    ("header", "row", "vendor"),
    [
        ("Amount,Supplier,supplier_clean,supplier_fuzzy", "5,Amazon,amazon,amzn", "Amazon"),
        ("Amount,Payee (normalised),Payee", "5,amazon,Amazon", "Amazon"),
        ("Amount,vendor_cleaned,Vendor", "5,amazon,Amazon", "Amazon"),
        ("Vendor,Vendor name,Amount", "100234,Harrow Ltd,5", "Harrow Ltd"),
        ("Vendor number,Supplier,Amount", "V-1,Harrow Ltd,5", "Harrow Ltd"),
        ("Date,Description,Amount", "2026-11-02,HARBOUR HOTEL,5", "HARBOUR HOTEL"),
        ("Description,Extended Details,Amount", "HARBOUR HOTEL,Room 5,5", "HARBOUR HOTEL"),
        ("Vendor,Description,Amount", "Harrow Ltd,pipes,5", "Harrow Ltd"),
    ],
)
def test_the_payee_is_a_name_and_the_exact_word_wins(header: str, row: str, vendor: str) -> None:
    assert read(f"{header}\n{row}\n").transactions[0].vendor == vendor


def test_a_vendors_number_is_not_its_name() -> None:
    question = asked("Vendor,Description,Amount\n100234,pipes,5\n")
    assert question.startswith(
        "Which column is the payee: “Description”, or “Vendor”, which holds only numbers?"
    )


def test_a_column_that_says_only_debit_and_credit_is_asked_about_whatever_its_name() -> None:
    table = "Payee,Amount,Type\nA,5,Credit\nB,6,Debit\nC,7,Debit\n"
    assert asked(table).startswith("Does credit in “Type” mean that money comes back?")
    assert amounts(table.replace("Type", "Debit/credit")) == ["-5", "6", "7"]
    assert amounts("Payee,Amount,Type\nA,-5,Credit\nB,6,Debit\nC,7,Debit\n") == ["-5", "6", "7"]
    assert amounts("Payee,Amount,Type\nA,5,Credit\nB,6,Card\n") == ["5", "6"]


@pytest.mark.parametrize(
    "name",
    [
        "Contract Amount", "Total PO Value", "Commitment total amount", "Awarded Amount", "Estimated Amount",
        "total_dollars_obligated", "Withheld Amount", "Market Value", "Opening Amount", "Disputed Amount",
        "Vertragssumme", "Importe del contrato", "Preço contratual", "Wartość umowy",
    ],
)  # fmt: skip
def test_what_was_agreed_or_is_due_another_time_is_asked_about_and_never_taken_before_the_amount(
    name: str,
) -> None:
    assert f"Is “{name}” what has to be paid now?" in asked(f"Vendor,{name}\nA,5000.00\nB,6000.00\n")
    assert amounts(f"Vendor,{name},Amount\nA,5000.00,5.10\nB,6000.00,6.20\n") == ["5.10", "6.20"]


@pytest.mark.parametrize("name", ["Spend", "Cost", "Total Cost", "Spend (£)", "Expenditure", "Amt"])
def test_a_plain_word_for_what_was_spent_is_the_amount(name: str) -> None:
    assert amounts(f"Vendor,{name}\nA,5.10\n") == ["5.10"]


@pytest.mark.parametrize(
    "beside", ["Payment Document", "Payment Block", "Cost Centre Code", "Spend Category"]
)
def test_a_word_for_spending_beside_another_names_no_amount(beside: str) -> None:
    assert amounts(f"Vendor,{beside},Amount Paid in Payment Currency\nA,100234,5.10\n") == ["5.10"]


@pytest.mark.parametrize(
    ("without", "total"),
    [
        ("Amount", "Inc-Tax Amount"), ("Total before sales tax", "Total"), ("Amount excl.", "Amount incl."),
        ("Amount (Net)", "Amount (Gross)"), ("Total (excl. GST)", "Total (incl. GST)"),
    ],
)  # fmt: skip
def test_the_amount_with_tax_comes_before_that_without(without: str, total: str) -> None:
    assert amounts(f"Vendor,{without},Tax,{total}\nA,100.00,20.00,120.00\n") == ["120.00"]


@pytest.mark.parametrize("months", ["Jan,Feb", "Q1,Q2", "Jan-25,Feb-25", "enero,febrero"])
def test_a_total_over_months_is_asked_about(months: str) -> None:
    first, _ = months.split(",")
    assert first in asked(f"Vendor,{months},Total\nA,5.10,6.20,11.30\nB,1.00,2.00,3.00\n")


@pytest.mark.parametrize("cells", [("", ""), ("N", "Y"), ("2026-11-14", "2026-11-15")])
def test_a_column_without_any_amount_is_no_second_amount(cells: tuple[str, str]) -> None:
    first, second = cells
    assert amounts(f"Vendor,Total Value,Amount\nA,{first},5.10\nB,{second},6.20\n") == ["5.10", "6.20"]


@pytest.mark.parametrize("name", ["Invoice Dt", "Pmt Dt", "Date Posted", "Dated On", "Booked at"])
def test_a_short_word_for_the_date_is_one(name: str) -> None:
    content = f"Vendor,{name},Amount\nA,2026-11-14,5.10\n"
    assert str(read(content).transactions[0].date) == "2026-11-14"


def test_a_date_that_no_row_has_gives_way_to_another() -> None:
    content = "Vendor,Payment Date,Bill Date,Amount\nA,,2026-11-14,5.10\n"
    assert str(read(content).transactions[0].date) == "2026-11-14"
