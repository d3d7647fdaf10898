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
from bot.domain.replies.languages import AMENDING, TONGUES, Amending, Tongue
from bot.domain.replies.verbs import KIND_OF

REF = r"#?[1-9][0-9]{0,3}"

# The seed's own words may stand alone, and then mean everything that is undecided.
ALONE = {**KIND_OF, "deny": DecisionKind.REJECTED}


class Command(NamedTuple):
    """A decision as it stands in a line: lists of references as written, ``refs`` empty for all."""

    kind: DecisionKind
    refs: str
    but: str


class Phrases:
    """What one language has a whole line for."""

    def __init__(self, tongue: Tongue, amending: Amending) -> None:
        # Slack escapes "&" in message text.
        join = rf"(?: ?, ?(?:{any_of(tongue.and_)} )?| {any_of(tongue.and_)} | ?(?:&amp;|&) ?| (?=#))"
        item = rf"{REF}(?:(?:-| {any_of(tongue.to)} ){REF})?"
        self.item = re.compile(rf"({REF})(?:(?:-| {any_of(tongue.to)} )({REF}))?")
        self.listed = rf"(?:{item}(?:{join}{item})*)"
        please = any_of(tongue.please)
        around = rf"(?:{please},? )?{{}}(?:,? {please})?"
        self._verbs = [
            (kind, re.compile(around.format(filled(verb, self._target(tongue)))))
            for kind, verb in verbs_of(tongue)
        ]
        self.headings = {f"{verb[:-3]}:": verb for _, verb in verbs_of(tongue) if verb.endswith(" {}")}
        self._asked = [
            (make, re.compile(rf"{filled(words, f'(?P<ref>{REF})')} ?[.!?]{{0,3}}"))
            for make, phrases in _questions(tongue)
            for words in phrases
        ]
        self._changes: list[tuple[DecisionKind | None, re.Pattern[str]]] = [
            (kind, re.compile(around.format(f"{filled(change, f'(?P<refs>{self.listed})')} {any_of(words)}")))
            for change in amending.change
            for kind, words in _states(amending)
        ]
        self._changes += [
            (None, re.compile(around.format(filled(words, f"(?P<refs>{self.listed})"))))
            for words in amending.undo
        ]
        self.endings: dict[str, Skip | Exit] = {
            **dict.fromkeys(tongue.skip, Skip()),
            **dict.fromkeys(tongue.exit, Exit()),
        }

    def _target(self, tongue: Tongue) -> str:
        noun = rf"(?:{any_of(tongue.nouns)} )?"
        every = rf"{any_of(tongue.all)}(?: {any_of(tongue.nouns)})?"

        def without(name: str) -> str:
            return rf"(?:,? {any_of(tongue.except_)} {noun}(?P<{name}>{self.listed}))?"

        return rf"(?:{every}{without('but')}|{noun}(?P<refs>{self.listed}){without('out')})"

    def command(self, line: str) -> Command | None:
        """The decision that this whole line is."""
        for kind, pattern in self._verbs:
            if found := pattern.fullmatch(line):
                return Command(kind, found["refs"] or "", found["but"] or found["out"] or "")
        return None

    def change(self, line: str) -> tuple[DecisionKind | None, str] | None:
        """The correction that this line is: what it shall be, ``None`` to take it back, and of which."""
        for kind, pattern in self._changes:
            if found := pattern.fullmatch(line):
                return kind, found["refs"]
        return None

    def question(self, line: str) -> Reading | None:
        """What this whole line wants to know; its reading changes nothing."""
        for make, pattern in self._asked:
            if found := pattern.fullmatch(line):
                named = "ref" in pattern.groupindex
                return make(int(found["ref"].lstrip("#")) if named else 0)
        return None

    def references(self, listed: str) -> tuple[int, ...]:
        """The references of a list such as ``1, #2-4 and 7``, ascending; empty when a range is inverted."""
        refs: set[int] = set()
        for first, last in self.item.findall(listed):
            low, high = (int(one.lstrip("#")) for one in (first, last or first))
            if high < low:
                return ()
            refs.update(range(low, high + 1))
        return tuple(sorted(refs))


def verbs_of(tongue: Tongue) -> Iterator[tuple[DecisionKind, str]]:
    """What a language says for each decision."""
    for kind, verbs in (
        (DecisionKind.APPROVED, tongue.approve),
        (DecisionKind.REJECTED, tongue.reject),
        (DecisionKind.HELD, tongue.hold),
    ):
        yield from ((kind, verb) for verb in verbs)


def _states(amending: Amending) -> Iterator[tuple[DecisionKind, tuple[str, ...]]]:
    yield DecisionKind.APPROVED, amending.approved
    yield DecisionKind.REJECTED, amending.rejected
    yield DecisionKind.HELD, amending.held


def _questions(tongue: Tongue) -> Iterator[tuple[Callable[[int], Reading], tuple[str, ...]]]:
    """What makes the reading of a question about a reference (0 where it names none), and its words."""
    yield lambda _: Help(), tongue.help
    yield lambda _: ShowStatus(), tongue.status
    yield lambda ref: Why(ref=ref or None), tongue.why
    yield lambda ref: DescribePayment(about=ref), tongue.what
    yield lambda _: TellFact(what=ReviewFact.SUBMITTER), tongue.who
    yield lambda _: TellFact(what=ReviewFact.OPEN), tongue.open


def any_of(words: Iterable[str]) -> str:
    """An expression for any one of these words, the longest first; nothing matches where there are none."""
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or '(?!)'})"


def filled(words: str, target: str) -> str:
    """A pattern of words with ``{}`` as an expression."""
    return target.join(re.escape(part) for part in words.split("{}"))


PHRASES = tuple(Phrases(tongue, words) for tongue, words in zip(TONGUES, AMENDING, strict=True))
# Words of approval, whole; parts such as "frei" mean other things too.
VERBS = frozenset(
    word for tongue in TONGUES for verb in tongue.approve for word in verb.split() if len(word) > 4
)
OTHER_VERBS = frozenset(
    word
    for tongue in TONGUES
    for verb in (*tongue.reject, *tongue.hold)
    for word in verb.split()
    if len(word) > 3 and word != "en"
)
# The letters beside a to z of all these languages; none of them poses as a plain one.
LETTERS = frozenset("àáâãäçèéêëìíîïñòóôõöùúûüß")
