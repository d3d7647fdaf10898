"""The names of columns in other languages and in exports of common systems: a TOML file each, of words alone.

Every name in them is given the English header that means the same (``words.py`` scores it): a language or a
system is added with its file here, and nothing else names one.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from re import findall, sub

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "œ": "oe", "æ": "ae", "ß": "ss", "đ": "d"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_BETWEEN = frozenset(
    ("in", "en", "w", "di", "em", "de", "der")
)  # left over before a currency that was taken out


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The headers of all files by their plain form, and the words for debit and credit in a cell."""

    english: Mapping[str, str]
    debit: frozenset[str]
    credit: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """What all files say together; raises ``ValueError`` where two of them give one name two meanings."""
    english: dict[str, str] = {}
    debit: set[str] = set()
    credit: set[str] = set()
    for file in sorted(resources.files(__name__).iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        table = tomllib.loads(file.read_text("utf-8"))
        debit.update(table.get("debit", ()))
        credit.update(table.get("credit", ()))
        for meaning, names in table["headers"].items():
            for form in (form for name in names for form in _forms(name)):
                if english.setdefault(form, meaning) != meaning:
                    raise ValueError(f"{file.name}: {form!r} means {english[form]!r} and {meaning!r}")
    return Vocabulary(english, frozenset(debit), frozenset(credit))


def in_english(name: str, currencies: frozenset[str] = frozenset()) -> str | None:
    """The English header that means the same as a listed name; ``None`` for a name that is not listed.

    ``currencies`` are codes in lower case that the name states and that are no part of it.
    """
    for written in (name, sub(r"\(.*?\)|\[.*?\]", " ", name)):
        words = [word for word in _plain(written).split() if word not in currencies]
        if currencies and len(words) > 1 and words[-1] in _BETWEEN:
            words.pop()
        if found := vocabulary().english.get(" ".join(words)):
            return found
    return None


def _forms(name: str) -> set[str]:
    return {_plain(name), _plain(name.casefold().translate(_UMLAUTS))}


def _plain(name: str) -> str:
    """Lower case, without accents and marks, the words apart by one space."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("%", " percent ").translate(_LETTERS))
    return " ".join(findall(r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c))))
