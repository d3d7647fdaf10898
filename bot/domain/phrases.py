"""The exact phrases of each language, made of its words: what a whole line has to be."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bot.domain.conversation import DecisionKind, Exit, Facts, Help, Reading, Skip, Status, Tell, What, Why
from bot.domain.tongues import TONGUES, Tongue

REF = r"#?[1-9][0-9]{0,3}"

# The seed's own words may stand alone, and then mean everything that is undecided.
ALONE = {
    "approve": DecisionKind.APPROVED,
    "reject": DecisionKind.REJECTED,
    "deny": DecisionKind.REJECTED,
    "hold": DecisionKind.HELD,
}


class Command(NamedTuple):
    """A decision as it stands in a line: lists of references as written, ``refs`` empty for all."""

    kind: DecisionKind
    refs: str
    but: str


class Phrases:
    """What one language has a whole line for."""

    def __init__(self, tongue: Tongue) -> None:
        # Slack escapes "&" in message text.
        join = rf"(?: ?, ?(?:{_any(tongue.and_)} )?| {_any(tongue.and_)} | ?(?:&amp;|&) ?| (?=#))"
        item = rf"{REF}(?:(?:-| {_any(tongue.to)} ){REF})?"
        self.item = re.compile(rf"({REF})(?:(?:-| {_any(tongue.to)} )({REF}))?")
        self.listed = rf"(?:{item}(?:{join}{item})*)"
        please = _any(tongue.please)
        around = rf"(?:{please},? )?{{}}(?:,? {please})?"
        self._verbs = [
            (kind, re.compile(around.format(_filled(verb, self._target(tongue)))))
            for kind, verbs in _kinds(tongue)
            for verb in verbs
        ]
        self.headings = {
            f"{verb[:-3]}:": verb for _, verbs in _kinds(tongue) for verb in verbs if verb.endswith(" {}")
        }
        self._asked = [
            (make, re.compile(rf"{_filled(words, f'(?P<ref>{REF})')} ?[.!?]{{0,3}}"))
            for make, phrases in _questions(tongue)
            for words in phrases
        ]
        self.endings: dict[str, Skip | Exit] = {
            **dict.fromkeys(tongue.skip, Skip()),
            **dict.fromkeys(tongue.exit, Exit()),
        }

    def _target(self, tongue: Tongue) -> str:
        noun = rf"(?:{_any(tongue.nouns)} )?"
        every = rf"{_any(tongue.all)}(?: {_any(tongue.nouns)})?"

        def without(name: str) -> str:
            return rf"(?:,? {_any(tongue.except_)} {noun}(?P<{name}>{self.listed}))?"

        return rf"(?:{every}{without('but')}|{noun}(?P<refs>{self.listed}){without('out')})"

    def command(self, line: str) -> Command | None:
        """The decision that this whole line is."""
        for kind, pattern in self._verbs:
            if found := pattern.fullmatch(line):
                return Command(kind, found["refs"] or "", found["but"] or found["out"] or "")
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


def _kinds(tongue: Tongue) -> Iterator[tuple[DecisionKind, tuple[str, ...]]]:
    yield DecisionKind.APPROVED, tongue.approve
    yield DecisionKind.REJECTED, tongue.reject
    yield DecisionKind.HELD, tongue.hold


def _questions(tongue: Tongue) -> Iterator[tuple[Callable[[int], Reading], tuple[str, ...]]]:
    """What makes the reading of a question about a reference (0 where it names none), and its words."""
    yield lambda _: Help(), tongue.help
    yield lambda _: Status(), tongue.status
    yield lambda ref: Why(ref=ref or None), tongue.why
    yield lambda ref: What(about=ref), tongue.what
    yield lambda _: Tell(what=Facts.SUBMITTER), tongue.who
    yield lambda _: Tell(what=Facts.OPEN), tongue.open


def _any(words: Iterable[str]) -> str:
    """Any one of these words, the longest first."""
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"


def _filled(words: str, target: str) -> str:
    """A pattern of words with ``{}`` as an expression."""
    return target.join(re.escape(part) for part in words.split("{}"))


PHRASES = tuple(Phrases(tongue) for tongue in TONGUES)
# Words of approval, whole; parts such as "frei" mean other things too.
VERBS = frozenset(
    word for tongue in TONGUES for verb in tongue.approve for word in verb.split() if len(word) > 4
)
LETTERS = frozenset("".join(word for tongue in TONGUES for words in tongue[1:] for word in words))
