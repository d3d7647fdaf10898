"""Payments of a file, whose kind is told by its content and never by its name."""

import hashlib
from collections.abc import Sequence

from bot.domain.submission import RawInput
from bot.intake.cells import Row
from bot.intake.delimited import decode, read_records
from bot.intake.header_row import find_header, mapped_header
from bot.intake.question import ColumnQuestion, MappingOf, no_mapping
from bot.intake.result import MAX_FILE_BYTES, Intake, IntakeError
from bot.intake.table import read_table
from bot.intake.text import read_typed_file
from bot.intake.workbook import read_sheet

TYPED = "There is no table in the file, so each line was read as a typed payment."
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


def read_file(
    name: str, content: bytes, *, currency: str, first_ref: int = 1, mapping_of: MappingOf = no_mapping
) -> Intake:
    """Read a CSV, TSV, .xls or .xlsx file, or payments typed into a text file.

    ``currency`` (ISO 4217) is for amounts that name none, ``mapping_of`` knows what was said of a header.
    References count up from ``first_ref``. Blocks for up to 120 s on a hostile workbook, so call it off the
    event loop. Raises ``ColumnQuestion`` where a table has two readings, and ``IntakeError`` where the file
    as a whole cannot be read.
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
        notes = [guessed] if guessed else []
        rows, fault = _records(text)
        is_table = find_header(rows) is not None or mapped_header(rows, mapping_of)
        if not is_table and (typed := _typed(text, currency, first_ref)):
            return _with_source(typed, [*notes, TYPED], name, content)
        if fault:
            raise fault
    try:
        intake = read_table(rows, currency=currency, first_ref=first_ref, look=look, mapping_of=mapping_of)
    except ColumnQuestion as question:
        question.name = name
        raise
    return _with_source(intake, notes, name, content)


def _records(text: str) -> tuple[list[Row], IntakeError | None]:
    """The rows of a text; none, and why, where no table may hold what it holds, as single quotes in prose."""
    try:
        return read_records(text)[0], None
    except IntakeError as error:
        return [], error


def _typed(text: str, currency: str, first_ref: int) -> Intake | None:
    """Payments typed into a file; ``None`` where its lines are none."""
    intake = read_typed_file(text, currency=currency)
    if intake is None:
        return None
    numbered = (
        payment.model_copy(update={"ref": ref})
        for ref, payment in enumerate(intake.transactions, start=first_ref)
    )
    return intake.model_copy(update={"transactions": tuple(numbered)})


def _with_source(intake: Intake, notes: Sequence[str], name: str, content: bytes) -> Intake:
    """What was read, with what the audit trail keeps of the file."""
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
