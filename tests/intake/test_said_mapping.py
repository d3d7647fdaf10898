"""What is said of a table in words, as the command line takes it, and as it prints how a table was read."""

import pytest

from bot.domain.column_mapping import ColumnMapping
from bot.intake import ColumnQuestion, Intake, IntakeError, SaidMapping, read_file
from bot.intake.said_mapping import answers_to, column_names
from tests.intake.test_headers import READ, Export

HEADER = ("Date", "Vendor", "Amount due", "Total  due", "Note", "", "Note")


def said(*options: str) -> ColumnMapping:
    found = SaidMapping.read(options).of_header(HEADER)
    assert found is not None
    return found


def refused(*options: str) -> str:
    with pytest.raises(IntakeError) as caught:
        SaidMapping.read(options).of_header(HEADER)
    return str(caught.value)


def asked(content: str, *options: str) -> ColumnQuestion:
    with pytest.raises(ColumnQuestion) as caught:
        read_file("x.csv", content.encode(), currency="EUR", mapping_of=SaidMapping.read(options).of_header)
    return caught.value


def still_asked(content: str, mapping: SaidMapping) -> str:
    try:
        read_file("x.csv", content.encode(), currency="EUR", mapping_of=mapping.of_header)
    except ColumnQuestion as question:
        return question.asked
    return ""


def test_a_column_is_said_by_its_name_in_any_case_and_white_space() -> None:
    assert said("amount=  total DUE ").columns == {"amount": (3,)}
    typed = SaidMapping.read(
        ["amount=Ma\u0308a\u0308ra\u0308"]
    )  # as some keyboards write it, in two characters
    assert typed.of_header(("Määrä",)) == ColumnMapping(columns={"amount": (0,)})
    assert said("payee=vendor", "Money-Out=minus").columns == {"vendor": (1,)}


def test_a_name_that_stands_twice_and_a_column_without_one_are_said_by_their_letters() -> None:
    assert refused("memo=note") == "2 columns are named “note”; say Column E or Column G."
    assert said("memo=column g", "memo=Column E", "card=Column F").columns == {"memo": (6, 4), "card": (5,)}


def test_a_column_whose_name_is_letters_is_found_by_its_name_first() -> None:
    names = ("Column B", "Vendor")
    assert SaidMapping.read(["amount=Column B"]).of_header(names) == ColumnMapping(columns={"amount": (0,)})


def test_an_empty_column_says_that_there_is_none() -> None:
    assert said("date=", "memo=").columns == {"date": (), "memo": ()}


def test_a_header_without_a_column_that_was_said_is_another_one() -> None:
    mapping = SaidMapping.read(["amount=Total due", "vendor=Payee"])
    assert mapping.of_header(HEADER) is None
    assert mapping.missing_in(HEADER) == ("Payee",)
    assert SaidMapping.read(["amount=Column Z"]).missing_in(HEADER) == ("Column Z",)


@pytest.mark.parametrize(
    ("option", "field", "value"),
    [
        ("dates=day-month", "dates", "dmy"),
        ("dates=Month-Day", "dates", "mdy"),
        ("dates=serial", "dates", "serial"),
        ("dates=month", "dates", "month"),
        ("decimal=comma", "decimal_mark", ","),
        ("decimal=point", "decimal_mark", "."),
        ("money-out=plus", "money_out", "plus"),
        ("money-out=minus", "money_out", "minus"),
        ("money-out=minus-in-credit", "money_out", "minus_in_credit"),
        ("unit=1", "unit", 1),
        ("unit=1000", "unit", 1_000),
        ("unit=1000000", "unit", 1_000_000),
        ("year=2026", "year", 2026),
        ("currency-of-file=eur", "currency", "EUR"),
    ],
)
def test_how_values_are_written_is_said_in_plain_words(option: str, field: str, value: object) -> None:
    assert said(option) == ColumnMapping.model_validate({field: value})


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["foo=Vendor"], "“foo=Vendor” says nothing of a table"),
        (["amount"], "write ROLE=COLUMN"),
        (["amount=Amount due", "amount=Total due"], "“amount” is said twice"),
        (["payee=Vendor", "vendor=Note"], "“vendor” is said twice"),
        (["memo=", "memo=Note"], "“memo” is said twice"),
        (["unit=1", "unit=1000"], "“unit” is said twice"),
        (["dates=backwards"], "“dates” is day-month, month-day, serial or month, and not “backwards”."),
        (["year=26"], "“year” is a year from 1990 to 2100, and not “26”."),
        (["year=²"], "“year” is a year"),
        (["currency-of-file=EURO"], "“currency-of-file” is a currency code"),
    ],
)
def test_what_cannot_be_said_is_one_sentence(options: list[str], says: str) -> None:
    assert says in refused(*options)


@pytest.mark.parametrize("export", READ, ids=lambda export: export.system)
def test_what_is_printed_of_a_table_reads_it_the_same(export: Export) -> None:
    content = f"{export.header}\n{export.row}\n".encode()

    def read(options: SaidMapping | None) -> Intake:
        mapping_of = options.of_header if options else lambda _: None
        return read_file("x.csv", content, currency="EUR", mapping_of=mapping_of)

    alone = read(None)
    again = read(SaidMapping.read([f"{name}={word}" for name, word in alone.read_as.items()]))
    assert again.mapped
    assert again.transactions == alone.transactions
    assert again.read_as == alone.read_as


