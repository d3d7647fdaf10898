"""A table about which there is a question, packed as a text, so that any process can read it anew."""

import base64
import datetime as dt
import json
import zlib
from typing import Any

from bot.intake.cells import Cell, Row
from bot.intake.question import Table
from bot.intake.sheet_look import SheetLook


def pack_table(table: Table) -> str:
    """The rows of a table and how its sheet looks, as ASCII text; some 20 bytes a cell become about 4."""
    look = table.look
    packed = {
        "rows": [[number, [_packed(cell) for cell in cells]] for number, cells in table.rows],
        "hidden": sorted(look.rows),
        "columns": look.columns,
        "struck": {row: sorted(places) for row, places in look.struck.items()},
        "unseen": {row: sorted(places) for row, places in look.unseen.items()},
        "merged": look.merged,
        "filtered": look.filtered,
    }
    text = json.dumps(packed, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return base64.b85encode(zlib.compress(text, 6)).decode("ascii")


def unpack_table(text: str) -> tuple[list[Row], SheetLook]:
    """The rows and the look that ``pack_table`` packed."""
    packed: dict[str, Any] = json.loads(zlib.decompress(base64.b85decode(text)))
    look = SheetLook(
        rows=frozenset(packed["hidden"]),
        columns=tuple((first, last) for first, last in packed["columns"]),
        struck={int(row): frozenset(places) for row, places in packed["struck"].items()},
        unseen={int(row): frozenset(places) for row, places in packed["unseen"].items()},
        merged=tuple((first, left, last, right) for first, left, last, right in packed["merged"]),
        filtered=packed["filtered"],
    )
    return [(number, [_cell(cell) for cell in cells]) for number, cells in packed["rows"]], look


def _packed(cell: Cell) -> Any:
    if isinstance(cell, dt.datetime | dt.date):
        return ["d", cell.isoformat()]
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


def _cell(packed: Any) -> Cell:
    if isinstance(packed, list):
        return dt.datetime.fromisoformat(packed[1])
    plain: str | int | float | bool = packed
    return plain
