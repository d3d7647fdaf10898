"""Which mark divides decimals in a column of amounts, as far as its own values prove it."""

import re
from collections.abc import Iterable

from bot.domain.column_mapping import DecimalMark
from bot.intake.cells import Cell, CellError

# Two decimals, or both marks: nobody groups thousands so. The digits before may be grouped.
_PROOF = re.compile(
    r"[0-9](?:[.' ][0-9]{3})*(,)[0-9]{1,2}(?![0-9.,])|[0-9](?:[,' ][0-9]{3})*(\.)[0-9]{1,2}(?![0-9.,])"
)
_GROUPED = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,2})\.([0-9]{3})(?![0-9.,])")


def decimal_marks(cells: Iterable[Cell]) -> set[DecimalMark]:
    """The marks that the amounts of a column prove to stand before decimals: none, one, or both."""
    return {
        ("," if proof[1] else ".")
        for cell in cells
        if isinstance(cell, str)
        for proof in _PROOF.finditer(cell)
    }


def in_plain_thousands(cell: Cell, mark: DecimalMark | None) -> Cell:
    """The cell with ``1.234`` written as 1234, where the column divides decimals with a comma."""
    if mark != "," or not isinstance(cell, str):
        return cell
    return _GROUPED.sub(r"\1\2", cell)


_DIGITS = re.compile(r"[0-9](?:[0-9.,'\u2019 \xa0\u202f]*[0-9])?")
_TWO_READINGS = re.compile(r"[^0-9]*[1-9][0-9]{0,2}([.,])[0-9]{3}[^0-9]*")


def has_two_sizes(cell: Cell) -> bool:
    """Whether a text of digits may be a thousand times what it is, as 1.234 and 1,234 are."""
    return isinstance(cell, str) and _TWO_READINGS.fullmatch(cell) is not None


def with_decimal_mark(cell: Cell, mark: DecimalMark) -> Cell:
    """The cell with its digits written plainly, read by the mark that the submitter said.

    Raises ``CellError`` where the digits do not go with it, as 1,234.56 with a comma.
    """
    if not isinstance(cell, str) or not (found := _DIGITS.search(cell)):
        return cell
    digits, group = found.group(), r"[.'\u2019 \xa0\u202f]" if mark == "," else r"[,'\u2019 \xa0\u202f]"
    written = re.fullmatch(
        rf"([0-9]{{1,3}}(?:{group}[0-9]{{3}})*|[0-9]+)(?:{re.escape(mark)}([0-9]+))?", digits
    )
    if written is None:
        raise CellError(f"“{cell.strip()[:40]}” is no amount with “{mark}” before its decimals.")
    whole = re.sub(r"[^0-9]", "", written[1])
    # Three decimals would look like grouped thousands.
    plain = (
        f"{whole}.{written[2].ljust(4, '0') if len(written[2]) == 3 else written[2]}" if written[2] else whole
    )
    return f"{cell[: found.start()]}{plain}{cell[found.end() :]}"
