"""What an invoice number may have been before somebody altered or misread it.

Two numbers are one invoice where a reader takes them for one: a suffix, a prefix or a year was added or left
out, a mark says that it is a copy, two digits changed places, one was added or dropped, or a letter was read
as a digit. A number that merely follows another is another invoice.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from bot.domain.names import plain_letters
from bot.domain.policy.invoices import INVOICE_WORDS

# Letters that are read as digits, by people and by text recognition (OCR). S is read as 5 and as 6.
_AS_DIGITS = {"o": "0", "q": "0", "d": "0", "i": "1", "l": "1", "z": "2", "s": "5", "g": "6", "b": "8"}
_ESSES = 3  # letters S of which each is read both ways
_LETTERS = "".join(_AS_DIGITS)
_INSIDE = re.compile(rf"(?<=[0-9])[{_LETTERS}]+(?=[0-9])")  # letters between digits
# Runs of digits and such letters alone. At an end B may as well be a suffix; O, I and L hardly ever are.
_OF_DIGITS = re.compile(rf"[{_LETTERS}]*[0-9][0-9{_LETTERS}]*")
_SURELY_DIGITS = re.compile(r"[oil]*[0-9][0-9oil]*")
_PLAIN = re.compile(r"[^A-Za-z0-9]*([A-Za-z]*)([^A-Za-z0-9]*)0*([1-9][0-9]*)[^A-Za-z0-9]*")
_RUN = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")

# Marks of a copy, a reminder or a correction, in the languages of the replies.
_MARKS = (
    "copy cpy cp duplicate dup dupl r rev revised re reissue reissued resend resent reminder corrected v "
    "version kopie kopia duplikat korr korrektur copie bis copia duplicado duplicata corr rettifica"
)
_COPY_MARKS = frozenset(_MARKS.split())
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = frozenset(_MONTH_NAMES.split())
_YEARS = range(1990, 2060)
TELLING_DIGITS = 3  # shorter numbers are those of many invoices
_LONGEST = 32  # digits of a number in which slips are looked for: the last ones


class InvoiceNumber(NamedTuple):
    """An invoice number as rules compare it; ``key`` is equal for all spellings, empty where there is none.

    ``digits`` and ``letters`` count what tells it apart from the numbers of others; years and days do not.
    ``dated`` is true where a year or a day is in it.
    """

    key: str
    digits: int
    letters: int
    dated: bool


@lru_cache(maxsize=65_536)
def invoice_number(invoice: str) -> InvoiceNumber:
    """The number of an invoice as typed, with letters taken for digits where they can be nothing else."""
    tokens = _plain(invoice) or _tokens(_with_digits(_runs(invoice), "", _SURELY_DIGITS))
    if not _tells(tokens, years=True):
        return InvoiceNumber("", 0, 0, False)
    numbers = [token for token in tokens if token.isdigit()]
    return InvoiceNumber(
        "-".join(tokens),
        sum(len(token) for token in numbers if not _is_period(token)),
        sum(len(token) for token in tokens if token.isalpha()),
        any(map(_is_period, numbers)),
    )


def is_telling(number: InvoiceNumber, amount: Decimal) -> bool:
    """Whether two vendors hardly come to this number and amount by chance.

    A ledger of 3,461 rows has hundreds of pairs of one amount and two vendors, most of them round; of these a
    number of three digits would bring together one in a thousand, one of five digits none. So a short number
    needs an amount of as many digits.
    """
    if number.digits < TELLING_DIGITS:
        return False
    if number.digits + min(number.letters, 2) >= 5:
        return True
    return number.digits + len(amount.normalize().as_tuple().digits) >= 7


@dataclass(frozen=True, slots=True)
class InvoiceForms:
    """One invoice number in every form in which another number may turn out to be the same.

    ``own``: the number in each way it can be read. ``loose``: what it is without a suffix, prefix or year.
    ``shorter``: without its last or first digit, or one of two equal ones. ``masked``: equal for two that
    differ in their year, their copy mark or the letters before them alone.
    """

    own: frozenset[str]
    loose: frozenset[str] = frozenset()
    shorter: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()


@lru_cache(maxsize=4_096)
def invoice_forms(invoice: str) -> InvoiceForms:
    """The forms of an invoice number as typed; none where it has no digit but noughts."""
    readings = _numbers(invoice)
    if len(readings) == 1 and len(readings[0]) == 1:
        return _forms_of_digits(readings[0][0])
    own = {"-".join(tokens) for tokens in readings}
    if readings and len(readings[0]) > 1 and sum(map(str.isdigit, invoice)) > 3:
        own.add("".join(_runs(invoice)).lstrip("0"))
    loose = {"-".join(form) for tokens in readings for form in _without_ends(tokens)}
    shorter = {form for tokens in readings for form in _with_other_digits(tokens, _cut)}
    masked = {"-".join(form) for tokens in readings for form in _masked(tokens)}
    return InvoiceForms(*map(frozenset, (own, loose - own, shorter - own, masked)))


def _forms_of_digits(digits: str) -> InvoiceForms:
    """The forms of a number that is nothing but digits, as most are; the same as by the longer way."""
    return InvoiceForms(
        frozenset((digits,)),
        frozenset("-".join(form) for form in _without_ends((digits,))),
        frozenset(_with_other_digits((digits,), _cut)) - {digits},
        frozenset("-".join(form) for form in _masked((digits,))),
    )


def invoice_slips(invoice: str) -> frozenset[str]:
    """What an invoice number as typed is with two digits swapped, or with 1 and 7 confused."""
    readings = _numbers(invoice)
    return frozenset(form for tokens in readings for form in _with_other_digits(tokens, _slips))


def may_be_one(invoice: str, other: str) -> bool:
    """Whether two invoice numbers may be one that was altered or misread."""
    mine, its = invoice_forms(invoice), invoice_forms(other)
    return not (
        mine.own.isdisjoint(its.own | its.loose | its.shorter | invoice_slips(other))
        and its.own.isdisjoint(mine.loose | mine.shorter)
        and mine.masked.isdisjoint(its.masked)
    )


def counted(invoice: str) -> tuple[str, int] | None:
    """The series that a number counts in, and its place there: ``A-2026-17`` is 17 in ``a-2026-``."""
    tokens = _tokens(_runs(invoice))
    if not tokens or not tokens[-1].isdigit() or len(tokens[-1]) > 18:
        return None
    return "-".join((*tokens[:-1], "")), int(tokens[-1])


# -- reading


def _plain(invoice: str) -> tuple[str, ...] | None:
    """The tokens of a number with nothing but a word before it, which has one reading: the quick way."""
    found = _PLAIN.fullmatch(invoice) if invoice.isascii() and invoice.isprintable() else None
    if found is None:
        return None
    word, between, digits = found[1].casefold(), found[2], found[3]
    if word in INVOICE_WORDS or not word:
        return (digits,)
    return (word, digits) if between or _AS_DIGITS.keys().isdisjoint(word) else None


def _runs(invoice: str) -> list[str]:
    """The parts between separators, without words that only say that an invoice number follows."""
    if not (invoice.isascii() and invoice.isprintable()):
        invoice = plain_letters(unicodedata.normalize("NFKC", invoice))
    runs = []
    for run in _RUN.findall(invoice.casefold()):
        word = _TOKEN.match(run)
        lead = word[0] if word else ""
        if kept := run[len(lead) :] if lead in INVOICE_WORDS else run:
            runs.append(kept)
    return runs


@lru_cache(maxsize=4_096)
def _numbers(invoice: str) -> tuple[tuple[str, ...], ...]:
    """All readings that have a number in them, each once."""
    if plain := _plain(invoice):
        return (plain,)
    return tuple(tokens for tokens in dict.fromkeys(_readings(_runs(invoice))) if _tells(tokens, years=True))


def _readings(runs: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The tokens of the number as written, and with letters taken for the digits that they look like."""
    yield _tokens(runs)
    if _AS_DIGITS.keys().isdisjoint("".join(runs)):
        return
    esses = sum(run.count("s") for run in runs if not run.isalpha())
    for digits in product("56", repeat=min(esses, _ESSES)):
        yield _tokens(_with_digits(runs, digits, _SURELY_DIGITS))
        yield _tokens(_with_digits(runs, digits, _OF_DIGITS))


