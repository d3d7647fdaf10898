"""From a line of a reply to the clauses it is made of, in one language at a time.

It is a closed language, not a search for verbs: a line is read only where every word of it is one of the
language, of a number, or of a vendor, and where they make a sentence. Whatever else is said stays unread
(law 7 in ARCHITECTURE.md).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import chain, pairwise, product
from math import prod
from typing import Any

from lark import Lark, Token
from lark.exceptions import LarkError
from lark.lexer import Lexer

from bot.domain.replies.lexicon import Lexicon, Meaning, denials
from bot.domain.replies.numbers import SMALL, are_adjacent, is_range, read_number
from bot.domain.replies.syntax import COUNTABLE, NOUNS, Clause, Syntax
from bot.domain.replies.tokens import Token as Word
from bot.domain.replies.tokens import joined
from bot.domain.replies.vendors import VendorNames

READINGS = 1024  # ways to take a line that are tried; a line with more is left unread
LONG_LIST = 3  # joints between references; in a list with more none of them ends a clause
_DROPPED = frozenset({"FILLER", "PREPOSITION", "COURTESY", "ARTICLE"})
_GOES_ON = frozenset({"FILLER", "PREPOSITION", "ARTICLE", "TO", "AND"})  # a sentence does not end with these
_JOINING = frozenset({"AND", "SEP", "COURTESY"})
_MARKS = {",": ("COMMA", "SEP"), ";": ("SEP",), ".": ("SEP",), "&": ("AND",), "+": ("AND",), "/": ("SEP",)}
_OPENING = {"(": ")", "[": "]"}


class Meanings(Lexer):
    """Hands the chosen meanings on; there is no text to cut up any more."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        """The tokens as they are; whoever parses has made them."""
        yield from lexer_state


@cache
def _parser() -> Lark:
    written = resources.files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(written, parser="lalr", lexer=Meanings, transformer=Syntax())


def clauses_of(
    words: Sequence[Word], line: str, lexicon: Lexicon, vendors: VendorNames | None
) -> list[tuple[Clause, ...]]:
    """The ways in which this language takes these words of a line; empty where they cannot be read."""
    options = _options(words, line, lexicon, vendors)
    kinds = [{option.symbol for option in found} for found in options]
    numbers = [at for at, kind in enumerate(kinds) if kind == {"NUMBER"}]
    joints = [range(low + 1, high) for low, high in pairwise(numbers)]
    joints = [joint for joint in joints if all(kinds[at] & {"COMMA", "AND"} for at in joint)]
    for at in chain(*joints) if len(joints) > LONG_LIST else ():
        options[at] = [option for option in options[at] if option.symbol != "SEP"]
    found: dict[tuple[Clause, ...], None] = {}
    for chosen in product(*options) if prod(map(len, options)) <= READINGS else ():
        if _says_when(chosen):
            continue
        tokens: Any = [Token(option.symbol, option.value) for option in chosen if option.symbol]
        try:
            clauses: Any = _parser().parse(tokens)
        except LarkError:
            continue
        loose = any(option.loose for option in chosen)
        polite = tuple(option.value for option in chosen if option.said == "COURTESY")
        read = (each._replace(plain=each.plain and not loose, courtesies=polite) for each in clauses)
        found[tuple(read)] = None
    return list(found)


def _options(
    words: Sequence[Word], line: str, lexicon: Lexicon, vendors: VendorNames | None
) -> list[list[Meaning]]:
    """What each word or phrase can mean, the longest first; nothing where one means nothing."""
    options: list[list[Meaning]] = []
    at = 0
    while at < len(words):
        length, text = lexicon.longest_phrase(words, at), words[at].text
        vendor = vendors.longest(words, at) if vendors else None
        doubt = lexicon.longest_doubt(words, at)
        if doubt > max(length, 1) or doubt == length > 1:
            return [[]]
        taken = max(length, 1)
        if vendor and vendor[0] > length:
            taken, found = vendor[0], [Meaning("VENDOR", vendor[1], loose=True)]
        elif number := read_number(words, at, lexicon):
            if are_adjacent(words, at) and options[-1][0].symbol == "NUMBER":
                options.append([Meaning("AND", loose=text[0] != "#")])
            taken, found = number[0], [Meaning(*number[1:])]
        elif text in _OPENING:
            closing = [place for place in range(at, len(words)) if words[place].text == _OPENING[text]][:1]
            taken = closing[0] - at + 1 if closing else 1
            found = [Meaning("REASON", line[words[at].end : words[end].start].strip()) for end in closing]
        elif length:
            found = _phrase_options(words, at, at + length, lexicon)
            parted = not options or any(option.symbol == "SEP" for option in options[-1])
            if not parted and text not in denials() and any(each.symbol in ("PRE", "OPEN") for each in found):
                options.append([Meaning(""), Meaning("SEP")])  # "approve 2 reject 3", not "approve 2 no to 3"
        elif is_range(words, at):
            found = [Meaning("TO")]
        elif text == "," and "EXCEPT" in lexicon.symbols_at(words, at + 1):
            found = [Meaning("")]
        elif text in (",", ".", "!") and any(
            _is_polite(beside, lexicon) for beside in (words[:at], words[at + 1 :])
        ):
            found = [Meaning("")]  # "approve 2, please"
        else:
            found = [Meaning(symbol, text) for symbol in _MARKS.get(text, ())]
        options.append(found)
        at += taken
    return options


def _phrase_options(words: Sequence[Word], start: int, end: int, lexicon: Lexicon) -> list[Meaning]:
    """What a phrase of the language can mean at this place."""
    known = lexicon.meanings[joined(words[start:end])]
    if end == len(words):
        known = tuple(meaning for meaning in known if meaning.symbol not in _GOES_ON)
    if not (
        start == 0 or end == len(words) or _parts(words[start - 1], lexicon) or _parts(words[end], lexicon)
    ):
        # "The morning payments" greets nobody.
        known = tuple(meaning for meaning in known if meaning.symbol != "COURTESY")
    said = " ".join(joined(words[start:end]))
    return [option for meaning in known for option in _meant(meaning, said, len(known) == 1)]


def _is_polite(words: Sequence[Word], lexicon: Lexicon) -> bool:
    return "COURTESY" in lexicon.symbols(joined(words))


def _parts(word: Word, lexicon: Lexicon) -> bool:
    return word.text in (",", ";", ".", "!", "-", ":") or bool(_JOINING & lexicon.symbols((word.text,)))


def _meant(meaning: Meaning, said: str, sole: bool) -> Iterator[Meaning]:
    """The ways to take a phrase for this meaning; ``said`` is the phrase, ``sole`` that it has no other."""
    symbol = meaning.symbol
    if symbol in _DROPPED:
        yield Meaning("", said, symbol in ("FILLER", "PREPOSITION"), symbol)
    elif symbol in ("EXCEPT", "ALLBUT"):
        yield Meaning(symbol, (said, sole), loose=not sole)
    else:
        yield meaning._replace(loose=symbol == "YES")
    if symbol == "AND" or (symbol == "IT" and " " in said):
        yield Meaning("SEP" if symbol == "AND" else "PAYMENT")  # "the invoice", which a number may follow


def _says_when(chosen: Sequence[Meaning]) -> bool:
    """Whether a number stands behind a preposition ("approve at 3"), or apart from what it seems to count."""
    behind = False
    for at, option in enumerate(chosen):
        between, after = (*chosen[at + 1 : at + 3], Meaning(""), Meaning(""))[:2]
        if option.symbol == "NUMBER" and not between.symbol and after.symbol in COUNTABLE:
            return True  # "approve 2 the last one" counts nothing
        if behind and option.symbol == "NUMBER" and option.value <= SMALL:
            return True
        behind = option.said == "PREPOSITION" or (
            behind and (option.said == "ARTICLE" or option.symbol in {*NOUNS, "IT"})
        )
    return False
