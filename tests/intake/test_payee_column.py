"""The payee is never the payer, and never a mere text where another column may hold the names."""

import pytest

from bot.intake import ColumnQuestion, Intake, read_file


def read(content: str) -> Intake:
    return read_file("x.csv", content.encode(), currency="EUR")


def asked(content: str) -> tuple[str, str]:
    """What is asked about, and the name of the column that is guessed."""
    with pytest.raises(ColumnQuestion) as caught:
        read(content)
    table, guess = caught.value.table, caught.value.guess
    assert table
    return caught.value.asked, table.header[guess.columns["vendor"][0]]


@pytest.mark.parametrize("name", ["Company", "Company Name", "Ragione sociale", "Firma", "Raison sociale"])
def test_a_company_that_is_the_same_in_every_row_may_be_the_payer(name: str) -> None:
    rows = "Us Ltd,HARBOUR HOTEL,2026-11-14,4.10\nUs Ltd,CORNER CAFE,2026-11-15,9.20\n"
    assert asked(f"{name},Description,Date,Amount\n{rows}") == ("vendor", "Description")
    other = rows.replace("Us Ltd", "Harrow Ltd", 1)
    assert read(f"{name},Description,Date,Amount\n{other}").transactions[0].vendor == "Harrow Ltd"


def test_a_vendor_that_is_the_same_in_every_row_is_the_payee() -> None:
    rows = "Us Ltd,HARBOUR HOTEL,2026-11-14,4.10\nUs Ltd,CORNER CAFE,2026-11-15,9.20\n"
    assert {p.vendor for p in read(f"Vendor,Description,Date,Amount\n{rows}").transactions} == {"Us Ltd"}


def test_names_in_a_column_that_nobody_knows_are_asked_about_beside_a_description() -> None:
    rows = "2026-11-14;Transfer;Harrow Ltd;4.10\n2026-11-15;Transfer;Falkenrot GmbH;9.20\n"
    assert asked(f"Date;Description;Zyx;Amount\n{rows}") == ("vendor", "Zyx")
    one_word = rows.replace("Harrow Ltd", "Online").replace("Falkenrot GmbH", "Online")
    assert len(read(f"Date;Description;Zyx;Amount\n{one_word}").transactions) == 2


def test_numbers_alone_are_no_payees_where_another_column_may_hold_their_names() -> None:
    rows = "100234;Harrow Ltd;4.10\n100235;Falkenrot GmbH;9.20\n"
    assert asked(f"Vendor;Zyx;Amount\n{rows}") == ("vendor", "Zyx")


def test_an_empty_column_of_payees_gives_way_to_one_with_names() -> None:
    intake = read("Date,Recipient,Name,Amount\n2026-11-14,,Harrow Ltd,4.10\n")
    assert intake.transactions[0].vendor == "Harrow Ltd"


def test_codes_of_currencies_under_an_unknown_name_are_asked_about() -> None:
    content = "Vendor,Amount,Zyx\nHarrow Ltd,4.10,USD\nFalkenrot,9.20,GBP\n"
    with pytest.raises(ColumnQuestion, match="Are the currencies in “Zyx”"):
        read(content)
    assert len(read(content.replace("USD", "red")).transactions) == 2


def test_a_word_of_another_language_in_a_name_says_what_it_is_not() -> None:
    intake = read("Datum;Betrag Detail;Empfänger;Betrag\n14.11.2026;x;Falkenrot GmbH;4,10\n")
    assert intake.transactions[0].vendor == "Falkenrot GmbH"
    with pytest.raises(ColumnQuestion, match="Which columns are the amount and the payee"):
        read("Datum;Betrag Detail;Betrag\n14.11.2026;x;4,10\n")


def test_dates_under_an_unknown_name_are_asked_about_where_no_other_column_has_them() -> None:
    content = "Vendor,Amount,Zyx\nHarrow Ltd,4.10,2026-11-14\nFalkenrot,9.20,\n"
    with pytest.raises(ColumnQuestion, match="Is “Zyx” the date of the payments"):
        read(content)
    assert len(read(content.replace("2026-11-14", "room 14")).transactions) == 2
    assert len(read("Vendor,Amount,Zyx,Date\nHarrow,4.10,2026-11-14,2026-11-15\n").transactions) == 1
