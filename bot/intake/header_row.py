"""Which row of a table names the columns."""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.domain.column_mapping import ColumnMapping
from bot.domain.money import AmountError, read_amount
from bot.intake.cells import Cell, CellError, Row, cell_text, is_blank
from bot.intake.dates import month_number
from bot.intake.headers import LONGEST_HEADER, Header, is_number, looks_like_header, read_headers
from bot.intake.question import MappingOf

HEADER_WITHIN = 10  # rows that are not blank; above the header there may be titles
LONGEST_DATE = 30  # characters
LEAST_COLUMNS = 2  # of a table whose header no vocabulary knows
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\D?.*", re.ASCII)


def find_header(rows: Sequence[Row]) -> int | None:
    """The place, among these rows, of the row that names the columns; ``None`` where no row does."""
    return next((place for place in _first_filled(rows) if looks_like_header(rows[place][1])), None)


def likely_header(rows: Sequence[Row]) -> int | None:
    """The place of a row of names in words that nobody knows: texts alone, above values that are none."""
    for place, below in pairwise(_first_filled(rows)):
        names, values = rows[place][1], rows[below][1]
        if _is_header_above(names, values):
            return place
    return None


def mapped_header(rows: Sequence[Row], mapping_of: MappingOf) -> tuple[int, ColumnMapping] | None:
    """The place of the first row for whose names a mapping is known, and that mapping."""
    for place in _first_filled(rows):
        if mapping := mapping_of(header_names(rows[place][1])):
            return place, mapping
    return None


def header_names(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The row as names of columns, from left to right; empty cells at its end are left out."""
    names = [_text(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def counted_names(width: int) -> tuple[str, ...]:
    """The names of the columns of a table that names none, as a spreadsheet has them: Column A."""
    return tuple(map(letters_of, range(width)))


def all_headers(names: Sequence[str]) -> tuple[Header, ...]:
    """Every column as it can be chosen; those without a name, or with a long one, by their letter."""
    known = {header.place: header for header in read_headers(names)}
    return tuple(
        known.get(place) or Header(place, letters_of(place), frozenset(), None) for place in range(len(names))
    )


def _first_filled(rows: Sequence[Row]) -> list[int]:
    places: list[int] = []
    for place, (_, cells) in enumerate(rows):
        if not all(map(is_blank, cells)):
            places.append(place)
            if len(places) == HEADER_WITHIN:
                break
    return places


def _is_header_above(names: Sequence[Cell], values: Sequence[Cell]) -> bool:
    texts = [cell for cell in names if not is_blank(cell)]
    if len(texts) < LEAST_COLUMNS or any(map(is_value, texts)):
        return False
    if any(isinstance(cell, str) and len(cell) > LONGEST_HEADER for cell in texts):
        return False
    below = [cell for cell in values if not is_blank(cell)]
    return len(below) >= LEAST_COLUMNS and any(map(is_value, below))


def is_date(cell: Cell) -> bool:
    """Whether a text is written as a date, in numbers or with the name of a month."""
    if not isinstance(cell, str) or not any(char.isdigit() for char in cell):
        return False
    return _DATE.fullmatch(cell.strip()) is not None or (
        len(cell) <= LONGEST_DATE and any(map(month_number, re.split(r"[\s.,/-]+", cell)))
    )


def is_value(cell: Cell) -> bool:
    """Whether a cell holds an amount, with its currency or without, a number or a date, as no name does."""
    return is_number(cell) or is_date(cell) or (isinstance(cell, str) and _is_amount(cell))


def _is_amount(text: str) -> bool:
    if not any(char.isdigit() for char in text):
        return False
    try:
        read_amount(text)
    except AmountError as error:
        return error.ambiguous
    return True


def _text(cell: Cell) -> str:
    try:
        return cell_text(cell)
    except CellError:
        return ""


def letters_of(place: int) -> str:
    """A column as a spreadsheet calls it: Column A to Column Z, Column AA ..."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"Column {letters}"


def place_of(letters: str) -> int | None:
    """The place from 0 of a column that is called as a spreadsheet does; ``None`` for any other name."""
    if not (said := re.fullmatch(r"column ([a-z]{1,3})", letters.casefold().strip(), re.ASCII)):
        return None
    place = 0
    for letter in said[1]:
        place = place * 26 + ord(letter) - ord("a") + 1
    return place - 1
