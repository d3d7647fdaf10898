"""What memos say that a human should read, in many languages: a TOML file each, of words and no rules.

A language is added with its file here and its table of memos beside the tests; nothing else names one.
``en.toml`` says what each list does.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product

LISTS = (
    "claims",
    "authorities",
    "consents",
    "orders",
    "called_off",
    "called_off_in_brief",
    "called_off_alone",
    "empty",
)
_SLOT = re.compile(r"\{(\w+)\}")
# As Germans write them where the keyboard has no umlauts.
_WITHOUT_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class MemoLanguage:
    """The words of one language.

    ``phrases`` are those of each list of ``LISTS``, with all slots filled. ``letters`` are those that count
    as others, and ``prefixes`` what is written in one with the word behind it.
    """

    code: str
    name: str
    phrases: Mapping[str, tuple[str, ...]]
    letters: Mapping[str, str]
    prefixes: tuple[str, ...]


@cache
def memo_languages() -> tuple[MemoLanguage, ...]:
    """All languages, in the order of their codes. Raises ``ValueError`` where a file has an unknown list."""
    files = [file for file in resources.files(__name__).iterdir() if file.name.endswith(".toml")]
    return tuple(
        read_memo_language(file.name.removesuffix(".toml"), file.read_text("utf-8"))
        for file in sorted(files, key=lambda file: file.name)
    )


def read_memo_language(code: str, text: str) -> MemoLanguage:
    """A language out of the text of its file; raises ``ValueError`` for a list or slot that is not known."""
    tables = tomllib.loads(text)
    name, words = tables.pop("name"), tables.pop("words", {})
    letters, prefixes = tables.pop("letters", {}), tables.pop("prefixes", ())
    if unknown := tables.keys() - set(LISTS):
        raise ValueError(f"{code}.toml: there is no list {', '.join(sorted(unknown))}")
    phrases = {listed: tuple(dict.fromkeys(_filled(code, tables.get(listed, ()), words))) for listed in LISTS}
    return MemoLanguage(code, name, phrases, letters, tuple(prefixes))


def _filled(code: str, patterns: list[str], words: Mapping[str, list[str]]) -> Iterator[str]:
    """Each pattern once for each combination of words in its slots."""
    for pattern in patterns:
        parts = _SLOT.split(pattern)
        if unknown := set(parts[1::2]) - words.keys():
            raise ValueError(f"{code}.toml: “{pattern}” has a slot without words: {', '.join(unknown)}")
        for chosen in product(*(words[slot] for slot in parts[1::2])):
            filled = "".join(map("".join, zip(parts[::2], (*chosen, ""), strict=True)))
            yield filled
            if (plain := filled.translate(_WITHOUT_UMLAUTS)) != filled:
                yield plain
