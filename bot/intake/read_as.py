"""How a table was read, in a form that the command line takes back: role or field, and what it is."""

import unicodedata
from collections.abc import Mapping, Sequence

from bot.domain.column_mapping import ColumnMapping, ColumnRole
from bot.domain.names import visible
from bot.intake.columns import Columns
from bot.intake.dates import Order
from bot.intake.header_row import letters_of
from bot.intake.headers import Header

DATES = {"dmy": "day-month", "mdy": "month-day", "serial": "serial", "month": "month"}
DECIMAL_MARKS = {",": "comma", ".": "point"}
MONEY_OUT = {"plus": "plus", "minus": "minus", "minus_in_credit": "minus-in-credit"}
UNITS = {1: "1", 1_000: "1000", 1_000_000: "1000000"}

OPTIONS: Mapping[str, tuple[str, Mapping[str, str] | Mapping[int, str]]] = {
    "dates": ("dates", DATES),
    "decimal": ("decimal_mark", DECIMAL_MARKS),
    "money-out": ("money_out", MONEY_OUT),
    "unit": ("unit", UNITS),
}
"""What the command line calls a field of ``ColumnMapping`` that takes a few values, and how it words each."""

YEAR, CURRENCY = "year", "currency-of-file"
"""What it calls the year of months without one, and the currency of amounts without one."""

BESIDE = " + "
"""Between the names of the columns that a memo is made of."""

LONGEST = 150  # characters of a sentence about columns
MONEY = ("amount", "debit", "credit", "direction", "vendor")  # which notes tell of every table
NOTED = ("memo", "date", "dates", "currency")  # and these where they are read


def read_as(columns: Columns, said: ColumnMapping, order: Order, names: Sequence[str]) -> dict[str, str]:
    """The columns by role, and of the submitter's other answers those that were given.

    ``names`` are those of the header, from left to right. A role that the submitter said to have no column
    has an empty text.
    """
    by_role: dict[ColumnRole, tuple[Header | None, ...]] = {
        "amount": (columns.amount,),
        "debit": (columns.debit,),
        "credit": (columns.credit,),
        "direction": (columns.direction,),
        "vendor": (columns.vendor,),
        "date": (columns.date,),
        "currency": (columns.currency,),
        "invoice": (columns.invoice,),
        "account": (columns.account,),
        "card": (columns.card,),
        "category": (columns.category,),
        "memo": columns.memos,
    }
    found: dict[str, str] = {}
    for role, headers in by_role.items():
        if any(headers) or role in said.columns:
            found[role] = BESIDE.join(column_word(header, names) for header in headers if header)
    if columns.date and (dates := said.dates or (order if order in ("dmy", "mdy") else None)):
        found["dates"] = DATES[dates]
    if said.decimal_mark:
        found["decimal"] = DECIMAL_MARKS[said.decimal_mark]
    if said.money_out:
        found["money-out"] = MONEY_OUT[said.money_out]
    if said.unit:
        found["unit"] = UNITS[said.unit]
    if said.year:
        found[YEAR] = str(said.year)
    if said.currency:
        found[CURRENCY] = said.currency
    return found


def columns_in_sentences(found: Mapping[str, str]) -> tuple[str, ...]:
    """What ``read_as`` found and no note on columns tells, in sentences that the audit trail keeps whole."""
    sentences: list[str] = []
    for name, word in found.items():
        if name in MONEY or (name in NOTED and word):
            continue
        part = f"{name} = {visible(word)[:LONGEST]}" if word else f"no {name}"
        if sentences and len(sentences[-1]) + len(part) <= LONGEST:
            sentences[-1] += f"; {part}"
        else:
            sentences.append(f"Also said of the columns: {part}")
    return tuple(f"{sentence}." for sentence in sentences)


def column_word(header: Header, names: Sequence[str]) -> str:
    """A column as it can be said: by its name, or by its letter where another has that name too.

    A name with characters that no screen shows is not one that can be said.
    """
    same = sum(plain_name(name) == plain_name(header.name) for name in names)
    if same > 1 or visible(header.name) != header.name:
        return letters_of(header.place)
    return header.name


def plain_name(name: str) -> str:
    """A column's name without upper case, superfluous white space and other ways to write one letter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
