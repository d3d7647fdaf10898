"""Dates: those of a spreadsheet, ISO 8601, and a short list of written forms. Nothing is guessed.

General date parsers read 01/04/2026 as 4 January and ``00:00:00`` as today, so none is used.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

from bot.intake.cells import Cell, CellError, cell_text
from bot.intake.row_labels import month_words, plain_tokens

Order = Literal["dmy", "mdy", "mixed", "unknown"]

FIRST_YEAR, LAST_YEAR = 1990, 2100
_SERIAL_ZERO = dt.date(1899, 12, 30)  # day 0 of a spreadsheet, whose own 1900 has a 29 February
_FIRST_SERIAL, _LAST_SERIAL = 32_874, 73_415  # the first and last day of the years above
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
# The marks between are those of "5. November 2026", "5-nov.-2026" and "5 de noviembre de 2026".
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})(?:\.|st|nd|rd|th)?[ -](?:de )?([^\W\d_]+)\.?,?[ -](?:de )?([0-9]{4}|[0-9]{2})" + _TIME
)
_MONTH_FIRST = re.compile(rf"([^\W\d_]+)\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}}){_TIME}")


def month_number(name: str) -> int | None:
    """The number of a month, whose name may be in any language of the labels; ``None`` for another word."""
    return month_words().get("".join(plain_tokens(name)))


def day_month_order(cells: Iterable[Cell]) -> Order:
    """Which of day and month comes first in a column, as far as one of its values proves it."""
    day_first = month_first = False
    for cell in cells:
        if isinstance(cell, str) and (numeric := _NUMERIC.fullmatch(cell.strip())):
            day_first |= int(numeric[1]) > 12 or numeric[2] == "."
            month_first |= int(numeric[3]) > 12
    if day_first and month_first:
        return "mixed"
    return "dmy" if day_first else "mdy" if month_first else "unknown"


def has_two_readings(cell: str) -> bool:
    """Whether a text is a date in numbers whose day and month could be exchanged."""
    numeric = _NUMERIC.fullmatch(cell.strip())
    if numeric is None or numeric[2] == ".":
        return False
    return 1 <= int(numeric[1]) <= 12 and 1 <= int(numeric[3]) <= 12 and numeric[1] != numeric[3]


def read_date(cell: Cell, order: Order) -> dt.date:
    """The date of a cell; ``CellError`` where it is none, has two readings, or is not in 1990 to 2100."""
    if day := serial_day(cell):
        raise CellError(
            f"“{cell_text(cell)}” is the serial number of {day} in a spreadsheet; write the date."
        )
    if isinstance(cell, dt.datetime):
        date = cell.date()
    elif isinstance(cell, dt.date):
        date = cell
    elif isinstance(cell, str):
        date = _written_date(cell.strip(), order)
    else:
        raise CellError(f"“{cell_text(cell)}” is not a date; write it as 2026-04-01.")
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise CellError(f"The year {date.year} is not between {FIRST_YEAR} and {LAST_YEAR}.")
    return date


def date_of_serial(cell: Cell) -> dt.date:
    """The day for which a number stands in a spreadsheet; ``CellError`` where it is none of 1990 to 2100."""
    if day := serial_day(cell):
        return day
    raise CellError(f"“{cell_text(cell)[:40]}” is not the serial number of a day.")


def serial_day(cell: Cell) -> dt.date | None:
    """The day for which a number stands in a spreadsheet; ``None`` where it is none of 1990 to 2100."""
    if isinstance(cell, str) and re.fullmatch(r"\s*\d{5}(?:[.,]\d+)?\s*", cell, re.ASCII):
        days = int(cell.strip()[:5])
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell < 100_000:
        days = int(cell)
    else:
        return None
    return _SERIAL_ZERO + dt.timedelta(days) if _FIRST_SERIAL <= days <= _LAST_SERIAL else None


def _written_date(text: str, order: Order) -> dt.date:
    year, month, day = _parts(text, order)
    try:
        return dt.date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    except ValueError:
        raise CellError(f"There is no such day as {text[:40]}.") from None


def _parts(text: str, order: Order) -> tuple[str, int, int]:
    if iso := _ISO.fullmatch(text):
        return iso[1], int(iso[3]), int(iso[4])
    if compact := _COMPACT.fullmatch(text):
        return compact[1], int(compact[2]), int(compact[3])
    if (named := _DAY_FIRST.fullmatch(text)) and (month := month_number(named[2])):
        return named[3], month, int(named[1])
    if (named := _MONTH_FIRST.fullmatch(text)) and (month := month_number(named[1])):
        return named[3], month, int(named[2])
    if numeric := _NUMERIC.fullmatch(text):
        return _ordered(text, int(numeric[1]), int(numeric[3]), numeric[4], order)
    shown = cell_text("".join(c if c.isprintable() else " " for c in text))[:40]
    raise CellError(f"“{shown}” is not a date; write it as 2026-04-01.")


def _ordered(text: str, first: int, second: int, year: str, order: Order) -> tuple[str, int, int]:
    if "." in text.split()[0] or first == second:
        return year, second, first  # dates with points are always written day first
    # A column that was said to be of one order is not read in the other, whatever one of its values proves.
    if order != "mdy" and first > 12:
        return year, second, first
    if order != "dmy" and second > 12:
        return year, first, second
    if order == "dmy":
        return year, second, first
    if order == "mdy":
        return year, first, second
    why = "the column uses both orders" if order == "mixed" else "the column never shows which comes first"
    raise CellError(f"{text} has two readings of day and month, and {why}; write it as 2026-04-01.")
