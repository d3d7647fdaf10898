"""How the columns of one kind of file are read, as a person who submitted such a file said once."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, field_validator

from bot.domain.currencies import MINOR_DIGITS

ColumnRole = Literal[
    "amount", "debit", "credit", "direction", "vendor", "memo", "date", "currency", "invoice", "account",
    "card", "category",
]  # fmt: skip
COLUMN_ROLES: tuple[ColumnRole, ...] = get_args(ColumnRole)

MONEY_ROLES: tuple[ColumnRole, ...] = ("amount", "debit", "credit")

DateForm = Literal["dmy", "mdy", "serial", "month"]
"""Day before month, month before day, serial numbers of a spreadsheet, or months (the first day of each)."""

DecimalMark = Literal[",", "."]

MoneyOut = Literal["plus", "minus", "minus_in_credit"]
"""What is paid: amounts without a minus (or under debit), amounts with one (or under credit), or amounts
under debit and those with a minus under credit."""

Unit = Literal[1, 1_000, 1_000_000]


class ColumnMapping(BaseModel):
    """Which column has which role, by place from 0, and how its values are written.

    A role that is missing in ``columns`` was not said, one with no place has no column. Only a memo may be
    made of several columns. ``dates``, ``decimal_mark``, ``money_out`` and ``unit`` (what an amount of 1
    stands for) are ``None`` where the file itself must say it; ``year`` is that of months without one, and
    ``currency`` (ISO 4217) that of amounts without one. A mapping is ``confirmed`` where it was said of this
    very table; one that is remembered is asked about again where the values of a table go against it. It is
    ``by_another`` where somebody else than the submitter said it: then it leaves no column unread in silence
    whose name says what it is (law 11 in ARCHITECTURE.md).
    """

    model_config = ConfigDict(frozen=True)

    columns: Mapping[ColumnRole, tuple[int, ...]] = {}
    dates: DateForm | None = None
    decimal_mark: DecimalMark | None = None
    money_out: MoneyOut | None = None
    unit: Unit | None = None
    year: int | None = None
    currency: str | None = None
    confirmed: bool = True
    by_another: bool = False

    @field_validator("currency")
    @classmethod
    def _is_of_iso_4217(cls, value: str | None) -> str | None:
        if value is not None and value not in MINOR_DIGITS:
            raise ValueError(f"{value} is not a currency code of ISO 4217")
        return value

    def but(self, **changes: object) -> "ColumnMapping":
        """The same mapping with other values, checked anew."""
        return ColumnMapping.model_validate({**self.model_dump(), **changes})


class RememberedMapping(BaseModel):
    """A mapping that files with the same header are read by: who said it last, and when (aware UTC).

    ``also`` are those who said the same before.
    """

    model_config = ConfigDict(frozen=True)

    mapping: ColumnMapping
    by: str
    at: datetime
    also: tuple[str, ...] = ()

    @property
    def confirmed_by(self) -> tuple[str, ...]:
        """Everybody who said so of a file of their own."""
        return (self.by, *self.also)


def header_key(header: Sequence[str]) -> str:
    """The name under which the mapping of a header is remembered: a hash of all its names in their order.

    Upper and lower case and white space make no difference; one column more or less does.
    """
    names = [" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in header]
    while names and not names[-1]:
        names.pop()
    return hashlib.sha256("\x1f".join(names).encode("utf-8", "replace")).hexdigest()[:32]
