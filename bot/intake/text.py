"""Typed or pasted payments: sentences ("$12000 to Acme Corp. Memo: Reimbursement."), lines with separators,
or a pasted table.

Everything in a line is data. A line that is not understood, or that could hold two payments, becomes an error
with its line number; only an introduction without any digit is skipped, and a note says so.
"""

import datetime as dt
import re
from collections.abc import Sequence

from bot.domain.bounds import shortened
from bot.domain.names import visible
from bot.domain.submission import RawInput
from bot.domain.transaction import Transaction
from bot.intake.cells import CellError, Money, read_memo, read_money, read_vendor
from bot.intake.dates import read_date
from bot.intake.delimited import read_records
from bot.intake.header_row import find_header, likely_header, mapped_header
from bot.intake.no_payment import NO_PAYMENT
from bot.intake.question import ColumnQuestion, MappingOf, no_mapping
from bot.intake.result import MAX_FILE_BYTES, MAX_ROWS, Intake, IntakeError, RowError
from bot.intake.row_labels import read_label
from bot.intake.sentence import (
    EXAMPLE,
    PaymentLine,
    begins_a_sentence,
    clearness,
    has_label,
    is_marked,
    read_sentence,
    refuse_second_payment,
)
from bot.intake.table import read_table

LONGEST_LINE = 2_000  # characters
_NUMBERING = re.compile(r"(?:\(?[0-9]{1,4}[.)]|[-–*•])\s+")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEPARATORS = "|\t;"
LEAST_COLUMNS = 3  # of a pasted table whose names are not known
QUOTED = 60  # characters of a line in a sentence about it


def read_text(text: str, *, currency: str, mapping_of: MappingOf = no_mapping) -> Intake:
    """Read payments from a message; ``currency`` (ISO 4217) is for amounts that name none.

    ``mapping_of`` knows what was said of the header of a pasted table.

    Rows are line numbers, counted from 1. Raises ``IntakeError`` where there is nothing to read, or too much,
    and ``ColumnQuestion`` where a pasted table has two readings.
    """
    if len(text) > MAX_FILE_BYTES:
        raise IntakeError("The text is too long; submit it as a file.")
    # JSON can carry half of a surrogate pair, which can neither be stored nor sent to Slack.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _read(text, currency, mapping_of).model_copy(update={"inputs": (RawInput(text=text),)})


def read_typed_file(text: str, *, currency: str) -> Intake | None:
    """Payments typed into a file that holds no table; ``None`` where it does not read as such.

    It does where the first line that is no introduction is a payment, and no more lines are refused than
    read. ``currency`` (ISO 4217) is for amounts that name none.
    """
    try:
        intake = read_text(text, currency=currency)
    except IntakeError:
        return None
    if not intake.transactions or len(intake.errors) > len(intake.transactions):
        return None
    first_payment = intake.transactions[0].row or 0
    return None if any((error.row or 0) < first_payment for error in intake.errors) else intake


def only_bare_lists(text: str) -> bool:
    """Whether all that can be read of a text are parts between commas with a bare number.

    "Acme Corp, 500, lunch" is a payment where payments are expected; a note to a file may well be worded so.
    Raises ``IntakeError`` where no table may hold what the text holds.
    """
    return _as_table(text, "USD") is None and all(map(_is_bare_list, text.splitlines()))


def _is_bare_list(line: str) -> bool:
    try:
        parts = _parts(line.strip())
    except CellError:
        return True
    return bool(parts.columns) and not is_marked(parts.amount)


def _read(text: str, currency: str, mapping_of: MappingOf = no_mapping) -> Intake:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line.strip("`")]
    if not lines:
        raise IntakeError(f"There is no payment in the text; {EXAMPLE}")
    if (table := _as_table(text, currency, mapping_of)) is not None:
        return table
    if len(lines) > MAX_ROWS + 1:
        raise IntakeError(
            f"There are {len(lines):,} lines, and at most {MAX_ROWS:,} are read; split it into parts."
        )
    intake = _read_lines(lines, currency)
    # Rows may read as typed payments, below names of columns that read as none.
    first_refused = any(error.row == lines[0][0] for error in intake.errors)
    if (first_refused or not intake.transactions) and (question := _about_unknown_columns(text, currency)):
        raise question
    if not intake.transactions and not intake.errors:
        raise IntakeError(f"There is no payment in the text; {EXAMPLE}")
    return intake


def _as_table(text: str, currency: str, mapping_of: MappingOf = no_mapping) -> Intake | None:
    """The text as a pasted table, if it has a row that names an amount and a vendor."""
    if "\0" in text:
        raise IntakeError("The text holds characters that no table has.")
    try:
        rows, _ = read_records(text.strip("`\n"))
    except IntakeError:
        return None  # ordinary prose has single quotes and apostrophes, which no table may have
    if find_header(rows) is None and mapped_header(rows, mapping_of) is None:
        return None
    return read_table(rows, currency=currency, mapping_of=mapping_of)


