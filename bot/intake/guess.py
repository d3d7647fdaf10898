"""The best guess at a mapping, with which the form begins: by the names of the columns, else by their values.

A guess reads nothing: its submitter sees what would come of it, and confirms or changes it.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.domain.column_mapping import COLUMN_ROLES, ColumnMapping, ColumnRole
from bot.domain.currencies import MINOR_DIGITS
from bot.intake.amount_columns import value_of
from bot.intake.cells import Cell, CellError, cell_text, is_blank
from bot.intake.dates import has_two_readings, month_number, read_date
from bot.intake.header_row import is_date
from bot.intake.headers import Header
from bot.intake.question import ColumnQuestion

SAMPLED = 200  # rows that are looked at
MOSTLY = 0.8  # of the filled cells of a column that must look like its role
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}")
_MONEY = re.compile(r"[-+(]?\W? ?[0-9][0-9.,' ]*[.,][0-9]{2}\)?-?(?: ?\W| ?[A-Z]{3})?")

Rows = Sequence[Sequence[Cell]]


def guess_mapping(
    headers: Sequence[Header], rows: Rows, said: ColumnMapping, question: ColumnQuestion
) -> ColumnMapping:
    """What was ``said``, the likeliest column of what is asked about, and a guess for every other role.

    Fields of how values are written are left open: what is asked about them has to be answered.
    """
    places: dict[ColumnRole, tuple[int, ...]] = dict(said.columns)
    if question.candidates and question.asked in COLUMN_ROLES:
        places.setdefault(question.asked, (question.candidates[0].place,))
    guess = _Guess(headers, rows[:SAMPLED], places)
    return said.but(columns=guess.all_roles())


class _Guess:
    """Gives out columns, each to one role."""

    def __init__(
        self, headers: Sequence[Header], rows: Rows, places: dict[ColumnRole, tuple[int, ...]]
    ) -> None:
        self._headers, self._rows, self._places = headers, rows, places

    def all_roles(self) -> dict[ColumnRole, tuple[int, ...]]:
        self._take_money()
        self._take("date", by_values=self._is_date)
        self._take("account", by_values=lambda cell: _IBAN.fullmatch(_text(cell)) is not None)
        self._take("currency", by_values=lambda cell: _text(cell).upper() in MINOR_DIGITS)
        self._take_vendor()
        for role in ("direction", "invoice", "card", "category"):
            self._take(role)
        if "memo" not in self._places:
            named = [header for header in self._free() if header.score("memo")]
            self._places["memo"] = tuple(header.place for header in named)
        return {role: self._places.get(role, ()) for role in COLUMN_ROLES}

    def _free(self) -> list[Header]:
        taken = {place for found in self._places.values() for place in found}
        return [header for header in self._headers if header.place not in taken]

    def _take(self, role: ColumnRole, by_values: Callable[[Cell], bool] | None = None) -> None:
        if role in self._places:
            return
        named = sorted(
            (header for header in self._free() if header.score(role)), key=lambda header: -header.score(role)
        )
        if not named and by_values:
            named = [header for header in self._free() if self._mostly(header, by_values)]
        self._places[role] = (named[0].place,) if named else ()

    def _take_money(self) -> None:
        roles: tuple[ColumnRole, ...] = ("amount", "debit", "credit")
        if any(self._places.get(role) for role in roles):
            self._places |= {role: self._places.get(role, ()) for role in roles}
            return
        self._take("debit")
        self._take("credit")
        if self._places["debit"] or self._places["credit"]:
            self._places["amount"] = ()
            return
        named = [header for header in self._free() if header.score("amount")]
        named.sort(key=lambda header: (-header.standing, -header.score("amount"), header.place))
        if not named:
            named = [header for header in self._free() if self._mostly(header, self._is_money)]
        if not named:
            named = [header for header in self._free() if self._mostly(header, _is_amount)]
        self._places["amount"] = (named[0].place,) if named else ()

    def _take_vendor(self) -> None:
        if "vendor" in self._places:
            return
        self._take("vendor")
        if not self._places["vendor"]:
            named = [header for header in self._free() if header.score("payee_text")]
            texts = named or sorted(self._free(), key=lambda header: -self._variety(header))
            with_words = [header for header in texts if self._mostly(header, _has_words)]
            self._places["vendor"] = (with_words[0].place,) if with_words else ()

    def _mostly(self, header: Header, looks_so: Callable[[Cell], bool]) -> bool:
        filled = self._filled(header)
        return bool(filled) and sum(map(looks_so, filled)) >= MOSTLY * len(filled)

    def _variety(self, header: Header) -> int:
        """How many different words a column has: a payee varies more than a kind of booking."""
        return len({_text(cell) for cell in self._filled(header)})

    def _filled(self, header: Header) -> list[Cell]:
        cells = [row[header.place] for row in self._rows if header.place < len(row)]
        return [cell for cell in cells if not is_blank(cell)]

    @staticmethod
    def _is_date(cell: Cell) -> bool:
        if isinstance(cell, str) and (has_two_readings(cell) or is_date(cell)):
            return True
        if isinstance(cell, str) and not any(map(month_number, cell.split())):
            return False
        try:
            read_date(cell, "unknown")
        except CellError:
            return False
        return True

    @staticmethod
    def _is_money(cell: Cell) -> bool:
        if isinstance(cell, float):
            return True
        return isinstance(cell, str) and _MONEY.fullmatch(cell.strip()) is not None


def _is_amount(cell: Cell) -> bool:
    return isinstance(value_of(cell), Decimal)


def _has_words(cell: Cell) -> bool:
    return re.search(r"[^\W\d_]{3}", _text(cell)) is not None and _IBAN.fullmatch(_text(cell)) is None


def _text(cell: Cell) -> str:
    try:
        return cell_text(cell)
    except CellError:
        return ""
