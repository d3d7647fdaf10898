"""Names that pretend to be other names: invisible characters, foreign letters, digits for letters.

Follows Unicode UTS #39 (confusables, mixed scripts) with the data of ``confusable_homoglyphs``. A name
wholly in its own script and an accent are ordinary; what is odd is a letter that poses as a Latin one.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from confusable_homoglyphs import categories, confusables

# Characters that show nothing although Unicode calls them letters, marks or symbols.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5") | {
    chr(c) for c in range(0xFE00, 0xFE10)
}
_LATIN_COMPANY = frozenset(
    {"HAN", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
)  # UTS #39, highly restrictive
_HARMLESS = frozenset("ªº¹²³ı")  # ordinals, squares and the Turkish letter are everyday writing
_DIGIT_LETTERS = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "8": "b"}


def visible(text: str) -> str:
    """The text on one line, with every invisible or control character written out as ``[U+200B]``."""
    return "".join(f"[U+{ord(c):04X}]" if is_invisible(c) else " " if c.isspace() else c for c in text)


def is_invisible(char: str) -> bool:
    """Format, control, unassigned and blank characters; the ordinary white space is not meant."""
    if char.isspace():
        return False
    return char in _BLANKS or (unicodedata.category(char) in ("Cf", "Cc", "Co", "Cn", "Cs"))


@lru_cache(maxsize=16_384)
def same_name(name: str) -> str:
    """One spelling for names that differ only in case, punctuation and spacing (``Acme Corp.``)."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return " ".join("".join(c if _is_written(c) else " " for c in folded).split())


def _is_written(char: str) -> bool:
    """Letters, digits, and the marks that many scripts write their vowels with."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


# What companies are called by law; it tells nobody apart. Compared as skeletons.
_LEGAL = (
    "ltd limited llc llp lp inc incorporated corp corporation co company plc gmbh ag kg ohg ug se sa sarl "
    "sas sasu bv nv oy ab as aps srl spa sl slu lda pty pte kk kft zrt doo sro"
)


@lru_cache(maxsize=16_384)
def plain_words(name: str) -> tuple[str, ...]:
    """The words of a name as a hurried reader sees them, without accents."""
    return tuple(skeleton(_without_accents(name)).split())


def without_legal_forms(words: Sequence[str]) -> list[str]:
    """These words without those that only say what a company is by law; some are always left."""
    return [word for word in words if word not in _legal_forms()] or list(words)


@lru_cache(maxsize=16_384)
def name_key(name: str) -> str:
    """What names are the same by when payments are compared; never empty, whatever the name is made of."""
    words = list(plain_words(name))
    while len(words) > 1 and words[-1] in _legal_forms():
        words.pop()
    return "".join(words) or "".join(name.casefold().split()) or "?"


def _without_accents(text: str) -> str:
    """Latin letters without their marks; those of other scripts keep theirs, which are vowels."""
    kept: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        base = kept[-1] if kept else ""
        if unicodedata.category(char) == "Mn" and (base.isascii() or "LATIN" in unicodedata.name(base, "")):
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


@cache
def _legal_forms() -> frozenset[str]:
    return frozenset(skeleton(form) for form in _LEGAL.split())


def plain_letters(text: str) -> str:
    """The text without what nobody sees, letters that pose as Latin ones written as what they pose as."""
    shown = "".join(_looks_like(c) or c for c in text if not is_invisible(c))
    return unicodedata.normalize("NFKC", shown)


@lru_cache(maxsize=16_384)
def skeleton(name: str) -> str:
    """What the name looks like to a hurried reader; equal for a name and its look-alikes."""
    words = same_name(plain_letters(name)).split()
    return " ".join(word if word.isdigit() else _as_letters(word) for word in words)


@lru_cache(maxsize=16_384)
def disguise(name: str) -> str | None:
    """What is odd about the name by itself, in words, or None."""
    if hidden := [c for c in name if is_invisible(c)]:
        return f"the vendor's name holds the invisible character {_named(hidden[0])}"
    letters = {_script(c) for c in name} - {"COMMON", "INHERITED", "UNKNOWN"}
    for word in re.findall(r"[^\W\d_]+", name):
        if odd := _odd_letter(word, letters):
            looks = _looks_like(odd)
            like = f", which looks like “{looks}”" if looks else ""
            return f"“{odd}” in “{visible(name)}” is {_named(odd)}{like}"
    return None


def imitates(name: str, other: str) -> str | None:
    """How ``name`` imitates ``other``, in words; both must have the same skeleton."""
    mine, theirs = same_name(name), same_name(other)
    if mine == theirs or skeleton(name) != skeleton(other):
        return None
    sentence = f"“{visible(name)}” is written like “{visible(other)}”"
    if len(mine) != len(theirs):  # something was hidden or joined; the plain one of the two is the original
        return sentence if other.isascii() and not name.isascii() else None
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    if not all(_poses(a, b) for a, b in pairs):
        return None
    posing, original = pairs[0]
    # Two letters that look the same tell a reader nothing; the name of the odd one does.
    posing = f"“{posing}”" if posing.isascii() else _named(posing)
    return f"{sentence} with {posing} for “{original}”"


def oddness(name: str) -> tuple[int, str]:
    """Sorts names so that the plainest, the likely original, comes first."""
    return sum(not c.isalpha() or not c.isascii() for c in same_name(name)), name


def _poses(char: str, original: str) -> bool:
    return (char.isdigit() and not original.isdigit()) or (not char.isascii() and original.isascii())


def _as_letters(word: str) -> str:
    # i, l and 1 are one shape here, since either letter may be meant by the digit.
    return "".join(_DIGIT_LETTERS.get(c, c) for c in word).replace("i", "l")


def _odd_letter(word: str, scripts: set[str]) -> str | None:
    """The first letter that does not belong: of another script in a Latin word, or a disguised Latin one."""
    mine = [_script(c) for c in word]
    foreign = [c for c, s in zip(word, mine, strict=True) if s not in ("LATIN", "COMMON", "INHERITED")]
    for char in word:
        folded = unicodedata.normalize("NFKC", char)
        fullwidth = 0xFF01 <= ord(char) <= 0xFF5E
        if char in _HARMLESS or char.isascii() or (fullwidth and scripts & _LATIN_COMPANY):
            continue
        if len(folded) == 1 and folded.isascii() and folded.isalnum():
            return char
        if _script(char) == "LATIN" and _looks_like(char):
            return char
    strangers = [c for c in foreign if _script(c) not in _LATIN_COMPANY]
    if strangers and len({s for s in mine if s not in ("COMMON", "INHERITED")}) > 1:
        return strangers[0]
    if strangers and "LATIN" in scripts and all(_looks_like(c) for c in word):
        return strangers[0]
    return None


@cache
def _script(char: str) -> str:
    return str(categories.alias(char)).upper()


@cache
def _looks_like(char: str) -> str | None:
    """The ASCII letter that a character poses as, in the same case where that is known."""
    if char.isascii() or not char.isalpha() or char in _HARMLESS:
        return None
    for candidate in (char, char.lower()):
        for glyph in confusables.confusables_data.get(candidate, ()):
            shape = glyph["c"]
            if len(shape) == 1 and shape.isascii() and shape.isalpha():
                return str(shape.upper() if candidate != char else shape)
    return None


def _named(char: str) -> str:
    return f"{unicodedata.name(char, 'CONTROL CHARACTER')} (U+{ord(char):04X})"