def _with_digits(runs: Sequence[str], esses: Sequence[str], whole: re.Pattern[str]) -> list[str]:
    """Runs with letters written as digits: between digits, and all of a run that ``whole`` matches.

    ``esses`` are the digits that the first letters S stand for; further ones stand for 5.
    """
    left = iter(esses)

    def as_digits(text: str) -> str:
        return "".join(next(left, "5") if char == "s" else _AS_DIGITS.get(char, char) for char in text)

    return [
        as_digits(run) if whole.fullmatch(run) else _INSIDE.sub(lambda found: as_digits(found[0]), run)
        for run in runs
    ]


def _tokens(runs: Sequence[str]) -> tuple[str, ...]:
    tokens = (token for run in runs for token in _TOKEN.findall(run))
    return tuple(token.lstrip("0") or "0" if token.isdigit() else token for token in tokens)


def _is_year(token: str) -> bool:
    return len(token) == 4 and token.isdigit() and int(token) in _YEARS


def _is_period(token: str) -> bool:
    """A year, or a month or day written in digits: ``2026``, ``202611``, ``20261102``."""
    if len(token) not in (4, 6, 8) or not token.isdigit() or int(token[:4]) not in _YEARS:
        return False
    parts = [int(token[place : place + 2]) for place in range(4, len(token), 2)]
    return all(1 <= part <= most for part, most in zip(parts, (12, 31), strict=False))


