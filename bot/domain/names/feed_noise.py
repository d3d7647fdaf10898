"""What banks and card schemes put around a payee's name: references, phone numbers, facilitators, cut ends.

A card scheme's descriptor is ``facilitator*merchant`` or ``merchant*reference``, 22 (Mastercard) or 25 (Visa)
characters wide, then a phone number or a city; a bank appends references and settlement ids. The words are in
``feed_words.toml``.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

# Widths at which feeds cut a payee's name, in characters: BACS 18, Mastercard 22, Visa 25 and 23, ISO 8583
# field 43 with its city 24 and 40, NACHA 16 and 22, faster payments 35.
CUT_WIDTHS = frozenset({16, 18, 22, 23, 24, 25, 35, 40})
LONGEST = 4  # words of the longest phrase that is listed
WIDE = 22  # from here on a name that ends where a word does may be a cut one too

_STAR = re.compile(r"\s*([^*]{2,20}?)\s*\*+\s*(\S.*)", re.DOTALL)
_ANY_NOISE = re.compile(r"[\d*_#:•]|[xX]{2}")
_LONG_NUMBER = re.compile(r"\+?\(?\d(?:[\d./:()-]*\d)?")  # an id, a phone number or a date, as one token
_SHORT_NUMBER = re.compile(r"\d{3,}")
_MASKED = re.compile(r"[xX*•#]{2,}-?\d{2,}")
_GLUED_NUMBER = re.compile(r"([^\W\d_]{3,}?)\d{6,}")
_SEPARATED = re.compile(r"([^\W\d_]+)[_:#/+-]+(\w+)")
_COLUMNS = re.compile(r"//|\s{3,}(?![\s*])|\t")
_PHONE = re.compile(r"(?<!\w)\+?\d{2,5}(?:[ -]\d{3,}){2,}(?!\w)")
_NUMBERED = re.compile(r"[#№]\s*\d+\b|(?<=\w\s)(?:no|nr|nº)\.?\s*\d+\b", re.IGNORECASE)


class FeedWords(NamedTuple):
    """The words of feeds: who takes payments for others, references, places, "and", statements."""

    facilitators: frozenset[str]
    references: frozenset[str]
    numbered: frozenset[str]
    places: frozenset[str]
    countries: frozenset[tuple[str, ...]]
    conjunctions: frozenset[str]
    statements: frozenset[tuple[str, ...]]


@cache
def feed_words() -> FeedWords:
    """The table of words, read once."""
    table = tomllib.loads(resources.files(__package__).joinpath("feed_words.toml").read_text("utf-8"))
    return FeedWords(
        frozenset(table["facilitators"]),
        frozenset(table["references"]),
        frozenset(table["numbered"]),
        frozenset(table["places"]),
        frozenset(tuple(country.split()) for country in table["countries"]),
        frozenset(table["conjunctions"]),
        frozenset(tuple(phrase.split()) for phrase in table["statements"]),
    )


class Payee(NamedTuple):
    """A payee's name as a feed has it, taken apart.

    ``name`` is what is left of it, ``facilitator`` who stands before the star, empty where nobody does, and
    ``after_number`` what follows the first number that is no part of the name, such as a city.
    """

    name: str
    facilitator: str = ""
    after_number: str = ""


def payee_in(text: str) -> Payee:
    """Take the references, numbers and facilitator off a payee's name; its first word always stays."""
    if not _ANY_NOISE.search(text):
        return Payee(" ".join(text.split()))
    facilitator, starred = "", False
    if star := _STAR.fullmatch(text):
        before = " ".join(re.findall(r"[^\W_]+", star[1].casefold()))
        starred = before not in feed_words().facilitators
        facilitator = "" if starred else before
        text = f"{star[1]} * {star[2]}" if starred else star[2]
    kept: list[str] = []
    tail: list[str] | None = None
    after_star = False
    for token in _PHONE.sub(lambda phone: phone[0].replace(" ", "-"), text).split():
        if token == "*" and starred:
            after_star = True
        elif kept and (_is_reference(token) or (after_star and _is_short_code(token))):
            if kept[1:] and _is_label(kept[-1], feed_words().references):
                kept.pop()
            tail = [] if tail is None else tail
        elif (
            kept[1:]
            and tail is None
            and _SHORT_NUMBER.fullmatch(token)
            and _is_label(kept[-1], feed_words().numbered)
        ):
            kept.pop()
            tail = []
        elif tail is None:
            kept.append(_without_glued_number(token))
        else:
            tail.append(token)
    return Payee(" ".join(kept), facilitator, " ".join(tail or ()))


def without_statement_words(text: str) -> str:
    """The text without what a statement says before a payee ("CARD PAYMENT TO") and the city behind it.

    A city stands after two slashes or in a column of its own, which three spaces begin.
    """
    named = _COLUMNS.split(text.strip(), maxsplit=1)[0] or text
    words = named.split()
    lowered = [word.casefold().strip(".:") for word in words]
    for length in range(min(LONGEST, len(words) - 1), 0, -1):
        if tuple(lowered[:length]) in feed_words().statements:
            return " ".join(words[length:])
    return named


def without_number(text: str) -> str:
    """The text without a branch's number (``#12``, ``№ 1``, ``No. 7``), unless nothing else is in it."""
    if not _ANY_NOISE.search(text):
        return text
    left = _NUMBERED.sub(" ", text)
    return left if any(char.isalnum() for char in left) else text


def is_cut_of(short: str, longer: str) -> bool:
    """Whether a name, without case and outer spaces, is the beginning of another, cut at a usual width."""
    width = len(short)
    inside_a_word = longer[width - 1 : width + 1].isalnum() and width < len(longer)
    return width in CUT_WIDTHS and longer.startswith(short) and (inside_a_word or width >= WIDE)


def _is_reference(token: str) -> bool:
    """Whether a word is an id, a phone number, a date or a masked card and no part of a name."""
    if not _ANY_NOISE.search(token):
        return False
    token = token.strip(".,;:()[]/")
    digits = sum(map(str.isdigit, token))
    if _MASKED.fullmatch(token):
        return True
    if _GLUED_NUMBER.fullmatch(token):
        return False  # a word of the name with a number joined to it
    if digits >= 6 and _LONG_NUMBER.fullmatch(token):
        return True
    if separated := _SEPARATED.fullmatch(token):
        is_labelled = separated[1].casefold() in feed_words().references
        return (is_labelled and digits > 2) or ("_" in token and (is_labelled or digits > 0))
    return digits >= 3 and len(token) >= 6 and token.isalnum() and token.isascii() and not token.isdigit()


def _is_label(word: str, labels: frozenset[str]) -> bool:
    """Whether a word says that a reference follows (``REF``)."""
    return word.strip(".:#").casefold() in labels


def _is_short_code(token: str) -> bool:
    """Whether what stands after a merchant's star is a code: it holds two digits (``2A3B4``)."""
    return sum(map(str.isdigit, token)) > 1 and not _GLUED_NUMBER.fullmatch(token)


def _without_glued_number(token: str) -> str:
    glued = _GLUED_NUMBER.fullmatch(token) if token[-1].isdigit() else None
    return glued[1] if glued else token


def phrase_at_end(words: Sequence[str], phrases: frozenset[tuple[str, ...]]) -> int:
    """How many of the last words are one of these phrases; 0 where none of them stands there."""
    return next(
        (length for length in range(min(LONGEST, len(words)), 0, -1) if tuple(words[-length:]) in phrases), 0
    )
