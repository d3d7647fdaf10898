"""Rows of a table that are no payments: totals, balances carried forward, footers of the report.

Such a row is refused by name, so that the submitter decides; it is neither read as a payment nor left out
without a word. A vendor who is really called Total is told by what else stands in the row.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.domain.column_mapping import MONEY_ROLES
from bot.intake.cells import Cell, Row, is_blank
from bot.intake.columns import Columns
from bot.intake.header_row import LEAST_COLUMNS, is_value
from bot.intake.headers import Header, read_headers
from bot.intake.result import RowError
from bot.intake.row_labels import RowLabel, plain_tokens, read_label
from bot.intake.vocabulary.words import ROLES

NO_PAYMENT = {
    "totals": "This looks like a row of totals, not a payment.",
    "balances": "This looks like a balance carried forward, not a payment.",
    "footers": "This looks like the footer of a report, not a payment.",
    "voids": "This looks like a payment that was cancelled or refused, not one to make.",
}
HEADER_AGAIN = "This repeats the names of the columns, and is no payment."
ANOTHER_TABLE = "Another table begins in row {}; submit it as a separate file, or remove it."

_OF_TYPES = frozenset(
    {"booking", "type", "kind", "art", "typ", "tipo", "soort", "rodzaj"}
)  # words of headers


def rows_of_no_payment(
    columns: Columns,
    names: Sequence[Header],
    body: Sequence[Row],
    amount_of: Callable[[Sequence[Cell]], Decimal | None],
) -> dict[int, RowError]:
    """The rows that are no payments, by row number, with what is told to the submitter.

    ``names`` are all columns of the table; ``amount_of`` gives the amount of a row, ``None`` where it has
    none that can be read.
    """
    below = _other_tables(columns, names, body)
    upper = [row for row in body if row[0] not in below] if below else body
    return _Search(columns, names, upper, amount_of).refused() | below


def _other_tables(columns: Columns, names: Sequence[Header], body: Sequence[Row]) -> dict[int, RowError]:
    """The rows that repeat the header, and those from where one with other names stands, by row number."""
    found: dict[int, RowError] = {}
    own = {header.place: plain_tokens(header.name) for header in names}
    other = 0
    for number, cells in body:
        if not other and not _names_columns(columns, cells):
            continue
        if not other and all(
            own.get(place) == plain_tokens(cell)
            for place, cell in enumerate(cells)
            if isinstance(cell, str) and not is_blank(cell)
        ):
            found[number] = RowError(row=number, column=None, problem=HEADER_AGAIN)
            continue
        other = other or number
        found[number] = RowError(row=number, column=None, problem=ANOTHER_TABLE.format(other))
    return found


def _names_columns(columns: Columns, cells: Sequence[Cell]) -> bool:
    """Whether a row has no value, and several names of columns, of which one is that of amounts."""
    money = [header.place for header in (columns.amount, columns.debit, columns.credit) if header]
    beside = [cells[place] for place in money if place < len(cells)]
    if any(not isinstance(cell, str) or any(map(str.isdigit, cell)) for cell in beside):
        return False  # as most rows
    filled = [cell for cell in cells if not is_blank(cell)]
    if len(filled) < LEAST_COLUMNS or any(map(is_value, filled)):
        return False
    headers = read_headers(cells)
    scored = [header for header in headers if any(header.score(role) for role in ROLES)]
    named_money = any(header.score(role) for header in headers for role in MONEY_ROLES)
    return named_money and len(scored) >= LEAST_COLUMNS and 2 * len(scored) >= len(filled)


class _Search:
    def __init__(
        self,
        columns: Columns,
        names: Sequence[Header],
        body: Sequence[Row],
        amount_of: Callable[[Sequence[Cell]], Decimal | None],
    ) -> None:
        self._columns, self._body, self._amount_of = columns, body, amount_of
        self._names = {header.place: header for header in names}
        dated = sum(not self._blank(cells, columns.date) for _, cells in body) if columns.date else 0
        self._are_dated = dated > 0 and 2 * dated >= len(body)
        also = (*columns.memos, columns.invoice, columns.category, columns.card, columns.account)
        self._also = [header for header in also if header]
        described = sum(self._is_described(cells) for _, cells in body)
        self._are_described = 2 * described >= len(body)
        self._sums = _Sums()
        self._seen: set[str] = set()

    def refused(self) -> dict[int, RowError]:
        """Look at the rows from top to bottom, since a total is that of the rows above it."""
        if not any(self._may_be_none(cells) for _, cells in self._body):
            return {}  # as most tables: no amount has to be read twice
        found: dict[int, RowError] = {}
        for number, cells in self._body:
            amount = self._amount_of(cells)
            if problem := self._problem(number, cells, amount):
                found[number] = problem
                continue
            if amount is not None:
                self._sums.add(number, amount)
            self._seen.update(" ".join(plain_tokens(cell)) for cell in cells if isinstance(cell, str))
        return found

    def _may_be_none(self, cells: Sequence[Cell]) -> bool:
        return self._is_undated(cells) or any(
            isinstance(cell, str) and read_label(cell) is not None for cell in cells
        )

    def _problem(self, number: int, cells: Sequence[Cell], amount: Decimal | None) -> RowError | None:
        for place, cell in enumerate(cells):
            if not isinstance(cell, str) or (label := read_label(cell)) is None:
                continue
            if self._is_none_by(label, place, cells, amount):
                header = self._names.get(place)
                return RowError(
                    row=number, column=header.name if header else None, problem=NO_PAYMENT[label.kind]
                )
        if self._is_undated(cells) and (rows := self._sums.ending_here(amount, least=2)):
            problem = (
                f"This looks like a row of totals, not a payment: it has no date, and its amount is the sum "
                f"of rows {rows[0]} to {rows[1]}."
            )
            return RowError(row=number, column=self._columns.money, problem=problem)
        return None

    def _is_none_by(self, label: RowLabel, place: int, cells: Sequence[Cell], amount: Decimal | None) -> bool:
        vendor, date = self._columns.vendor, self._columns.date
        if label.name:
            return place == vendor.place and self._is_total_of_group(label, cells, amount)
        if self._blank(cells, vendor) or (date and place == date.place):
            return True
        if place == vendor.place:
            return label.sure or not self._may_be_a_vendor(cells, amount)
        header = self._names.get(place)
        if label.sure and (header is None or header.words & _OF_TYPES):
            return True
        # A memo may well say "balance due", and a reference too: they are looked at only in undated rows.
        return self._is_undated(cells) and (label.kind == "totals" or header not in self._also)

    def _is_total_of_group(self, label: RowLabel, cells: Sequence[Cell], amount: Decimal | None) -> bool:
        """Whether "Harbor Print Co Total" sums up rows above, and is not a vendor as Total Energies is."""
        if self._columns.date and not self._blank(cells, self._columns.date):
            return label.name in self._seen and bool(self._sums.ending_here(amount, least=1))
        if label.name in self._seen or (label.sure and self._is_undated(cells)):
            return True
        return bool(self._sums.ending_here(amount, least=2))

    def _may_be_a_vendor(self, cells: Sequence[Cell], amount: Decimal | None) -> bool:
        """Whether a row of a vendor "Total" says more than a row of totals does, and is no sum."""
        if self._is_undated(cells) or self._sums.ending_here(amount, least=2):
            return False
        if not self._is_described(cells):
            return self._are_dated and not self._are_described
        return True

    def _is_undated(self, cells: Sequence[Cell]) -> bool:
        return self._are_dated and self._blank(cells, self._columns.date)

    def _is_described(self, cells: Sequence[Cell]) -> bool:
        return any(not self._blank(cells, header) for header in self._also)

    @staticmethod
    def _blank(cells: Sequence[Cell], header: Header | None) -> bool:
        return header is None or header.place >= len(cells) or is_blank(cells[header.place])


class _Sums:
    """The sums of all runs of payments that end with the last one added, without adding them up each time."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._total = Decimal()
        self._first_with: dict[Decimal, int] = {self._total: 0}  # how many payments had which total

    def add(self, row: int, amount: Decimal) -> None:
        self._rows.append(row)
        self._total += amount
        self._first_with.setdefault(self._total, len(self._rows))

    def ending_here(self, amount: Decimal | None, *, least: int) -> tuple[int, int] | None:
        """The first and last row of a run of at least so many payments with this sum, if there is one."""
        if not amount:
            return None
        before = self._first_with.get(self._total - amount)
        if before is None or len(self._rows) - before < least:
            return None
        return self._rows[before], self._rows[-1]
