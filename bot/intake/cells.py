"""One cell at a time: amounts, dates, names, memos, card numbers."""

import datetime as dt
import hashlib
import re
from decimal import Decimal

from bot.domain.money import AmountError, decimal_from_number, fit_to_currency, minor_digits, read_amount
from bot.domain.transaction import MEMO_LIMIT, VENDOR_LIMIT

NUMBER_LIMIT = 40

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta


class CellError(ValueError):
    """Why a cell cannot be read, as a clear sentence."""


def is_blank(cell: Cell) -> bool:
    """Nothing, or nothing but white space."""
    return isinstance(cell, str) and not cell.strip()


def as_text(cell: Cell) -> str:
    """The cell on one line, without padding; a whole number without the spreadsheet's ``.0``."""
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


def read_money(cell: Cell, currency: str | None, default: str) -> tuple[Decimal, str]:
    """The amount and its currency: from the cell, else ``currency`` (its column), else ``default``."""
    if is_blank(cell):
        raise CellError("There is no value here (an empty cell, or a formula that was never calculated).")
    try:
        if isinstance(cell, str):
            value, found = read_amount(cell, currency, default=default)
            return fit_to_currency(value, found or default), found or default
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            raise CellError(f"“{as_text(cell)}” is not an amount.")
        return fit_to_currency(decimal_from_number(cell), currency or default), currency or default
    except AmountError as error:
        raise CellError(error.reason) from None


def read_currency(cell: Cell) -> str:
    """An ISO 4217 code, or a sign that stands for one currency only."""
    written = as_text(cell)
    try:
        if re.fullmatch("[A-Za-z]{3}", written):
            minor_digits(written.upper())
            return written.upper()
        found = read_amount(f"{written} 1").currency
    except AmountError as error:
        raise CellError(error.reason.replace(f"{written} 1", written)) from None
    if found is None:
        raise CellError(f"“{written}” is not a currency.")
    return found


def read_vendor(cell: Cell) -> str:
    """A name of at most 200 characters, on one line."""
    name = as_text(cell)
    if not name:
        raise CellError("There is no vendor in this row.")
    if len(name) > VENDOR_LIMIT:
        raise CellError(f"The name has {len(name):,} characters; {VENDOR_LIMIT} are the most.")
    return name


def read_memo(cells: list[Cell]) -> str:
    """The memo cells joined by a slash; 500 characters are kept whole, more are refused."""
    memo = " / ".join(text for text in map(as_text, cells) if text)
    if len(memo) > MEMO_LIMIT:
        raise CellError(f"The memo has {len(memo):,} characters; {MEMO_LIMIT} are the most.")
    return memo


def read_card(cell: Cell) -> str | None:
    """A card number with only its last four digits, however it was written; None where there is none."""
    text = as_text(cell)
    digits = re.sub(r"[ -]", "", text)
    if re.fullmatch("[0-9]{12,19}", digits):
        return "*" * (len(digits) - 4) + digits[-4:]
    return _within(text) or None


def read_account(cell: Cell) -> str | None:
    """A bank account as written, without spaces and dashes, in capitals; None where there is none.

    Of a longer one than ``NUMBER_LIMIT`` the end is kept, after a mark of the whole.
    """
    return _within(re.sub(r"[\s-]", "", as_text(cell)).upper()) or None


def _within(text: str) -> str:
    """All of it, or its end after a mark of the whole: two that were only cut would compare as one."""
    if len(text) <= NUMBER_LIMIT:
        return text
    return f"{hashlib.sha256(text.encode()).hexdigest()[:8].upper()} {text[9 - NUMBER_LIMIT :]}"
