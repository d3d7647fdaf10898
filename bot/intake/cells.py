"""What one cell says: amounts, currencies, names, memos, card numbers, bank accounts."""

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.domain.bounds import TEXT_LIMIT
from bot.domain.money import AmountError, decimal_from_number, fit_to_currency, minor_digits, read_amount
from bot.domain.transaction import MEMO_LIMIT, VENDOR_LIMIT

NUMBER_LIMIT = 40  # characters of a card or account number

_NOTHING = re.compile(
    r"|[^\w\s]? ?[-–—−]+ ?[^\w\s]?|n\.?/?a\.?|nil|none|null"
    r"|[-+]?(?:[^\W\d_]{3} ?|\W? ?)0+(?:[.,]0+)?(?: ?(?:\W|[^\W\d_]{3}))?",
    re.IGNORECASE,
)

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

Row = tuple[int, Sequence[Cell]]  # the number a person sees beside it, and its cells


class CellError(ValueError):
    """Why a cell cannot be read, as a clear sentence."""


def is_blank(cell: Cell) -> bool:
    """Whether the cell holds nothing but white space."""
    return isinstance(cell, str) and not cell.strip()


def is_nothing(cell: Cell) -> bool:
    """Whether a cell of amounts says that there is none: blank, a dash, a word for it, or a zero.

    Debit and credit of one row are told apart by it; a zero that stands alone is still read as a zero.
    """
    if isinstance(cell, str):
        return _NOTHING.fullmatch(" ".join(cell.split())) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell == 0


def cell_text(cell: Cell) -> str:
    """The cell on one line, without padding; a whole number without the spreadsheet's ``.0``.

    Raises ``CellError`` where a number is none (infinite, not a number).
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        try:
            return f"{decimal_from_number(cell):f}"
        except AmountError as error:
            raise CellError(error.reason) from None
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return " ".join(str(cell).split())


class Money(NamedTuple):
    """An amount in major units, its currency (ISO 4217), and whether that was assumed."""

    amount: Decimal
    currency: str
    assumed: bool = False


def read_money(cell: Cell, currency: str | None, default: str, unit: int = 1) -> Money:
    """The amount of a cell, whose 1 stands for ``unit``.

    The currency is the cell's own, else ``currency`` (of its column), else ``default``, which is assumed.
    Raises ``CellError``.
    """
    if is_blank(cell):
        raise CellError("There is no value here (an empty cell, or a formula that was never calculated).")
    try:
        if isinstance(cell, str):
            value, written = read_amount(cell, currency, default=default)
            return Money(
                fit_to_currency(value * unit, written or default), written or default, written is None
            )
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            raise CellError(f"“{cell_text(cell)}” is not an amount.")
        value = decimal_from_number(cell) * unit
        return Money(fit_to_currency(value, currency or default), currency or default, currency is None)
    except AmountError as error:
        raise CellError(error.reason) from None


def read_currency(cell: Cell) -> str:
    """The ISO 4217 code of a code or of a sign that stands for one currency only; raises ``CellError``."""
    written = cell_text(cell)
    try:
        if re.fullmatch("[A-Za-z]{3}", written):
            minor_digits(written.upper())
            return written.upper()
        currency = read_amount(f"{written} 1").currency
    except AmountError as error:
        raise CellError(error.reason.replace(f"{written} 1", written)) from None
    if currency is None:
        raise CellError(f"“{written[:40]}” is not a currency.")
    return currency


def read_vendor(cell: Cell) -> str:
    """A name of at most ``VENDOR_LIMIT`` characters, on one line; raises ``CellError``."""
    name = cell_text(cell)
    if not name:
        raise CellError("There is no vendor in this row.")
    if len(name) > VENDOR_LIMIT:
        raise CellError(f"The name has {len(name):,} characters; {VENDOR_LIMIT} are the most.")
    return name


def read_memo(cells: list[Cell]) -> str:
    """The memo cells joined by a slash; raises ``CellError`` above ``MEMO_LIMIT`` characters."""
    memo = " / ".join(text for text in map(cell_text, cells) if text)
    if len(memo) > MEMO_LIMIT:
        raise CellError(f"The memo has {len(memo):,} characters; {MEMO_LIMIT} are the most.")
    return memo


def read_plain(cell: Cell) -> str | None:
    """A text of at most ``TEXT_LIMIT`` characters, on one line; ``None`` for none. Raises ``CellError``."""
    text = cell_text(cell)
    if len(text) > TEXT_LIMIT:
        raise CellError(f"The text has {len(text):,} characters; {TEXT_LIMIT} are the most.")
    return text or None


def read_card(cell: Cell) -> str | None:
    """A card number with stars for all but its last four digits, other text as it is; ``None`` for none.

    Raises ``CellError`` above ``TEXT_LIMIT`` characters.
    """
    text = read_plain(cell) or ""
    digits = re.sub(r"[ -]", "", text)
    if re.fullmatch("[0-9]{12,19}", digits):
        return "*" * (len(digits) - 4) + digits[-4:]
    return _shortened(text) or None


def read_account(cell: Cell) -> str | None:
    """A bank account without spaces and dashes, in capitals; ``None`` where there is none.

    Of a number longer than ``NUMBER_LIMIT`` a short hash of the whole and its end are kept. Raises
    ``CellError`` above ``TEXT_LIMIT`` characters.
    """
    return _shortened(re.sub(r"[\s-]", "", read_plain(cell) or "").upper()) or None


def _shortened(text: str) -> str:
    """At most ``NUMBER_LIMIT`` characters; the hash keeps apart two numbers with the same end."""
    if len(text) <= NUMBER_LIMIT:
        return text
    return f"{hashlib.sha256(text.encode()).hexdigest()[:8].upper()} {text[9 - NUMBER_LIMIT :]}"
