"""Payments of a file, whose kind is told by its content and never by its name."""

import hashlib

from bot.domain.submission import RawInput
from bot.intake.delimited import decode, read_records
from bot.intake.result import MAX_FILE_BYTES, Intake, IntakeError
from bot.intake.table import read_table
from bot.intake.workbook import read_sheet

_XLS = bytes.fromhex("d0cf11e0a1b11ae1")
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"{\\rtf", "a text document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)


def read_file(name: str, content: bytes, *, currency: str, first_ref: int = 1) -> Intake:
    """Read a CSV, TSV, .xls or .xlsx file; ``currency`` (ISO 4217) is for amounts that name none.

    References count up from ``first_ref``. Blocks for up to 60 s on a hostile workbook, so call it off the
    event loop. Raises ``IntakeError`` where the file as a whole cannot be read.
    """
    if not content.strip():
        raise IntakeError(f"{_named(name)} is empty.")
    if len(content) > MAX_FILE_BYTES:
        size = len(content) / 1024 / 1024
        raise IntakeError(
            f"{_named(name)} has {size:.1f} MB, and {MAX_FILE_BYTES // 1024 // 1024} MB are the most."
        )
    for magic, what in _OTHERS:
        if content.lstrip()[:10].upper().startswith(magic.upper()):
            raise IntakeError(f"{_named(name)} is {what}, not a table; submit it as CSV or .xlsx.")
    look = None
    if content.startswith((_XLS, b"PK")):
        rows, notes, look = read_sheet(content)
    else:
        text, guessed = decode(content)
        rows, _ = read_records(text)
        notes = [guessed] if guessed else []
    intake = read_table(rows, currency=currency, first_ref=first_ref, look=look)
    digest = hashlib.sha256(content).hexdigest()
    return intake.model_copy(
        update={
            "notes": (*notes, *intake.notes),
            "name": name,
            "inputs": (RawInput(name=name, size=len(content), sha256=digest),),
        }
    )


def _named(name: str) -> str:
    visible = "".join(char if char.isprintable() else "?" for char in name)[:80]
    return f"“{visible}”" if visible else "The file"
