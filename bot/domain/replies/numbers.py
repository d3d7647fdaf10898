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
_HEAD, _GROUP = re.compile(r"[1-9][0-9]{0,2}"), re.compile(r"[0-9]{3}")
_SHORT = re.compile(r"[1-9][0-9]?")  # "2 37" is no amount
_SYMBOLS = frozenset("$€£¥₹")
_ALONE = 3  # joints of a list up to which each of its commas may also end a clause


class References(NamedTuple):
    """References as they are written, ascending; those of an inverted range are none.

    ``ranged`` stand only in a range. ``spaced`` says that nothing but a space is between them ("2 3").
    """

    refs: tuple[int, ...]
    ranged: frozenset[int] = frozenset()
    spaced: bool = False


class Amount(NamedTuple):
    """An amount of money as it is written."""

    written: str


def read_number(words: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[int, References | Amount] | None:
    """How many tokens from ``at`` on are a number, and which; ``None`` where none begins here."""
    word = words[at]
    before = word.text in _SYMBOLS or _is_currency(words, at, lexicon)
    if before or (word.is_number and _is_currency(words, at + 1, lexicon)):
        digits = words[at + 1].text if before and at + 1 < len(words) else word.text
        return (
            (2, Amount(f"{word.text.upper()} {words[at + 1].text.upper()}"))
            if _AMOUNT.fullmatch(digits)
            else None
        )
    if not word.is_number:
        return None
    if _HEAD.fullmatch(word.text) and at + 1 < len(words) and _GROUP.fullmatch(words[at + 1].text):
        return 2, Amount(word.text + words[at + 1].text)  # "10 000"
    if _LISTED.fullmatch(word.text) and not lexicon.language.decimal_comma:
        return 1, References(tuple(sorted({int(ref) for ref in word.text.lstrip("#").split(",")})))
    if not _REFERENCE.fullmatch(word.text):
        return (
            (1, Amount(word.text.upper())) if _AMOUNT.fullmatch(word.text) and word.text[0] != "0" else None
        )
    return _references(words, at, lexicon)


def _is_currency(words: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a currency stands here; one whose code is a word of the language ("all", "try") is none."""
    if at >= len(words):
        return False
    text = words[at].text
    is_code = text.upper() in MINOR_DIGITS and (text,) not in lexicon.meanings
    beside = at + 1 < len(words) and words[at + 1].is_number
    return text in _SYMBOLS or (is_code and (beside or (at > 0 and words[at - 1].is_number)))


def _references(words: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[int, References]:
    """One reference or range; a long list as one, since each of its commas could be another thing."""
    items = [_item(words, at, lexicon)]
    end = at + items[0][0]
    while end < len(words) and (gap := _joint(words, end, lexicon)) is not None and gap < len(words):
        if not _REFERENCE.fullmatch(words[gap].text):
            break
        items.append(_item(words, gap, lexicon))
        end = gap + items[-1][0]
    spaced = len(items) > 1 and words[at + items[0][0]].is_number
    if len(items) - 1 <= _ALONE and not spaced:
        return items[0]
    refs = {ref for _, item in items for ref in item.refs}
    if any(not item.refs for _, item in items):
        return end - at, References(())
    ranged = frozenset().union(*(item.ranged for _, item in items))
    return end - at, References(
        tuple(sorted(refs)), ranged, spaced and not words[at + items[0][0]].text.startswith("#")
    )


def _item(words: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[int, References]:
    low = int(words[at].text.lstrip("#"))
    length = _joins_range(words, at + 1, lexicon)
    last = at + 1 + length
    if not length or last >= len(words) or not _REFERENCE.fullmatch(words[last].text):
        return 1, References((low,))
    high = int(words[last].text.lstrip("#"))
    refs = tuple(range(low, high + 1)) if high <= MAX_REF else ()
    return length + 2, References(refs, frozenset(refs))


def _joins_range(words: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """How many tokens say "to" here; a dash does where no space is around it."""
    if at + 1 < len(words) and words[at].text == "-":
        return 1 if words[at].tight and words[at + 1].tight else 0
    for length in (3, 2, 1):
        meanings = lexicon.meanings.get(joined(words[at : at + length]), ())
        if any(meaning.symbol == "TO" for meaning in meanings):
            return length
    return 0


def _joint(words: Sequence[Token], at: int, lexicon: Lexicon) -> int | None:
    """Where the next item of a list begins: behind a comma, an "and" or both, or at once; else ``None``."""
    if words[at].text.startswith("#") or (
        _SHORT.fullmatch(words[at].text) and _SHORT.fullmatch(words[at - 1].text)
    ):
        return at
    begun = at + (words[at].text in (",", "&"))
    meanings = lexicon.meanings.get(joined(words[begun : begun + 1]), ())
    if any(meaning.symbol == "AND" for meaning in meanings):
        begun += 1
    return begun if begun > at else None
