"""A date column whose values are no days, or have two readings: one question for the column.

Serial numbers of a spreadsheet may be any numbers, and the day of a month would be made up, so neither is
read before the submitter says so.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from bot.intake.cells import Cell, Row, cell_text, is_blank
from bot.intake.dates import FIRST_YEAR, LAST_YEAR, Order, has_two_readings, serial_day
from bot.intake.headers import Header
from bot.intake.question import ColumnQuestion
from bot.intake.row_labels import month_words, plain_tokens

_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})", re.ASCII)

T = TypeVar("T")


def ask_about_dates(header: Header, body: Sequence[Row], order: Order) -> None:
    """Raise ``ColumnQuestion`` where the dates of a column have two readings, or are no days.

    They are no days where at least half of them are serial numbers, or months. ``order`` is what the column
    itself says of day and month.
    """
    if found := _in_half_of(header, body, serial_day):
        row, serial, day = found
        raise ColumnQuestion(
            "dates",
            f"“{header.name}” holds serial numbers of a spreadsheet in place of dates: {serial} (row {row}) "
            f"would be {day.isoformat()}. Is that the day?",
            "Format the column as dates, save again and submit again.",
            values=("serial",),
        )
    if found_month := _in_half_of(header, body, _month):
        row, written, _ = found_month
        raise ColumnQuestion(
            "dates",
            f"“{header.name}” has months without a day: “{written}” (row {row}). Should I read the first day "
            "of each?",
            "Give each payment its day, such as 2026-04-30, or remove the column, and submit again.",
            values=("month",),
        )
    if order == "unknown":
        for number, cells in body:
            cell = cells[header.place] if header.place < len(cells) else ""
            if isinstance(cell, str) and has_two_readings(cell):
                raise ColumnQuestion(
                    "dates",
                    f"Is {cell.strip()[:20]} in “{header.name}” (row {number}) written day before month, or "
                    "month before day?",
                    "It has two readings, and the column never shows which comes first; write dates as "
                    "2026-04-01 and submit again.",
                    values=("dmy", "mdy"),
                )


def ask_about_year(header: Header, body: Sequence[Row]) -> None:
    """Raise ``ColumnQuestion`` where a month names no year."""
    for number, cells in body:
        cell = cells[header.place] if header.place < len(cells) else ""
        if (month := _month(cell)) and month.year is None:
            raise ColumnQuestion(
                "year", f"Which year is “{month.written}” in “{header.name}” (row {number})?"
            )


def first_of_month(cell: Cell, year: int | None) -> dt.date | None:
    """The first day of the month that a cell names; ``None`` where it names none, or no year is known."""
    month = _month(cell)
    if month is None or (of_year := month.year or year) is None:
        return None
    return dt.date(of_year, month.number, 1) if FIRST_YEAR <= of_year <= LAST_YEAR else None


class _Month(NamedTuple):
    """A month as it was written, its number, and its year where it names one."""

    written: str
    number: int
    year: int | None


def _month(cell: Cell) -> _Month | None:
    """The month of a cell ("Mar 2026", "March", "2026-03"); ``None`` for anything else."""
    if not isinstance(cell, str) or len(cell) > 30:
        return None
    if numeric := _MONTH.fullmatch(cell.strip()):
        year, month = (numeric[1], numeric[2]) if numeric[1] else (numeric[4], numeric[3])
        return _Month(cell.strip(), int(month), int(year)) if 1 <= int(month) <= 12 else None
    words = plain_tokens(cell)
    named = [month_words()[word] for word in words if word in month_words()]
    years = [word for word in words if re.fullmatch(r"\d{4}|\d{2}", word, re.ASCII)]
    if len(named) != 1 or len(words) != 1 + len(years) or len(years) > 1:
        return None
    year_of = int(years[0]) if years else None
    return _Month(
        cell.strip(), named[0], year_of + 2000 if year_of is not None and year_of < 100 else year_of
    )


def _in_half_of(
    header: Header, body: Sequence[Row], read: Callable[[Cell], T | None]
) -> tuple[int, str, T] | None:
    """The first row, its cell as text and what it says, where ``read`` reads at least half of the column."""
    filled, read_rows, first = 0, 0, None
    for number, cells in body:
        if header.place >= len(cells) or is_blank(cell := cells[header.place]):
            continue
        filled += 1
        if (value := read(cell)) is not None:
            read_rows += 1
            first = first or (number, cell_text(cell), value)
    return first if 2 * read_rows >= filled else None
