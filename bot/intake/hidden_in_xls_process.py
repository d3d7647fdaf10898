"""A program that tells what nobody sees who looks at an .xls workbook; it imports nothing of this project.

``workbook.py`` starts it for the older format instead of ``hidden_process.py``, which says what goes in
and out.
"""

import contextlib
import io
import json
import sys
from typing import Any

MAX_MEMORY = 1024**3  # bytes of address space
MAX_SECONDS = 20  # of processor time
MAX_MERGED = 20_000  # ranges of one sheet
LOWEST_ROW = 20  # twentieths of a point; less is hidden


def tell_hidden_in_xls() -> None:
    """Read the workbook on stdin, and write what is hidden in it to stdout."""
    with contextlib.suppress(ImportError):  # Windows has no such limits; the parent still waits 60 s at most
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump({"sheets": _sheets(sys.stdin.buffer.read())}, sys.stdout)


def _sheets(content: bytes) -> dict[str, Any]:
    """What is hidden on each sheet; any error ends this program, and the workbook is refused."""
    import xlrd

    book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    struck = {number for number, xf in enumerate(book.xf_list) if book.font_list[xf.font_index].struck_out}
    unseen = {number for number, xf in enumerate(book.xf_list) if _is_unseen(book, xf)}
    return {sheet.name: _sheet(book, sheet, struck, unseen) for sheet in book.sheets()}


def _sheet(book: Any, sheet: Any, struck: set[int], unseen: set[int]) -> dict[str, Any]:
    found: dict[str, Any] = {"struck": {}, "unseen": {}, "filtered": True}
    found["rows"] = [
        row + 1 for row, look in sheet.rowinfo_map.items() if look.hidden or look.height < LOWEST_ROW
    ]
    found["columns"] = [[column, column] for column, look in sheet.colinfo_map.items() if look.hidden]
    found["merged"] = [
        [first + 1, left, last, right - 1] for first, last, left, right in sheet.merged_cells[:MAX_MERGED]
    ]
    for row in range(sheet.nrows if struck or unseen else 0):
        for column, value in enumerate(sheet.row_values(row)):
            for mark, formats in (("struck", struck), ("unseen", unseen)):
                if value != "" and sheet.cell_xf_index(row, column) in formats:
                    found[mark].setdefault(row + 1, []).append(column)
    for (row, column), runs in sheet.rich_text_runlist_map.items():
        if any(book.font_list[font].struck_out for _, font in runs):
            found["struck"].setdefault(row + 1, []).append(column)
    return found


def _is_unseen(book: Any, xf: Any) -> bool:
    """Whether a format of an .xls shows nothing: white on white, or no part for any kind of value."""
    code = book.format_map[xf.format_key].format_str if xf.format_key in book.format_map else "0"
    colour = book.colour_map.get(book.font_list[xf.font_index].colour_index)
    ground = book.colour_map.get(xf.background.pattern_colour_index) if xf.background.fill_pattern else None
    return not code.replace(";", "").strip() or (colour is not None and colour == (ground or (255, 255, 255)))


if __name__ == "__main__":
    tell_hidden_in_xls()
