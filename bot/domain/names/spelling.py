"""How names are spelled: letters that look alike, accents, invisible characters, and the keys made of them.

Three keys, each ignoring more than the one before:

- ``folded_name``: case, punctuation and spacing (``Acme Corp.`` is ``acme corp``);
- ``skeleton``: also letters and digits that look alike (``Acme C0rp``);
- ``name_key``: also accents, spaces and legal forms at the end (``ACME``).

What stands in Redis is found by ``name_key`` (rows that were submitted, categories), so that none of these
three may change; what readers take for one vendor is in ``vendors.py``.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from confusable_homoglyphs import confusables

# Characters that show nothing although Unicode calls them letters, marks or symbols.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
HARMLESS = frozenset("ªº¹²³ı")  # ordinals, squares and the Turkish letter are everyday writing
# i, l and 1 become one letter, since the digit may stand for either.
_DIGIT_LETTERS = str.maketrans("013458i", "oleasbl")
_NOT_ASCII = re.compile(r"[^ -~]")  # but printable
_NOT_WRITTEN = re.compile(r"[^a-z0-9]+")
# What companies are called by law, which tells nobody apart. Compared as skeletons.
_LEGAL_FORMS = (
    "ltd limited llc llp lp inc incorporated corp corporation co company plc gmbh ag kg ohg ug se sa sarl "
    "sas sasu bv nv oy ab as aps srl spa sl slu lda pty pte kk kft zrt doo sro"
)

# -- keys to compare names by


@lru_cache(maxsize=16_384)
def folded_name(name: str) -> str:
    """One spelling for names that differ only in case, punctuation and spacing (``Acme Corp.``)."""
    if name.isascii():
        return " ".join(_NOT_WRITTEN.sub(" ", name.lower()).split())
    folded = unicodedata.normalize("NFC", name).casefold()
    return " ".join("".join(char if is_written(char) else " " for char in folded).split())


@lru_cache(maxsize=16_384)
def skeleton(name: str) -> str:
    """What the name looks like to a hurried reader; equal for a name and its look-alikes."""
    words = folded_name(plain_letters(name)).split()
    return " ".join(word if word.isdigit() else digits_as_letters(word) for word in words)


@lru_cache(maxsize=16_384)
def name_key(name: str) -> str:
    """The key by which payments are compared: a skeleton without accents, spaces and legal forms at its end.

    It is never empty, whatever the name is made of.
    """
    words = list(plain_words(name))
    while len(words) > 1 and words[-1] in _legal_form_skeletons():
        words.pop()
    return "".join(words) or "".join(name.casefold().split()) or "?"


@lru_cache(maxsize=16_384)
def plain_words(name: str) -> tuple[str, ...]:
    """The words of a name or text as a hurried reader sees them, without accents."""
    return tuple(skeleton(without_accents(name)).split())


def without_legal_forms(words: Sequence[str]) -> list[str]:
    """These plain words without those that only say what a company is by law; never all of them."""
    return [word for word in words if word not in _legal_form_skeletons()] or list(words)


def is_legal_form(word: str) -> bool:
    """Whether a word only says what a company is by law (``GmbH``), which tells nobody apart."""
    return skeleton(word) in _legal_form_skeletons()


def plain_letters(text: str) -> str:
    """The text without invisible characters, letters that pose as Latin ones written as what they pose as."""
    if is_plain_ascii(text):
        return text
    shown = "".join(poses_as(char) or char for char in text if not is_invisible(char))
    return unicodedata.normalize("NFKC", shown)


# -- disguises, in words for people


def visible(text: str) -> str:
    """The text on one line, with every invisible or control character written out as ``[U+200B]``."""
    # Of what is printable nothing else is changed.
    if text.isprintable() and _BLANKS.isdisjoint(text):
        return text
    return _NOT_ASCII.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    char = found[0]
    return f"[U+{ord(char):04X}]" if is_invisible(char) else " " if char.isspace() else char


def is_invisible(char: str) -> bool:
    """Whether a character shows nothing: format, control, unassigned and blank ones, but no white space."""
    if char.isspace():
        return False
    return char in _BLANKS or (unicodedata.category(char) in ("Cf", "Cc", "Co", "Cn", "Cs"))


# -- characters


def is_plain_ascii(text: str) -> bool:
    """Whether a text has neither letters with accents or of other scripts nor hidden characters."""
    return text.isascii() and text.isprintable()


def is_written(char: str) -> bool:
    """Whether it is a letter, a digit, or one of the marks that many scripts write their vowels with."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def digits_as_letters(word: str) -> str:
    return word.translate(_DIGIT_LETTERS)


def without_accents(text: str) -> str:
    """Latin letters without their marks; letters of other scripts keep theirs, which are vowels."""
    if text.isascii():
        return text
    kept: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        base = kept[-1] if kept else ""
        if unicodedata.category(char) == "Mn" and (base.isascii() or "LATIN" in unicodedata.name(base, "")):
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


@cache
def _legal_form_skeletons() -> frozenset[str]:
    return frozenset(skeleton(form) for form in _LEGAL_FORMS.split())


@cache
def poses_as(char: str) -> str | None:
    """The ASCII letter that a character poses as, in the same case where that is known."""
    if char.isascii() or not char.isalpha() or char in HARMLESS:
        return None
    for candidate in (char, char.lower()):
        for glyph in confusables.confusables_data.get(candidate, ()):
            shape = glyph["c"]
            if len(shape) == 1 and shape.isascii() and shape.isalpha():
                return str(shape.upper() if candidate != char else shape)
    return None
