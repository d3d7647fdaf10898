"""A program that reads one workbook, under limits of memory and time; it imports nothing of this project.

``workbook.py`` starts it for each workbook, because the spreadsheet library aborts its process on some
damaged files (a single changed byte can make it ask for 70 GB), and an abort cannot be caught.

In: the workbook on stdin; the most rows and columns of a sheet as arguments. Out: one JSON object on stdout,
``{"sheets": [[name, visible, [[row number, [cells]]]]]}`` or ``{"problem": code}``. A date or time of day is
``["d", ISO 8601]``, any other value that JSON lacks is ``["t", text]``.
"""

import contextlib
import datetime as dt
import io
import json
import sys
from typing import Any

MAX_MEMORY = 1024**3  # bytes of address space; 50,000 rows of 20 columns need about a fifth
MAX_SECONDS = 20  # of processor time
MAX_CELL = 2_000  # characters kept of one cell; no column takes so many, and the reader names the cell
MAX_TEXT = 40_000_000  # characters of all cells together


def read_stdin() -> None:
    """Read the workbook on stdin, and write what it holds to stdout."""
    max_rows, max_columns = int(sys.argv[1]), int(sys.argv[2])
    _limit()
    json.dump(_read(sys.stdin.buffer.read(), max_rows, max_columns), sys.stdout)


def _limit() -> None:
    with contextlib.suppress(ImportError):  # Windows has no such limits; the parent still waits 60 s at most
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Problem(Exception):
    """The message is a code, for which the parent has a sentence."""


def _read(content: bytes, max_rows: int, max_columns: int) -> dict[str, Any]:
    from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

    sheets: list[list[Any]] = []
    room = MAX_TEXT
    try:
        workbook = load_workbook(io.BytesIO(content))
        for place, metadata in enumerate(workbook.sheets_metadata):
            if metadata.typ == SheetTypeEnum.WorkSheet:
                rows = _rows(workbook.get_sheet_by_index(place), max_rows, max_columns)
                room -= sum(len(cell) for _, cells in rows for cell in cells if isinstance(cell, str))
                if room < 0:
                    raise _Problem("text")
                sheets.append([metadata.name, metadata.visible == SheetVisibleEnum.Visible, rows])
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
        return cell[:MAX_CELL]
    if isinstance(cell, bool | int | float):
        return cell
    if isinstance(cell, dt.date):  # a datetime is a date too
        return ["d", cell.isoformat()]
    return ["t", str(cell)]


if __name__ == "__main__":
    read_stdin()
