"""From a line of a reply to the clauses it is made of, in one language at a time.

It is a closed language, not a search for verbs: a line is read only where every word of it is one of the
language, of a number, or of a vendor, and where they make a sentence. Whatever else is said stays unread
(law 7 in ARCHITECTURE.md).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import product
from typing import Any, NamedTuple

from lark import Lark, Token, Tree
from lark.exceptions import LarkError
from lark.lexer import Lexer

from bot.domain.replies.lexicon import Lexicon, Meaning, Verb, denials
from bot.domain.replies.numbers import References, read_number
from bot.domain.replies.tokens import Token as Word
from bot.domain.replies.tokens import folded, joined
from bot.domain.replies.vendors import VendorNames

READINGS = 1024  # ways to take a line that are tried; a line with more is left unread
_DROPPED = frozenset({"FILLER", "PREPOSITION", "COURTESY", "ARTICLE"})
_VERBS = frozenset({"PRE", "OPEN"})
_GOES_ON = frozenset({"PREPOSITION", "TO", "AND"})  # a sentence does not end with these
_BESIDE_REFERENCES = frozenset({"REFS", "PAYMENT", "PAYMENTS", "IT", "THEM", "VENDOR", "AMOUNT"})
_MARKS = {",": ("COMMA", "SEP"), ";": ("SEP",), ".": ("SEP",), "&": ("AND",), "+": ("AND",), "/": ("SEP",)}
_WEIGHT = {":": 0, "because": 1, "until": 1, "-": 2, ",": 3}  # which mark of a reason is tried first
_OPENING = {"(": ")", "[": "]"}

Selection = Tree[Any]


class Clause(NamedTuple):
    """One thing that is asked; ``act`` is that of its ``Verb``, ``yes`` for a bare yes.

    ``selection`` is which payments, ``None`` where none are named. ``plain`` says that it is a complete
    command or question with no word too many, ``last`` that its verb stands behind the payments.
    """

    act: str
    selection: Selection | None = None
    order: str = ""
    reason: str = ""
    plain: bool = True
    last: bool = False
    alone: bool = False
    amends: bool = False


class _Option(NamedTuple):
    """One meaning of a word: a symbol of the grammar, or ``""`` where it says nothing here."""

    symbol: str
    value: object = ""
    loose: bool = False


class _Options(Lexer):
    """Hands the chosen meanings on; there is no text to cut up any more."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        """The tokens as they are; whoever parses has made them."""
        yield from lexer_state


@cache
def _parser() -> Lark:
    written = resources.files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(written, parser="lalr", lexer=_Options)


def clauses_of(
    words: Sequence[Word], line: str, lexicon: Lexicon, vendors: VendorNames | None
) -> list[tuple[Clause, ...]]:
    """The ways in which this language takes these words of a line; empty where they cannot be read."""
    options = _options(words, line, lexicon, vendors)
    if options is None:
        return []
    found: dict[str, tuple[Clause, ...]] = {}
    ways = 1
    for listed in options:
        ways *= len(listed)
    for chosen in product(*options) if ways <= READINGS else ():
        tokens: Any = [Token(option.symbol, option.value) for option in chosen if option.symbol]
        loose = any(option.loose for option in chosen)
        try:
            tree = _parser().parse(tokens)
        except LarkError:
            continue
        parts = [part for part in tree.children if isinstance(part, Tree)]
        clauses = [clause for part in parts if (clause := _clause(part, lexicon, loose))]
        if clauses and len(clauses) == len(parts) and not _is_torn(clauses, [*words]):
            found.setdefault(repr(clauses), tuple(clauses))
    return list(found.values())


def heads(words: Sequence[Word], line: str, lexicon: Lexicon) -> Iterator[tuple[Sequence[Word], str, str]]:
    """The line as a whole, and with what follows each mark as the reason: its words, the reason, the mark.

    The mark is ``""`` for none, ``because`` or ``until`` for such a word, else ``:``, ``,`` or ``-``.
    """
    yield words, "", ""
    marks = [found for at in range(1, len(words)) if (found := _mark(words, at, lexicon))]
    marks.sort(key=lambda found: _WEIGHT[found[0]])
    for mark, at, after in marks[:6]:
        reason = line[words[after].start :].strip()
        before = words[: at - 1] if words[at - 1].text == "," else words[:at]
        yield before, reason, mark


def _mark(words: Sequence[Word], at: int, lexicon: Lexicon) -> tuple[str, int, int] | None:
    """The mark of a reason at this place, with where the reason begins; a condition is part of the reason."""
    text = words[at].text
    if at + 1 == len(words):
        return None
    if text == ":" or (text == "," and not words[at + 1].is_number):
        return text, at, at + 1
    if text == "-":
        apart = not words[at].tight and not words[at + 1].tight
        return (text, at, at + 1) if apart and not words[at + 1].is_number else None
    for length in (4, 3, 2, 1):
        if at + length < len(words) and joined(words[at : at + length]) in lexicon.because:
            return "because", at, at + length
        if tuple(map(folded, joined(words[at : at + length]))) in lexicon.doubts["condition"]:
            return "until", at, at
    return None


def plain_reason(words: Sequence[Word], line: str, lexicon: Lexicon) -> tuple[Sequence[Word], str] | None:
    """The words up to a leading list of references, and what plainly follows it; ``None`` for nothing."""
    ends = [at for at, word in enumerate(words) if word.is_number]
    end = next((at + 1 for at in ends if at + 1 not in ends and not _goes_on(words, at + 1, lexicon)), 0)
    if not end or end >= len(words) or joined(words[end:]) in lexicon.because:
        return None
    return words[:end], line[words[end].start :].strip()


def _goes_on(words: Sequence[Word], at: int, lexicon: Lexicon) -> bool:
    """Whether the list goes on: a comma, "and", "to" or "except" stands here."""
    if at >= len(words):
        return False
    length = lexicon.longest_phrase(words, at)
    symbols = {meaning.symbol for meaning in lexicon.meanings.get(joined(words[at : at + length]), ())}
    ranges = "TO" in symbols and at + length < len(words) and words[at + length].is_number
    return (
        ranges
        or words[at].text in (",", "&", "-", ":", "+", "/")
        or not symbols.isdisjoint({"AND", "EXCEPT", "SEP", "PRE", "OPEN"})
    )


def _options(
    words: Sequence[Word], line: str, lexicon: Lexicon, vendors: VendorNames | None
) -> list[list[_Option]] | None:
    """What each word or phrase can mean, the longest first; ``None`` where one means nothing."""
    options: list[list[_Option]] = []
    at = 0
    while at < len(words):
        word = words[at]
        length = lexicon.longest_phrase(words, at)
        vendor = vendors.longest(words, at) if vendors else None
        if lexicon.longest_doubt(words, at) > max(length, 1):
            return None
        if vendor and vendor[0] > length:
            taken, found = vendor[0], [_Option("VENDOR", vendor[1], loose=True)]
        elif number := read_number(words, at, lexicon):
            taken, read = number
            if isinstance(read, References):
                found = [_Option("REFS", read, loose=read.spaced)]
            else:
                found = [_Option("AMOUNT", read)]
        elif closing := _OPENING.get(word.text):
            taken, found = _bracket(words, at, closing, line)
        elif length:
            taken = length
            known = lexicon.meanings[joined(words[at : at + length])]
            if at + length == len(words) and {meaning.symbol for meaning in known} <= _GOES_ON:
                return None
            said = " ".join(joined(words[at : at + length]))
            found = [option for meaning in known for option in _meant(meaning, said, len(known) == 1)]
            if options and not _VERBS.isdisjoint(option.symbol for option in found):
                options.append([_Option(""), _Option("SEP")])  # "approve 2 reject 3"
        elif word.text == "," and _leaves_out(words, at + 1, lexicon):
            taken, found = 1, [_Option("")]
        else:
            taken, found = 1, [_Option(symbol, word.text) for symbol in _MARKS.get(word.text, ())]
        if not found:
            return None
        options.append(found)
        at += taken
    return options


def _meant(meaning: Meaning, said: str, sole: bool) -> Iterator[_Option]:
    """The ways to take a phrase for this meaning; ``said`` is the phrase, ``sole`` that it has no other."""
    if meaning.symbol in _DROPPED:
        yield _Option("", loose=meaning.symbol in ("FILLER", "PREPOSITION"))
    elif meaning.symbol in ("EXCEPT", "ALLBUT"):
        yield _Option(meaning.symbol, (said, sole), loose=not sole)
    else:
        yield _Option(meaning.symbol, meaning.value, loose=meaning.symbol == "YES")
    if meaning.symbol == "AND":
        yield _Option("SEP")


def _leaves_out(words: Sequence[Word], at: int, lexicon: Lexicon) -> bool:
    length = lexicon.longest_phrase(words, at)
    known = lexicon.meanings.get(joined(words[at : at + length]), ())
    return any(meaning.symbol == "EXCEPT" for meaning in known)


def _bracket(words: Sequence[Word], at: int, closing: str, line: str) -> tuple[int, list[_Option]]:
    end = next((place for place in range(at + 1, len(words)) if words[place].text == closing), 0)
    inside = line[words[at].end : words[end].start].strip() if end else ""
    return end - at + 1, [_Option("REASON", inside)] if inside else []


def _clause(tree: Selection, lexicon: Lexicon, loose: bool) -> Clause | None:
    """The clause of a parsed line; ``None`` where both parts of its verb do not belong together."""
    if tree.data == "yes":
        return Clause("yes", plain=False)
    order = next((str(part.children[1]) for part in tree.find_data("sorting")), "")
    reason = next((str(part.children[0]) for part in tree.find_data("reason")), "")
    command = next(part for part in tree.children if isinstance(part, Tree) and part.data != "reason")
    said_yes = any(isinstance(part, Token) for part in tree.children)
    if command.data == "sorting":
        return Clause("list", order=order, plain=not loose)
    trees = [part for part in command.children if isinstance(part, Tree)]
    selection = next((part for part in trees if part.data in ("selection", "all_but")), None)
    verb = _verb(command, lexicon)
    if verb is None or not all(map(_makes_sense, tree.iter_subtrees())):
        return None
    plain = verb.exact and not loose and not said_yes
    return Clause(verb.act, selection, order, reason, plain, command.data == "verb_last", verb.alone)


def _is_torn(clauses: Sequence[Clause], words: Sequence[Word]) -> bool:
    """Whether a no at the end could belong to all: "approve 2 and 3 no" is no rejection of 3 alone."""
    denied = clauses[-1].last and any(word.text in denials() for word in words)
    return denied and any(not clause.last for clause in clauses)


def _makes_sense(part: Selection) -> bool:
    """Whether words that the grammar lets stand together make sense: a reference is no finding besides."""
    if part.data == "union":
        lists = [child for child in part.children if isinstance(child, Tree)]
        for join, described in zip(lists[1::2], lists[2::2], strict=True):
            # "reject 2, duplicate" names a reason.
            if _symbols(join) == ["COMMA"] and _symbols(described) == ["finding"]:
                return False
    if part.data != "described":
        return True
    symbols = _symbols(part)
    return "REFS" not in symbols or (symbols.count("REFS") == 1 and set(symbols) <= _BESIDE_REFERENCES)


def _symbols(described: Selection) -> list[str]:
    return [part.type if isinstance(part, Token) else str(part.data) for part in described.children]


def _verb(command: Selection, lexicon: Lexicon) -> Verb | None:
    tokens: list[Any] = [part.value for part in command.children if isinstance(part, Token)]
    if command.data == "verb_around":
        return lexicon.around.get((tokens[0], tokens[1]))
    verb: Verb = tokens[0]
    return verb
