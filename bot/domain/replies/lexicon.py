"""What each word and phrase of a language can mean in the grammar of replies, and which words raise a doubt.

A phrase may have several meanings ("over": of an amount, or no more than a word beside it); the grammar
says which of them make a sentence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from bot.domain.replies.languages import Language, languages
from bot.domain.replies.tokens import Phrase, Token, folded, joined, phrase

DECISIONS = ("approve", "reject", "hold")
HANDLING = ("release", "withdraw", "ask", "note")
ENDINGS = ("skip", "exit", "close")
_BOUNDS = ("under", "at_most", "over", "at_least")
_SAY_LITTLE = frozenset({"FILLER", "PREPOSITION", "ARTICLE", "PAYMENT", "IT", "COURTESY", "TO", "AND"})
_SPEAKING = frozenset({"PRE", "POST", "OPEN", "WHOLE", "YES", "SORT"})


class Verb(NamedTuple):
    """What a verb asks for: a decision, a correction ("change reject", "undo"), a question, or a yes.

    ``exact`` acts at once, and ``alone`` without any payments means everything that is undecided. ``answers``
    says that the verb is a yes or a no besides, as in "2 ok".
    """

    act: str
    exact: bool = False
    alone: bool = False
    answers: bool = False

    @property
    def decides(self) -> bool:
        """Whether this decides or corrects; any other verb is a question, or ends the review."""
        return self.act in (*DECISIONS, "undo") or self.act.startswith("change ")

    @property
    def handles(self) -> bool:
        """Whether this is about payments and decides nothing about them: "release 3", "note 3: called"."""
        return self.act in HANDLING

    @property
    def writes(self) -> bool:
        """Whether a text follows that is kept as it is: a question to the submitter, or a note."""
        return self.act in ("ask", "note")


class Meaning(NamedTuple):
    """A symbol of the grammar, with what a phrase stands for in it: a ``Verb``, a count, or a name.

    Of the first part of a verb with the payments in its middle it is the verbs by their second part. An empty
    symbol says nothing here, and ``said`` what it is then. ``loose`` words make no complete command.
    """

    symbol: str
    value: Any = ""
    loose: bool = False
    said: str = ""

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """The verbs that this is, or may begin."""
        if self.symbol == "OPEN":
            return tuple(self.value.values())
        return (self.value,) if isinstance(self.value, Verb) else ()


class Lexicon:
    """The phrases of one language.

    ``meanings`` has them by their tokens, ``around`` the verbs whose payments stand in the middle ("gib 2
    frei"), and ``doubts`` by name what holds an approval back.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.meanings: dict[Phrase, tuple[Meaning, ...]] = {}
        self.around: dict[Phrase, dict[Phrase, Verb]] = defaultdict(dict)
        for written, verb in _patterns(language):
            before, braces, after = (phrase(part) for part in written.partition("{}"))
            if before and after:
                self.around[before][after] = verb
                self._add(before, "OPEN", self.around[before])
                self._add(after, "CLOSE", after)
            else:
                self._add(before or after, "WHOLE" if not braces else "PRE" if before else "POST", verb)
        for symbol, value, words in _listed(language):
            # "I approve" is a bare yes too; as a whole it would hide the verb of "I approve 2".
            if symbol != "YES" or len(words) == 1 or "PRE" not in self.symbols(words[-1:]):
                self._add(words, symbol, value)
        self.doubts: dict[str, frozenset[Phrase]] = defaultdict(frozenset)
        for name, listed in language.lists("doubt"):
            self.doubts[name] = frozenset(tuple(map(folded, phrase(written))) for written in listed)
        self._doubtful = self.doubts["deny"] | self.doubts["condition"] | self.doubts["report"]
        self.asking = frozenset(language.words("courtesy", "asking"))
        self.because = frozenset(map(phrase, language.words("courtesy", "because")))
        self.retract = frozenset(map(phrase, language.words("doubt", "retract")))
        self.longest = max(map(len, self.meanings))
        self._speaking = {words for words in self.meanings if _SPEAKING & self.symbols(words)}
        # Of "stelle 2 zurück" the first part is the verb; of a description only what is one word says enough.
        acts = (*DECISIONS, "undo", "change", "skip", "exit")
        commands = [written for act in acts for written in language.words("commands", act)]
        loose = [written for act in (*DECISIONS, "yes") for written in language.words("descriptions", act)]
        parts = [phrase(written.partition("{}")[0] or written.removeprefix("{}")) for written in commands]
        sole = [words for written in loose if len(words := phrase(written.replace("{}", " "))) == 1]
        moves = ("release", "withdraw", "reopen")
        handled = [
            phrase(each.replace("{}", " ")) for act in moves for each in language.words("commands", act)
        ]
        parts += [words for words in handled if len(words) == 1]
        said = {word for words in parts for word in words}
        self.command_words = self._telling(word for word in said if not self._answers(word))
        self.loose_words = self._telling(words[0] for words in sole)

    def _add(self, words: Phrase, symbol: str, value: Any) -> None:
        known = self.meanings.get(words, ())
        if (meaning := Meaning(symbol, value)) not in known:
            self.meanings[words] = (*known, meaning)

    def _telling(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(folded(word) for word in words if not _SAY_LITTLE & self.symbols((word,)))

    def _answers(self, word: str) -> bool:
        """Whether a word alone is a yes, or a no as in "3 no"."""
        symbols = self.symbols((word,))
        return "YES" in symbols or ("POST" in symbols and (folded(word),) in self.doubts["deny"])

    def symbols(self, words: Phrase) -> frozenset[str]:
        """The symbols that exactly these words can be."""
        return frozenset(meaning.symbol for meaning in self.meanings.get(words, ()))

    def symbols_at(self, tokens: Sequence[Token], at: int) -> frozenset[str]:
        """The symbols that the longest phrase from ``at`` on can be."""
        return self.symbols(joined(tokens[at : at + self.longest_phrase(tokens, at)]))

    def longest_phrase(self, tokens: Sequence[Token], at: int) -> int:
        """How many tokens the longest phrase has that begins at ``at``; 0 where none does."""
        texts = joined(tokens[at : at + self.longest])
        return next((length for length in range(len(texts), 0, -1) if texts[:length] in self.meanings), 0)

    def longest_doubt(self, tokens: Sequence[Token], at: int) -> int:
        """How many tokens the longest denial, condition or report has that begins here; 0 where none does."""
        texts = tuple(folded(token.text) for token in tokens[at : at + 4])
        return next((length for length in range(len(texts), 0, -1) if texts[:length] in self._doubtful), 0)

    def phrases_in(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, tuple[Meaning, ...]]]:
        """Every phrase among the tokens, the longest first: from where to where, and its meanings."""
        at = 0
        while at < len(tokens):
            length = self.longest_phrase(tokens, at)
            if length:
                yield at, at + length, self.meanings[joined(tokens[at : at + length])]
            at += max(length, 1)

    def speaks(self, tokens: Sequence[Token]) -> bool:
        """Whether a verb, a question or a yes of the language stands among the tokens."""
        texts, sizes = joined(tokens), range(1, self.longest + 1)
        return any(texts[at : at + size] in self._speaking for size in sizes for at in range(len(texts)))


def _patterns(language: Language) -> Iterator[tuple[str, Verb]]:
    """Every pattern of a language with its verb; a change is one with each decision that may follow it."""
    answers = {*language.words("descriptions", "yes"), *language.words("doubt", "deny")}
    alone = {f"{word} {{}}" for word in language.words("commands", "alone")}
    for act in (*DECISIONS, *HANDLING, "undo", *ENDINGS, "reopen", "on_it", "nudge"):
        for written in language.words("commands", act):
            said = written.replace("{}", "").strip()
            yield written, Verb(act, True, written in alone, written.startswith("{}") and said in answers)
        if act in DECISIONS:
            yield from ((written, Verb(act)) for written in language.words("descriptions", act))
            for change in language.words("commands", "change"):
                for decided in language.words("decided", act):
                    yield f"{change} {decided}", Verb(f"change {act}", True)
    for act, listed in language.lists("questions"):
        if act != "sort":
            yield from ((written, Verb(act, True)) for written in listed)


def _listed(language: Language) -> Iterator[tuple[str, str | int, Phrase]]:
    """Every other phrase with its symbol and what it stands for."""
    every = {phrase(word) for word in language.words("selection", "all")}
    for name, listed in language.lists("selection"):
        for count, written in enumerate(listed, start=1):
            words = phrase(written)
            # "All but 3" says all by itself.
            symbol = "ALLBUT" if name == "except" and words[:1] in every else name.upper()
            if name in ("counts", "but"):
                yield ("COUNT", count, words) if name == "counts" else ("SEP", name, words)
            # "Without 3" denies too much to approve the others, the Portuguese "no" reads like a no, as does
            # the first word of "no less than".
            elif written not in denials() and (name not in _BOUNDS or denials().isdisjoint(words)):
                yield symbol, name, words
    for symbol, table, name in (
        *(("YES", "descriptions", "yes"), ("SORRY", "descriptions", "sorry"), ("SORT", "questions", "sort")),
        ("COURTESY", "courtesy", "words"),
    ):
        yield from ((symbol, name, phrase(written)) for written in language.words(table, name))
    for symbol, table in (("FINDING", "findings"), ("ORDER", "orders"), ("STATE", "states")):
        for name, listed in language.lists(table):
            yield from ((symbol, name, phrase(written)) for written in listed)


@cache
def denials() -> frozenset[str]:
    """What denies in any language."""
    return frozenset(word for language in languages() for word in language.words("doubt", "deny"))


@cache
def lexicons() -> tuple[Lexicon, ...]:
    """The lexicon of every language."""
    return tuple(map(Lexicon, languages()))


def best_languages(words: Sequence[Token], among: Iterable[Lexicon] | None = None) -> list[Lexicon]:
    """The languages to which most of the words belong, of all or ``among`` these."""
    known = {
        lexicon: _coverage(lexicon, tuple(words)) for lexicon in (lexicons() if among is None else among)
    }
    return [lexicon for lexicon, count in known.items() if count == max(known.values())]


@lru_cache(maxsize=512)
def _coverage(lexicon: Lexicon, words: tuple[Token, ...]) -> int:
    """How many of the words are of the language."""
    known = at = 0
    while at < len(words):
        length = max(lexicon.longest_phrase(words, at), lexicon.longest_doubt(words, at))
        known += sum(word.text[-1].isalpha() for word in words[at : at + length])
        at += max(length, 1)
    return known


@cache
def command_stems(*acts: str) -> frozenset[str]:
    """The beginnings of the long verbs that approve and reject, by which they are known in every form."""
    every = [language.words("commands", act) for language in languages() for act in acts]
    parts = [written.partition("{}") for listed in every for written in listed]
    words = [word for before, _, after in parts for word in phrase(before or after)]
    stems = {folded(word)[: max(6, len(word) - 2)] for word in words if len(word) >= 6}
    return frozenset(stems | ({"deny"} if "reject" in acts else set()))
