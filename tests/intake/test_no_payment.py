"""Totals, balances and footers are refused by name; a vendor whose name sounds like one is paid."""

from decimal import Decimal

import pytest

from bot.intake import Intake, read_file, read_text
from tests.intake.workbooks import Value, xlsx

TOTALS = "This looks like a row of totals, not a payment."
BALANCE = "This looks like a balance carried forward, not a payment."
FOOTER = "This looks like the footer of a report, not a payment."

ROWS = "2026-11-02,Harbor Print Co,4200.00,annual report\n2026-11-03,Larkfield Foods,310.40,canteen\n"


def read(text: str) -> Intake:
    return read_file("payments.csv", text.encode(), currency="USD")


def with_row(row: str) -> Intake:
    return read(f"Date,Vendor,Amount,Memo\n{ROWS}{row}\n")


def refusals(intake: Intake) -> list[str]:
    return [str(error) for error in intake.errors]


@pytest.mark.parametrize(
    "label",
    [
        "Total", "TOTALS:", "Total USD", "Grand Total", "Total for November 2026", "Sub-total",
        "Sum of payments", "Total 6,360.40", "Total (3 payments)", "Summe", "Zwischensumme",
        "Gesamtsumme EUR", "Summe November", "Gesamt:", "Total général", "Sous-total", "Somme",
        "Montant total", "Total du mois", "Suma", "Total general", "Suma total", "Totales", "Total geral",
        "Soma", "Totais", "Totale", "Totale complessivo", "Subtotale", "Totaal", "Eindtotaal", "Subtotaal",
        "Razem", "Suma końcowa", "Ogółem", "Łącznie",
    ],
)  # fmt: skip
def test_totals_in_the_payees_column_are_refused_in_many_languages(label: str) -> None:
    intake = with_row(f',"{label}",9999.99,')
    assert refusals(intake) == [f"Row 4, Vendor: {TOTALS}"]
    assert len(intake.transactions) == 2


@pytest.mark.parametrize(
    "label",
    [
        "Opening balance", "Balance brought forward", "Balance b/f", "Closing Balance at 30 Nov 2026",
        "Anfangssaldo", "Saldovortrag", "Kontostand am 30.11.2026", "Solde initial", "Report à nouveau",
        "Ancien solde au 31/10/2026", "Saldo anterior", "Suma y sigue", "Saldo inicial",
        "Saldo transportado", "Saldo iniziale", "Riporto a nuovo", "Beginsaldo", "Vorig saldo",
        "Saldo początkowe", "Z przeniesienia", "Bilans otwarcia",
    ],
)  # fmt: skip
def test_balances_are_refused_even_with_a_date(label: str) -> None:
    assert refusals(with_row(f'2026-11-30,"{label}",9999.99,')) == [f"Row 4, Vendor: {BALANCE}"]
    assert refusals(with_row(f'2026-11-30,"{label}",9999.99,as of today')) == [f"Row 4, Vendor: {BALANCE}"]


@pytest.mark.parametrize(
    "label",
    [
        "Page 1 of 3",
        "Seite 1 von 3",
        "Number of payments",
        "Anzahl Zahlungen",
        "Nombre de factures",
        "Count of rows",
    ],
)
def test_a_footer_is_refused(label: str) -> None:
    assert refusals(with_row(f'2026-11-30,"{label}",3,')) == [f"Row 4, Vendor: {FOOTER}"]


@pytest.mark.parametrize(
    "vendor",
    [
        "Total Energies", "TotalEnergies SE", "Sumitomo", "Balance Coaching Ltd", "Summerfield & Sons",
        "Page Group", "Total Fitness", "Sumup", "Saldo Consulting SL", "New Balance Shoes",
        "Subtotal Software Ltd", "Count Bakery", "Gesamtkonzept GmbH", "Total Media",
        "The Soma Yoga House", "Suma Wholefoods", "Marc Page", "Average Joe Cafe",
        "The Balance", "In Page", "Les Ensembles", "Das Ergebnis",
    ],
)  # fmt: skip
@pytest.mark.parametrize("memo", ["fuel", "x"])
def test_a_vendor_whose_name_sounds_like_a_total_is_paid(vendor: str, memo: str) -> None:
    intake = with_row(f"2026-11-04,{vendor},50,{memo}")
    assert refusals(intake) == []
    assert intake.transactions[-1].vendor == vendor


def test_the_vendor_total_is_paid_where_its_row_says_what_for() -> None:
    assert with_row("2026-11-04,Total,50,fuel").errors == ()
    assert read("Date,Vendor,Amount\n2026-11-04,A,50\n2026-11-05,Total,60\n").errors == ()


def test_a_dated_total_is_known_by_its_sum_or_by_saying_less_than_the_others() -> None:
    assert refusals(with_row("2026-11-30,Total,4510.40,November")) == [f"Row 4, Vendor: {TOTALS}"]
    assert refusals(with_row("2026-11-30,Total,17.00,")) == [f"Row 4, Vendor: {TOTALS}"]


