"""Header rows of banks and ERPs in eight languages: each role has its column, or the person is asked."""

from pathlib import Path
from typing import NamedTuple

import pytest

from bot.intake import IntakeError, read_file
from bot.intake.columns import choose_columns
from bot.intake.headers import read_headers
from bot.intake.vocabulary import vocabulary

MONEY = ("amount", "debit", "credit")
REST = ("vendor", "memos", "date", "currency", "category", "card", "invoice", "account", "direction")
ROLES = (*MONEY, *REST)


class Export(NamedTuple):
    """One line of ``headers.txt``; ``expected`` is what follows the row."""

    system: str
    header: str
    row: str
    expected: str


def exports() -> list[Export]:
    lines = (Path(__file__).parent / "headers.txt").read_text("utf-8").splitlines()
    return [Export(*line.split(" | ")) for line in lines if line and not line.startswith("#")]


def roles(text: str) -> dict[str, str]:
    """``amount=Amount due vendor=Payee`` by role."""
    found: dict[str, str] = {}
    role = ""
    for word in text.split():
        key, equals, rest = word.partition("=")
        if equals and key in ROLES:
            role, found[key] = key, rest
        else:
            found[role] += f" {word}"
    return found


READ = [export for export in exports() if not export.expected.startswith("?")]
ASKED = [export for export in exports() if export.expected.startswith("?")]


def test_there_are_enough_of_them() -> None:
    assert len(exports()) >= 60
    assert len({export.system for export in exports()}) == len(exports())


@pytest.mark.parametrize("export", READ, ids=lambda export: export.system)
def test_each_role_has_its_column(export: Export) -> None:
    names, row = read_headers(export.header.split(";")), export.row.split(";")
    columns = choose_columns(names, [row])
    chosen = {role: getattr(columns, role) for role in ROLES}
    chosen["memos"] = columns.memos[0] if columns.memos else None
    expected = roles(export.expected)
    wrong = {
        role: header.name
        for role, header in chosen.items()
        if header
        and role in {*MONEY, "vendor", "currency", "date", *expected}
        and header.name != expected.get(role)
    }
    assert not wrong
    assert {role for role, header in chosen.items() if header} >= set(expected)
    intake = read_file("export.csv", f"{export.header}\n{export.row}\n".encode(), currency="EUR")
    assert intake.errors == ()
    (one,) = intake.transactions
    cells = dict(zip(export.header.split(";"), row, strict=True))
    assert one.vendor == cells[expected["vendor"]]
    written = cells[expected.get("amount", expected.get("debit", ""))]
    digits = "".join(filter(str.isdigit, written))
    assert f"{one.amount:.2f}".replace(".", "") == digits


@pytest.mark.parametrize("export", ASKED, ids=lambda export: export.system)
def test_what_is_not_sure_is_asked_with_the_candidates(export: Export) -> None:
    try:
        intake = read_file("export.csv", f"{export.header}\n{export.row}\n".encode(), currency="EUR")
        assert intake.transactions == ()
        sentence = " ".join(map(str, intake.errors))
    except IntakeError as error:
        sentence = str(error)
    for words in export.expected.removeprefix("? ").split("; "):
        assert words.casefold() in sentence.casefold(), sentence


def test_no_name_has_two_meanings_and_none_is_empty() -> None:
    assert len(vocabulary().english) > 800
    assert "" not in vocabulary().english
    assert not vocabulary().debit & vocabulary().credit
