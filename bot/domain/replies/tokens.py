"""A reply as it is typed, taken apart into words, numbers and marks."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.domain.names import folded_name, is_invisible

_SAME = str.maketrans("’‘ʼ–—−‐‑", "''" + "'" + "-----")
_TOKEN = re.compile(
    r":[a-z0-9_+-]*[a-z+][a-z0-9_+-]*:"  # an emoji by its name
    r"|[@][\w.-]+"
    r"|#?[0-9]+(?:[.,'][0-9]+)*(?:k|m|bn|mio|tsd)?(?![\w])"
    r"|(?:[^\W\d_]{1,2}|dell|all|nell|sull|dall|quell|jusqu|lorsqu)'(?=\w)"  # "l'autre", "d'Acme"
    r"|[^\W_]+(?:[-/'][^\W\d_]+)*'?"
    r"|[<>]=|\.{2,}|\S"
)
_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]|:skin-tone-[2-6]:")
_NUMBER = re.compile(r"#?[0-9][0-9.,']*(?:k|m|bn|mio|tsd)?$")


Phrase = tuple[str, ...]


class Token(NamedTuple):
    """A word, number or mark in lower case, and where it stands in its line.

    ``tight`` says that no space is before it; ``words`` are those of a vendor's name.
    """

    text: str
    start: int
    end: int
    tight: bool

    @property
    def is_number(self) -> bool:
        """Whether this token is a payment's reference or an amount of money."""
        return bool(_NUMBER.match(self.text))

    @property
    def words(self) -> tuple[str, ...]:
        """The words of a vendor's name in it, as names are compared."""
        return tuple(folded_name(self.text.removesuffix("'s")).split())


def typed_plainly(text: str) -> str:
    """The text with one kind of dash, apostrophe and space, each character as long as it was; composed."""
    # A sign that stands for a letter, as that of Kelvin, is not written as the letter.
    text = _SKIN_TONE.sub("", text)
    own = "".join(char if unicodedata.normalize("NFC", char) == char else "\ufffd" for char in text)
    composed = unicodedata.normalize("NFC", own).translate(_SAME)
    spaced = "".join(" " if char == "\t" or unicodedata.category(char) == "Zs" else char for char in composed)
    return re.sub(r"(?<= )-{2,3}(?= )", "-", spaced)


@lru_cache(maxsize=256)  # every language takes the same line apart
def tokens_of(line: str) -> tuple[Token, ...]:
    """The tokens of a line that ``typed_plainly`` wrote."""
    lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in line)
    found = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(lower)]
    return tuple(
        Token(text, start, end, index > 0 and found[index - 1][2] == start)
        for index, (text, start, end) in enumerate(found)
    )


def unreadable(text: str) -> bool:
    """Whether there are letters that are read with doubt: invisible, of another script, or in disguise."""
    return any(map(_is_foreign, text))


@lru_cache(maxsize=4096)
def _is_foreign(char: str) -> bool:
    if is_invisible(char):
        return char not in "\n\r\t\u200d\ufe0f"
    if char.isascii() or not char.isalnum():
        return False
    return not unicodedata.name(char, "").startswith("LATIN ") or ord(char) > 0x24F


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word in lower case and without accents, so that it can be compared however it is typed."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in apart if unicodedata.category(char) != "Mn")


@lru_cache(maxsize=32_768)
def phrase(written: str) -> Phrase:
    """A phrase of a language's file as the texts of its tokens."""
    if written.isascii() and written.replace(" ", "").isalpha():
        return tuple(written.split())
    return tuple(token.text for token in tokens_of(typed_plainly(written)))


def joined(tokens: Sequence[Token]) -> Phrase:
    """The texts of these tokens, to look a phrase up by."""
    return tuple(token.text for token in tokens)
