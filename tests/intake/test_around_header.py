"""What stands above and below the names of columns says what the amounts are: it is read, or asked about."""

import pytest

from bot.domain.column_mapping import ColumnMapping
from bot.intake import ColumnQuestion, Intake, read_file
from bot.intake.said_mapping import answers_to

HEADER = "Date,Vendor,Memo,Amount\n"
ROWS = "2026-11-02,Harrow Ltd,pipes,410.00\n2026-11-03,Brightwater,lift,85.10\n"


def read(content: str, answer: ColumnMapping | None = None) -> Intake:
    """Read with the answer to what is asked about it, as the form keeps it: by the names of the header."""
    table = asked(content).table if answer else None
    known = {table.header: answer} if table else {}
    return read_file("x.csv", content.encode(), currency="EUR", mapping_of=known.get)


def asked(content: str) -> ColumnQuestion:
    with pytest.raises(ColumnQuestion) as caught:
        read(content)
    return caught.value


def paid(intake: Intake) -> list[tuple[str, str, str]]:
    return [(payment.vendor, str(payment.amount), payment.currency) for payment in intake.transactions]


@pytest.mark.parametrize(
    ("below", "currency"),
    [(",,,(EUR)", "EUR"), (",,,USD", "USD"), (",,,[GBP]", "GBP"), ("\n,,,USD", "USD"), (",,,€", "EUR")],
)
def test_a_currency_below_the_name_is_that_of_the_amounts(below: str, currency: str) -> None:
    intake = read(f"{HEADER}{below}\n{ROWS}")
    assert paid(intake) == [("Harrow Ltd", "410.00", currency), ("Brightwater", "85.10", currency)]
    assert intake.errors == ()
    assert not any("above the header" in note for note in intake.notes)


@pytest.mark.parametrize("below", [",,,in thousands", ",,,£'000", ",,,TEUR", ",,,($000s)", ",,,(k)"])
def test_thousands_below_the_name_are_asked_about(below: str) -> None:
    question = asked(f"{HEADER}{below}\n{ROWS}")
    assert question.asked == "unit"
    intake = read(f"{HEADER}{below}\n{ROWS}", question.guess.but(unit=1000))
    assert [str(payment.amount) for payment in intake.transactions] == ["410000.00", "85100.00"]


@pytest.mark.parametrize(
    "title",
    ["Payments in thousands", "All amounts in £'000", "Beträge in TEUR", "Montants en milliers", "(000s)"],
)
def test_a_title_that_says_thousands_is_asked_about(title: str) -> None:
    question = asked(f'"{title}"\n{HEADER}{ROWS}')
    assert (question.asked, question.values) == ("unit", (1_000, 1_000_000, 1))
    assert title in question.question
    assert paid(read(f'"{title}"\n{HEADER}{ROWS}', question.guess.but(unit=1)))[0][1] == "410.00"


@pytest.mark.parametrize(
    "title", ["Currency: USD", "All amounts in USD", "Figures are in USD", "Währung,USD"]
)
def test_a_title_that_says_another_currency_is_asked_about(title: str) -> None:
    question = asked(f"{title}\n{HEADER}{ROWS}")
    assert (question.asked, question.guess.currency) == ("currency", "USD")
    assert answers_to(question)[0] == ("currency-of-file=USD",)
    assert {currency for _, _, currency in paid(read(f"{title}\n{HEADER}{ROWS}", question.guess))} == {"USD"}
    euros = read(f"{title}\n{HEADER}{ROWS}", question.guess.but(currency="EUR"))
    assert {currency for _, _, currency in paid(euros)} == {"EUR"}


@pytest.mark.parametrize(
    "title", ["Payments over £25000", "Report of November", "Currency: EUR", "Spend above 1,000", "for USA"]
)
def test_other_titles_ask_nothing(title: str) -> None:
    assert len(paid(read(f'"{title}"\n{HEADER}{ROWS}'))) == 2


def test_a_currency_in_the_table_needs_no_title() -> None:
    table = "Date,Vendor,Amount,Currency\n2026-11-02,Harrow Ltd,410.00,GBP\n"
    assert paid(read("Currency: USD\n" + table)) == [("Harrow Ltd", "410.00", "GBP")]


@pytest.mark.parametrize(
    ("header", "row", "amount"),
    [
        ("Date,Vendor,Amount,\n,,Net,Gross", "100.00,120.00", "120.00"),
        ("Date,Vendor,Amount,,\n,,Net,VAT,Gross", "100.00,20.00,120.00", "120.00"),
        ("Date,Vendor,Amount,\n,,Budget,Actual", "100.00,120.00", "120.00"),
    ],
)
def test_names_of_parts_below_a_merged_name_belong_to_it(header: str, row: str, amount: str) -> None:
    intake = read(f"{header}\n2026-11-02,Harrow Ltd,{row}\n")
    assert paid(intake) == [("Harrow Ltd", amount, "EUR")]
    assert (intake.errors, intake.transactions[0].row) == ((), 3)


def test_the_mapping_of_a_header_of_two_lines_is_found_again() -> None:
    content = "Dyddiad,Derbynnydd,Swm,\n,,Heb dreth,Gyda threth\n2026-11-02,Harrow Ltd,100.00,120.00\n"
    guess = asked(content).guess.but(columns={"amount": (3,), "vendor": (1,), "date": (0,)})
    first = read(content, guess)
    assert paid(first) == [("Harrow Ltd", "120.00", "EUR")]
    known = {first.mapped[0]: guess.but(confirmed=False)}
    again = read_file("x.csv", content.encode(), currency="EUR", mapping_of=known.get)
    assert paid(again) == paid(first)


def test_a_row_without_values_under_a_full_header_is_a_row() -> None:
    intake = read(f"{HEADER}n.d.,Harrow Ltd,see mail,open\n{ROWS}")
    assert [error.row for error in intake.errors] == [2]
    assert len(intake.transactions) == 2
