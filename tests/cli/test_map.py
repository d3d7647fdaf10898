"""``--map``: where a file has two readings, the command says what to type, and reads it so."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_command_line import one_sentence
from tests.processes import Ended, called

TWO_AMOUNTS = "Date,Vendor,Amount due,Total due\n2026-11-02,Harrow Ltd,100.00,120.00\n"
WELSH = "Dyddiad;Derbynnydd;Swm\n05.11.2026;Harrow Oy;-1143,41\n06.11.2026;Larkfield Oy;-20,00\n"
Call = Any


@pytest.fixture
def assess(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command in a folder with two files about which there is a question."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "bills.csv").write_text(TWO_AMOUNTS)
    (tmp_path / "bank.csv").write_text(WELSH)

    def run(*arguments: str) -> Ended:
        return called(capsys, "assess", "--on", "2026-11-06", *arguments)

    return run


def lines(ended: Ended) -> list[dict[str, Any]]:
    assert (ended.code, ended.err) == (0, "")
    return [json.loads(line) for line in ended.out.splitlines()]


def amounts(ended: Ended) -> list[str]:
    return [line["amount"] for line in lines(ended) if "amount" in line]


def test_an_open_question_names_the_answers_to_type_and_is_exit_code_1(assess: Call) -> None:
    ended = assess("bills.csv")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "countersign: bills.csv: Which column is the amount to pay: “Amount due” or “Total due”? Say it with "
        '--map amount="Amount due" or --map amount="Total due". The columns are “Date”, “Vendor”, '
        "“Amount due”, “Total due”.\n"
    )
    assert amounts(assess("bills.csv", "--json", "--map", "amount=total due")) == ["120.00"]


def test_a_file_in_any_language_is_read_after_two_questions(assess: Call) -> None:
    first = assess("bank.csv")
    assert "Say it with --map amount=Swm --map vendor=Derbynnydd." in first.err
    said = ["--map", "amount=Swm", "--map", "vendor=Derbynnydd"]
    second = assess("bank.csv", *said)
    assert second.code == 1
    assert "Say it with --map money-out=minus or --map money-out=plus." in second.err
    ended = assess("bank.csv", *said, "--map", "money-out=minus", "--map", "date=Dyddiad", "--json")
    assert [line["date"] for line in lines(ended) if "amount" in line] == ["2026-11-05", "2026-11-06"]
    assert amounts(ended) == ["1143.41", "20.00"]


def test_how_a_table_was_read_is_printed_as_options_that_read_it_the_same(assess: Call) -> None:
    ended = assess("bills.csv", "--map", "amount=Total due")
    options = 'bills.csv read as: --map amount="Total due" --map vendor=Vendor --map date=Date'
    assert options in ended.out.splitlines()


def test_json_has_the_mapping_and_the_notes_of_each_file_in_a_line_of_its_own(
    assess: Call, tmp_path: Path
) -> None:
    (tmp_path / "typed.txt").write_text("$20 to Acme Corp for ink\n")
    bills, typed, *_ = lines(assess("bills.csv", "typed.txt", "--json", "--map", "amount=Total due"))
    assert bills["read"]["file"] == "bills.csv"
    assert bills["read"]["map"] == {"amount": "Total due", "vendor": "Vendor", "date": "Date"}
    assert "Amounts read from “Total due”, vendors from “Vendor”." in bills["read"]["notes"]
    assert typed["read"]["map"] == {}
    assert typed["read"]["notes"] == [
        "There is no table in the file, so each line was read as a typed payment."
    ]


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("amount=Foo", "bills.csv has no column “Foo”; its columns are “Date”, “Vendor”, “Amount due”"),
        ("amount=Column Z", "bills.csv has no column “Column Z”; its columns are “Date”"),
        ("pay=Vendor", "“pay=Vendor” says nothing of a table; write ROLE=COLUMN"),
        ("dates=soon", "“dates” is day-month, month-day, serial or month"),
    ],
)
def test_what_names_no_column_or_no_role_is_one_sentence(assess: Call, option: str, says: str) -> None:
    one_sentence(assess("bills.csv", "--map", option), says)


def test_nothing_can_be_said_of_typed_payments(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "typed.txt").write_text("$20 to Acme Corp for ink\n")
    for option in ("amount=Total", "unit=1000"):
        one_sentence(assess("typed.txt", "--map", option), "There is no table")


def test_what_was_said_holds_for_each_file_that_has_the_columns(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("Total due,Vendor,Amount due\n7.00,Marlow Ltd,6.00\n")
    (tmp_path / "plain.csv").write_text("Vendor,Amount\nAcme Corp,5.00\n")
    ended = assess("bills.csv", "more.csv", "plain.csv", "--json", "--map", "amount=Total due")
    assert amounts(ended) == ["120.00", "7.00", "5.00"]
    both = assess("bills.csv", "bank.csv", "--map", "amount=Total due")
    assert (both.code, both.err.count("Say it with")) == (1, 1)
    assert both.err.startswith("countersign: bank.csv: ")


def test_all_questions_are_told_at_once(assess: Call) -> None:
    ended = assess("bills.csv", "bank.csv")
    assert [line.count("Say it with") for line in ended.err.splitlines()] == [1, 1]


def test_values_alone_are_said_of_the_header_below_a_title(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "titled.csv").write_text("Payments,November\n\nVendor,Amount,Date\nAcme,5.00,01/04/2026\n")
    assert "--map dates=day-month or --map dates=month-day" in assess("titled.csv").err
    ended = assess("titled.csv", "--json", "--map", "dates=month-day")
    assert [line["date"] for line in lines(ended) if "date" in line] == ["2026-01-04"]


def test_a_table_without_names_is_said_by_letters(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("05.11.2026;Harrow Ltd;-20,00\n06.11.2026;Marlow Ltd;-30,00\n")
    assert '--map amount="Column C" --map vendor="Column B"' in assess("bare.csv").err
    said = ["--map", "amount=Column C", "--map", "vendor=column b", "--map", "money-out=minus"]
    assert amounts(assess("bare.csv", "--json", *said)) == ["20.00", "30.00"]


def test_a_history_is_read_as_was_said_where_it_needs_it(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("[rules.unknown_vendor]\nvendors_from = 1\namount_from = 1\n")
    rest = ["--policy", "policy.toml", "--map", "amount=Total due", "--json"]
    (tmp_path / "before.csv").write_text("Total due,Amount due,Vendor\n1.00,2.00,Harrow Ltd\n")
    known = lines(assess("bills.csv", "--history", "before.csv", *rest))
    assert known[-1]["summary"]["flagged"] == 0
    ended = assess("bills.csv", "--history", "bank.csv", *rest)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("countersign: bank.csv: ")


def test_a_history_that_says_its_own_dates_is_not_read_by_those_of_the_batch(
    assess: Call, tmp_path: Path
) -> None:
    (tmp_path / "now.csv").write_text("Vendor,Amount,Date,Invoice\nAcme,500.00,11/04/2026,INV-77\n")
    (tmp_path / "before.csv").write_text("Vendor,Amount,Date,Invoice,Memo\nAcme,500.00,25/10/2026,INV-77,x\n")
    ended = assess("now.csv", "--history", "before.csv", "--map", "dates=month-day", "--json")
    (payment,) = [line for line in lines(ended) if "ref" in line]
    assert "duplicate_payment" in [finding["code"] for finding in payment["findings"]]


def test_a_column_is_quoted_as_a_shell_needs_it(assess: Call, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text('Vendor,Amount `due`,"Total ""due"""\nAcme,5.00,6.00\n')
    ended = assess("odd.csv")
    assert "--map 'amount=Amount `due`' or --map 'amount=Total \"due\"'" in ended.err


def test_vendors_import_and_eval_take_it_too(
    assess: Call, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for command in (["vendors", "import"], ["eval", "--no-model"]):
        ended = called(capsys, *command, "bills.csv")
        assert (ended.code, "Say it with --map amount=" in ended.err) == (1, True)
    imported = ["vendors", "import", "bills.csv", "--team", "T1", "--data", str(tmp_path / "data")]
    ended = called(capsys, *imported, "--map", "amount=Total due")
    assert (ended.code, ended.err) == (0, "")
    ended = called(capsys, "vendors", "show", "Harrow Ltd", *imported[3:])
    assert "USD 120.00" in ended.out
