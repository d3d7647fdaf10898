"""The numbers of a reply: references to payments, and amounts of money."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.currencies import MINOR_DIGITS
from bot.domain.replies.lexicon import Lexicon
from bot.domain.replies.tokens import Token, joined

MAX_REF = 5000
SMALL = 20  # up to which a number may count, name a time or be a reference also in a small review
_REFERENCE = re.compile(r"#?[1-9][0-9]{0,3}")
_LISTED = re.compile(r"#?[1-9](?:,[1-9])+")  # "1,2" without spaces, where a comma is no decimal mark
_AMOUNT = re.compile(r"[0-9][0-9.,']*(?:k|m|bn|mio|tsd)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2} [0-9]{3}")
_ADJACENT = re.compile(r"[1-9][0-9]? [1-9][0-9]?|.* #.*")  # "2 37" is no amount
_SYMBOLS = frozenset("$€£¥₹")


class References(NamedTuple):
    """References as they are written; those of a range, none where it is inverted."""

    refs: frozenset[int]
    ranged: bool = False


def read_number(
    words: Sequence[Token], at: int, lexicon: Lexicon
) -> tuple[int, str, int | str | References] | None:
    """How many tokens from ``at`` on are a number, its symbol in the grammar, its value; ``None`` for none.

    A ``NUMBER`` is an ``int``, a ``LIST`` ("1,2") its ``References``, an ``AMOUNT`` what is written.
    """
    text, pair = words[at].text, joined(words[at : at + 2])
    before = _is_currency(words, at, lexicon)
    if before or (words[at].is_number and _is_currency(words, at + 1, lexicon)):
        is_amount = _AMOUNT.fullmatch(pair[-1] if before else text)
        return (2, "AMOUNT", " ".join(pair).upper()) if is_amount else None
    if not words[at].is_number:
        return None
    if _GROUPED.fullmatch(" ".join(pair)):
        return 2, "AMOUNT", "".join(pair)  # "10 000"
    if _LISTED.fullmatch(text) and not lexicon.language.decimal_comma:
        return 1, "LIST", References(frozenset(map(int, text.lstrip("#").split(","))))
    if _REFERENCE.fullmatch(text):
        return 1, "NUMBER", int(text.lstrip("#"))
    return (1, "AMOUNT", text.upper()) if _AMOUNT.fullmatch(text) and text[0] != "0" else None


def is_range(words: Sequence[Token], at: int) -> bool:
    """Whether a dash here stands between two references, with no space around it."""
    tight = at + 1 < len(words) and words[at].tight and words[at + 1].tight
    return words[at].text == "-" and tight and _is_reference(words, at + 1)


def are_adjacent(words: Sequence[Token], at: int) -> bool:
    """Whether two references follow each other without a word between them, as "2 3" and "#2 #31"."""
    both = _is_reference(words, at - 1) and _is_reference(words, at)
    return both and bool(_ADJACENT.fullmatch(" ".join(joined(words[at - 1 : at + 1]))))


def _is_reference(words: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(words) and bool(_REFERENCE.fullmatch(words[at].text))


def _is_currency(words: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a currency stands here; one whose code is a word of the language ("all", "try") is none."""
    if at >= len(words):
        return False
    text = words[at].text
    beside = any(word.is_number for word in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2]))
    return text in _SYMBOLS or (text.upper() in MINOR_DIGITS and beside and (text,) not in lexicon.meanings)