@pytest.mark.parametrize(
    "label", ["Invoice total", "Betrag gesamt", "Montants totaux", "Total USD", "Summe November"]
)
def test_what_stands_around_a_label_makes_it_sure(label: str) -> None:
    assert refusals(with_row(f"2026-11-30,{label},17.00,November")) == [f"Row 4, Vendor: {TOTALS}"]


def test_a_total_without_other_columns_is_refused() -> None:
    intake = read("Vendor,Amount,Currency\nA,5,USD\nB,6,USD\nTotal,11,USD\n")
    assert refusals(intake) == [f"Row 4, Vendor: {TOTALS}"]


@pytest.mark.parametrize(
    "label", ["Harbor Print Co Total", "Total Harbor Print Co", "Subtotal: Harbor Print Co (2)"]
)
def test_the_total_of_a_group_is_refused(label: str) -> None:
    intake = read(
        "Vendor,Amount,Currency\nHarbor Print Co,4200.00,USD\nHarbor Print Co,17.50,USD\n"
        f'"{label}",4217.50,USD\nLarkfield Foods,310.40,USD\nGrand Total,4527.90,USD\n'
    )
    assert refusals(intake) == [f"Row 4, Vendor: {TOTALS}", f"Row 6, Vendor: {TOTALS}"]


@pytest.mark.parametrize("name", ["November", "All cards", "Harbor Print Co"])
def test_an_undated_row_with_the_sum_of_those_above_is_refused(name: str) -> None:
    intake = with_row(f",{name},4510.40,")
    why = "it has no date, and its amount is the sum of rows 2 to 3."
    assert refusals(intake) == [f"Row 4, Amount: {TOTALS[:-1]}: {why}"]
    assert len(intake.transactions) == 2


def test_an_undated_total_of_a_group_that_no_row_names_is_refused_where_it_is_the_sum() -> None:
    assert refusals(with_row(",Facilities Total,4510.40,")) == [f"Row 4, Vendor: {TOTALS}"]


def test_an_undated_row_with_the_sum_of_the_last_group_is_refused() -> None:
    intake = read(
        "Date,Vendor,Amount\n2026-11-02,A,100\n2026-11-02,B,30\n2026-11-03,C,4\n,East,34\n"
        "2026-11-04,D,7\n,Whole,141\n2026-11-05,E,1\n"
    )
    assert [error.row for error in intake.errors] == [5, 7]
    assert "the sum of rows 3 to 4." in refusals(intake)[0]
    assert "the sum of rows 2 to 6." in refusals(intake)[1]


@pytest.mark.parametrize(
    "row", [",Moss Legal LLP,310.40,", ",Moss Legal LLP,77.00,paper", ",Moss Legal LLP,0,"]
)
def test_another_undated_row_is_a_payment(row: str) -> None:
    assert refusals(with_row(row)) == []


def test_no_sum_is_looked_for_where_rows_have_dates_or_none_has() -> None:
    assert read("Date,Vendor,Amount\n2026-11-02,A,1\n2026-11-02,B,2\n2026-11-03,C,3\n").errors == ()
    assert read("Vendor,Amount\nA,1\nB,2\nC,3\n").errors == ()
    assert read("Date,Vendor,Amount\n2026-11-02,A,1\n,B,2\n,C,3\n").errors == ()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Total,Harbor Print Co,4510.40,", "Date"),
        ("Summe,,4510.40,", "Date"),
        (",Harbor Print Co,17,Subtotal", "Memo"),
        (",,17,Grand total", "Memo"),
    ],
)
def test_the_label_may_stand_in_another_column(row: str, column: str) -> None:
    assert refusals(with_row(row)) == [f"Row 4, {column}: {TOTALS}"]


@pytest.mark.parametrize(
    "memo", ["balance due", "Opening balance", "Total hip replacement", "closing balance of 2025"]
)
def test_a_memo_about_a_balance_is_that_of_a_payment(memo: str) -> None:
    assert refusals(with_row(f"2026-11-30,Harbor Print Co,17,{memo}")) == []


def test_a_column_of_types_may_say_what_a_row_is() -> None:
    table = "{},Date,Vendor,Amount\nCard,2026-11-02,A,1\n{},2026-11-02,Us,500\nCard,2026-11-03,B,2\n"
    assert refusals(read(table.format("Type", "Balance brought forward"))) == [f"Row 3, Type: {BALANCE}"]
    assert refusals(read(table.format("", "Balance brought forward"))) == [f"Row 3: {BALANCE}"]
    assert refusals(read(table.format("Reference", "Balance due"))) == []


