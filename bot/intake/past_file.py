"""Files of payments made before, of any number of rows: read in portions, so that no file is held whole."""

import codecs
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from bot.intake.cells import Row, is_blank
from bot.intake.dates import day_month_order
from bot.intake.decimals import decimal_marks
from bot.intake.delimited import delimiter_of, records
from bot.intake.files import read_file
from bot.intake.header_row import HEADER_WITHIN, find_header, mapped_header
from bot.intake.question import MappingOf, no_mapping
from bot.intake.result import Intake, IntakeError
from bot.intake.table import read_table

PORTION = 10_000  # rows
WHOLE = 200_000  # bytes of a file that is read whole; it has fewer rows than a batch may have
BEGINNING = 64 * 1024  # bytes, by which the columns and the delimiter are told
_BLOCK = 1024 * 1024  # bytes


def read_past_file(file: Path, *, currency: str, mapping_of: MappingOf = no_mapping) -> Iterator[Intake]:
    """The payments of a file, ``PORTION`` rows at a time; references count on.

    A table as text may have any number of rows; any other file is read by ``read_file``, with its bounds.
    How dates and amounts are written is told by the whole file. Raises ``ColumnQuestion`` and ``IntakeError``
    as ``read_file`` does, perhaps after earlier portions, and ``OSError``.
    """
    layout = None if file.stat().st_size <= WHOLE else _layout_of(file, mapping_of)
    if layout is None:
        yield read_file(file.name, file.read_bytes(), currency=currency, mapping_of=mapping_of)
        return
    with file.open(encoding=layout.encoding, newline="") as lines:
        witnesses = _witnesses(records(lines, layout.delimiter))
    with file.open(encoding=layout.encoding, newline="") as lines:
        rows = records(lines, layout.delimiter)
        head, first_ref = list(islice(rows, layout.header + 1)), 1
        filled = (row for row in rows if not all(map(is_blank, row[1])))
        while portion := list(islice(filled, PORTION)):
            intake = read_table(
                [*head, *portion],
                currency=currency,
                first_ref=first_ref,
                mapping_of=mapping_of,
                witnesses=witnesses,
            )
            first_ref += len(intake.transactions)
            yield intake.model_copy(update={"name": file.name})


class _Layout(NamedTuple):
    """How a table is written as text; ``header`` is the place of the record that names the columns."""

    encoding: str
    delimiter: str
    header: int


def _layout_of(file: Path, mapping_of: MappingOf) -> _Layout | None:
    """``None`` where the file is no table as text, or one that does not name its columns."""
    with file.open("rb") as opened:
        beginning = opened.read(BEGINNING)
    utf_16 = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "cp1252"):
        if _is_in(file, encoding):
            text = beginning.decode(encoding, "ignore")
            delimiter = delimiter_of(text)
            header = _header_place(text, delimiter, mapping_of)
            return None if header is None else _Layout(encoding, delimiter, header)
    return None


def _is_in(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _header_place(text: str, delimiter: str, mapping_of: MappingOf) -> int | None:
    """The place of the record that names the columns, in the beginning of a file; ``None`` without one."""
    rows: list[Row] = []
    try:
        for row in records(text.splitlines(keepends=True), delimiter):
            rows.append(row)
            if sum(any(cells) for _, cells in rows) > HEADER_WITHIN:
                break
    except IntakeError:
        pass  # the beginning may end within a record
    if mapped := mapped_header(rows, mapping_of):
        return mapped[0]
    return find_header(rows)


def _witnesses(rows: Iterator[Row]) -> list[Row]:
    """Of each column the first values that prove the order of day and month, or the mark before decimals."""
    proven: set[tuple[int, str]] = set()
    found: dict[int, Row] = {}
    for row in rows:
        for place, cell in enumerate(row[1]):
            if isinstance(cell, str) and any(char.isdigit() for char in cell[:12]):
                new = {(place, proof) for proof in chain((day_month_order([cell]),), decimal_marks([cell]))}
                new -= proven | {(place, "unknown")}
                if new:
                    proven |= new
                    found[row[0]] = row
    return list(found.values())
