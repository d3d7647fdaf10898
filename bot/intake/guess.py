"""The best guess at a mapping, with which the form begins: by the names of the columns, else by their values.

A guess reads nothing: its submitter sees what would come of it, and confirms or changes it.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations

from bot.domain.column_mapping import COLUMN_ROLES, MONEY_ROLES, ColumnMapping, ColumnRole
from bot.domain.currencies import MINOR_DIGITS
from bot.domain.names import is_legal_form, plain_words
from bot.intake.amount_columns import cell_of, value_of
from bot.intake.cells import Cell, CellError, cell_text, is_blank, is_nothing
from bot.intake.dates import has_two_readings, month_number, read_date
from bot.intake.header_row import LEAST_COLUMNS, is_date
from bot.intake.headers import Header
from bot.intake.question import ColumnQuestion

BY_VALUES = 6  # points of a column whose values alone tell what it is
SAMPLED = 200  # rows that are looked at
LEAST_LETTERS = 2  # of a name; in Chinese they are enough
MOSTLY = 0.6  # of the filled cells of a column that must look like its role
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
        """The best by its name; where values tell, an unknown name may beat a doubtful one."""
        if role in self._places:
            return
        scored = [(header.score(role), header) for header in self._free() if header.score(role)]
        if by_values:
            agreeing = [(score, header) for score, header in scored if self._mostly(header, by_values)]
            unknown = [
                (BY_VALUES, header)
                for header in self._free()
                if header.is_unknown and self._mostly(header, by_values)
            ]
            scored = [*agreeing, *unknown]
        best = max(scored, key=lambda pair: (pair[0], -pair[1].place), default=None)
        self._places[role] = (best[1].place,) if best else ()

    def _take_money(self) -> None:
        if any(self._places.get(role) for role in MONEY_ROLES):
            self._places |= {role: self._places.get(role, ()) for role in MONEY_ROLES}
            return
        self._take("debit")
        self._take("credit")
        money = [
            header for header in self._free() if header.is_unknown and self._mostly(header, self._is_money)
        ]
        if self._places["debit"] or self._places["credit"]:
            self._places["amount"] = ()
        elif sides := self._sides(money):
            self._places |= {"amount": (), "debit": (sides[0].place,), "credit": (sides[1].place,)}
        else:
            named = [header for header in self._free() if header.score("amount")]
            # What is nowhere more than zero is not what has to be paid.
            named = [header for header in named if not self._mostly(header, is_nothing)] or named
            found = [*named, *money] or [
                header for header in self._free() if header.is_unknown and self._mostly(header, _is_amount)
            ]
            found.sort(key=lambda header: (-header.standing, -header.score("amount"), header.place))
            self._places["amount"] = (found[0].place,) if found else ()

    def _sides(self, money: Sequence[Header]) -> tuple[Header, Header] | None:
        """Two columns of which each row fills one: the one that is filled more often is money out."""
        rows = self._payments(money)
        for first, second in combinations(money, 2):
            either = sum(is_blank(cell_of(row, first)) != is_blank(cell_of(row, second)) for row in rows)
            if either >= max(LEAST_COLUMNS, len(rows) - 1):  # a row of totals has a value under both
                more, less = sorted((first, second), key=lambda header: -len(self._filled(header)))
                return more, less
        return None

    def _payments(self, money: Sequence[Header]) -> list[Sequence[Cell]]:
        """The rows with any amount."""
        return [row for row in self._rows if any(not is_blank(cell_of(row, header)) for header in money)]

    def _take_vendor(self) -> None:
        if "vendor" in self._places:
            return
        self._take("vendor")
        if not self._places["vendor"]:
            named = [header for header in self._free() if header.score("payee_text")]
            unknown = [header for header in self._free() if header.is_unknown]
            texts = [header for header in (*named, *unknown) if self._mostly(header, _has_words)]
            texts.sort(key=lambda header: (header not in named, -self._as_names(header)))
            self._places["vendor"] = (texts[0].place,) if texts else ()

    def _as_names(self, header: Header) -> float:
        """How much a column reads as names: legal forms, capitals, few digits, and many different ones."""
        cells = [_text(cell) for cell in self._filled(header)]
        capital = sum(cell[:1].isupper() for cell in cells) / len(cells)
        digits = sum(sum(map(str.isdigit, cell)) for cell in cells) / max(1, sum(map(len, cells)))
        forms = sum(any(map(is_legal_form, plain_words(cell))) for cell in cells) / len(cells)
        return 2 * forms + capital - 2 * digits + 2 * len(set(cells)) / len(cells)

    def _mostly(self, header: Header, looks_so: Callable[[Cell], bool]) -> bool:
        filled = self._filled(header)
        return bool(filled) and sum(map(looks_so, filled)) >= MOSTLY * len(filled)

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
    text = _text(cell)
    letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    return letters > digits and letters >= LEAST_LETTERS and _IBAN.fullmatch(text) is None


def _text(cell: Cell) -> str:
    try:
        return cell_text(cell)
    except CellError:
        return ""
