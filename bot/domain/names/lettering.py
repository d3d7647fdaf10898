"""Signs and dressed-up letters that stand for plain ones: ``In!tech``, ``Init€ch``, ``🅸nitech``.

What Unicode's confusables (UTS #39) do not list is read by the name that Unicode gives a character: a LATIN
SMALL LETTER REVERSED E is an e to a hurried reader.
"""

import html
import re
import unicodedata
from functools import cache, lru_cache

from confusable_homoglyphs import confusables

from bot.domain.names.spelling import folded_name, is_invisible, is_plain_ascii, poses_as, skeleton

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_MARK = re.compile(r"[™℠®©]|\((?:tm|sm|r|c)\)", re.IGNORECASE)
PAIRS = (("rn", "m"), ("vv", "w"))  # two letters that look like one
_SIGNS = {
    "!": "i",
    "|": "i",
    "¡": "i",
    "¦": "i",
    "€": "e",
    "$": "s",
    "§": "s",
    "@": "a",
    "£": "l",
    "¢": "c",
    "¥": "y",
}
_SIGN = "[" + re.escape("".join(_SIGNS)) + "]"
_ANY_SIGN = re.compile(_SIGN)
_LETTER = r"[^\W\d_]"
# A sign is a letter inside a word, and before one; at a word's end it is a sign ("Yahoo!").
_SIGN_IN_WORD = re.compile(f"(?<={_LETTER}){_SIGN}(?={_LETTER})|(?<!\\S){_SIGN}(?={_LETTER}(?:\\w|{_SIGN}))")
_SIGN_AT_END = re.compile(f"(?<={_LETTER}){_SIGN}(?!\\w)")
_DRESSED = re.compile(
    r"(?:.* )?(?:LATIN|REGIONAL INDICATOR) (?:.* )?LETTER "
    r"(?:(?!WITH).* )?(?P<letter>[A-Z])(?P<mark> WITH .*)?"
)
# Letters of other scripts that look like Latin ones and are not listed as such.
_FOREIGN = {"æ": "ae", "œ": "oe", "þ": "th", "ð": "d"} | {
    "ε": "e",
    "є": "e",
    "н": "h",
    "к": "k",
    "м": "m",
    "в": "b",
    "г": "r",
    "п": "n",
    "и": "n",
    "я": "r",
}


def without_marks(text: str) -> str:
    """The text with HTML entities as characters, without invisible characters and signs of trade marks."""
    if "&" in text:  # twice, since exports of exports write "&amp;amp;"
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if not is_plain_ascii(text):
        text = "".join(char for char in text if not is_invisible(char))
    return _MARK.sub(" ", text)


@lru_cache(maxsize=16_384)
def posing_signs(text: str) -> tuple[tuple[str, str], ...]:
    """The signs, dressed-up letters and pairs of a text that are read as a letter, each with that letter."""
    signs = [(sign[0], _SIGNS[sign[0]]) for sign in _SIGN_IN_WORD.finditer(without_marks(text))]
    dressed = ((char, _undressed(char)) for char in text if not char.isascii())
    pairs = (pair for pair in PAIRS for _ in range(folded_name(text).count(pair[0])))
    return (*signs, *((char, letter) for char, letter in dressed if letter), *pairs)


def with_letters(text: str, sign_at_end: bool = False) -> str:
    """The text with letters in place of the signs and dressed-up letters that are read as such.

    ``sign_at_end`` reads signs at a word's end too (``Gucc!``), which may as well be what they are.
    """
    text = without_marks(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if _ANY_SIGN.search(text):
        text = _SIGN_IN_WORD.sub(lambda sign: _SIGNS[sign[0]], text)
        if sign_at_end:
            text = _SIGN_AT_END.sub(lambda sign: _SIGNS[sign[0]], text)
    return text if text.isascii() else "".join(_undressed(char) or char for char in text)


@lru_cache(maxsize=131_072)
def shape(name: str) -> str:
    """The skeleton of a name whose signs are read as letters; equal for a name and all its imitations."""
    looks_like = skeleton(with_letters(name))
    for pair, letter in PAIRS:
        looks_like = looks_like.replace(pair, letter)
    return looks_like


@cache
def plain_letter(char: str) -> str:
    """The plain Latin letter that a reader takes a character for, stroke or bar aside; else the character."""
    if char.isascii() or not (char.isalpha() or unicodedata.category(char)[0] == "S"):
        return char
    if letter := _undressed(char) or poses_as(char) or _FOREIGN.get(char):
        return letter.lower()
    for candidate in (char, *(glyph["c"] for glyph in confusables.confusables_data.get(char, ()))):
        dressed = _DRESSED.fullmatch(unicodedata.name(candidate, "")) if len(candidate) == 1 else None
        if dressed:
            return dressed["letter"].lower()
    base = unicodedata.normalize("NFD", char)[0]
    accented = base != char and unicodedata.name(char, "").startswith(("GREEK", "CYRILLIC"))
    return plain_letter(base) if accented else char


@cache
def _undressed(char: str) -> str | None:
    """The letter inside a turned, squared or otherwise dressed-up one; ``None`` for letters of any language.

    A stroke or hook makes a letter of its own (``ø``), as an accent does; a Turkish dotless i is no disguise
    by itself and yet read as i.
    """
    if char.isascii() or unicodedata.normalize("NFKC", char).isascii() or len(char.casefold()) > 1:
        return None  # the sharp s is two letters
    dressed = _DRESSED.fullmatch(unicodedata.name(char, ""))
    return dressed["letter"].lower() if dressed and not dressed["mark"] else None
