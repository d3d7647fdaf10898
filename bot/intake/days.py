"""A date column that holds no days: serial numbers of a spreadsheet, or months. One question for the column.

Neither is read: a serial number may be any number, and the day of a month would be made up.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.intake.cells import Cell, cell_text, is_blank
from bot.intake.dates import serial_day
from bot.intake.headers import Header
from bot.intake.result import IntakeError
from bot.intake.row_labels import month_words, plain_tokens

_MONTH = re.compile(r"\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}", re.ASCII)

Row = tuple[int, Sequence[Cell]]
T = TypeVar("T")


def refuse_column_without_days(header: Header, body: Sequence[Row]) -> None:
    """Raise ``IntakeError`` where at least half of the dates are serial numbers, or are months."""
    if found := _in_half_of(header, body, serial_day):
        row, serial, day = found
        raise IntakeError(
            f"“{header.name}” holds serial numbers of a spreadsheet in place of dates: {serial} (row {row}) "
            f"would be {day.isoformat()}. Format the column as dates, save again and submit again."
        )
    if found_month := _in_half_of(header, body, _month):
        row, written, _ = found_month
        raise IntakeError(
            f"“{header.name}” has months without a day: “{written}” (row {row}). Give each payment its day, "
            "such as 2026-04-30, or remove the column, and submit again."
        )


def _month(cell: Cell) -> str | None:
    """A month as it was written ("Mar 2026", "March", "2026-03"); ``None`` for anything else."""
    if not isinstance(cell, str) or len(cell) > 30:
        return None
    words = plain_tokens(cell)
    named = [word for word in words if word in month_words()]
    years = [word for word in words if re.fullmatch(r"\d{4}|\d{2}", word, re.ASCII)]
    by_name = len(named) == 1 and len(words) == 1 + len(years) and len(years) <= 1
    return cell.strip() if by_name or _MONTH.fullmatch(cell.strip()) else None


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
