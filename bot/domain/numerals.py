"""The digits of an amount: which of the points, commas, spaces and apostrophes is the decimal mark."""

import re
from decimal import Decimal

from bot.domain.currencies import MINOR_DIGITS

_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[.,' ])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
_LAKHS = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")

MOST_DIGITS = 24  # characters; within the 28 digits that decimal arithmetic keeps exactly


class NumeralError(ValueError):
    """Digits that are no number, or (``ambiguous``) one with two readings.

    Its text is the end of a sentence that begins with the amount as written.
    """

    def __init__(self, reason: str, *, ambiguous: bool = False) -> None:
        super().__init__(reason)
        self.ambiguous = ambiguous


def read_numeral(text: str, currency: str | None, *, lakhs: bool = False) -> Decimal:
    """The exact value of unsigned digits with separators.

    ``currency`` (ISO 4217, if it is known) tells how many decimals are possible; ``lakhs`` allows the Indian
    grouping (``1,00,000``). Raises ``NumeralError`` for digits that are grouped wrongly, have two readings,
    or are more than ``MOST_DIGITS``.
    """
    digits, mark, fraction = _split(text, currency)
    if len(text) > MOST_DIGITS:
        raise NumeralError("has too many digits to be a payment.")
    if re.fullmatch("[0-9]+", digits):
        whole = digits
    elif (grouped := _THOUSANDS.fullmatch(digits)) and grouped["mark"] != mark:
        whole = re.sub("[^0-9]", "", digits)
    elif _LAKHS.fullmatch(digits) and mark != ",":
        if not lakhs:
            raise NumeralError("is grouped as Indian rupees are; write it without commas.", ambiguous=True)
        whole = digits.replace(",", "")
    else:
        raise NumeralError("has its thousands grouped wrongly.")
    return Decimal(f"{whole}.{fraction}") if fraction else Decimal(whole)


def _split(text: str, currency: str | None) -> tuple[str, str, str]:
    """Whole part with its grouping, the decimal mark, and the fraction, both empty where there is none."""
    marks = re.findall("[.,]", text)
    if not marks:
        return text, "", ""
    last = marks[-1]
    whole, _, fraction = text.rpartition(last)
    if not re.fullmatch("[0-9]+", fraction):
        return text, "", ""  # something like 1,234 567: the grouping check refuses it
    if last in whole:
        return text, "", ""  # a mark that comes twice can only group
    if len(fraction) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole):
        return _three_digits(text, whole, last, fraction, currency)
    return whole, last, fraction


def _three_digits(
    text: str, whole: str, mark: str, fraction: str, currency: str | None
) -> tuple[str, str, str]:
    """``1.234`` and ``1,234``, where the same mark may group or divide."""
    three_decimals = currency is not None and MINOR_DIGITS.get(currency) == 3
    if mark == "." and three_decimals:
        return whole, mark, fraction
    if mark == "," and not three_decimals:
        return text, "", ""
    raise NumeralError(
        "can be read as thousands or as decimals; write it as 1234 or 1234.00.", ambiguous=True
    )
