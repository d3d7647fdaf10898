"""Typed or pasted payments: sentences ("$12000 to Acme Corp. Memo: Reimbursement."), lines with separators,
or a pasted table.

Everything in a line is data. A line that is not understood, or that could hold two payments, becomes an error
with its line number; only an introduction without any digit is skipped, and a note says so.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.money import AmountError, read_amount
from bot.domain.submission import RawInput
from bot.domain.transaction import Transaction
from bot.intake.cells import CellError, read_memo, read_money, read_vendor
from bot.intake.dates import read_date
from bot.intake.delimited import read_records
from bot.intake.no_payment import NO_PAYMENT
from bot.intake.result import MAX_FILE_BYTES, MAX_ROWS, Intake, IntakeError, RowError
from bot.intake.row_labels import read_label
from bot.intake.table import find_header, read_table

LONGEST_LINE = 2_000  # characters
EXAMPLE = "write “12,000 USD | Acme Corp | Reimbursement” or “$12000 to Acme Corp. Memo: Reimbursement.”"

_NUMBERING = re.compile(r"(?:\(?[0-9]{1,4}[.)]|[-–*•])\s+")
_LABEL = re.compile(r"(?:Transaction|Payment)\s*:\s*|Pay\s+", re.IGNORECASE)
_SECOND_LABEL = re.compile(r"\bTransaction\s*:", re.IGNORECASE)
_SENTENCE = re.compile(r"(?P<amount>.{1,80}?)\s+to\s+(?P<payee>.+)", re.IGNORECASE)
# What stands before the label is cut off afterwards: a pattern for the spaces before it would try each run of
# them from each of its spaces, which takes seconds for a message of 40,000.
_MEMO = re.compile(r"(?:^|(?<=[\s,;|]))Memo\s*:\s*", re.IGNORECASE)
# An amount where only a name should be: "A and $6 to B", "A, 6 EUR to B".
_SECOND_AMOUNT = re.compile(r"[$€£¥₹]\s*[0-9]|[0-9]\s*(?:[A-Z]{1,3}\s+)?to\s", re.IGNORECASE)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TWO = "The line seems to hold two payments; write one on each line."
_SEPARATORS = "|\t;"


@dataclass(frozen=True)
class _Line:
    """The parts of a payment as they were written."""

    amount: str
    vendor: str
    memo: str | None
    date: str | None = None


def read_text(text: str, *, currency: str) -> Intake:
    """Read payments from a message; ``currency`` (ISO 4217) is for amounts that name none.

    Rows are line numbers, counted from 1. Raises ``IntakeError`` where there is nothing to read, or too much.
    """
    if len(text) > MAX_FILE_BYTES:
        raise IntakeError("The text is too long; submit it as a file.")
    # JSON can carry half of a surrogate pair, which can neither be stored nor sent to Slack.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _read(text, currency).model_copy(update={"inputs": (RawInput(text=text),)})


def _read(text: str, currency: str) -> Intake:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line.strip("`")]
    if not lines:
        raise IntakeError(f"There is no payment in the text; {EXAMPLE}")
    if (table := _as_table(text, currency)) is not None:
        return table
    if len(lines) > MAX_ROWS + 1:
        raise IntakeError(
            f"There are {len(lines):,} lines, and a batch takes {MAX_ROWS:,}; split it in parts."
        )
    intake = _read_lines(lines, currency)
    if not intake.transactions and not intake.errors:
        raise IntakeError(f"There is no payment in the text; {EXAMPLE}")
    return intake


def _as_table(text: str, currency: str) -> Intake | None:
    """The text as a pasted table, if it has a row that names an amount and a vendor."""
    if "\0" in text:
        raise IntakeError("The text holds characters that no table has.")
    try:
        rows, _ = read_records(text.strip("`\n"))
    except IntakeError:
        return None  # ordinary prose has single quotes and apostrophes, which no table may have
    return None if find_header(rows) is None else read_table(rows, currency=currency)


def _read_lines(lines: Sequence[tuple[int, str]], currency: str) -> Intake:
    good: list[tuple[int, _Line, Transaction]] = []
    errors: list[RowError] = []
    notes: list[str] = []
    for number, line in lines:
        if not good and not errors and _is_introduction(line):
            notes.append(f"Line {number} was taken as an introduction.")
            continue
        try:
            parts = _parts(line)
            good.append((number, parts, _transaction(len(good) + 1, number, parts, currency)))
        except CellError as error:
            errors.append(RowError(row=number, column=None, problem=str(error)))
    # Where any line has a memo, a line without one has an empty memo; where none has, memos are not in use.
    empty = "" if any(parts.memo is not None for _, parts, _ in good) else None
    return Intake(
        transactions=tuple(
            transaction.model_copy(update={"memo": empty}) if transaction.memo is None else transaction
            for _, _, transaction in good
        ),
        errors=tuple(errors),
        notes=tuple(notes),
    )


def _is_introduction(line: str) -> bool:
    if any(char.isdigit() or char in _SEPARATORS for char in line) or re.search(r"[$€£¥₹]", line):
        return False
    return not _LABEL.match(line) and not _MEMO.search(line)


def _parts(line: str) -> _Line:
    if len(line) > LONGEST_LINE:
        raise CellError(f"The line has {len(line):,} characters; {LONGEST_LINE:,} are the most.")
    bare = line[match.end() :] if (match := _NUMBERING.match(line)) else line
    if len(bare) > 1 and bare[0] == bare[-1] == "|":
        bare = bare[1:-1].strip()  # a row of a Markdown table
    if separator := next((sign for sign in _SEPARATORS if sign in bare), None):
        beginning = bare.split(separator)[0]
        if not (_SENTENCE.match(beginning) and _MEMO.search(bare)):
            return _fields([field.strip() for field in bare.split(separator)])
    return _sentence(bare)


def _sentence(line: str) -> _Line:
    """``Transaction: $12000 to Acme Corp. Memo: Reimbursement.``; the vendor may hold points."""
    bare = line[match.end() :] if (match := _LABEL.match(line)) else line
    if _SECOND_LABEL.search(bare):
        raise CellError(_TWO)
    sentence = _SENTENCE.fullmatch(bare)
    if sentence is None:
        raise CellError(f"This is not understood as a payment; {EXAMPLE}")
    payee, memo = sentence["payee"], None
    if label := _MEMO.search(payee):
        payee, memo = _before_label(payee[: label.start()]), payee[label.end() :].removesuffix(".")
    else:
        payee = payee.removesuffix(".")
        if re.search(r"\sfor\s", payee, re.IGNORECASE):
            raise CellError(f"It is not clear where the vendor ends; {EXAMPLE}")
    if _SECOND_AMOUNT.search(payee):
        raise CellError(_TWO)
    return _Line(sentence["amount"], payee, memo)


def _before_label(payee: str) -> str:
    """The payee without what parts it from the label: one comma, semicolon or bar, or a full stop."""
    bare = payee.rstrip()
    if bare.endswith((",", ";", "|")):
        return bare[:-1].rstrip()
    return bare.removesuffix(".")


def _fields(fields: list[str]) -> _Line:
    """``12,000 USD | Acme Corp | Reimbursement``, amount and vendor in either order, a date first or last."""
    date = None
    for place in (0, -1):
        if date is None and len(fields) > 2 and _ISO_DATE.fullmatch(fields[place]):
            date = fields.pop(place)
    if not 2 <= len(fields) <= 3:
        raise CellError(
            f"The line has {len(fields)} parts where amount, vendor and memo are needed; {EXAMPLE}"
        )
    first, second = (_clearness(field) for field in fields[:2])
    likelier, other = (fields[1], fields[0]) if second > first else (fields[0], fields[1])
    if min(first, second) > 0 and (first == second or not re.fullmatch(r"[0-9]+[A-Za-z]+", other)):
        raise CellError("The line has two amounts; write one amount, one vendor and a memo.")
    if len(fields) == 2 and date is None and (label := read_label(other)) and not label.name:
        raise CellError(
            NO_PAYMENT[label.kind]
        )  # "500 | Total | fuel" may be for a vendor, and "$500 to Total"
    return _Line(likelier, other, fields[2] if len(fields) == 3 else None, date)


def _clearness(text: str) -> int:
    """2 for a clear amount, 1 for one with two readings (or a name such as 3M), 0 for none."""
    try:
        read_amount(text)
    except AmountError as error:
        return int(error.ambiguous)
    return 2


def _transaction(ref: int, row: int, line: _Line, currency: str) -> Transaction:
    amount, amount_currency = read_money(line.amount, None, currency)
    date: dt.date | None = read_date(line.date, "unknown") if line.date else None
    return Transaction(
        ref=ref,
        row=row,
        date=date,
        amount=amount,
        currency=amount_currency,
        vendor=read_vendor(line.vendor),
        memo=None if line.memo is None else read_memo([line.memo]),
    )
