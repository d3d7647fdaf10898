"""Which mark divides decimals in a column of amounts, as far as its own values prove it."""

import re
from collections.abc import Iterable
from typing import Literal

from bot.intake.cells import Cell

DecimalMark = Literal[",", "."]

# Two decimals, or both marks: nobody groups thousands so. The digits before may be grouped.
_PROOF = re.compile(
    r"[0-9](?:[.' ][0-9]{3})*(,)[0-9]{1,2}(?![0-9.,])|[0-9](?:[,' ][0-9]{3})*(\.)[0-9]{1,2}(?![0-9.,])"
)
_GROUPED = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,2})\.([0-9]{3})(?![0-9.,])")


def decimal_mark(cells: Iterable[Cell]) -> DecimalMark | None:
    """The mark that the amounts of a column prove; ``None`` where none does, or where both do."""
    marks = {
        ("," if proof[1] else ".")
        for cell in cells
        if isinstance(cell, str)
        for proof in _PROOF.finditer(cell)
    }
    return ("," if "," in marks else ".") if len(marks) == 1 else None


def in_plain_thousands(cell: Cell, mark: DecimalMark | None) -> Cell:
    """The cell with ``1.234`` written as 1234, where the column divides decimals with a comma."""
    if mark != "," or not isinstance(cell, str):
        return cell
    return _GROUPED.sub(r"\1\2", cell)
