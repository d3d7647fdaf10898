"""Which columns say until when a payment is due or discounted, and how they are read.

They take no other role from a column: a table whose only date is the due date is read by it as well. What
cannot be read is left out, and said: these dates order and remind, and no row is refused for them.
"""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from bot.intake.amount_columns import cell_of
from bot.intake.cells import Cell, CellError, Row, cell_text, is_blank
from bot.intake.dates import Order, date_of_serial, day_month_order, read_date
from bot.intake.headers import Header

DAY = frozenset({"date", "dt", "day", "deadline", "until", "by", "on", "till"})
PERCENT = frozenset({"percent", "percentage", "pct", "rate"})
DUE_ALONE = (frozenset({"due"}), frozenset({"pay", "by"}), frozenset({"payable", "by"}))
MOST_PERCENT = 50


class Deadlines(NamedTuple):
    """Until when a payment is due and discounted, and by how many percent."""

    due: dt.date | None = None
    discount_until: dt.date | None = None
    discount: Decimal | None = None


class DeadlineReader:
    """Reads the deadlines of the rows of one table.

    ``order`` is how the dates of the payments are written, and ``serial`` says that they are serial numbers
    of a spreadsheet.
    """

    def __init__(
        self, names: Sequence[Header], body: Sequence[Row], order: Order, *, serial: bool = False
    ) -> None:
        self._serial = serial
        self._unread = 0
        self._orders: dict[int, Order] = {}
        self._known: dict[tuple[int, type, Cell], dt.date | None] = {}
        dates = [header for header in names if _is_due(header) or _is_discount_day(header)]
        for header in dates:
            own = day_month_order(cell_of(cells, header) for _, cells in body)
            self._orders[header.place] = own if own in ("dmy", "mdy") else order
        readable = [header for header in dates if self._mostly_dates(header, body)]
        self._due = next((header for header in readable if _is_due(header)), None)
        self._until = next((header for header in readable if _is_discount_day(header)), None)
        self._percent = next((header for header in names if _is_percent(header)), None)

    def read(self, cells: Sequence[Cell]) -> Deadlines:
        """The deadlines of a row, as far as they can be read."""
        until = self._date(cells, self._until)
        percent = _percent_of(cell_of(cells, self._percent)) if until and self._percent else None
        return Deadlines(self._date(cells, self._due), until, percent)

    def notes(self) -> tuple[str, ...]:
        """Sentences about what was read, and what could not be."""
        pairs = (("Due dates", self._due), ("Discounts until", self._until))
        notes = [f"{what} read from “{header.name}”." for what, header in pairs if header]
        if self._unread:
            notes.append(f"Due and discount dates that cannot be read are left out: {self._unread:,}.")
        return tuple(notes)

    def _mostly_dates(self, header: Header, body: Sequence[Row]) -> bool:
        filled = [cell for _, cells in body if not is_blank(cell := cell_of(cells, header))]
        return bool(filled) and 2 * sum(self._day(cell, header) is not None for cell in filled) >= len(filled)

    def _date(self, cells: Sequence[Cell], header: Header | None) -> dt.date | None:
        if header is None or is_blank(cell := cell_of(cells, header)):
            return None
        day = self._day(cell, header)
        self._unread += day is None
        return day

    def _day(self, cell: Cell, header: Header) -> dt.date | None:
        """The day of a cell; of many rows most have one that was read before."""
        key = (header.place, type(cell), cell)
        if key not in self._known:
            self._known[key] = self._read(cell, header)
        return self._known[key]

    def _read(self, cell: Cell, header: Header) -> dt.date | None:
        try:
            if self._serial and not isinstance(cell, dt.date):
                return date_of_serial(cell)
            return read_date(cell, self._orders[header.place])
        except CellError:
            return None


def _is_due(header: Header) -> bool:
    words = header.words - {"payment", "net", "invoice", "bill"}
    return "discount" not in words and (words in DUE_ALONE or ("due" in words and bool(words & DAY)))


def _is_discount_day(header: Header) -> bool:
    return "discount" in header.words and bool(header.words & DAY)


def _is_percent(header: Header) -> bool:
    said = "%" in header.name or bool(header.words & PERCENT)
    return "discount" in header.words and said and not header.words & DAY


def _percent_of(cell: Cell) -> Decimal | None:
    """How many percent a cell says, exact; a spreadsheet has 2 % as 0.02. ``None`` for what is none."""
    text = cell_text(cell).replace("%", "").replace(",", ".").strip()
    if isinstance(cell, bool) or not re.fullmatch(r"\d{1,2}(?:\.\d{1,4})?", text, re.ASCII):
        return None
    try:
        percent = Decimal(text)
    except InvalidOperation:
        return None
    if not isinstance(cell, str) and percent < 1:
        percent *= 100
    return percent if 0 < percent <= MOST_PERCENT else None
