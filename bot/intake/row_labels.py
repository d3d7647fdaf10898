"""Which text is the label of a row that is no payment: a total, a balance, the footer of a report.

The words are in ``row_labels.toml``.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

LONGEST_LABEL = 100  # characters
SHORT_NAME = 3  # characters of a month's abbreviation

Kind = Literal["totals", "balances", "footers", "voids"]

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d"})  # letters that no decomposition takes apart


@dataclass(frozen=True)
class RowLabel:
    """What a label says: its kind, whether no vendor is called so, and the words that are not of the label.

    ``name`` is empty for "Total for November" and "harbor print co" for "Total Harbor Print Co".
    """

    kind: Kind
    sure: bool
    name: str = ""


@dataclass(frozen=True)
class _Words:
    """The phrases by kind, whether no vendor is called so, and the words that stand around a label."""

    phrases: dict[tuple[str, ...], tuple[Kind, bool]]
    around: frozenset[str]
    parts: frozenset[str]
    longest: int


@lru_cache(maxsize=16_384)
def read_label(text: str) -> RowLabel | None:
    """The label that a text is or begins or ends with; ``None`` where it is none, as in "Sumitomo"."""
    if len(text) > LONGEST_LABEL:
        return None
    words, known = plain_tokens(text), _words()
    if known.parts.isdisjoint(words):
        return None
    found: list[tuple[Kind, bool]] = []
    around, numbers, strangers = 0, 0, []
    place = 0
    while place < len(words):
        phrase = next((size for size in range(known.longest, 0, -1)
                       if tuple(words[place : place + size]) in known.phrases), 0)  # fmt: skip
        if phrase:
            found.append(known.phrases[tuple(words[place : place + phrase])])
        elif words[place].isdigit():
            numbers += 1
        elif words[place] in known.around:
            around += (
                bool(found) or len(words[place]) > 3
            )  # "The Balance" may be a vendor, "Balance at" is none
        else:
            strangers.append(place)
        place += phrase or 1
    if not found:
        return None
    if strangers:
        return _beside_a_name(words)
    kind, sure = max(found, key=lambda pair: pair[1])
    by_company = around > 0 or len(found) > 1 or (kind == "footers" and numbers > 0)
    return RowLabel(kind, sure or by_company)


def plain_tokens(text: str) -> list[str]:
    """The words of a text in small letters, without accents and punctuation."""
    folded = text.casefold().translate(_LETTERS)
    if not folded.isascii():
        folded = "".join(
            char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char)
        )
    return re.findall(r"[^\W_]+", folded)


def _beside_a_name(words: list[str]) -> RowLabel | None:
    """The label of a group, as "Harbor Print Co Total": only a total has one."""
    known = _words()
    for size in range(known.longest, 0, -1):
        for label, name in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            kind, sure = known.phrases.get(tuple(label), ("footers", False))
            if kind == "totals" and name:
                while name and (name[0] in known.around or name[0].isdigit()):
                    name = name[1:]
                return RowLabel("totals", sure, " ".join(name)) if name else None
    return None


@cache
def month_words() -> dict[str, int]:
    """The names of months in all languages, in small letters and without accents, with their numbers.

    Raises ``ValueError`` where a name stands for two months.
    """
    found: dict[str, int] = {}
    for language in _languages():
        for number, names in enumerate(language.get("months", ()), start=1):
            for name in names.split():
                if found.setdefault(name, number) != number:
                    raise ValueError(f"{name} is the name of two months")
    return found


@cache
def _languages() -> tuple[dict[str, list[str]], ...]:
    text = resources.files(__package__).joinpath("row_labels.toml").read_text("utf-8")
    return tuple(tomllib.loads(text).values())


@cache
def _words() -> _Words:
    phrases: dict[tuple[str, ...], tuple[Kind, bool]] = {}
    # Short names of months are words of other languages, as "out" and "set".
    around = {name for name in month_words() if len(name) > SHORT_NAME}
    kinds: tuple[tuple[str, Kind, bool], ...] = (
        ("maybe_totals", "totals", False),
        ("maybe_balances", "balances", False),
        ("footers", "footers", False),
        ("voids", "voids", True),
        ("totals", "totals", True),
        ("balances", "balances", True),
    )
    for language in _languages():
        around.update(word for words in language["around"] for word in plain_tokens(words))
        for name, kind, sure in kinds:
            phrases.update((tuple(plain_tokens(phrase)), (kind, sure)) for phrase in language.get(name, ()))
    return _Words(
        phrases,
        frozenset(around),
        frozenset(phrase[0] for phrase in phrases),
        max(map(len, phrases)),
    )
