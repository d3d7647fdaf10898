"""Spreadsheets (.xls, .xlsx): checked before they are opened, then read in a process of their own."""

import datetime as dt
import io
import json
import lzma
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

from bot.intake.cells import Cell, Row
from bot.intake.header_row import HEADER_WITHIN, find_header
from bot.intake.result import MAX_COLUMNS, MAX_ROWS, IntakeError
from bot.intake.sheet_look import SheetLook

MAX_UNPACKED = 200 * 1024 * 1024  # bytes
MAX_RATIO = 200  # unpacked to packed; a real sheet of numbers compresses 5 to 30 times
SECONDS = 60  # of waiting for one workbook

_BOMB = "The workbook unpacks to far more than a table of payments needs, so it was not opened."
_DAMAGED = "The workbook is damaged and cannot be read; save it again, or save it as CSV."
_PROBLEMS = {
    "password": "The workbook is protected by a password; remove it and submit again.",
    "damaged": _DAMAGED,
    "rows": f"The sheet has too many rows, and at most {MAX_ROWS:,} are read; split it into parts.",
    "columns": f"The sheet has more than {MAX_COLUMNS} columns; remove some and submit again.",
    "text": "The workbook holds too much text for a table of payments; save the one sheet as CSV.",
}

# What reading a damaged archive raises: RuntimeError for a member that is encrypted, OSError for damaged
# bzip2 data, struct.error and LookupError for a header that ends early or names nothing.
_DAMAGES = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
            RuntimeError, OSError, ValueError, LookupError)  # fmt: skip

Sheet = tuple[str, bool, list[Row]]  # its name, whether it is visible, its rows


# An encrypted .xlsx is an OLE file around its package; an encrypted .xls has the record FILEPASS (0x2F)
# right after the first one ([MS-XLS] 2.1.7.20.6), perhaps behind WRITEPROTECT (0x86).
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_FILEPASS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)


def read_sheet(content: bytes) -> tuple[list[Row], list[str], SheetLook]:
    """The rows of the one sheet with a table, notes, and how the sheet looks.

    Blocks for up to twice ``SECONDS``. Raises ``IntakeError`` where the workbook is empty or cannot be read,
    where several sheets hold a table, or where a hidden one does.
    """
    if content.startswith(b"PK"):
        _refuse_bomb(content)
    elif _ENCRYPTED_PACKAGE in content or _FILEPASS.search(content):
        raise IntakeError(_PROBLEMS["password"])
    sheets = [sheet for sheet in _read_apart(content) if sheet[2]]
    if not sheets:
        raise IntakeError("The workbook is empty.")
    tables = [sheet for sheet in sheets if find_header(sheet[2]) is not None]
    if len(tables) > 1:
        names = " and ".join(f"“{name}”{'' if visible else ' (hidden)'}" for name, visible, _ in tables[:3])
        raise IntakeError(f"Sheets {names} all hold payments; submit them as separate files.")
    name, visible, rows = (tables or sheets)[0]
    if tables and not visible:
        raise IntakeError(f"The payments are on “{name}”, a hidden sheet; unhide it and submit again.")
    look = _look_of(content, name)
    return rows, [f"Read from the sheet “{name}”."] if len(sheets) > 1 else [], look


def _look_of(content: bytes, sheet: str) -> SheetLook:
    program = "hidden_process.py" if content.startswith(b"PK") else "hidden_in_xls_process.py"
    sheets: dict[str, Any] = _run(program, content)["sheets"]
    # A name in an old code page may be read in two ways, which does not matter where there is one sheet.
    found = sheets.get(sheet) or (next(iter(sheets.values())) if len(sheets) == 1 else None)
    if found is None:  # the library that reads the cells found the sheet in another way
        raise IntakeError(_DAMAGED)
    return SheetLook(
        rows=frozenset(found["rows"]),
        columns=tuple((first, last) for first, last in found["columns"]),
        struck={int(row): frozenset(columns) for row, columns in found["struck"].items()},
        unseen={int(row): frozenset(columns) for row, columns in found["unseen"].items()},
        merged=tuple((first, left, last, right) for first, left, last, right in found["merged"]),
        filtered=found["filtered"],
    )


def _refuse_bomb(content: bytes) -> None:
    """Unpack every member, within bounds and without keeping it: the sizes that a zip states may be lies."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in {member.filename for member in members}:
                raise IntakeError(
                    "The file is a zip archive, not an .xlsx workbook; submit the table itself."
                )
            if sum(member.file_size for member in members) > MAX_UNPACKED or len(members) > 1_000:
                raise IntakeError(_BOMB)
            room = min(MAX_UNPACKED, max(len(content) * MAX_RATIO, 1024 * 1024))
            for member in members:
                room -= _unpacked(archive, member, room)
    except _DAMAGES:
        raise IntakeError(_DAMAGED) from None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> int:
    total = 0
    with archive.open(member) as stream:
        while part := stream.read(64 * 1024):
            total += len(part)
            if total > room:
                raise IntakeError(_BOMB)
    return total


def _read_apart(content: bytes) -> list[Sheet]:
    answer = _run("workbook_process.py", content, str(MAX_ROWS + HEADER_WITHIN + 1), str(MAX_COLUMNS))
    return [
        (name, visible, [(number, [_cell(packed) for packed in cells]) for number, cells in rows])
        for name, visible, rows in answer["sheets"]
    ]


def _run(program: str, content: bytes, *arguments: str) -> dict[str, Any]:
    """What a program beside this file says of the workbook; raises ``IntakeError`` where it says nothing."""
    command = [sys.executable, "-P", str(Path(__file__).with_name(program)), *arguments]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise IntakeError("The workbook takes too long to read; save the table as CSV.") from None
    if done.returncode != 0:  # the library aborted or panicked, or the process reached a limit
        raise IntakeError("The workbook is damaged or far too large to read; save the table as CSV.")
    answer: dict[str, Any] = json.loads(done.stdout)
    if problem := answer.get("problem"):
        raise IntakeError(_PROBLEMS[problem])
    return answer


def _cell(packed: Any) -> Cell:
    if not isinstance(packed, list):
        plain: str | int | float | bool = packed
        return plain
    kind, text = packed
    return dt.datetime.fromisoformat(text) if kind == "d" else str(text)
