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
from bot.domain.replies.numbers import SMALL, References, read_number
from bot.domain.replies.syntax import COUNTABLE, Selection, makes_sense, symbols_of
from bot.domain.replies.tokens import Token as Word
from bot.domain.replies.tokens import joined
from bot.domain.replies.vendors import VendorNames

READINGS = 1024  # ways to take a line that are tried; a line with more is left unread
_DROPPED = frozenset({"FILLER", "PREPOSITION", "COURTESY", "ARTICLE"})
_VERBS = frozenset({"PRE", "OPEN"})
_GOES_ON = frozenset({"FILLER", "PREPOSITION", "ARTICLE", "TO", "AND"})  # a sentence does not end with these
_JOINING = frozenset({"AND", "SEP", "COURTESY"})
_MARKS = {",": ("COMMA", "SEP"), ";": ("SEP",), ".": ("SEP",), "&": ("AND",), "+": ("AND",), "/": ("SEP",)}
_OPENING = {"(": ")", "[": "]"}


class Clause(NamedTuple):
    """One thing that is asked; ``act`` is that of its ``Verb``, ``yes`` for a bare yes.

    ``selection`` is which payments, ``None`` where none are named. ``plain`` says that it is a complete
    command or question with no word too many, ``last`` that its verb stands behind the payments; ``alone``,
    ``answers`` and ``exact`` are those of the verb. ``amends`` says that something is taken back first;
    ``courtesies`` are the polite words of the line.
    """

    act: str
    selection: Selection | None = None
    order: str = ""
    reason: str = ""
    plain: bool = True
    last: bool = False
    alone: bool = False
    answers: bool = False
    exact: bool = False
    amends: bool = False
    courtesies: tuple[str, ...] = ()


class _Option(NamedTuple):
    """One meaning of a word: a symbol of the grammar, or ``""`` where it says nothing here."""

    symbol: str
    value: object = ""
    loose: bool = False
    said: str = ""


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
        if _says_when(chosen):
            continue
        try:
            tree = _parser().parse(tokens)
        except LarkError:
            continue
        parts = [part for part in tree.children if isinstance(part, Tree)]
        polite = tuple(str(option.value) for option in chosen if option.said == "COURTESY")
        clauses = [
            clause._replace(courtesies=polite) for part in parts if (clause := _clause(part, lexicon, loose))
        ]
        if clauses and len(clauses) == len(parts) and not _is_torn(clauses):
            found.setdefault(repr(clauses), tuple(clauses))
    return list(found.values())


def _options(
    words: Sequence[Word], line: str, lexicon: Lexicon, vendors: VendorNames | None
) -> list[list[_Option]] | None:
    """What each word or phrase can mean, the longest first; ``None`` where one means nothing."""
    options: list[list[_Option]] = []
    at = 0
    while at < len(words):
        length = lexicon.longest_phrase(words, at)
        vendor = vendors.longest(words, at) if vendors else None
        doubt = lexicon.longest_doubt(words, at)
        if doubt > max(length, 1) or doubt == length > 1:
            return None
        if vendor and vendor[0] > length:
            taken, found = vendor[0], [_Option("VENDOR", vendor[1], loose=True)]
        elif marked := _number_or_mark(words, at, line, lexicon, known=length > 0):
            taken, found = marked
        else:
            taken, found = length, _phrase_options(words, at, length, lexicon)
            parted = options and any(option.symbol == "SEP" for option in options[-1])
            verb = not _VERBS.isdisjoint(option.symbol for option in found)
            if options and not parted and verb and words[at].text not in denials():
                options.append(
                    [_Option(""), _Option("SEP")]
                )  # "approve 2 reject 3", and not "approve 2 no to 3"
        if not found:
            return None
        options.append(found)
        at += taken
    return options


def _number_or_mark(
    words: Sequence[Word], at: int, line: str, lexicon: Lexicon, *, known: bool
) -> tuple[int, list[_Option]] | None:
    """The number, bracket or mark that begins here, and how many tokens it has; ``None`` for a phrase."""
    word = words[at]
    if number := read_number(words, at, lexicon):
        taken, read = number
        if isinstance(read, References):
            return taken, [_Option("REFS", read, loose=read.spaced)]
        return taken, [_Option("AMOUNT", read)]
    if closing := _OPENING.get(word.text):
        return _bracket(words, at, closing, line)
    if known:
        return None
    if word.text == "," and _leaves_out(words, at + 1, lexicon):
        return 1, [_Option("")]
    return 1, [_Option(symbol, word.text) for symbol in _MARKS.get(word.text, ())]