def _about_unknown_columns(text: str, currency: str) -> ColumnQuestion | None:
    """The question about a pasted table in whose header no name is known; ``None`` where it is no table."""
    try:
        rows, _ = read_records(text.strip("`\n"))
        if (place := likely_header(rows)) is not None and len(rows[place][1]) >= LEAST_COLUMNS:
            read_table(rows, currency=currency)
    except ColumnQuestion as question:
        return question
    except IntakeError:
        pass
    return None


def _read_lines(lines: Sequence[tuple[int, str]], currency: str) -> Intake:
    good: list[tuple[int, PaymentLine, Transaction]] = []
    assumed = 0
    errors: list[RowError] = []
    notes: list[str] = []
    headings: set[int] = set()  # commas in what may be the header of a table without one that is understood
    for number, line in lines:
        if not good and not errors and _is_introduction(line):
            notes.append(f"Line {number} was taken as an introduction.")
            headings.add(0 if line.endswith((":", ".", "!")) else line.count(","))
            continue
        try:
            parts = _parts(line)
            if parts.columns and parts.columns in headings:
                raise CellError(
                    "Its columns have names that are not known; name them amount, vendor and memo."
                )
            money = read_money(parts.amount, None, currency)
            good.append((number, parts, _transaction(len(good) + 1, number, parts, money)))
            assumed += money.assumed
        except CellError as error:
            errors.append(RowError(row=number, column=None, problem=f"{_quoted(line)}: {error}"))
    # Where any line has a memo, a line without one has an empty memo; where none has, memos are not in use.
    empty = "" if any(parts.memo is not None for _, parts, _ in good) else None
    return Intake(
        transactions=tuple(
            transaction.model_copy(update={"memo": empty}) if transaction.memo is None else transaction
            for _, _, transaction in good
        ),
        errors=tuple(errors),
        notes=tuple(notes),
        assumed_currency=currency if assumed else "",
        assumed_rows=assumed,
    )


def _quoted(line: str) -> str:
    """A line as a sentence about it quotes it: short, and on one line."""
    return f"“{shortened(visible(line), QUOTED)}”"


def _is_introduction(line: str) -> bool:
    if any(char.isdigit() or char in _SEPARATORS for char in line) or re.search(r"[$€£¥₹]", line):
        return False
    return not has_label(line)


def _parts(line: str) -> PaymentLine:
    if len(line) > LONGEST_LINE:
        raise CellError(f"The line has {len(line):,} characters; {LONGEST_LINE:,} are the most.")
    bare = line[match.end() :] if (match := _NUMBERING.match(line)) else line
    if len(bare) > 1 and bare[0] == bare[-1] == "|":
        bare = bare[1:-1].strip()  # a row of a Markdown table
    separator = next((sign for sign in _SEPARATORS if sign in bare), None)
    if separator and not begins_a_sentence(bare.split(separator)[0], bare):
        parts = _fields([field.strip() for field in bare.split(separator)])
    else:
        parts = read_sentence(bare)
    refuse_second_payment(parts.memo or "")
    return parts


def _fields(fields: list[str]) -> PaymentLine:
    """``12,000 USD | Acme Corp | Reimbursement``, amount and vendor in either order, a date first or last."""
    date = None
    for place in (0, -1):
        if date is None and len(fields) > 2 and _ISO_DATE.fullmatch(fields[place]):
            date = fields.pop(place)
    if not 2 <= len(fields) <= 3:
        raise CellError(
            f"The line has {len(fields)} parts where amount, vendor and memo are needed; {EXAMPLE}"
        )
    first, second = (clearness(field) for field in fields[:2])
    likelier, other = (fields[1], fields[0]) if second > first else (fields[0], fields[1])
    if min(first, second) > 0 and (first == second or not re.fullmatch(r"[0-9]+[A-Za-z]+", other)):
        raise CellError("The line has two amounts; write one amount, one vendor and a memo.")
    if len(fields) == 2 and date is None and (label := read_label(other)) and not label.name:
        raise CellError(
            NO_PAYMENT[label.kind]
        )  # "500 | Total | fuel" may be for a vendor, and "$500 to Total"
    return PaymentLine(likelier, other, fields[2] if len(fields) == 3 else None, date)


def _transaction(ref: int, row: int, line: PaymentLine, money: Money) -> Transaction:
    date: dt.date | None = read_date(line.date, "unknown") if line.date else None
    return Transaction(
        ref=ref,
        row=row,
        date=date,
        amount=money.amount,
        currency=money.currency,
        vendor=read_vendor(line.vendor),
        memo=None if line.memo is None else read_memo([line.memo]),
    )
