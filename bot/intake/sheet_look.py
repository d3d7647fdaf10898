"""How a sheet of a workbook looks to whoever opens it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
