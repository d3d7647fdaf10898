"""What would come of a table by a mapping, in figures, before its submitter says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.column_mapping import ColumnMapping, header_key
from bot.domain.transaction import Transaction
from bot.intake import ColumnQuestion, Intake, IntakeError, read_table
from bot.intake.cells import Row
from bot.intake.sheet_look import SheetLook

EXAMPLES = 5  # payments that are shown of what would be read
PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a table by a mapping: its payments in figures, and what is still to be said.

    ``question`` and ``about`` are what has to be answered yet, ``error`` why it cannot be read so at all;
    otherwise ``rows`` are read and ``refused`` are not. Dates are the earliest and the latest. ``taken`` says
    that this mapping was taken before, and nothing was read for it now.
    """

    mapping: ColumnMapping
    rows: int = 0
    refused: int = 0
    totals: Mapping[str, Decimal] | None = None
    dates: tuple[date, date] | None = None
    examples: tuple[Transaction, ...] = ()
    problems: tuple[str, ...] = ()
    about: str = ""
    question: str = ""
    error: str = ""
    taken: bool = False


def preview_of(
    rows: Sequence[Row], look: SheetLook, key: str, mapping: ColumnMapping, currency: str
) -> Preview:
    """Read rows by a mapping of the header with this key; ``currency`` (ISO 4217) is for amounts without."""
    known = {key: mapping}
    try:
        intake = read_table(
            rows,
            currency=currency,
            look=look,
            mapping_of=lambda header: known.get(header_key(header)),
        )
    except ColumnQuestion as question:
        return Preview(mapping, about=question.asked, question=question.question)
    except IntakeError as error:
        return Preview(mapping, error=str(error))
    return _in_figures(mapping, intake)


def _in_figures(mapping: ColumnMapping, intake: Intake) -> Preview:
    payments = intake.transactions
    days = [payment.date for payment in payments if payment.date]
    return Preview(
        mapping,
        rows=len(payments),
        refused=len(intake.errors),
        totals=intake.totals,
        dates=(min(days), max(days)) if days else None,
        examples=payments[:EXAMPLES],
        problems=tuple(str(error) for error in intake.errors[:PROBLEMS]),
    )
