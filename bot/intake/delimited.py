"""CSV and its relatives: find the encoding and the delimiter, then read records strictly.

A record's number is the row in which a spreadsheet shows it: the header is row 1, blank lines count, and a
line break inside quotes does not.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.domain.bounds import TEXT_LIMIT
from bot.intake.cells import Row
from bot.intake.header_row import find_header
from bot.intake.result import MAX_COLUMNS, MAX_ROWS, IntakeError

DELIMITERS = ",;\t|"
MOST_LINES = 4 * MAX_ROWS  # blank ones included, which a batch does not count
SAMPLED = 30  # records that are read to choose the delimiter


def decode(content: bytes) -> tuple[str, str | None]:
    """The text and, where its encoding had to be guessed, a note that names it.

    Raises ``IntakeError`` where the content is no text.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text, note = _strictly(content, "utf-16"), "Read as UTF-16."
    else:
        try:
            text, note = content.decode("utf-8-sig"), None
        except UnicodeDecodeError:
            text, note = _strictly(content, "cp1252"), "Read as windows-1252."
    if text.count("\0") * 10 > len(text):  # a few are a fault of an export, and their rows are named
        raise IntakeError("The file is not a text table; save it as CSV in UTF-8, or as .xlsx.")
    return text, note


def read_records(text: str) -> tuple[list[Row], str]:
    """The records of a table and its delimiter; raises ``IntakeError`` where quotes do not match.

    The delimiter is one with which a row names the columns, and which gives the most even records.
    """
    delimiter = delimiter_of(text)
    return _records(text, delimiter), delimiter


def delimiter_of(text: str) -> str:
    """The delimiter of a table that begins with this text."""
    candidates = [delimiter for delimiter in DELIMITERS if _names_columns(text, delimiter)]
    return max(candidates or DELIMITERS, key=lambda candidate: _evenness(text, candidate))


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise IntakeError("The file's text cannot be read; save it as CSV in UTF-8, or as .xlsx.") from None


def _names_columns(text: str, delimiter: str) -> bool:
    return find_header(_sample(text, delimiter)) is not None


def _evenness(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first records have the same number of cells, at least two, and what number."""
    widths = Counter(len(cells) for _, cells in _sample(text, delimiter) if len(cells) > 1)
    width, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
    return times, width


def _sample(text: str, delimiter: str) -> list[Row]:
    try:
        return _records(text, delimiter, SAMPLED)
    except IntakeError:
        return []  # another delimiter may fit; where none does, reading all records says what is wrong


def _records(text: str, delimiter: str, most: int | None = None) -> list[Row]:
    rows: list[Row] = []
    for row in records(io.StringIO(text, newline=""), delimiter):
        if row[0] > MOST_LINES:
            raise IntakeError(
                f"The file has more than {MOST_LINES:,} lines, and at most {MAX_ROWS:,} rows are read."
            )
        rows.append(row)
        if row[0] == most:
            break
    return rows


def records(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """The records of any number of lines with their ends; raises ``IntakeError`` at one that is none."""
    # Strict, since a quote that is never closed would put all payments after it into one cell.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                raise IntakeError(f"Row {number} has more than {MAX_COLUMNS} cells; remove columns.")
            yield number, cells
    except csv.Error as error:
        if "field limit" in str(error):
            raise IntakeError(
                f"A cell around line {reader.line_num} has more than {csv.field_size_limit():,} characters, "
                f"and {TEXT_LIMIT} are the most; shorten it, or mend the quotes around it, and submit again."
            ) from None
        raise IntakeError(
            f"The quotes around line {reader.line_num} do not match ({error}); mend them and submit again."
        ) from None
