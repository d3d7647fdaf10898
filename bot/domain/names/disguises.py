"""What is odd about a vendor's name, in words for people: hidden characters, posing letters and signs.

Source: Unicode UTS #39 (confusables, mixed scripts), with the data of ``confusable_homoglyphs``. A name
wholly in its own script and an accent are ordinary; what is odd is a letter that poses as a Latin one.
"""

import re
import unicodedata
from functools import cache, lru_cache

from confusable_homoglyphs import categories

from bot.domain.names.lettering import posing_signs, shape
from bot.domain.names.spelling import (
    HARMLESS,
    folded_name,
    is_invisible,
    is_plain_ascii,
    poses_as,
    skeleton,
    visible,
)

# Scripts that are ordinarily mixed with Latin letters: UTS #39, "highly restrictive".
_LATIN_COMPANY = frozenset({"HAN", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
_NO_SCRIPT = frozenset({"COMMON", "INHERITED"})


@lru_cache(maxsize=16_384)
def disguise_in(name: str) -> str | None:
    """What is odd about a vendor's name by itself, as evidence in words; ``None`` for an ordinary name."""
    if is_plain_ascii(name):
        return None
    if hidden := [char for char in name if is_invisible(char)]:
        return f"the vendor's name holds the invisible character {_unicode_name(hidden[0])}"
    scripts = {_script(char) for char in name} - _NO_SCRIPT - {"UNKNOWN"}
    for word in re.findall(r"[^\W\d_]+", name):
        if odd := _odd_letter(word, scripts):
            latin = poses_as(odd)
            like = f", which looks like “{latin}”" if latin else ""
            return f"“{odd}” in “{visible(name)}” is {_unicode_name(odd)}{like}"
    return None


def imitation_of(name: str, original: str) -> str | None:
    """How ``name`` imitates ``original``, as evidence in words; ``None`` where it does not.

    Only a name with the shape of the other imitates it, and only the odder of the two.
    """
    folded, folded_original = folded_name(name), folded_name(original)
    if folded == folded_original or shape(name) != shape(original):
        return None
    evidence = f"“{visible(name)}” is written like “{visible(original)}”"
    if skeleton(name) != skeleton(original):
        signs = posing_signs(name)
        if len(signs) <= len(posing_signs(original)):
            return None
        return f"{evidence} with “{signs[0][0]}” for “{signs[0][1]}”"
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


def _is_odder(char: str, original: str) -> bool:
    """Whether the first of two look-alike characters is the disguise: a digit, or not ASCII."""
    return (char.isdigit() and not original.isdigit()) or (not char.isascii() and original.isascii())


def _odd_letter(word: str, name_scripts: set[str]) -> str | None:
    """The first letter that does not belong: of another script in a Latin word, or a disguised Latin one."""
    scripts = [_script(char) for char in word]
    for char in word:
        folded = unicodedata.normalize("NFKC", char)
        full_width = 0xFF01 <= ord(char) <= 0xFF5E
        if char in HARMLESS or char.isascii() or (full_width and name_scripts & _LATIN_COMPANY):
            continue
        if len(folded) == 1 and folded.isascii() and folded.isalnum():
            return char
        if _script(char) == "LATIN" and poses_as(char):
            return char
    ordinary = {"LATIN"} | _NO_SCRIPT | _LATIN_COMPANY
    foreign = [char for char, script in zip(word, scripts, strict=True) if script not in ordinary]
    if foreign and len(set(scripts) - _NO_SCRIPT) > 1:
        return foreign[0]
    if foreign and "LATIN" in name_scripts and all(poses_as(char) for char in word):
        return foreign[0]
    return None


@cache
def _script(char: str) -> str:
    return str(categories.alias(char)).upper()


def _unicode_name(char: str) -> str:
    return f"{unicodedata.name(char, 'CONTROL CHARACTER')} (U+{ord(char):04X})"
