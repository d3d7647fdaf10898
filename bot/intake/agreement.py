"""Whether the values of a column agree with the role that its name gave it; where none does, one question."""

from collections.abc import Callable, Sequence

from bot.domain.column_mapping import ColumnMapping, ColumnRole
from bot.domain.names import visible
from bot.intake.cells import Cell, CellError, Row, cell_text, is_blank, is_nothing, read_currency
from bot.intake.columns import Columns
from bot.intake.headers import Header
from bot.intake.question import ROLE_WORDS, ColumnQuestion
from bot.intake.row_reader import RowReader

QUOTED = 40  # characters of a cell in a question
LEAST_CELLS = 3  # with a value, below which each row is refused by name


def ask_about_values(columns: Columns, body: Sequence[Row], reader: RowReader, said: ColumnMapping) -> None:
    """Raise ``ColumnQuestion`` where no cell of a column is a date, an amount or a currency, as it should be.

    A column that was named for this very table is not asked about again: its rows are refused by name.
    """
    checks: list[tuple[ColumnRole, Header | None, Callable[[Sequence[Cell]], bool]]] = [
        ("date", columns.date, reader.has_date),
        ("amount", columns.amount, lambda cells: reader.amount(cells) is not None),
        ("currency", columns.currency, lambda cells: _is_currency(cells, columns.currency)),
    ]
    for role, header, agrees in checks:
        if header and not (said.confirmed and role in said.columns):
            _ask_about(role, header, body, agrees)


def _ask_about(
    role: ColumnRole, header: Header, body: Sequence[Row], agrees: Callable[[Sequence[Cell]], bool]
) -> None:
    first: tuple[int, str] | None = None
    filled = 0
    for number, cells in body:
        cell = cells[header.place] if header.place < len(cells) else ""
        if is_blank(cell) or is_nothing(cell):
            continue
        if agrees(cells):
            return
        filled += 1
        first = first or (number, _shown(cell))
    if first and filled >= LEAST_CELLS:
        row, shown = first
        raise ColumnQuestion(
            role,
            f"Which column is the {ROLE_WORDS[role]}? “{header.name}” holds none that I can read: “{shown}” "
            f"(row {row}).",
            "Mend or rename the column and submit again.",
            [header],
        )


def _is_currency(cells: Sequence[Cell], header: Header | None) -> bool:
    try:
        read_currency(cells[header.place] if header and header.place < len(cells) else "")
    except CellError:
        return False
    return True


def _shown(cell: Cell) -> str:
    try:
        return visible(cell_text(cell))[:QUOTED]
    except CellError:
        return "?"
