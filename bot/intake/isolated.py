"""Reads a workbook in a process of its own; started as a script, imports nothing of this project.

The spreadsheet library aborts the whole process on some damaged files (a single changed byte can make it
ask for 70 GB), and an abort cannot be caught. Here it may, under limits of memory and time.

In: the workbook on stdin; the most rows and columns of a sheet as arguments. Out: one JSON object on
stdout, ``{"sheets": [[name, visible, [[row number, [cells]]]]]}`` or ``{"problem": code}``. A date is
``["d", iso]``, any other rich value ``["t", text]``.
"""

import contextlib
import datetime as dt
import io
import json
import sys
from typing import Any

MEMORY = 1024**3  # bytes of address space; 5 MB files need about a tenth
SECONDS = 20  # of processor time
CELL = 2_000  # characters kept of one cell; a memo has 500, and what is longer is refused by name
TEXT = 20_000_000  # characters in all


def main() -> None:
    """Read stdin, write stdout."""
    max_rows, max_columns = int(sys.argv[1]), int(sys.argv[2])
    _limit()
    json.dump(_read(sys.stdin.buffer.read(), max_rows, max_columns), sys.stdout)


def _limit() -> None:
    with contextlib.suppress(ImportError):  # not on Windows, where the parent's time limit remains
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Problem(Exception):
    """Its text is a code that the parent has a sentence for."""


def _read(content: bytes, max_rows: int, max_columns: int) -> dict[str, Any]:
    from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

    sheets: list[list[Any]] = []
    room = TEXT
    try:
        workbook = load_workbook(io.BytesIO(content))
        for place, about in enumerate(workbook.sheets_metadata):
            if about.typ == SheetTypeEnum.WorkSheet:
                rows = _rows(workbook.get_sheet_by_index(place), max_rows, max_columns)
                room -= sum(len(cell) for _, cells in rows for cell in cells if isinstance(cell, str))
                if room < 0:
                    raise _Problem("text")
                sheets.append([about.name, about.visible == SheetVisibleEnum.Visible, rows])
    except PasswordError:
        return {"problem": "password"}
    except CalamineError:
        return {"problem": "damaged"}
    except _Problem as problem:
        return {"problem": str(problem)}
    return {"sheets": sheets}


def _rows(sheet: Any, max_rows: int, max_columns: int) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for number, cells in enumerate(sheet.iter_rows() if sheet.start else (), start=1):
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        if len(rows) == max_rows:
            raise _Problem("rows")
        if len(cells) > max_columns:
            raise _Problem("columns")
        rows.append([number, [_packed(cell) for cell in cells]])
    return rows


def _packed(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell[:CELL]
    if isinstance(cell, bool | int | float):
        return cell
    if isinstance(cell, dt.date):  # or a datetime, which is one
        return ["d", cell.isoformat()]
    return ["t", str(cell)]


if __name__ == "__main__":
    main()
