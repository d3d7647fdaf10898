"""What each word and phrase of a language can mean in the grammar of replies, and which words name no vendor.

A phrase may have several meanings ("over": of an amount, or no more than a word beside it); the grammar
says which of them make a sentence.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from bot.domain.replies.languages import Language, languages
from bot.domain.replies.tokens import Token, folded, grams, joined, phrase

Phrase = tuple[str, ...]
DECISIONS = ("approve", "reject", "hold")


class Verb(NamedTuple):
    """What a verb asks for: a decision, a correction ("change reject", "undo") or a question.

    ``exact`` acts at once, and ``alone`` without any payments means everything that is undecided. ``answers``
    says that the verb is a yes or a no besides, as in "2 ok".
    """

    act: str
    exact: bool
    alone: bool = False
    answers: bool = False


class Meaning(NamedTuple):
    """A symbol of the grammar, with what this phrase stands for in it."""

    symbol: str
    value: Verb | str | int | Phrase


def decides(act: str) -> bool:
    """Whether an act decides or corrects; any other is a question, or ends the review."""
    return act in DECISIONS or act == "undo" or act.startswith("change ")


# Lists of [selection] that say which payments are meant, by their symbol in the grammar.
_NAMING = (
    *("all", "except", "and", "to", "it", "them", "both", "rest", "payments", "payment", "filler"),
    *("preposition", "article", "only", "under", "at_most", "over", "at_least", "between"),
    *("first", "second", "third", "fourth", "fifth", "last", "biggest", "smallest", "high", "medium", "low"),
)
_BOUNDS = ("under", "at_most", "over", "at_least")
_DOUBTS = ("deny", "condition", "unsettled", "unsure", "report", "irony")
_BESIDE_DOUBTS = ("against", "asking", "also", "spare")


class Lexicon:
    """The phrases of one language.

    ``meanings`` has them by their tokens, ``around`` the verbs whose payments stand in the middle ("gib 2
    frei"), and ``doubts`` by name what holds an approval back.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.meanings: dict[Phrase, tuple[Meaning, ...]] = {}
        self.around: dict[tuple[object, object], Verb] = {}
        for written, verb in _patterns(language):
            self._add_pattern(written, verb)
        for name in _NAMING:
            # "Without 3" denies too much to approve the others, the Portuguese "no" reads like a no, as does
            # the first word of "no less than".
            usable = [word for word in language.words("selection", name) if word not in denials()]
            for written in [
                word for word in usable if name not in _BOUNDS or denials().isdisjoint(word.split())
            ]:
                self._add(phrase(written), Meaning(self._symbol(name, phrase(written)), name))
        for symbol, table, name in (
            ("SEP", "selection", "but"),
            ("YES", "descriptions", "yes"),
            ("SORRY", "descriptions", "sorry"),
            ("SORT", "questions", "sort"),
            ("COURTESY", "courtesy", "words"),
        ):
            for written in language.words(table, name):
                # "I approve" is a bare yes too; as a whole it would hide the verb of "I approve 2".
                if symbol != "YES" or len(phrase(written)) == 1 or not self._orders(phrase(written)[-1:]):
                    self._add(phrase(written), Meaning(symbol, name))
        for symbol, table in (("FINDING", "findings"), ("ORDER", "orders"), ("STATE", "states")):
            for name, listed in language.lists(table):
                for written in listed:
                    self._add(phrase(written), Meaning(symbol, name))
        for count, written in enumerate(language.words("selection", "counts"), start=1):
            self._add(phrase(written), Meaning("COUNT", count))
        self.asking = frozenset(language.words("courtesy", "asking"))
        self.because = {phrase(written) for written in language.words("courtesy", "because")}
        self.retract = {phrase(written) for written in language.words("doubt", "retract")}
        self.doubts = {name: _folded_phrases(language, name) for name in (*_DOUBTS, *_BESIDE_DOUBTS)}
        self.longest = max(map(len, self.meanings))
        self._verbs = {
            words
            for words, meanings in self.meanings.items()
            if any(meaning.symbol in ("PRE", "POST", "OPEN", "WHOLE", "YES", "SORT") for meaning in meanings)
        }
        self.command_words = self._words_of("commands", (*DECISIONS, "undo", "change", "skip", "exit"))
        self.loose_words = self._words_of("descriptions", (*DECISIONS, "yes"))

    def _words_of(self, table: str, names: Sequence[str]) -> frozenset[str]:
        """The words that carry a verb: those of commands, and of descriptions those that stand alone."""
        written = [pattern for name in names for pattern in self.language.words(table, name)]
        # Of "stelle 2 zurück" the first part is the verb.
        commands = table == "commands"
        parts = [(commands and pattern.partition("{}")[0]) or pattern for pattern in written]
        phrases = [phrase(part.replace("{}", " ")) for part in parts]
        return frozenset(
            folded(word)
            for words in phrases
            if commands or len(words) == 1
            for word in words
            if not (self._says_little(word) or (commands and self._answers(word)))
        )

    def _orders(self, words: Phrase) -> bool:
        return any(meaning.symbol == "PRE" for meaning in self.meanings.get(words, ()))

    def coverage(self, tokens: Sequence[Token]) -> int:
        """How many words among these tokens are of the language."""
        known = at = 0
        while at < len(tokens):
            length = max(self.longest_phrase(tokens, at), self.longest_doubt(tokens, at))
            known += sum(token.text[-1].isalpha() for token in tokens[at : at + length])
            at += max(length, 1)
        return known

    def _answers(self, word: str) -> bool:
        """Whether a word alone is a yes, or a no as in "3 no"."""
        symbols = {meaning.symbol for meaning in self.meanings.get((word,), ())}
        return "YES" in symbols or ("POST" in symbols and (folded(word),) in self.doubts["deny"])

    def _says_little(self, word: str) -> bool:
        little = {"FILLER", "PREPOSITION", "ARTICLE", "PAYMENT", "IT", "COURTESY", "TO", "AND"}
        return any(meaning.symbol in little for meaning in self.meanings.get((word,), ()))

    def _symbol(self, name: str, words: Phrase) -> str:
        # "All but 3" says all by itself.
        if name == "except" and words[:1] in {
            phrase(word) for word in self.language.words("selection", "all")
        }:
            return "ALLBUT"
        return name.upper()

    def _add(self, words: Phrase, meaning: Meaning) -> None:
        known = self.meanings.get(words, ())
        if meaning not in known:
            self.meanings[words] = (*known, meaning)

    def _add_pattern(self, written: str, verb: Verb) -> None:
        before, braces, after = (phrase(part) for part in written.partition("{}"))
        if not braces:
            self._add(before, Meaning("WHOLE", verb))
        elif before and after:
            self.around[before, after] = verb
            self._add(before, Meaning("OPEN", before))
            self._add(after, Meaning("CLOSE", after))
        else:
            self._add(before or after, Meaning("PRE" if before else "POST", verb))

    def longest_phrase(self, tokens: Sequence[Token], at: int) -> int:
        """How many tokens the longest phrase has that begins at ``at``; 0 where none does."""
        texts = joined(tokens[at : at + self.longest])
        return next((length for length in range(len(texts), 0, -1) if texts[:length] in self.meanings), 0)

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
        texts = joined(tokens)
        return any(
            texts[at : at + size] in self._verbs
            for size in range(1, self.longest + 1)
            for at in range(len(texts))
        )

    def has(self, tokens: Sequence[Token], doubt: str) -> bool:
        """Whether a phrase of a list of [doubt] stands among the tokens, however its accents are typed."""
        return not grams(tuple(token.text for token in tokens)).isdisjoint(self.doubts[doubt])

    def longest_doubt(self, tokens: Sequence[Token], at: int) -> int:
        """How many tokens the longest denial, condition or report has that begins here; 0 where none does."""
        texts = tuple(folded(token.text) for token in tokens[at : at + 4])
        phrases = self.doubts["deny"] | self.doubts["condition"] | self.doubts["report"]
        return next((length for length in range(len(texts), 0, -1) if texts[:length] in phrases), 0)

    def doubts_in(self, tokens: Sequence[Token]) -> Iterator[str]:
        """The kinds of doubt whose words stand among these tokens, the gravest first."""
        yield from (name for name in _DOUBTS if self.has(tokens, name))


def _patterns(language: Language) -> Iterator[tuple[str, Verb]]:
    """Every pattern of a language with its verb; a change is one with each decision that may follow it."""
    answers = {*language.words("descriptions", "yes"), *language.words("doubt", "deny")}
    alone = {f"{word} {{}}" for word in language.words("commands", "alone")}
    for act in (*DECISIONS, "undo", "skip", "exit"):
        for written in language.words("commands", act):
            said = written.replace("{}", "").strip()
            yield written, Verb(act, True, written in alone, written.startswith("{}") and said in answers)
        if act in DECISIONS:
            yield from ((written, Verb(act, False)) for written in language.words("descriptions", act))
            for change in language.words("commands", "change"):
                for decided in language.words("decided", act):
                    yield f"{change} {decided}", Verb(f"change {act}", True)
    for act, listed in language.lists("questions"):
        if act != "sort":
            yield from ((written, Verb(act, True)) for written in listed)


def _folded_phrases(language: Language, name: str) -> frozenset[Phrase]:
    listed = language.words("doubt", name)
    return frozenset(tuple(map(folded, phrase(written))) for written in listed)


@cache
def denials() -> frozenset[str]:
    """What denies in any language."""
    return frozenset(word for language in languages() for word in language.words("doubt", "deny"))


@cache
def lexicons() -> tuple[Lexicon, ...]:
    """The lexicon of every language."""
    return tuple(map(Lexicon, languages()))


@cache
def command_stems(*acts: str) -> frozenset[str]:
    """The beginnings of the long verbs that approve and reject, by which they are known in every form."""
    return frozenset(
        folded(word)[: max(6, len(word) - 2)]
        for lexicon in lexicons()
        for act in acts
        for written in lexicon.language.words("commands", act)
        for word in phrase(written.partition("{}")[0] or written.replace("{}", " "))
        if len(word) >= 6
    ) | (frozenset({"deny"}) if "reject" in acts else frozenset())
