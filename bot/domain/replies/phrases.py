"""The exact phrases of each language, made of its words: what a whole line has to be."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bot.domain.conversation import (
    DecisionKind,
    DescribePayment,
    Exit,
    Help,
    Reading,
    ReviewFact,
    ShowStatus,
    Skip,
    TellFact,
    Why,
)
from bot.domain.replies.languages import LANGUAGES, CommandWords, CorrectionWords, Language, Words
from bot.domain.replies.verbs import KIND_OF

REF = r"#?[1-9][0-9]{0,3}"

# The verbs that may stand alone, and then mean everything that is undecided.
ALONE = {**KIND_OF, "deny": DecisionKind.REJECTED}


class Command(NamedTuple):
    """A decision as it stands in a line, with its lists of references as written.

    ``refs`` is empty for everything that is undecided, ``but`` where nothing is left out.
    """

    kind: DecisionKind
    refs: str
    but: str


class Phrases:
    """What one language has a whole line for; ``headings`` are verbs that may stand above several lines."""

    def __init__(self, language: Language) -> None:
        self.language = language
        words, corrections = language.commands, language.corrections
        and_, to, please = any_of(words.and_), any_of(words.to), any_of(words.please)
        # Slack escapes "&" in message text.
        join = rf"(?: ?, ?(?:{and_} )?| {and_} | ?(?:&amp;|&) ?| (?=#))"
        item = rf"{REF}(?:(?:-| {to} ){REF})?"
        self._item = re.compile(rf"({REF})(?:(?:-| {to} )({REF}))?")
        self.listed = rf"(?:{item}(?:{join}{item})*)"
        around = rf"(?:{please},? )?{{}}(?:,? {please})?"
        self._verbs = [
            (kind, re.compile(around.format(filled(verb, self._target(words)))))
            for kind, verb in verbs_of(words)
        ]
        self.headings = {f"{verb[:-3]}:": verb for _, verb in verbs_of(words) if verb.endswith(" {}")}
        self._questions = [
            (make, re.compile(rf"{filled(phrase, f'(?P<ref>{REF})')} ?[.!?]{{0,3}}"))
            for make, phrases in _questions(words)
            for phrase in phrases
        ]
        refs = f"(?P<refs>{self.listed})"
        self._changes: list[tuple[DecisionKind | None, re.Pattern[str]]] = [
            (kind, re.compile(around.format(f"{filled(change, refs)} {any_of(states)}")))
            for change in corrections.change
            for kind, states in _states(corrections)
        ]
        self._changes += [(None, re.compile(around.format(filled(undo, refs)))) for undo in corrections.undo]
        self.endings: dict[str, Skip | Exit] = {
            **dict.fromkeys(words.skip, Skip()),
            **dict.fromkeys(words.exit, Exit()),
        }

    def _target(self, words: CommandWords) -> str:
        noun = rf"(?:{any_of(words.nouns)} )?"
        every = rf"{any_of(words.all)}(?: {any_of(words.nouns)})?"

        def without(name: str) -> str:
            return rf"(?:,? {any_of(words.except_)} {noun}(?P<{name}>{self.listed}))?"

        return rf"(?:{every}{without('but')}|{noun}(?P<refs>{self.listed}){without('out')})"

    def command(self, line: str) -> Command | None:
        """The decision that this whole line is; ``None`` where it is none."""
        for kind, pattern in self._verbs:
            if found := pattern.fullmatch(line):
                return Command(kind, found["refs"] or "", found["but"] or found["out"] or "")
        return None

    def change(self, line: str) -> tuple[DecisionKind | None, str] | None:
        """The correction that this whole line is; ``None`` where it is none.

        It has the decision that is wanted instead (``None`` to take one back), and the references as written.
        """
        for kind, pattern in self._changes:
            if found := pattern.fullmatch(line):
                return kind, found["refs"]
        return None

    def question(self, line: str) -> Reading | None:
        """The reading of a line that is a question, which changes nothing; ``None`` where it is none."""
        for make, pattern in self._questions:
            if found := pattern.fullmatch(line):
                named = "ref" in pattern.groupindex
                return make(int(found["ref"].lstrip("#")) if named else 0)
        return None

    def references(self, listed: str) -> tuple[int, ...]:
        """The references of a list such as ``1, #2-4 and 7``, ascending; empty when a range is inverted."""
        refs: set[int] = set()
        for first, last in self._item.findall(listed):
            low, high = (int(ref.lstrip("#")) for ref in (first, last or first))
            if high < low:
                return ()
            refs.update(range(low, high + 1))
        return tuple(sorted(refs))


def verbs_of(words: CommandWords) -> Iterator[tuple[DecisionKind, str]]:
    """What a language says for each decision: patterns with ``{}`` for the payments."""
    for kind, verbs in (
        (DecisionKind.APPROVED, words.approve),
        (DecisionKind.REJECTED, words.reject),
        (DecisionKind.HELD, words.hold),
    ):
        yield from ((kind, verb) for verb in verbs)


def _states(corrections: CorrectionWords) -> Iterator[tuple[DecisionKind, Words]]:
    yield DecisionKind.APPROVED, corrections.approved
    yield DecisionKind.REJECTED, corrections.rejected
    yield DecisionKind.HELD, corrections.held


def _questions(words: CommandWords) -> Iterator[tuple[Callable[[int], Reading], Words]]:
    """What makes the reading of a question about a reference (0 where it names none), and its words."""
    yield lambda _: Help(), words.help
    yield lambda _: ShowStatus(), words.status
    yield lambda ref: Why(ref=ref or None), words.why
    yield lambda ref: DescribePayment(about=ref), words.what
    yield lambda _: TellFact(what=ReviewFact.SUBMITTER), words.who
    yield lambda _: TellFact(what=ReviewFact.OPEN), words.open


def any_of(words: Iterable[str]) -> str:
    """An expression for any one of these words, the longest first; nothing matches where there are none."""
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or '(?!)'})"


def filled(pattern: str, target: str) -> str:
    """The expression for a pattern of words with ``target``, itself an expression, in place of its ``{}``."""
    return target.join(re.escape(part) for part in pattern.split("{}"))


PHRASES = tuple(Phrases(language) for language in LANGUAGES)
# Words of approval, whole; parts such as "frei" mean other things too.
APPROVING_WORDS = frozenset(
    word
    for language in LANGUAGES
    for verb in language.commands.approve
    for word in verb.split()
    if len(word) > 4
)
REFUSING_WORDS = frozenset(
    word
    for language in LANGUAGES
    for verb in (*language.commands.reject, *language.commands.hold)
    for word in verb.split()
    if len(word) > 3 and word != "en"
)
# The letters beside a to z of all these languages; none of them poses as a plain one.
LETTERS = frozenset("àáâãäçèéêëìíîïñòóôõöùúûüß")
