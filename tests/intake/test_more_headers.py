"""Over 300 header rows of systems, banks and public bodies: no column is read wrongly."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.domain.column_mapping import ColumnRole
from bot.intake import ColumnQuestion, Intake, read_file

CELLS = {
    "v": "Harrow Ltd|Brightwater Plumbing|Falkenrot GmbH",
    "V": "HARBOUR HOTEL LISBOA|CARD PAYMENT BRIGHTWATER|FALKENROT 0231 LONDON",
    "t": "pipes and fittings|october retainer|repair of the lift",
    "w": "Purchase|Purchase|Purchase",
    "s": "Approved|Approved|Approved",
    "i": "100234|100235|100237",
    "I": "INV-1041|INV-1042|F-77",
    "d": "2026-11-14|2026-11-15|2026-11-17",
    "D": "14.11.2026|15.11.2026|17.11.2026",
    "U": "11/14/2026|11/15/2026|11/17/2026",
    "E": "14/11/2026|15/11/2026|17/11/2026",
    "H": "14-11-2026|15-11-2026|17-11-2026",
    "j": "2026/11/14|2026/11/15|2026/11/17",
    "2": "14 Nov 2026|15 Nov 2026|17 Nov 2026",
    "8": "20261114|20261115|20261117",
    "T": "2026-11-14 10:02:11|2026-11-15 08:00:00|2026-11-17 11:22:33",
    "a": "412.30|85.10|1250.00",
    "A": "412,30|85,10|1250,00",
    "n": "-412.30|-85.10|-1250.00",
    "N": "-412,30|-85,10|-1250,00",
    "g": "494.76|102.12|1500.00",
    "G": "494,76|102,12|1500,00",
    "x": "82.46|17.02|250.00",
    "X": "82,46|17,02|250,00",
    "o": "9120.40|9035.30|7785.30",
    "O": "9120,40|9035,30|7785,30",
    "z": "0.00|0.00|0.00",
    "Z": "0,00|0,00|0,00",
    "L": "500000.00|120000.00|90000.00",
    "f": "0.50|0.50|1.20",
    "F": "0,50|0,50|1,20",
    "J": "41230|8510|125000",
    "p": "137.43|85.10|104.17",
    "q": "3|1|12",
    "h": "1.08|1.08|1.07",
    "%": "20|20|20",
    "e": "||",
    "c": "EUR|EUR|EUR",
    "C": "USD|USD|USD",
    "r": "DE89370400440532013002|DE02120300000000202051|DE02500105170137075030",
    "R": "DE89370400440532013000|DE89370400440532013000|DE89370400440532013000",
    "P": "Robin Doe|Sam Poe|Kim Roe",
    "u": "Anytown Council|Anytown Council|Anytown Council",
    "k": "Parks|Housing|Parks",
    "y": "2026|2026|2026",
    "m": "November|November|November",
    "4": "1234|1234|1234",
    "5": "5814|7011|5411",
    "b": "D|D|D",
}
ROLES: dict[str, ColumnRole] = {
    "a": "amount", "D": "debit", "C": "credit", "x": "direction", "v": "vendor", "d": "date", "c": "currency",
    "i": "invoice", "r": "account",
}  # fmt: skip
LOOKED_AT: tuple[ColumnRole, ...] = ("amount", "debit", "credit", "vendor", "date", "currency")
ASKED_RIGHT = 0.95  # of all header rows are read, or asked about with the right guess


class Export(NamedTuple):
    """One line of ``more_headers.txt``: the columns with what they hold, and which may have each role."""

    system: str
    columns: list[tuple[str, str]]
    roles: dict[ColumnRole, set[str]]

    @property
    def content(self) -> bytes:
        rows = [[CELLS[kind].split("|")[row] for _, kind in self.columns] for row in range(3)]
        return "\n".join(map(";".join, [[name for name, _ in self.columns], *rows])).encode()

    def wrong(self, found: dict[ColumnRole, set[str]]) -> list[str]:
        """The roles that were given to another column, or to none; columns of equal values are one."""
        kinds = dict(self.columns)
        money: tuple[ColumnRole, ...] = ("amount", "debit")
        paid, due = (
            {kinds[name] for role in money for name in roles.get(role, ())} for roles in (found, self.roles)
        )
        roles = [role for role in LOOKED_AT if not (role in ("amount", "debit", "credit") and paid == due)]
        return [
            f"{role}: {found.get(role)}, not {self.roles.get(role)}"
            for role in roles
            if not found.get(role, set()) <= self.roles.get(role, set())
            or (self.roles.get(role) and not found.get(role))
        ]


def exports() -> list[Export]:
    lines = (Path(__file__).parent / "more_headers.txt").read_text("utf-8").splitlines()
    return [_export(line) for line in lines if line and not line.startswith("#")]


def _export(line: str) -> Export:
    system, _, header = line.partition("|")
    columns: list[tuple[str, str]] = []
    roles: dict[ColumnRole, set[str]] = {}
    for part in header.split(";"):
        matched = re.fullmatch(r"(.*)~(.)((?:\*\w)*)", part)
        assert matched, part
        columns.append((matched[1], matched[2]))
        for letter in matched[3].replace("*", ""):
            roles.setdefault(ROLES[letter], set()).add(matched[1])
    return Export(system, columns, roles)


EXPORTS = exports()


def read(export: Export) -> Intake | ColumnQuestion:
    try:
        return read_file("export.csv", export.content, currency="EUR")
    except ColumnQuestion as question:
        return question


def guessed(question: ColumnQuestion) -> dict[ColumnRole, set[str]]:
    names = {header.place: header.name for header in question.table.headers} if question.table else {}
    return {role: {names[place] for place in found} for role, found in question.guess.columns.items()}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.system)
def test_no_column_is_read_wrongly(export: Export) -> None:
    result = read(export)
    if isinstance(result, ColumnQuestion):
        assert export.system.startswith(("?", "~")) or export.wrong(guessed(result)) == []
        return
    assert not export.system.startswith("?")
    assert export.wrong({role: {result.read_as[role]} for role in LOOKED_AT if role in result.read_as}) == []
    assert result.errors == ()
    assert all(payment.amount > 0 for payment in result.transactions)


def test_nearly_all_are_read_or_asked_about_with_the_right_guess() -> None:
    assert len(EXPORTS) > 300
    assert len({export.system.lstrip("?~") for export in EXPORTS}) == len(EXPORTS)
    left = [export for export in EXPORTS if export.system.startswith("~")]
    assert len(left) <= (1 - ASKED_RIGHT) * len(EXPORTS)
