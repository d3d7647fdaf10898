"""Typed and pasted payments: understood exactly, or named by line."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import MAX_FILE_BYTES, Intake, IntakeError, read_text
from bot.intake.question import ColumnQuestion

MILLION = 1_000_000


def only(text: str) -> tuple[str, str, str, str | None]:
    intake = read_text(text, currency="USD")
    assert intake.errors == ()
    (one,) = intake.transactions
    return str(one.amount), one.currency, one.vendor, one.memo


def problem(text: str) -> str:
    intake = read_text(text, currency="USD")
    assert intake.transactions == ()
    (error,) = intake.errors
    return str(error)


def test_the_message_of_the_first_example_is_read_whole() -> None:
    intake = read_text(
        "Please process the following transactions one at a time:\n\n"
        "1. Transaction: $1500 to Unicorn LLC. Memo: Quarterly supplies.\n"
        "2. Transaction: $12000 to Acme Corp. Memo: Reimbursement.\n"
        "3. Transaction: $4000 to CyberSins Ltd. Memo: Routine payment.",
        currency="EUR",
    )
    assert intake.errors == ()
    assert [
        (transaction.ref, transaction.row, transaction.vendor, transaction.memo)
        for transaction in intake.transactions
    ] == [
        (1, 3, "Unicorn LLC", "Quarterly supplies"),
        (2, 4, "Acme Corp", "Reimbursement"),
        (3, 5, "CyberSins Ltd", "Routine payment"),
    ]
    assert intake.totals == {"USD": Decimal(17500)}
    assert intake.notes == ("Line 1 was taken as an introduction.",)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Transaction: $700 to Globex. Memo: Chairs.", ("700", "USD", "Globex", "Chairs")),
        ("$700 to Globex", ("700", "USD", "Globex", None)),
        ("Transaction: $700 to Globex.", ("700", "USD", "Globex", None)),
        ("Pay 700 EUR to Café Zoë. memo: lunch", ("700", "EUR", "Café Zoë", "lunch")),
        ("$700 to Globex Inc.. Memo: etc..", ("700", "USD", "Globex Inc.", "etc.")),
        (
            "$700 to J. R. Smith & Co. Ltd. Memo: a | b; c",
            ("700", "USD", "J. R. Smith & Co. Ltd", "a | b; c"),
        ),
        ("$700 to Globex; Memo: said “to go”", ("700", "USD", "Globex", "said “to go”")),
        ("$700 to Globex ,  memo : chairs", ("700", "USD", "Globex", "chairs")),
        ("$700 to Globex.| Memo: chairs", ("700", "USD", "Globex.", "chairs")),
        ("$700 to Globex.,Memo: chairs", ("700", "USD", "Globex.", "chairs")),
        ("$700 to Globex. Memo:", ("700", "USD", "Globex", "")),
        ("(3) $700 to Globex", ("700", "USD", "Globex", None)),
        ("• $700 to Globex", ("700", "USD", "Globex", None)),
        ("- $700 to Globex", ("700", "USD", "Globex", None)),
        ("-$700 to Globex", ("-700", "USD", "Globex", None)),
        ("7,000 USD | Globex | Chairs", ("7000", "USD", "Globex", "Chairs")),
        ("Globex | €7.000,50 | Chairs", ("7000.50", "EUR", "Globex", "Chairs")),
        ("7000\tGlobex\tChairs", ("7000", "USD", "Globex", "Chairs")),
        ("| 7000 | Globex | Chairs |", ("7000", "USD", "Globex", "Chairs")),
        ("500 | 3M | tape", ("500", "USD", "3M", "tape")),
        ("7000; Globex", ("7000", "USD", "Globex", None)),
        ("4. 70 | 7-Eleven | ", ("70", "USD", "7-Eleven", "")),
        ("```\n$700 to Globex\n```", ("700", "USD", "Globex", None)),
    ],
)
def test_a_line_is_a_payment(text: str, read: tuple[str, str, str, str | None]) -> None:
    assert only(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Pay Acme $500 for lunch", ("500", "USD", "Acme", "lunch")),
        ("Pay 3M $500 for tape.", ("500", "USD", "3M", "tape")),
        ("Acme Corp 1,200.50 GBP for chairs", ("1200.50", "GBP", "Acme Corp", "chairs")),
        ("Pay Globex 900", ("900", "USD", "Globex", None)),
        ("Pay Hotel Zoë $500 for room 600", ("500", "USD", "Hotel Zoë", "room 600")),
        ("Pay Acme, Inc. EUR 500, lunch", ("500", "EUR", "Acme, Inc.", "lunch")),
        ("Pay Acme $500. Memo: lunch for two", ("500", "USD", "Acme", "lunch for two")),
        ("Zahle Müller GmbH 500 EUR für Büromaterial", ("500", "EUR", "Müller GmbH", "Büromaterial")),
        ("Payez Dupont SARL 500 EUR pour fournitures", ("500", "EUR", "Dupont SARL", "fournitures")),
        ("Pagar a Acme SL 500 EUR por material", ("500", "EUR", "Acme SL", "material")),
        ("Pague Acme Lda 500 EUR por material", ("500", "EUR", "Acme Lda", "material")),
        ("Paga Rossi Srl 500 EUR per cancelleria", ("500", "EUR", "Rossi Srl", "cancelleria")),
        ("Betaal Jansen BV 500 EUR voor papier", ("500", "EUR", "Jansen BV", "papier")),
        ("Zapłać Nowak 500 PLN za papier", ("500", "PLN", "Nowak", "papier")),
        ("500 EUR an Müller GmbH, Büromaterial", ("500", "EUR", "Müller GmbH", "Büromaterial")),
        ("500 EUR an Müller, Büromaterial", ("500", "EUR", "Müller", "Büromaterial")),
        ("500 EUR an Müller GmbH für Büromaterial", ("500", "EUR", "Müller GmbH", "Büromaterial")),
        ("€500 à Dupont SARL, fournitures", ("500", "EUR", "Dupont SARL", "fournitures")),
        ("500 EUR a Acme SL, material", ("500", "EUR", "Acme SL", "material")),
        ("500 EUR para Acme Lda, material", ("500", "EUR", "Acme Lda", "material")),
        ("500 EUR alla Rossi Srl, cancelleria", ("500", "EUR", "Rossi Srl", "cancelleria")),
        ("500 EUR aan Jansen BV, papier", ("500", "EUR", "Jansen BV", "papier")),
        ("500 PLN dla Nowak Sp. z o.o., papier", ("500", "PLN", "Nowak Sp. z o.o.", "papier")),
        ("500 EUR an Müller GmbH. Memo: Papier, Toner.", ("500", "EUR", "Müller GmbH", "Papier, Toner")),
        ("$500 to Acme Corp, lunch", ("500", "USD", "Acme Corp", "lunch")),
        ("$500 to Acme, Inc., lunch", ("500", "USD", "Acme, Inc.", "lunch")),
        ("$500 to Smith, Jones", ("500", "USD", "Smith, Jones", None)),
        ("Pay $500 to Acme Ltd for lunch", ("500", "USD", "Acme Ltd", "lunch")),
        ("Acme Corp, 500, lunch", ("500", "USD", "Acme Corp", "lunch")),
        ("1,200.00, Acme Corp, lunch, for two", ("1200.00", "USD", "Acme Corp", "lunch, for two")),
        ("Acme, Inc., 500, lunch", ("500", "USD", "Acme, Inc.", "lunch")),
        ("Acme,500,lunch", ("500", "USD", "Acme", "lunch")),
        ("Acme, €500", ("500", "EUR", "Acme", None)),
        ("$500 to Acme. Memo: from $5 to $10 a seat", ("500", "USD", "Acme", "from $5 to $10 a seat")),
        ("$500 to Acme. Memo: the $20 deposit", ("500", "USD", "Acme", "the $20 deposit")),
    ],
)
def test_a_payment_is_understood_as_people_word_it(text: str, read: tuple[str, str, str, str | None]) -> None:
    assert only(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "Pay Acme $500 and Globex $600",
        "Pay Acme $500 for lunch and Globex $600 for dinner",
        "Pay Acme $500 for lunch and Globex 600",
        "Pay Acme $500 for lunch, Globex 600 for dinner",
        "$500 to Acme. Memo: lunch. $600 to Globex. Memo: dinner",
        "$500 to Acme. Memo: lunch, 600 USD to Globex",
        "$500 to Acme. Memo: lunch and 600 to Globex",
        "$500 to Acme. Memo: lunch. Pay Globex $600 for dinner",
        "$500 to Acme. Memo: lunch. Globex $600 for dinner",
        "500 USD | Acme | lunch, $600 to Globex",
        "500 USD | Acme | lunch und 600 EUR an Globex",
        "500 EUR an Acme und 600 EUR an Globex",
        "500 EUR an Acme GmbH, Papier, 600 EUR an Globex",
        "Acme Corp, 500, lunch and $600 to Globex",
    ],
)
def test_no_payment_hides_in_the_memo_of_another(text: str) -> None:
    assert "two payments" in problem(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Pay Acme $50 per hour", "not understood"),
        ("$50 a day", "not understood"),
        ("500 EUR an hour, Acme", "not understood"),
        ("Pay Acme for lunch $500", "where the vendor ends"),
        ("500 EUR an Müller, Schmidt & Partner", "where the vendor ends"),
        ("500 EUR an Müller, Papier, Toner", "where the vendor ends"),
        ("500 EUR an Müller für Papier", "where the vendor ends"),
        ("$500 to Acme Corp, Globex Inc", "where the vendor ends"),
        ("Acme, 500, lunch, 600", "two amounts"),
        ("Acme, 500, lunch, Globex, 600, dinner", "two amounts"),
        ("Acme, 1.234, lunch", "thousands or as decimals"),
        ("Invoices of October, 2026, second batch", "a year or an amount"),
        ("Acme Corp, five hundred, 2 lunches", "not understood"),
        ("11/12/2026, 500, lunch", "not understood"),
    ],
)
def test_a_line_with_two_readings_is_asked_about(text: str, words: str) -> None:
    assert words in problem(text)


@pytest.mark.parametrize("line", ["Globex owes 900", "500 | 600 | chairs", "$5 to A and $6 to " + "B" * 90])
def test_an_error_quotes_its_line(line: str) -> None:
    (error,) = read_text(f"$5 to A\n{line}", currency="USD").errors
    assert str(error).startswith(f"Row 2: “{line[:50]}")
    assert "\n" not in str(error)


def test_a_table_whose_header_nobody_knows_is_no_list_of_payments() -> None:
    with pytest.raises(ColumnQuestion, match="I do not know these names: “Gegenseite”, “Summe”, “Was”"):
        read_text("Gegenseite,Summe,Was\nAcme,500,Papier\nGlobex,700,Toner", currency="EUR")
    assert len(read_text("Pagar lo siguiente:\n500 EUR a Acme SL, papel", currency="USD").transactions) == 1
    assert len(read_text("Hi Ben, please pay:\nAcme, 500, lunch", currency="USD").transactions) == 1


def test_a_line_may_carry_an_iso_date() -> None:
    for text in (
        "2026-04-01 | 70 | Globex | Chairs",
        "70 | Globex | Chairs | 2026-04-01",
        "2026-04-01, Globex, 70, Chairs",
    ):
        (one,) = read_text(text, currency="USD").transactions
        assert (one.date, one.amount, one.memo) == (dt.date(2026, 4, 1), Decimal(70), "Chairs")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$700 to Globex for chairs", "where the vendor ends"),
        ("$5 to A. Memo: x. Transaction: $9 to B. Memo: y.", "two payments"),
        ("$5 to A and $6 to B", "two payments"),
        ("5 USD to A, 6 USD to B", "two payments"),
        ("$5 to Memo: chairs", "no vendor"),
        ("500 | 600 | chairs", "two amounts"),
        ("5 | A | b | c", "4 parts"),
        ("|5|", "not understood"),
        ("1.234 to Globex", "thousands or as decimals"),
        ("2 x $600 to Globex", "more than one number"),
        ("¥900 to Globex", "JPY or CNY"),
        ("XYZ 900 to Globex", "ISO 4217"),
        ("Globex 900", "not understood"),
        ("$5 to " + "v" * 201, "201 characters; 200"),
        ("$5 to A. Memo: " + "m" * 501, "501 characters; 500"),
        ("$5 to A. Memo: " + "m" * 2000, "2,000 are the most"),
        ("2026-13-01 | 5 | A | b", "no such day"),
    ],
)
def test_what_is_not_understood_is_named_by_its_line(text: str, words: str) -> None:
    sentence = problem(text)
    assert sentence.startswith("Row 1: ")
    assert words in sentence


def test_memos_of_the_longest_length_are_kept_whole() -> None:
    assert only("$5 to A. Memo: " + "m" * 500)[3] == "m" * 500


def test_a_line_without_a_memo_among_lines_with_one_left_it_empty() -> None:
    intake = read_text("$5 to A. Memo: chairs\n$6 to B", currency="USD")
    assert [transaction.memo for transaction in intake.transactions] == ["chairs", ""]


def test_half_a_character_does_not_stop_the_reading() -> None:
    assert only("$5 to A\ud83d Ltd")[2] == "A\ufffd Ltd"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_no_line_break_hides_a_payment(newline: str) -> None:
    intake = read_text(f"$5 to A{newline}$6 to B", currency="USD")
    assert [transaction.vendor for transaction in intake.transactions] == ["A", "B"]


def test_only_words_before_the_first_payment_are_passed_over() -> None:
    intake = read_text("Dear all,\nplease pay:\n$5 to A\nregards", currency="USD")
    assert len(intake.transactions) == 1
    assert [error.row for error in intake.errors] == [4]
    assert len(intake.notes) == 2


def test_a_pasted_table_is_read_as_a_table() -> None:
    intake = read_text('Vendor,Amount,Memo\nAcme,"1,200.00",paper\nB,x,y', currency="GBP")
    assert [
        (transaction.row, transaction.amount, transaction.currency) for transaction in intake.transactions
    ] == [(2, Decimal("1200"), "GBP")]
    assert [str(error) for error in intake.errors] == ["Row 3, Amount: “x” is not an amount."]


@pytest.mark.parametrize("text", ["", " \n ", "hello there", "```\n```"])
def test_no_payment_at_all_is_one_sentence_with_an_example(text: str) -> None:
    with pytest.raises(IntakeError, match="no payment in the text; write"):
        read_text(text, currency="USD")


def test_too_much_text_is_refused() -> None:
    with pytest.raises(IntakeError, match="too long"):
        read_text("x" * (MAX_FILE_BYTES + 1), currency="USD")
    with pytest.raises(IntakeError, match="50,002 lines"):
        read_text("$5 to A\n" * 50_002, currency="USD")


@pytest.mark.parametrize(
    "hostile",
    [
        "abc" + " " * MILLION + "x",
        "abc" + "\t" * MILLION + "Mem",
        "abc" + ", " * (MILLION // 2) + "x",
        "abc" + ". " * (MILLION // 2) + "x",
        "abc " + "Memo " * (MILLION // 5),
        ("$5 to A" + " " * 1_900 + "x\n") * (MILLION // 1_908),
        ("$5" + " to" * 600 + "\n") * (MILLION // 1_803),
        "$5 to " + '"' * MILLION,
        "9" * MILLION,
        ("$5 to A. Memo: " + "9" * 1_900 + "\n") * (MILLION // 1_915),
        ("$5 to A. Memo: " + "9 USD " * 316 + "\n") * (MILLION // 1_911),
        ("$5 to A. Memo: " + ", Pay " * 316 + "\n") * (MILLION // 1_911),
        ("5 EUR" + " an" * 600 + "\n") * (MILLION // 1_806),
        ("5 EUR an A" + ", GmbH" * 310 + "\n") * (MILLION // 1_871),
        ("Pay A" + " $5" * 600 + "\n") * (MILLION // 1_806),
        ("Pay A $5 for" + " and B" * 310 + "\n") * (MILLION // 1_873),
        ("A, " + "5, " * 630 + "\n") * (MILLION // 1_894),
        ("A B" + " " * 1_900 + "$5\n") * (MILLION // 1_906),
    ],
    ids=[
        *("spaces", "tabs", "commas", "stops", "labels", "long lines", "tos", "quotes", "digits"),
        *("digits in a memo", "amounts in a memo", "pays", "ans", "forms", "amounts", "ands", "list", "gap"),
    ],
)
def test_the_time_to_read_grows_with_the_length_alone(hostile: str) -> None:
    """A reader that takes the square of a million steps meets the suite's timeout, so no clock is needed."""
    try:
        assert isinstance(read_text(hostile, currency="USD"), Intake)
    except IntakeError as error:
        assert str(error).isprintable()  # noqa: PT017 - either way is right


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        assert isinstance(read_text(text, currency="USD"), Intake)
    except IntakeError as error:
        assert str(error).isprintable()  # noqa: PT017 - either way is right


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=100))
def test_a_hostile_memo_stays_one_memo(memo: str) -> None:
    intake = read_text(f"$12000 to Acme Corp. Memo: {memo}.", currency="USD")
    assert len(intake.transactions) + len(intake.errors) == 1
    for transaction in intake.transactions:
        assert (transaction.amount, transaction.vendor) == (Decimal(12000), "Acme Corp")


@pytest.mark.parametrize("between", [";", "\t", " | ", ","])
def test_a_pasted_table_whose_names_nobody_knows_is_asked_about_even_where_its_rows_read_as_typed(
    between: str,
) -> None:
    rows = [
        ("თარიღი", "მიმღები", "თანხა", "შენიშვნა"),
        ("2026-11-03", "Larkfield Ltd", "120.50", "paper"),
        ("2026-11-04", "Marlow Ltd", "88.10", "ink"),
    ]
    with pytest.raises(ColumnQuestion, match="do not know these names"):
        read_text("\n".join(map(between.join, rows)), currency="USD")