def _phrase_options(words: Sequence[Word], at: int, length: int, lexicon: Lexicon) -> list[_Option]:
    """What a phrase of the language can mean at this place."""
    known = lexicon.meanings[joined(words[at : at + length])]
    if at + length == len(words):
        known = tuple(meaning for meaning in known if meaning.symbol not in _GOES_ON)
    if not _at_an_edge(words, at, at + length, lexicon):
        known = tuple(meaning for meaning in known if meaning.symbol != "COURTESY")
    said = " ".join(joined(words[at : at + length]))
    return [option for meaning in known for option in _meant(meaning, said, len(known) == 1)]


def _meant(meaning: Meaning, said: str, sole: bool) -> Iterator[_Option]:
    """The ways to take a phrase for this meaning; ``said`` is the phrase, ``sole`` that it has no other."""
    if meaning.symbol in _DROPPED:
        yield _Option("", said, meaning.symbol in ("FILLER", "PREPOSITION"), meaning.symbol)
    elif meaning.symbol in ("EXCEPT", "ALLBUT"):
        yield _Option(meaning.symbol, (said, sole), loose=not sole)
    else:
        yield _Option(meaning.symbol, meaning.value, loose=meaning.symbol == "YES")
    if meaning.symbol == "IT" and " " in said:
        yield _Option("PAYMENT", meaning.value)  # "the invoice", which a number may follow
    if meaning.symbol == "AND":
        yield _Option("SEP")


def _at_an_edge(words: Sequence[Word], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a courtesy stands where it says nothing else: "the morning payments" greets nobody."""

    def parts(at: int) -> bool:
        return words[at].text in (",", ";", ".", "!", "-", ":") or not _JOINING.isdisjoint(
            meaning.symbol for meaning in lexicon.meanings.get((words[at].text,), ())
        )

    return start == 0 or end == len(words) or parts(start - 1) or parts(end)


def _says_when(chosen: Sequence[_Option]) -> bool:
    """Whether a number stands behind a preposition ("approve at 3"), or apart from what it seems to count."""
    behind = False
    for before, between, after in zip(chosen, chosen[1:], chosen[2:], strict=False):
        if before.symbol == "REFS" and not between.symbol and after.symbol in COUNTABLE:
            return True  # "approve 2 the last one" counts nothing
    for option in chosen:
        if behind and isinstance(option.value, References) and option.value.refs[:1] <= (SMALL,):
            return True
        behind = option.said == "PREPOSITION" or (
            behind and (option.said == "ARTICLE" or option.symbol in ("PAYMENT", "PAYMENTS", "IT"))
        )
    return False


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
    if len(trees) > 1 and selection is not None and trees[-1].data == "union":  # "alles freigeben außer 2"
        but = next(part for part in command.children if isinstance(part, Token) and part.type == "EXCEPT")
        selection = Tree("selection", [*selection.children, but, trees[-1]])
    verb = _verb(command, lexicon)
    if verb is None or not all(map(makes_sense, tree.iter_subtrees())):
        return None
    if verb.act in ("reject", "hold") and symbols_of(tree)[-1] == "YES":
        return None  # "reject 2 3 fine": whose is the yes?
    plain = verb.exact and not loose and not said_yes
    return Clause(
        act=verb.act,
        selection=selection,
        order=order,
        reason=reason,
        plain=plain,
        last=command.data == "verb_last",
        alone=verb.alone,
        answers=verb.answers,
        exact=verb.exact,
    )


def _is_torn(clauses: Sequence[Clause]) -> bool:
    """Whether a yes or no at the end could belong to all: "approve 2 and 3 no", "reject 1 and 2 ok"."""
    return clauses[-1].last and clauses[-1].answers and any(not clause.last for clause in clauses)


def _verb(command: Selection, lexicon: Lexicon) -> Verb | None:
    verbs = ("PRE", "POST", "OPEN", "CLOSE", "WHOLE")
    children = [part for part in command.children if isinstance(part, Token)]
    tokens: list[Any] = [part.value for part in children if part.type in verbs]
    if command.data == "verb_around":
        return lexicon.around.get((tokens[0], tokens[1]))
    verb: Verb = tokens[0]
    return verb
