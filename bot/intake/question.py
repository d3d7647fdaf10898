"""The one question about a table that its values cannot answer, for the person who submitted it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.column_mapping import ColumnMapping, ColumnRole
from bot.intake.cells import Row
from bot.intake.headers import Header
from bot.intake.result import IntakeError
from bot.intake.sheet_look import SheetLook

Asked = ColumnRole | Literal["dates", "decimal_mark", "money_out", "unit", "year", "currency_of_file"]
"""What is asked about: the column of a role, or a field of ``ColumnMapping``."""

ROLE_WORDS: dict[ColumnRole, str] = {
    "amount": "amount to pay",
    "debit": "debit (money out)",
    "credit": "credit (money back)",
    "direction": "mark for debit or credit",
    "vendor": "payee",
    "memo": "memo",
    "date": "date",
    "currency": "currency",
    "invoice": "invoice number",
    "account": "bank account of the payee",
    "card": "card number",
    "category": "category",
}
"""The roles in the words of people, as "the amount to pay"."""

MappingOf = Callable[[tuple[str, ...]], ColumnMapping | None]
"""The mapping that is known for a header, given its names from left to right; ``None`` where none is."""


def no_mapping(_header: tuple[str, ...]) -> ColumnMapping | None:
    """No mapping is known for any header."""
    return None


@dataclass(frozen=True)
class Table:
    """A table about which there is a question: its rows, how its sheet looks, and its columns.

    ``header`` are the names of the columns as they stand, from left to right; ``headers`` those that can be
    chosen. ``has_header`` is false where the table names none, and its columns are counted.
    """

    rows: Sequence[Row]
    look: SheetLook
    header: tuple[str, ...]
    headers: tuple[Header, ...]
    has_header: bool = True


class ColumnQuestion(IntakeError):
    """A table has two readings; ``question`` is for the submitter, and the form or ``--map`` answers it.

    ``candidates`` are the columns that may be meant, the likeliest first, and ``values`` those of a field of
    ``ColumnMapping``. The error as a text adds what can be done to the file itself, for places where nothing
    can be answered. ``table`` and ``guess`` (what the form begins with) are set where the table was read, and
    ``file`` where it is one of several: its id.
    """

    def __init__(
        self,
        asked: Asked,
        question: str,
        otherwise: str = "",
        candidates: Sequence[Header] = (),
        *,
        values: Sequence[str | int] = (),
    ) -> None:
        super().__init__(f"{question} {otherwise}".strip())
        self.asked, self.question, self.candidates = asked, question, tuple(candidates)
        self.values = tuple(values)
        self.name = self.file = ""
        self.table: Table | None = None
        self.guess = ColumnMapping()
