"""Reading and writing amounts of money: exact, and refused where a careful person would ask.

No library we tried reads ``1.234``, ``(1,200.00)`` and ``12k`` without guessing, so this is a small
grammar: marks around a number (sign, currency, credit note, multiplier), then the number itself.
"""

import math
import re
from decimal import Decimal
from typing import NamedTuple

from bot.domain.currencies import LAKH_CURRENCIES, MINOR_DIGITS, SIGNS
from bot.domain.numerals import NumeralError, read_numeral

MAX_AMOUNT = Decimal(10) ** 15  # a payment beyond this is a mistake, whatever the currency
MAX_CHARACTERS = 60  # no written amount needs more


class Amount(NamedTuple):
    """An exact amount in major units, and its ISO 4217 code where the text or its context named one."""

    value: Decimal
    currency: str | None


class AmountError(ValueError):
    """A text that is no amount, or (``ambiguous``) one with more than one reading.

    ``reason`` is one sentence for whoever wrote the amount.
    """

    def __init__(self, reason: str, *, ambiguous: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.ambiguous = ambiguous


# Full-width forms and typographic spaces become their plain forms. NFKC would go too far: it turns 10² into
# 102.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN |= dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), ord(" "))
_PLAIN |= {0x2212: ord("-"), 0x2013: ord("-"), 0xFE63: ord("-"), 0x2019: ord("'"), 0x2018: ord("'")}
_PLAIN |= {0xFFE1: ord("£"), 0xFFE5: ord("¥"), 0xFFE6: ord("₩"), 0xFE69: ord("$")}

_MULTIPLIERS = {
    **dict.fromkeys(("K", "THOUSAND", "TSD", "TSD."), Decimal(10) ** 3),
    **dict.fromkeys(("LAKH", "LAKHS", "LAC"), Decimal(10) ** 5),
    **dict.fromkeys(("MIO", "MIO.", "MLN", "MN", "MM", "MILLION"), Decimal(10) ** 6),
    **dict.fromkeys(("CRORE", "CRORES"), Decimal(10) ** 7),
    **dict.fromkeys(("BN", "MRD", "MRD."), Decimal(10) ** 9),
}
_TWO_SIZES = frozenset({"M", "B", "BILLION"})  # thousand or million; 10^9 or 10^12

# Cents may stand without a zero (".97"), but not after a letter: "Rs.97" is 97 rupees.
_NUMBER = re.compile(r"(?<![\w.,'])\.[0-9]+(?![0-9.,' ]*[0-9])|[0-9](?:[0-9.,' ]*[0-9])?")
_MARK = re.compile(r"[-+()]|/-|[^\W\d_]*[^\w\s.,'()+\-/](?!\w)|[^\W\d_]*\$|[^\W\d_]+\.?|[^\w\s.,'()+\-/]")
_SCIENTIFIC = re.compile(r"[0-9.,]+[eE][-+]?[0-9]+")
_UNSURE = re.compile(
    r"\b(about|approx|approximately|around|circa|ca|roughly|nearly|almost|max|min|up to|or)\b|[~?±]"
)
_SEVERAL = re.compile(r"[0-9]\s*(?:x|×|\*|@|-|to|each)\s*\W?\s*[A-Z]{0,3}\W{0,2}[0-9]", re.IGNORECASE)


def minor_digits(currency: str) -> int:
    """The decimal places of a currency of ISO 4217 (JPY 0, USD 2, BHD 3).

    Raises ``AmountError`` for any other code.
    """
    if (digits := MINOR_DIGITS.get(currency)) is None:
        raise AmountError(f"{_shown(currency)} is not a currency code of ISO 4217.")
    return digits


def read_amount(text: str, currency: str | None = None, *, default: str | None = None) -> Amount:
    """Read one written amount exactly, in major units.

    ``currency`` (ISO 4217) is known for certain, from a column say: a text that names another one is refused.
    ``default`` (ISO 4217) only tells what a sign such as ``$`` or ``kr`` means; it is returned where a sign
    may stand for it, and never by itself. Raises ``AmountError`` for a text that is no amount, that can be
    read in two ways, or that has more decimals than its currency.
    """
    for known in (currency, default):
        if known is not None:
            minor_digits(known)
    plain = text.translate(_PLAIN).strip()
    _refuse_at_sight(plain, text)
    number = _NUMBER.search(plain)
    if number is None:
        raise AmountError(f"{_shown(text)} is not an amount.")
    before, after = plain[: number.start()], plain[number.end() :]
    if number.group().startswith(".") and f"{before.strip().upper()}." in SIGNS:
        raise AmountError(f"{_shown(text)} can be read as whole or as decimals.", ambiguous=True)  # Rs .97
    marks = _Marks(text, currency, default)
    marks.read(before, after)
    named = marks.currency()
    likely = named or default
    try:
        value = read_numeral(_with_zero(number.group()), likely, lakhs=likely in LAKH_CURRENCIES)
    except NumeralError as error:
        raise AmountError(f"{_shown(text)} {error}", ambiguous=error.ambiguous) from None
    value *= marks.multiplier
    return Amount(fit_to_currency(value.copy_negate() if marks.negative else value, likely), named)


def decimal_from_number(value: float | int) -> Decimal:
    """The exact decimal that a spreadsheet's number shows: its shortest text, never its binary expansion.

    Whole numbers have no decimals (``1250.0`` becomes ``1250``). Raises ``AmountError`` for a number that is
    not finite.
    """
    if not math.isfinite(value):
        raise AmountError("The cell holds no finite number.")
    exact = Decimal(repr(value))
    is_whole = exact == exact.to_integral_value() and abs(exact) < MAX_AMOUNT
    return exact.quantize(Decimal(1)) if is_whole else exact


def fit_to_currency(value: Decimal, currency: str | None) -> Decimal:
    """An amount in major units, with no more decimals than its currency has.

    Zeros beyond the smallest unit are dropped (databases export 1250.0000), other digits never. Without a
    currency four decimals are possible, as many as any has. Raises ``AmountError`` for an amount with
    fractions of the smallest unit, of ``MAX_AMOUNT`` or more, or of a currency that is not of ISO 4217.
    """
    if not value.is_finite() or abs(value) >= MAX_AMOUNT:
        raise AmountError("The amount is too large to be a payment (10^15 or more).")
    places = 4 if currency is None else minor_digits(currency)
    if value == 0:
        value = abs(value)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        shorter = round(value, places)
        if shorter != value:
            of = currency or "any currency"
            raise AmountError(f"{value:f} has more decimal places than {of} has ({places}).")
        value = shorter
    return value


def format_amount(value: Decimal, currency: str) -> str:
    """An amount in major units as text, the code first: ``USD 12,000.00``, ``JPY 500``.

    Every digit is kept and nothing rounded; a code that is not of ISO 4217 gets two decimals.
    """
    fraction = f"{value:f}".partition(".")[2].rstrip("0")
    places = max(MINOR_DIGITS.get(currency, 2), len(fraction))
    return f"{currency} {value:,.{places}f}"


def _refuse_at_sight(plain: str, text: str) -> None:
    """Refuse texts that need no grammar: empty, overlong, arithmetic, several numbers, not exact."""
    if not plain:
        raise AmountError("There is no amount.")
    if len(plain) > MAX_CHARACTERS:
        raise AmountError(f"{_shown(text)} is too long to be an amount.")
    if not plain.isprintable():
        raise AmountError(f"{_shown(text)} holds invisible or control characters.")
    if _SCIENTIFIC.search(plain):
        raise AmountError(f"{_shown(text)} is in scientific notation; write the amount out.")
    if _SEVERAL.search(plain):
        raise AmountError(f"{_shown(text)} holds more than one number; write one amount.", ambiguous=True)
    if _UNSURE.search(plain.lower()) and re.search("[0-9]", plain):
        raise AmountError(f"{_shown(text)} is not an exact amount; write the exact one.", ambiguous=True)


_POSITIVE: tuple[list[str], ...] = ([], ["+"], ["DR"])
_SIGNED: tuple[list[str], ...] = (*_POSITIVE, ["-"], ["CR"], ["(", ")"])


class _Marks:
    """What stands around the number: at most one sign, currencies that agree, at most one multiplier.

    ``read`` takes the text before and after the number and raises ``AmountError`` for marks that do not go
    together; ``known`` and ``default`` are the currencies that ``read_amount`` was given.
    """

    def __init__(self, text: str, known: str | None, default: str | None) -> None:
        self._text, self._known, self._default = text, known, default
        self._signs: list[str] = []
        # Each mark for a currency, the codes it may stand for, and whether the first of them is meant.
        self._written: list[tuple[str, tuple[str, ...], bool]] = []
        self.multiplier = Decimal(1)

    def read(self, before: str, after: str) -> None:
        for mark in self._split(before):
            self._take(mark, leading=True)
        for place, mark in enumerate(self._split(after)):
            if place == 0 and mark.upper() in _MULTIPLIERS:
                self.multiplier = _MULTIPLIERS[mark.upper()]
            else:
                self._take(mark, leading=False)
        if self._signs not in _SIGNED:
            raise AmountError(f"{_shown(self._text)} has signs that do not go together.", ambiguous=True)

    @property
    def negative(self) -> bool:
        return self._signs not in _POSITIVE

    def currency(self) -> str | None:
        """The one currency that all signs, codes and the column agree on."""
        if not self._written:
            return self._known
        names = " and ".join(mark for mark, _, _ in self._written)
        possible = [
            code for code in self._written[0][1] if all(code in codes for _, codes, _ in self._written)
        ]
        if not possible:
            raise AmountError(f"{_shown(self._text)} names two currencies, {names}.")
        if self._known is not None:
            if self._known not in possible:
                raise AmountError(
                    f"{_shown(self._text)} says {names}, but its currency is given as {self._known}."
                )
            return self._known
        if len(possible) == 1:
            return possible[0]
        if self._default in possible:
            return self._default
        if all(certain for _, _, certain in self._written):
            return possible[0]
        choices = " or ".join(possible)
        raise AmountError(f"{names} may be {choices}; write the currency's code.", ambiguous=True)

    def _split(self, side: str) -> list[str]:
        marks = _MARK.findall(side)
        if "".join(marks) != side.replace(" ", ""):
            raise AmountError(f"{_shown(self._text)} is not an amount.")
        return marks

    def _take(self, mark: str, *, leading: bool) -> None:
        word = mark.upper()
        if mark in "+-" or mark == "()"[not leading]:
            self._signs.append(mark)
        elif mark == "/-" and not leading:
            return  # the Indian "only", as in 5,000/-
        elif word in ("CR", "DR") and not leading and mark != "cr":
            self._signs.append(word)
        elif word in _TWO_SIZES or (mark == "cr" and not leading):
            raise AmountError(
                f"{_shown(self._text)} has a size that is read two ways; write it out.", ambiguous=True
            )
        else:
            self._written.append((mark, *self._meaning(mark)))

    def _meaning(self, mark: str) -> tuple[tuple[str, ...], bool]:
        word = mark.upper()
        if word in SIGNS:
            return SIGNS[word]
        if word in MINOR_DIGITS:
            return (word,), True
        if re.fullmatch("[A-Z]{3}", word):
            raise AmountError(f"{_shown(mark)} is not a currency code of ISO 4217.")
        raise AmountError(f"{_shown(self._text)} is not an amount.")


def _with_zero(digits: str) -> str:
    return f"0{digits}" if digits.startswith(".") else digits


def _shown(text: str) -> str:
    """The text as it may stand in a sentence: short, in quotes, with nothing invisible in it."""
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text.strip())
    return f"“{visible[:39]}…”" if len(visible) > 40 else f"“{visible}”"
