"""A table of cells becomes transactions: find the header, choose the columns, read row by row."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.column_mapping import ColumnMapping
from bot.intake.agreement import ask_about_currency, ask_about_remembered, ask_about_values
from bot.intake.around_header import ask_about_titles, with_line_below
from bot.intake.cells import Cell, Row, is_blank
from bot.intake.columns import NOTHING_SAID, Columns, choose_columns, columns_missing, no_columns
from bot.intake.damage import rows_with_nul, without_damaged_invoices
from bot.intake.guess import guess_mapping
from bot.intake.header_row import (
    all_headers,
    counted_names,
    find_header,
    header_names,
    is_value,
    likely_header,
    mapped_header,
)
from bot.intake.headers import Header, read_headers
from bot.intake.hidden import fill_merged, refuse_hidden_columns, unseen_rows
from bot.intake.no_payment import rows_of_no_payment
from bot.intake.question import ColumnQuestion, MappingOf, Table, no_mapping
from bot.intake.read_as import columns_in_sentences, read_as
from bot.intake.result import MAX_COLUMNS, MAX_ROWS, Intake, IntakeError, refuse_too_much_text
from bot.intake.row_reader import RowReader
from bot.intake.sheet_look import SheetLook


def read_table(
    rows: Sequence[Row],
    *,
    currency: str,
    first_ref: int = 1,
    look: SheetLook | None = None,
    mapping_of: MappingOf = no_mapping,
    witnesses: Sequence[Row] = (),
) -> Intake:
    """Read the rows below the header; ``currency`` (ISO 4217) is for amounts that name none.

    ``look`` is how the sheet looks, where the table is one of a workbook: what is hidden is refused.
    ``mapping_of`` knows what was said of a header, and ``witnesses`` are rows of another part of the same
    file, which tell how values are written. References count up from ``first_ref``. Raises
    ``ColumnQuestion`` where the table has two readings, and ``IntakeError`` where it makes no sense.
    """
    look = look or SheetLook()
    found = _with_titles(_header_of(rows, mapping_of), rows)
    body = [row for row in rows[found.place + 1 :] if not all(map(is_blank, row[1]))]
    _refuse_size(body, len(found.names))
    try:
        intake = _read(found, body, currency, first_ref, look, witnesses)
    except ColumnQuestion as question:
        question.table = Table(rows, look, found.names, found.headers, found.has_header)
        question.guess = guess_mapping(
            found.headers, [cells for _, cells in body], found.mapping or NOTHING_SAID, question
        )
        raise
    if found.above:
        intake = intake.model_copy(
            update={"notes": (*intake.notes, f"Rows above the header, not read: {len(found.above)}.")}
        )
    return intake


class _FoundHeader(NamedTuple):
    """The header of a table; ``place`` is -1 where there is none, and its columns are counted.

    It has as many ``lines``, of which the last is at ``place``; ``above`` are the rows above them.
    ``known`` says whether the vocabulary knows the names, or a mapping does.
    """

    place: int
    names: tuple[str, ...]
    headers: tuple[Header, ...]
    mapping: ColumnMapping | None
    known: bool
    lines: int = 1
    above: tuple[Row, ...] = ()

    @property
    def has_header(self) -> bool:
        return self.place >= 0


def _header_of(rows: Sequence[Row], mapping_of: MappingOf) -> _FoundHeader:
    """The row that names the columns: one that a mapping is known for, else one that the vocabulary knows."""
    if mapped := mapped_header(rows, mapping_of):
        place, mapping = mapped
        return _at(rows, place, mapping, known=True)
    if (known := find_header(rows)) is not None:
        found = _at(rows, known, None, known=True)
        if found.lines > 1:
            return found._replace(mapping=mapping_of(found.names))
        return found._replace(names=header_names(rows[known][1]))
    if (likely := likely_header(rows)) is not None:
        return _at(rows, likely, None, known=False)
    names = counted_names(max((_width(cells) for _, cells in rows), default=0))
    if len(names) > MAX_COLUMNS:
        names = names[: MAX_COLUMNS + 1]
    return _FoundHeader(-1, names, all_headers(names), mapping_of(names), known=False)


def _with_titles(found: _FoundHeader, rows: Sequence[Row]) -> _FoundHeader:
    above = rows[: max(0, found.place + 1 - found.lines)]
    return found._replace(above=tuple(row for row in above if not all(map(is_blank, row[1]))))


def _at(rows: Sequence[Row], place: int, mapping: ColumnMapping | None, *, known: bool) -> _FoundHeader:
    """The header at a place, with what stands below its names and belongs to them."""
    cells = rows[place][1]
    choose = read_headers if known and mapping is None else all_headers
    below = place + 1
    while below < len(rows) and all(map(is_blank, rows[below][1])):
        below += 1
    joined = with_line_below(cells, rows[below][1]) if below < len(rows) else None
    if joined and below + 1 < len(rows):
        names = _widened(joined, rows[below:])
        return _FoundHeader(below, names, tuple(choose(names)), mapping, known, below + 1 - place)
    names = _widened(header_names(cells), rows[place:])
    return _FoundHeader(place, names, tuple(choose(names)), mapping, known)


def _widened(names: tuple[str, ...], rows: Sequence[Row]) -> tuple[str, ...]:
    """The names with empty ones for columns that have values and no name."""
    width = max(_width(cells) for _, cells in rows)
    return (*names, *("" for _ in range(len(names), min(width, MAX_COLUMNS))))


def _named_width(names: Sequence[str], columns: Columns) -> int:
    """How many cells a row may have: one with more is shifted, and its values stand in other columns.

    A column without a name at the end counts only where it is read.
    """
    named = max(place for place, name in enumerate(names, start=1) if name)
    return max(named, *(header.place + 1 for header in columns.used))


def _refuse_size(body: Sequence[Row], width: int) -> None:
    if not body:
        raise IntakeError("There is a header but no row below it.")
    if len(body) > MAX_ROWS:
        raise IntakeError(
            f"There are {len(body):,} rows, and at most {MAX_ROWS:,} are read; split it into parts."
        )
    if width > MAX_COLUMNS:
        raise IntakeError(
            f"There are {width:,} columns, and a table may have {MAX_COLUMNS}; remove some of them."
        )


def _read(
    found: _FoundHeader,
    body: Sequence[Row],
    currency: str,
    first_ref: int,
    look: SheetLook,
    witnesses: Sequence[Row],
) -> Intake:
    names = list(found.headers)
    if not found.known and found.mapping is None:
        if not _may_hold_payments(body):
            first = next((cells for _, cells in body if not all(map(is_blank, cells))), ())
            raise IntakeError(no_columns(read_headers(first)))
        raise columns_missing(names)
    said = found.mapping or NOTHING_SAID
    # What amounts stand for is asked of everybody whose columns say that it is not one.
    asking = said.but(unit=None) if said.by_another else said
    columns = choose_columns(names, [cells for _, cells in body], asking)
    ask_about_titles(found.above, columns, currency, found.mapping)
    ask_about_remembered(columns, names, body, said)
    refuse_hidden_columns(look, columns)
    body, merged = fill_merged(look, columns, body)
    width = _named_width(found.names, columns)
    reader = RowReader(columns, body, width, said.currency or currency, said, witnesses, names)
    reader.ask()
    ask_about_values(columns, body, reader, said)
    refused = rows_of_no_payment(columns, names, body, reader.amount) | unseen_rows(look, columns, body)
    intake = reader.read(first_ref, refused | rows_with_nul(names, body))
    ask_about_currency(bool(intake.assumed_rows), said)
    intake = without_damaged_invoices(intake, columns.invoice, body)
    by_role = read_as(columns, said, reader.order, found.names)
    intake = intake.model_copy(
        update={
            "notes": (*intake.notes, *merged),
            "header": found.names,
            "read_as": by_role,
            "mapped": (found.names,) if found.mapping else (),
            "said": columns_in_sentences(by_role) if found.mapping else (),
        }
    )
    refuse_too_much_text(intake.transactions)
    return intake


def _may_hold_payments(body: Sequence[Row]) -> bool:
    """Whether rows without names that are known have texts and numbers side by side."""
    return any(
        any(map(is_value, filled)) and any(isinstance(cell, str) and not is_value(cell) for cell in filled)
        for filled in ([cell for cell in cells if not is_blank(cell)] for _, cells in body)
    )


def _width(cells: Sequence[Cell]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if not is_blank(cell)), default=0)
