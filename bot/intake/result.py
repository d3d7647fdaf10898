"""The result of reading: transactions, and one named error for every row that could not be read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bot.domain.lists import joined_with_and
from bot.domain.submission import AssumedCurrency, RawInput
from bot.domain.transaction import Transaction

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000  # of one batch
MAX_COLUMNS = 200  # of a table
# Bytes (UTF-8) of all texts of one batch, which its trail keeps for ever: 400 a payment in the largest batch,
# where those of real ledgers take some 100.
MAX_TEXT_BYTES = 20_000_000


class IntakeError(Exception):
    """The whole text or file cannot be read; one sentence for the person who submitted it."""


class RowError(BaseModel):
    """Why one row was not read; ``row`` counts from 1 with the header, ``file`` is set among several."""

    model_config = ConfigDict(frozen=True)

    row: int | None
    column: str | None
    problem: str
    file: str | None = None

    def __str__(self) -> str:
        row = None if self.row is None else f"row {self.row}"
        where = ", ".join(part for part in (self.file, row, self.column) if part)
        return f"{where[:1].upper()}{where[1:]}: {self.problem}" if where else self.problem


class Intake(BaseModel):
    """What was read from one text or file, or from several; nothing is left out without an error or a note.

    ``name`` is that of the file, ``inputs`` are the texts and files for the audit trail. ``assumed_rows`` are
    those whose currency nothing names, read in ``assumed_currency`` (ISO 4217; several in words). ``header``
    are the names of a table's columns, ``read_as`` is how it was read, by role, and ``mapped`` are the
    headers that were read as somebody said; ``said`` are sentences with the columns of those tables, by role.
    """

    model_config = ConfigDict(frozen=True)

    transactions: tuple[Transaction, ...] = ()
    errors: tuple[RowError, ...] = ()
    notes: tuple[str, ...] = ()
    name: str | None = None
    inputs: tuple[RawInput, ...] = ()
    assumed_currency: str = ""
    assumed_rows: int = 0
    header: tuple[str, ...] = ()
    read_as: Mapping[str, str] = {}
    mapped: tuple[tuple[str, ...], ...] = ()
    said: tuple[str, ...] = ()

    @property
    def assumed(self) -> AssumedCurrency | None:
        """The currency of payments that name none, and how many these are; ``None`` where all name one."""
        if not self.assumed_rows:
            return None
        in_file = any(raw.name for raw in self.inputs)
        return AssumedCurrency(currency=self.assumed_currency, rows=self.assumed_rows, in_file=in_file)

    @property
    def totals(self) -> dict[str, Decimal]:
        """The sum of all amounts in major units, by currency (ISO 4217), in alphabetical order."""
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for transaction in self.transactions:
            sums[transaction.currency] += transaction.amount
        return dict(sorted(sums.items()))


def refuse_too_much_text(transactions: Iterable[Transaction]) -> None:
    """Raise ``IntakeError`` where the texts of a batch have more than ``MAX_TEXT_BYTES`` together."""
    size = sum(
        len(text.encode("utf-8", "replace"))
        for row in transactions
        for text in (row.vendor, row.memo, row.card, row.invoice, row.category, row.account)
        if text
    )
    if size > MAX_TEXT_BYTES:
        raise IntakeError(
            f"The payments hold {size / 1_000_000:.1f} MB of text, and at most "
            f"{MAX_TEXT_BYTES // 1_000_000} MB are read; split them into parts."
        )


def refuse_too_many(intakes: Iterable[Intake]) -> None:
    """Raise ``IntakeError`` where several files have more rows or bytes than a batch takes."""
    rows = size = 0
    for intake in intakes:
        rows += len(intake.transactions) + len(intake.errors)
        size += sum(raw.size for raw in intake.inputs)
    if rows > MAX_ROWS:
        raise IntakeError(
            f"The files hold {rows:,} rows, and at most {MAX_ROWS:,} are read; submit them separately."
        )
    if size > MAX_FILE_BYTES:
        raise IntakeError(
            f"The files have {size / 1024 / 1024:.1f} MB together, and at most "
            f"{MAX_FILE_BYTES // 1024 // 1024} MB are read; submit them separately."
        )


def join_intakes(intakes: Sequence[Intake]) -> Intake:
    """Several files as one batch: references count on from file to file, errors and notes name their file.

    Raises ``IntakeError`` above ``MAX_ROWS`` rows, ``MAX_FILE_BYTES`` of files or ``MAX_TEXT_BYTES`` of text
    in all.
    """
    if len(intakes) == 1:
        return intakes[0]
    refuse_too_many(intakes)
    rows = [transaction for intake in intakes for transaction in intake.transactions]
    refuse_too_much_text(rows)
    return Intake(
        transactions=tuple(row.model_copy(update={"ref": ref}) for ref, row in enumerate(rows, start=1)),
        errors=tuple(
            error.model_copy(update={"file": intake.name}) for intake in intakes for error in intake.errors
        ),
        notes=tuple(
            f"{intake.name}: {note}" if intake.name else note for intake in intakes for note in intake.notes
        ),
        inputs=tuple(raw for intake in intakes for raw in intake.inputs),
        assumed_currency=joined_with_and(
            sorted({intake.assumed_currency for intake in intakes if intake.assumed_rows})
        ),
        assumed_rows=sum(intake.assumed_rows for intake in intakes),
        said=tuple(
            f"{intake.name}: {sentence}" if intake.name else sentence
            for intake in intakes
            for sentence in intake.said
        ),
        mapped=tuple(dict.fromkeys(header for intake in intakes for header in intake.mapped)),
    )