def _tells(tokens: Sequence[str], digits: int = 1, years: bool = False) -> bool:
    """Whether a number of at least so many digits is in it, and not a year alone."""
    return any(
        len(token) >= digits and token != "0" and token.isdigit() and (years or not _is_year(token))
        for token in tokens
    )


# -- altering


def _without_ends(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    """The number without up to three tokens at its end or beginning, and without its years."""
    for count in range(1, min(4, len(tokens))):
        for left in (tokens[:-count], tokens[count:]):
            if _tells(left):
                yield left
    without_years = [token for token in tokens if not _is_year(token)]
    if len(without_years) < len(tokens) and _tells(without_years):
        yield without_years
    first = tokens[0]
    if first.isdigit() and len(first) > 6 and _is_year(first[:4]):
        yield [first[4:].lstrip("0") or "0", *tokens[1:]]


def _masked(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    # Numbers of one or two digits begin anew each year, as months do: 2025-12 and 2026-12 are two.
    if any(map(_is_year, tokens)) and _tells(tokens, 3):
        yield ["year" if _is_year(token) else token for token in tokens]
    stem = list(tokens)
    while len(stem) > 1:
        if stem[-1] in _COPY_MARKS:
            stem = stem[:-1]
        elif stem[-1].isdigit() and len(stem[-1]) < 3 and stem[-2] in _COPY_MARKS:
            stem = stem[:-2]
        else:
            break
    if len(stem) < len(tokens) and _tells(stem):
        yield ["copy of", *stem]
    long = next((place for place, token in enumerate(tokens) if _is_long(token)), 0)
    if long and all(map(_is_ahead, tokens[:long])):
        yield ["any", *tokens[long:]]
    elif _is_long(tokens[0]):
        yield ["any", *tokens]


def _is_long(token: str) -> bool:
    return len(token) > 3 and token.isdigit() and not _is_period(token)


def _is_ahead(token: str) -> bool:
    """Whether a token before a long number makes no other one of it; a month's name does."""
    return token[:3] not in _MONTHS if token.isalpha() else len(token) < 3 or _is_period(token)


def _with_other_digits(tokens: Sequence[str], change: Callable[[str], Iterator[str]]) -> Iterator[str]:
    """The number with one of its numbers of three digits or more changed; years and days stay."""
    for place, token in enumerate(tokens):
        if len(token) > 2 and token.isdigit() and not _is_period(token):
            before, after = tokens[:place], tokens[place + 1 :]
            for changed in change(token):
                yield "-".join((*before, changed, *after))


def _slips(digits: str) -> Iterator[str]:
    head, tail = digits[:-_LONGEST], digits[-_LONGEST:]
    for place, digit in enumerate(tail):
        before, rest = head + tail[:place], tail[place + 1 :]
        if rest and rest[0] != digit and (before or rest[0] != "0"):
            yield f"{before}{rest[0]}{digit}{rest[1:]}"
        if digit in "17":
            yield f"{before}{'7' if digit == '1' else '1'}{rest}"


def _cut(digits: str) -> Iterator[str]:
    if len(digits) > 3:
        yield digits[:-1]
        yield digits[1:].lstrip("0")
        if digits[1] == "0":  # the first two swapped, as 0812 for 8012: noughts in front do not count
            yield digits[0] + digits[2:]
        for place in range(max(len(digits) - _LONGEST, 1), len(digits) - 1):
            if digits[place] == digits[place - 1]:
                yield digits[:place] + digits[place + 1 :]