def test_totals_of_a_workbook_are_refused_too() -> None:
    rows: list[list[Value]] = [
        ["Payee", "Value", "Date"],
        ["Zoë", 12.5, "2026-11-02"],
        ["Acme", 3, "2026-11-03"],
        ["Razem", 15.5],
    ]
    intake = read_file("p.xlsx", xlsx({"A": rows}), currency="PLN")
    assert refusals(intake) == [f"Row 4, Payee: {TOTALS}"]
    assert intake.totals == {"PLN": Decimal("15.5")}


@pytest.mark.parametrize("line", ["Total | 6,360.40", "6,360.40 USD | Grand total", "Saldo inicial; 500.00"])
def test_a_typed_line_of_totals_is_refused(line: str) -> None:
    intake = read_text(f"4,200.00 USD | Harbor Print Co\n{line}", currency="USD")
    assert [error.row for error in intake.errors] == [2]
    assert "not a payment" in refusals(intake)[0]


@pytest.mark.parametrize("line", ["$500 to Total", "500 USD | Total | fuel", "500 USD | Total Energies"])
def test_a_typed_payment_to_total_is_read(line: str) -> None:
    assert read_text(line, currency="USD").errors == ()


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("Leverantör;Belopp", "Summa"), ("Leverandør;Beløp", "Totalt"), ("Leverandør;Beløb", "I alt"),
        ("Toimittaja;Summa", "Yhteensä"), ("Dodavatel;Částka", "Celkem"), ("Szállító;Összeg", "Összesen"),
        ("Furnizor;Sumă", "Total general"), ("Tedarikçi;Tutar", "Genel Toplam"), ("支払先;金額", "小計"),
        ("供应商;金额", "总计"), ("거래처;금액", "합계"), ("المورد;المبلغ", "الإجمالي"),
    ],
)  # fmt: skip
def test_totals_of_more_languages_are_refused_by_name(header: str, label: str) -> None:
    content = f"{header}\nHarrow;410,00\nBright;85,10\n{label};495,10\n"
    intake = read_file("x.csv", content.encode(), currency="EUR")
    assert [payment.vendor for payment in intake.transactions] == ["Harrow", "Bright"]
    assert ["row of totals" in error.problem for error in intake.errors] == [True]


BATCH = "Date,Vendor,Memo,Amount\n2026-11-02,Harrow,pipes,410.00\n2026-11-03,Bright,lift,85.10\n"


@pytest.mark.parametrize("again", ["Date,Vendor,Memo,Amount", "DATE,VENDOR,MEMO,AMOUNT", ",Vendor,,Amount"])
def test_a_header_that_is_repeated_on_each_page_is_refused_by_name(again: str) -> None:
    intake = read_file("x.csv", f"{BATCH}{again}\n2026-11-04,Marlow,x,9.00\n".encode(), currency="EUR")
    assert [(error.row, "repeats the names" in error.problem) for error in intake.errors] == [(4, True)]
    assert [payment.vendor for payment in intake.transactions] == ["Harrow", "Bright", "Marlow"]


@pytest.mark.parametrize(
    "other", ["Date,Customer,Memo,Amount", "Date,Amount,Vendor,Memo", "Date,Vendor,Paid out,Paid in"]
)
def test_another_table_below_is_refused_as_one(other: str) -> None:
    content = f"{BATCH}\n{other}\n2026-11-04,Marlow,7.00,9.00\n2026-11-05,Larch,7.00,9.00\n"
    intake = read_file("x.csv", content.encode(), currency="EUR")
    assert [payment.vendor for payment in intake.transactions] == ["Harrow", "Bright"]
    assert [error.row for error in intake.errors] == [5, 6, 7]
    assert all("Another table begins in row 5" in error.problem for error in intake.errors)


@pytest.mark.parametrize("label", ["VOID", "** Void **", "Cancelled", "Storniert", "annulé", "Declined"])
def test_a_payment_that_was_cancelled_is_refused_by_name(label: str) -> None:
    as_payee = read_file("x.csv", f"{BATCH}2026-11-05,{label},x,5.00\n".encode(), currency="EUR")
    assert ["cancelled or refused" in error.problem for error in as_payee.errors] == [True]
    rows = f"Date,Vendor,Amount,Status\n2026-11-05,Harrow,5.00,Paid\n2026-11-05,Bright,6.00,{label}\n"
    as_status = read_file("x.csv", rows.encode(), currency="EUR")
    assert [payment.vendor for payment in as_status.transactions] == ["Harrow"]
    assert ["cancelled or refused" in error.problem for error in as_status.errors] == [True]


@pytest.mark.parametrize("label", ["Max", "Min", "Mean", "Control total", "Checksum", "Trailer"])
def test_other_rows_that_sum_up_are_refused(label: str) -> None:
    intake = read_file("x.csv", f"{BATCH},{label},,410.00\n".encode(), currency="EUR")
    assert len(intake.transactions) == 2
