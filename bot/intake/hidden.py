"""What of a sheet is not to be seen, or not as its cells say: refused by name, filled down, or said.

Nobody who looked at the workbook has seen a hidden row; its submitter says whether the others are taken.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from bot.intake.cells import Cell, Row, is_blank
from bot.intake.columns import Columns
from bot.intake.result import IntakeError, RowError
from bot.intake.sheet_look import SheetLook

NAMED_RANGES = 5  # in a note


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
    numbers = sorted(filled)
    notes: list[str] = []
    for header in columns.used:
        if header.place in money:
            continue
        ranges: list[tuple[int, int]] = []
        end = 0
        for first, left, last, _ in sorted(look.merged):
            # Ranges of an honest sheet do not overlap; those of a hostile one would take each row many times.
            if left == header.place and last > first > end:
                end = last
                below = numbers[bisect_right(numbers, first) : bisect_right(numbers, last)]
                if _fill(filled, header.place, first, below):
                    ranges.append((first, last))
        if ranges:
            rows = ", ".join(f"{first:,} to {last:,}" for first, last in ranges[:NAMED_RANGES])
            more = f" and {len(ranges) - NAMED_RANGES:,} more" if len(ranges) > NAMED_RANGES else ""
            notes.append(f"Merged cells of “{header.name}” were filled down: rows {rows}{more}.")
    return [(number, filled[number]) for number, _ in body], notes


def _fill(rows: Mapping[int, list[Cell]], place: int, first: int, below: Sequence[int]) -> bool:
    """Give the cell of the first row to those below it that have none; whether there were any."""
    cells = rows.get(first, [])
    if place >= len(cells) or is_blank(value := cells[place]):
        return False
    done = False
    for row in (rows[number] for number in below):
        row.extend([""] * (place + 1 - len(row)))
        if is_blank(row[place]):
            row[place], done = value, True
    return done
