"""What of a sheet is not to be seen, or not as its cells say: refused by name, filled down, or said.

Nobody who looked at the workbook has seen a hidden row; its submitter says whether the others are taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.intake.cells import Cell, is_blank
from bot.intake.columns import Columns, Header
from bot.intake.result import IntakeError, RowError

Row = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class SheetLook:
    """How a sheet looks; rows count from 1, columns from 0, ranges have their first and last.

    ``struck`` and ``unseen`` are the columns, by row, of cells that are struck through, or of the colour of
    their ground. ``merged`` are row, column, row, column.
    """

    rows: frozenset[int] = frozenset()
    columns: tuple[tuple[int, int], ...] = ()
    struck: Mapping[int, frozenset[int]] = field(default_factory=dict)
    unseen: Mapping[int, frozenset[int]] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    filtered: bool = False


def refuse_hidden_columns(look: SheetLook, columns: Columns) -> None:
    """Raise ``IntakeError`` where a column that would be read is hidden."""
    hidden = [
        f"“{header.name}”"
        for header in columns.used
        if any(first <= header.place <= last for first, last in look.columns)
    ]
    if hidden:
        names, are = " and ".join(hidden), "is" if len(hidden) == 1 else "are"
        them = "it" if len(hidden) == 1 else "them"
        raise IntakeError(
            f"{names} {are} hidden in the workbook, and would be read; "
            f"unhide or remove {them} and submit again."
        )


def unseen_rows(look: SheetLook, columns: Columns, body: Iterable[Row]) -> dict[int, RowError]:
    """The rows that are hidden, struck through or in the colour of the paper, by number."""
    used = {header.place for header in columns.used}
    found: dict[int, RowError] = {}
    for number, _ in body:
        problem = None
        if number in look.rows:
            why = " (filtered out?)" if look.filtered else ""
            problem = f"This row is hidden in the workbook{why}; unhide it or remove it."
        elif used & look.struck.get(number, frozenset()):
            problem = "This row is struck through in the workbook; remove the row, or the line through it."
        elif used & look.unseen.get(number, frozenset()):
            problem = (
                "A value of this row cannot be seen in the workbook (white on white?); show it or remove it."
            )
        if problem:
            found[number] = RowError(row=number, column=None, problem=problem)
    return found


def fill_merged(look: SheetLook, columns: Columns, body: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """The rows with the value of a merged cell in all of its rows, and a note for each column that has some.

    Amounts are not filled down: one that is merged over three rows is one amount.
    """
    money = {header.place for header in (columns.amount, columns.debit, columns.credit) if header}
    filled = {number: list(cells) for number, cells in body}
    notes: list[str] = []
    for header in columns.used:
        if header.place in money:
            continue
        ranges = [
            (first, last)
            for first, left, last, right in look.merged
            if left == header.place and last > first and _fill(filled, header, first, last)
        ]
        if ranges:
            rows = ", ".join(f"{first:,} to {last:,}" for first, last in ranges[:5])
            more = f" and {len(ranges) - 5:,} more" if len(ranges) > 5 else ""
            notes.append(f"Merged cells of “{header.name}” were filled down: rows {rows}{more}.")
    return [(number, filled[number]) for number, _ in body], notes


def _fill(rows: Mapping[int, list[Cell]], header: Header, first: int, last: int) -> bool:
    """Fill one range down; whether any row of it was filled."""
    cells = rows.get(first, [])
    if header.place >= len(cells) or is_blank(value := cells[header.place]):
        return False
    done = False
    for number in (number for number in rows if first < number <= last):
        row = rows[number]
        row.extend([""] * (header.place + 1 - len(row)))
        if is_blank(row[header.place]):
            row[header.place] = value
            done = True
    return done