def test_what_was_said_is_printed_too() -> None:
    content = "Vendor,Amount,Note,Note,Booked\nHarrow,-1.234,a,b,03/2026\nMarlow,-2.500,c,d,April\n"
    options = (
        *("memo=Column D", "memo=Column C", "date=Booked", "dates=month", "year=2025", "decimal=comma"),
        *("money-out=minus", "unit=1000", "currency-of-file=CHF", "invoice="),
    )
    mapping = SaidMapping.read(["vendor=vendor", *options])
    intake = read_file("x.csv", content.encode(), currency="EUR", mapping_of=mapping.of_header)
    assert intake.read_as == {
        "amount": "Amount",
        "vendor": "Vendor",
        "date": "Booked",
        "invoice": "",
        "memo": "Column D + Column C",
        "dates": "month",
        "decimal": "comma",
        "money-out": "minus",
        "unit": "1000",
        "year": "2025",
        "currency-of-file": "CHF",
    }
    words = SaidMapping.read([f"{name}={word}" for name, word in intake.read_as.items()])
    again = read_file("x.csv", content.encode(), currency="EUR", mapping_of=words.of_header)
    assert again.transactions == intake.transactions
    assert [str(payment.amount) for payment in again.transactions] == ["1234000", "2500000"]
    assert again.transactions[0].memo == "b / a"


@pytest.mark.parametrize(
    ("content", "options", "answers"),
    [
        (
            "Vendor,Amount due,Total due\nA,1.00,2.00\n",
            (),
            [["amount=Amount due"], ["amount=Total due"]],
        ),
        ("Vendor,Amount,Amount\nA,1.00,2.00\n", (), [["amount=Column B"], ["amount=Column C"]]),
        ("Derbynnydd;Swm\nHarrow Oy;5,20\nMarlow Oy;6,30\n", (), [["amount=Swm", "vendor=Derbynnydd"]]),
        ("Vendor,Amount,Date\nA,1.00,46328\n", (), [["dates=serial"], ["date="]]),
        ("Vendor,Amount,Date\nA,1.00,March\n", (), [["dates=month"], ["date="]]),
        ("Vendor,Amount,Date\nA,1.00,March\n", ("dates=month", "date=Date"), [["year=YYYY"]]),
        ("Vendor,Amount,Date\nA,1.00,01/04/2026\n", (), [["dates=day-month"], ["dates=month-day"]]),
        ("Vendor,Amount,Date\nA,1,x\nB,1,y\nC,1,z\n", (), [["date=Date"], ["date="]]),
        ("Vendor,Amount\nA,1.234\n", (), [["decimal=comma"], ["decimal=point"]]),
        ("Vendor,Amount\nA,-1.00\n", (), [["money-out=minus"], ["money-out=plus"]]),
        (
            "Vendor,Debit,Credit\nA,1.00,\nB,,-2.00\n",
            (),
            [["money-out=minus-in-credit"], ["money-out=plus"]],
        ),
        ("Vendor,Amount in thousands\nA,85\n", (), [["unit=1000"], ["unit=1000000"], ["unit=1"]]),
    ],
)
def test_every_answer_to_a_question_can_be_said_and_ends_it(
    content: str, options: tuple[str, ...], answers: list[list[str]]
) -> None:
    question = asked(content, *options)
    assert [list(answer) for answer in answers_to(question)] == answers
    for answer in answers:
        typed = [option.replace("YYYY", "2026") for option in answer]
        mapping = SaidMapping.read([*options, *typed])
        assert still_asked(content, mapping) != question.asked


def test_the_columns_are_listed_as_they_stand_and_as_they_can_be_said() -> None:
    assert column_names(("Date", "Note", "", "note", "A\u200bB")) == (
        "“Date”, “Note” (Column B), “Column C”, “note” (Column D), “A[U+200B]B” (Column E)"
    )


def test_a_shifted_row_is_refused_also_where_a_mapping_was_said() -> None:
    content = "Vendor,Amount,Memo\nHarrow,5.00,ink\nMarlow,12,500.00,lunch\n"
    mapping = SaidMapping.read(["amount=Amount"])
    intake = read_file("x.csv", content.encode(), currency="EUR", mapping_of=mapping.of_header)
    assert [str(error) for error in intake.errors] == ["Row 3: The row has 4 cells, but the header has 3."]
    mapping = SaidMapping.read(["amount=Amount", "category=Column D"])
    intake = read_file("x.csv", content.encode(), currency="EUR", mapping_of=mapping.of_header)
    assert intake.transactions[1].category == "lunch"


def test_a_column_without_a_name_that_no_row_fills_is_no_column() -> None:
    mapping = ColumnMapping(columns={"amount": (1,), "vendor": (0,), "memo": (7,)})
    intake = read_file("x.csv", b"A,B\nHarrow,5.00\n", currency="EUR", mapping_of=lambda _: mapping)
    assert intake.transactions[0].memo is None
