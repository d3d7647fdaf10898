"""How names are compared, so that neither spelling nor disguise makes two vendors of one.

Three keys, each ignoring more than the one before:

- ``folded_name``: case, punctuation and spacing (``Acme Corp.`` is ``acme corp``);
- ``skeleton``: also letters and digits that look alike (``Acme C0rp``);
- ``name_key``: also accents, spaces and legal forms (``ACME``), by which payments are compared.

Disguises are invisible characters, foreign letters, and digits for letters. Source: Unicode UTS #39
(confusables, mixed scripts), with the data of ``confusable_homoglyphs``. A name wholly in its own script and
an accent are ordinary; what is odd is a letter that poses as a Latin one.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from confusable_homoglyphs import categories, confusables

# Characters that show nothing although Unicode calls them letters, marks or symbols.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
# Scripts that are ordinarily mixed with Latin letters: UTS #39, "highly restrictive".
_LATIN_COMPANY = frozenset({"HAN", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
_NO_SCRIPT = frozenset({"COMMON", "INHERITED"})
_HARMLESS = frozenset("ªº¹²³ı")  # ordinals, squares and the Turkish letter are everyday writing
_DIGIT_LETTERS = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "8": "b"}
# What companies are called by law, which tells nobody apart. Compared as skeletons.
_LEGAL_FORMS = (
    "ltd limited llc llp lp inc incorporated corp corporation co company plc gmbh ag kg ohg ug se sa sarl "
    "sas sasu bv nv oy ab as aps srl spa sl slu lda pty pte kk kft zrt doo sro"
)

# -- keys to compare names by


@lru_cache(maxsize=16_384)
def folded_name(name: str) -> str:
    """One spelling for names that differ only in case, punctuation and spacing (``Acme Corp.``)."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return " ".join("".join(char if _is_written(char) else " " for char in folded).split())


@lru_cache(maxsize=16_384)
def skeleton(name: str) -> str:
    """What the name looks like to a hurried reader; equal for a name and its look-alikes."""
    words = folded_name(plain_letters(name)).split()
    return " ".join(word if word.isdigit() else _digits_as_letters(word) for word in words)


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
    return tuple(skeleton(_without_accents(name)).split())


def without_legal_forms(words: Sequence[str]) -> list[str]:
    """These plain words without those that only say what a company is by law; never all of them."""
    return [word for word in words if word not in _legal_form_skeletons()] or list(words)


def is_legal_form(word: str) -> bool:
    """Whether a word only says what a company is by law (``GmbH``), which tells nobody apart."""
    return skeleton(word) in _legal_form_skeletons()


def plain_letters(text: str) -> str:
    """The text without invisible characters, letters that pose as Latin ones written as what they pose as."""
    shown = "".join(_poses_as(char) or char for char in text if not is_invisible(char))
    return unicodedata.normalize("NFKC", shown)


# -- disguises, in words for people


def visible(text: str) -> str:
    """The text on one line, with every invisible or control character written out as ``[U+200B]``."""
    return "".join(
        f"[U+{ord(char):04X}]" if is_invisible(char) else " " if char.isspace() else char for char in text
    )


def is_invisible(char: str) -> bool:
    """Whether a character shows nothing: format, control, unassigned and blank ones, but no white space."""
    if char.isspace():
        return False
    return char in _BLANKS or (unicodedata.category(char) in ("Cf", "Cc", "Co", "Cn", "Cs"))


@lru_cache(maxsize=16_384)
def disguise_in(name: str) -> str | None:
    """What is odd about a vendor's name by itself, as evidence in words; ``None`` for an ordinary name."""
    if hidden := [char for char in name if is_invisible(char)]:
        return f"the vendor's name holds the invisible character {_unicode_name(hidden[0])}"
    scripts = {_script(char) for char in name} - _NO_SCRIPT - {"UNKNOWN"}
    for word in re.findall(r"[^\W\d_]+", name):
        if odd := _odd_letter(word, scripts):
            latin = _poses_as(odd)
            like = f", which looks like “{latin}”" if latin else ""
            return f"“{odd}” in “{visible(name)}” is {_unicode_name(odd)}{like}"
    return None


