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
from bot.intake.vocabulary.words import NOT_DUE

_LESS = 5  # points
MOST_SUMMED = 8  # columns of amounts of which sums are looked for
BY_VALUES = 6  # points of a column whose values alone tell what it is
SAMPLED = 200  # rows that are looked at
LEAST_LETTERS = 2  # of a name; in Chinese they are enough
MOSTLY = 0.6  # of the filled cells of a column that must look like its role
_COMPACT = re.compile(r"(?:19|20)[0-9]{6}")  # 20261105
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
    guess = _Guess(headers, rows[:SAMPLED], places)
    if question.candidates and question.asked in COLUMN_ROLES:
        guess.begin_with(question.asked, question.candidates)
    if question.asked == "currency" and question.values:  # as a title says
        said = said.but(currency=question.values[0])
    return said.but(columns=guess.all_roles())


class _Guess:
    """Gives out columns, each to one role."""

    def __init__(
        self, headers: Sequence[Header], rows: Rows, places: dict[ColumnRole, tuple[int, ...]]
    ) -> None:
        self._headers, self._rows, self._places = headers, rows, places

    def begin_with(self, role: ColumnRole, candidates: Sequence[Header]) -> None:
        """Take the first column that was asked about, of payees the one that reads most as names."""
        first = candidates[0]
        if role == "vendor":
            filled = [header for header in candidates if self._filled(header)]
            first = max(filled, key=lambda one: (self._differs(one), self._as_names(one)), default=first)
        if not (role == "amount" and first.words & NOT_DUE):
            self._places.setdefault(role, (first.place,))

    def all_roles(self) -> dict[ColumnRole, tuple[int, ...]]:
        self._take_money()
        self._take("date", by_values=self._is_date)
        self._take("account", by_values=lambda cell: _IBAN.fullmatch(_text(cell)) is not None)
        amounts = [header for header in self._headers if (header.place,) == self._places.get("amount")]
        if not any(header.currency for header in amounts):
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
        # What was paid is not in the original currency.
        scored = [
            (header.score(role) - (_LESS if header.kind == "original" else 0), header)
            for header in self._free()
            if header.score(role)
        ]
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
            self._places["amount"] = self._likely_amount(money)

    def _likely_amount(self, money: Sequence[Header]) -> tuple[int, ...]:
        """The column of ``money`` and of those that are named so which is most likely what has to be paid."""
        named = [header for header in self._free() if header.score("amount")]
        named = [header for header in named if self._mostly(header, _is_amount)] or named
        # What is nowhere more than zero is not what has to be paid.
        named = [header for header in named if not self._mostly(header, is_nothing)] or named
        found = [*named, *money] or [
            header for header in self._free() if header.is_unknown and self._mostly(header, _is_amount)
        ]
        found = [header for header in found if not header.words & NOT_DUE] or found
        with_tax = self._sums(found)
        found.sort(
            key=lambda header: (
                header not in with_tax, -header.standing, -header.score("amount"), header.place
            )
        )  # fmt: skip
        return (found[0].place,) if found else ()

    def _sums(self, found: Sequence[Header]) -> list[Header]:
        """The column that is, in every row, the sum of two others, as what is due is that of net and tax."""
        values = {
            header: [value_of(cell_of(row, header)) for row in self._rows] for header in found[:MOST_SUMMED]
        }
        for first, second in combinations(values, 2):
            parts = zip(values[first], values[second], strict=True)
            total = [a + b if isinstance(a, Decimal) and isinstance(b, Decimal) else None for a, b in parts]
            for header, column in values.items():
                if header not in (first, second) and total == column and any(values[second]):
                    return [header]
        return []

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
        """The best by its name, of those that hold words; else the one that reads most as names."""
        if "vendor" in self._places:
            return
        named = [header for header in self._free() if header.score("vendor")]
        named = [header for header in named if self._mostly(header, _has_words)] or named
        if named:
            best = max(named, key=lambda header: (header.score("vendor"), -header.place))
            self._places["vendor"] = (best.place,)
            return
        texts = [header for header in self._free() if self._mostly(header, _has_words)]
        described = [header for header in texts if header.score("payee_text")]
        unknown = [header for header in texts if header.is_unknown]
        found = described or unknown or [header for header in texts if header.score("memo")] or texts
        best_text = max(found, key=lambda header: (self._as_names(header), -header.place), default=None)
        self._places["vendor"] = (best_text.place,) if best_text else ()

    def _differs(self, header: Header) -> bool:
        """Whether a column does not say the same in every row, as the name of the payer would."""
        return len({_text(cell) for cell in self._filled(header)}) > 1

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
        if (
            isinstance(cell, str)
            and not _COMPACT.fullmatch(cell.strip())
            and not any(map(month_number, cell.split()))
        ):
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
