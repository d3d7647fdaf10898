"""What an export or a spreadsheet has damaged: NUL characters, and invoice numbers that were rounded."""

import re
from collections.abc import Sequence

from bot.intake.cells import Cell, Row
from bot.intake.headers import Header
from bot.intake.result import Intake, IntakeError, RowError

EXACT_DIGITS = 15  # that a spreadsheet keeps of a number; those after them become zeros
NAMED_ROWS = 10  # in a note


_ROUNDED = re.compile(r"\d[.,]\d+E\+?\d{1,3}|\d+E\+\d{1,3}", re.IGNORECASE | re.ASCII)


def rows_with_nul(names: Sequence[Header], body: Sequence[Row]) -> dict[int, RowError]:
    """The rows with a NUL character, by number, named with their column.

    Raises ``IntakeError`` where the header has one.
    """
    if any("\0" in header.name for header in names):
        raise IntakeError("The header row holds a NUL character; save the table again, as CSV in UTF-8.")
    columns = {header.place: header.name for header in names}
    return {
        number: RowError(
            row=number, column=columns.get(place), problem="This holds a NUL character; type it anew."
        )
        for number, cells in body
        for place, cell in reversed(list(enumerate(cells)))
        if isinstance(cell, str) and "\0" in cell
    }


def without_damaged_invoices(intake: Intake, header: Header | None, body: Sequence[Row]) -> Intake:
    """The payments without invoice numbers that are rounded (2.4952E+19), and a note that names their rows.

    Two of them that look the same need not be the same invoice.
    """
    if header is None:
        return intake
    cells = {number: row[header.place] for number, row in body if header.place < len(row)}
    long = [text for text in map(_digits, cells.values()) if len(text) > EXACT_DIGITS]
    all_end_in_zeros = len(set(long)) > 1 and all(map(_ends_in_zeros, long))
    damaged = {
        payment.row
        for payment in intake.transactions
        if payment.row in cells and _is_damaged(cells[payment.row], all_end_in_zeros)
    }
    if not damaged:
        return intake
    rows = sorted(row for row in damaged if row is not None)
    named = ", ".join(f"{row:,}" for row in rows[:NAMED_ROWS])
    more = f" and {len(rows) - NAMED_ROWS:,} more" if len(rows) > NAMED_ROWS else ""
    example = _shown(cells[rows[0]])
    note = (
        f"Numbers of “{header.name}” that a spreadsheet has rounded, as {example}, were left out and are "
        f"not compared: row{'s' if len(rows) > 1 else ''} {named}{more}."
    )
    kept = tuple(
        payment.model_copy(update={"invoice": None}) if payment.row in damaged else payment
        for payment in intake.transactions
    )
    return intake.model_copy(update={"transactions": kept, "notes": (*intake.notes, note)})


def _is_damaged(cell: Cell, all_end_in_zeros: bool) -> bool:
    if isinstance(cell, str):
        text = cell.strip()
        if _ROUNDED.fullmatch(text):
            return True
        # One long number may well end in a zero; with three of them, or where all do, they were rounded.
        return _ends_in_zeros(_digits(text)) and (all_end_in_zeros or len(text) >= EXACT_DIGITS + 3)
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**EXACT_DIGITS


def _digits(cell: Cell) -> str:
    """A text of digits alone; empty for any other cell."""
    return cell.strip() if isinstance(cell, str) and re.fullmatch(r"\s*\d+\s*", cell, re.ASCII) else ""


def _ends_in_zeros(digits: str) -> bool:
    return len(digits) > EXACT_DIGITS and not digits[EXACT_DIGITS:].strip("0")


def _shown(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else f"{cell:.5G}"