def imitation_of(name: str, original: str) -> str | None:
    """How ``name`` imitates ``original``, as evidence in words; ``None`` where it does not.

    Only a name with the skeleton of the other imitates it, and only the odder of the two.
    """
    folded, folded_original = folded_name(name), folded_name(original)
    if folded == folded_original or skeleton(name) != skeleton(original):
        return None
    evidence = f"“{visible(name)}” is written like “{visible(original)}”"
    if len(folded) != len(folded_original):  # something was hidden or joined; the plain name is the original
        return evidence if original.isascii() and not name.isascii() else None
    pairs = [(char, other) for char, other in zip(folded, folded_original, strict=True) if char != other]
    if not all(_is_odder(char, other) for char, other in pairs):
        return None
    posing, replaced = pairs[0]
    # Two letters that look the same tell a reader nothing; the name of the odd one does.
    posing = f"“{posing}”" if posing.isascii() else _unicode_name(posing)
    return f"{evidence} with {posing} for “{replaced}”"


def plainness_order(name: str) -> tuple[int, str]:
    """A sort key by which the plainest name, the likely original of its look-alikes, comes first."""
    return sum(not char.isalpha() or not char.isascii() for char in folded_name(name)), name


# -- characters


def _is_written(char: str) -> bool:
    """Whether it is a letter, a digit, or one of the marks that many scripts write their vowels with."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _digits_as_letters(word: str) -> str:
    # i, l and 1 become one letter, since the digit may stand for either.
    return "".join(_DIGIT_LETTERS.get(char, char) for char in word).replace("i", "l")


def _without_accents(text: str) -> str:
    """Latin letters without their marks; letters of other scripts keep theirs, which are vowels."""
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


def _is_odder(char: str, original: str) -> bool:
    """Whether the first of two look-alike characters is the disguise: a digit, or not ASCII."""
    return (char.isdigit() and not original.isdigit()) or (not char.isascii() and original.isascii())


def _odd_letter(word: str, name_scripts: set[str]) -> str | None:
    """The first letter that does not belong: of another script in a Latin word, or a disguised Latin one."""
    scripts = [_script(char) for char in word]
    for char in word:
        folded = unicodedata.normalize("NFKC", char)
        full_width = 0xFF01 <= ord(char) <= 0xFF5E
        if char in _HARMLESS or char.isascii() or (full_width and name_scripts & _LATIN_COMPANY):
            continue
        if len(folded) == 1 and folded.isascii() and folded.isalnum():
            return char
        if _script(char) == "LATIN" and _poses_as(char):
            return char
    ordinary = {"LATIN"} | _NO_SCRIPT | _LATIN_COMPANY
    foreign = [char for char, script in zip(word, scripts, strict=True) if script not in ordinary]
    if foreign and len(set(scripts) - _NO_SCRIPT) > 1:
        return foreign[0]
    if foreign and "LATIN" in name_scripts and all(_poses_as(char) for char in word):
        return foreign[0]
    return None


@cache
def _script(char: str) -> str:
    return str(categories.alias(char)).upper()


@cache
def _poses_as(char: str) -> str | None:
    """The ASCII letter that a character poses as, in the same case where that is known."""
    if char.isascii() or not char.isalpha() or char in _HARMLESS:
        return None
    for candidate in (char, char.lower()):
        for glyph in confusables.confusables_data.get(candidate, ()):
            shape = glyph["c"]
            if len(shape) == 1 and shape.isascii() and shape.isalpha():
                return str(shape.upper() if candidate != char else shape)
    return None


def _unicode_name(char: str) -> str:
    return f"{unicodedata.name(char, 'CONTROL CHARACTER')} (U+{ord(char):04X})"
