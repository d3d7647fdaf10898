"""The small exact grammar of a reply: what is understood without a model, and nothing else.

It is a closed language, not a search for verbs: a reply is read only when every character of every
line fits the phrases of one language. Whatever does not fit is :class:`Unclear` with a question, so
nothing is done (law 7).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.domain.conversation import (
    Change,
    Correct,
    Decide,
    DecisionKind,
    DecisionRequest,
    DescribePayment,
    Reading,
    Unclear,
    Why,
)
from bot.domain.replies.phrases import ALONE, LETTERS, PHRASES, Command, Phrases
from bot.domain.replies.question import unclear
from bot.domain.replies.reason_guard import against
from bot.domain.replies.signs import Sign, signs

MAX_REF = 5000
MAX_LINES = 50
MAX_LENGTH = 4000

_FLAGS = re.ASCII | re.IGNORECASE
AMOUNT_LIKE = re.compile(r"[$€£¥]|[0-9],[0-9]{2,3}(?![0-9])|[0-9]\.[0-9]|[0-9]k\b|\b[0-9]{5,}", _FLAGS)
_DOUBT = re.compile(
    r"\b(?:no|not|nor|none|nope|never|nothing|neither|cannot|without|except|excluding"
    r"|\w+n['’]t|(?:do|did|does|wo|would|ca|is|should)nt|if|unless|provided|assuming|only)\b",
    re.IGNORECASE,
)
_COMMAND_WORD = re.compile(r"\b(?:approve|reject|deny|hold|skip|exit)\b", _FLAGS)
_BEFORE_REASON = re.compile(r" ?: ?| [-–] (?=[^\W\d_])")
# Accents may follow their letter, as some keyboards send them. Nothing here poses as a plain letter.
_MARKS = set("\u0300\u0301\u0302\u0303\u0308\u0327¿")
_WRITTEN = LETTERS | {char.upper() for char in LETTERS if char != "ß"} | _MARKS
_SEVERAL = "Please send decisions and anything else in messages of their own"


def read_exactly(text: str) -> Reading:
    """Read a human's reply by the exact grammar; never raises, and never guesses.

    Several lines are several asks, all or nothing. References run from 1 to 5,000; ``refs`` is
    ``None`` for a general decision ("approve", "approve all"), which means all that is undecided.
    """
    if len(text) > MAX_LENGTH:
        return unclear("That is too long for me to read")
    lines = [folded for line in re.split(r"\r\n|\r|\n", text) if (folded := on_one_line(line))]
    if not lines or len(lines) > MAX_LINES:
        return unclear("I did not find one instruction in that")
    readings = [_read_line(line) for line in _headed(lines)]
    for reading in readings:
        if isinstance(reading, Unclear):
            return reading
    if len(readings) == 1:
        return readings[0]
    asks = [ask for reading in readings if isinstance(reading, Decide) for ask in reading.asks]
    if len(asks) < len(readings):
        return unclear(_SEVERAL)
    if any(ask.kind is DecisionKind.APPROVED for ask in asks) and any(
        _holds_back(ask.reason) for ask in asks
    ):
        return unclear(
            "There is a no or a condition in that; please send approvals in a message of their own"
        )
    return join(asks)


def join(asks: Iterable[DecisionRequest]) -> Decide | Unclear:
    """Several asks as one decision, same ones brought together; unclear where they contradict each other."""
    merged: dict[tuple[DecisionKind, str], set[int]] = {}
    general: list[DecisionRequest] = []
    said: dict[int, tuple[DecisionKind, str]] = {}
    for ask in asks:
        if ask.refs is None:
            general += [] if ask in general else [ask]
            continue
        key = (ask.kind, ask.reason)
        if any(said.setdefault(ref, key) != key for ref in ask.refs):
            return unclear("You asked for different things for the same transaction")
        merged.setdefault(key, set()).update(ask.refs)
    if len(general) > 1 or (general and not set(said) <= set(general[0].but)):
        return unclear('"All" and single transactions in one message contradict each other')
    named = [
        DecisionRequest(kind=kind, refs=tuple(sorted(refs)), reason=reason)
        for (kind, reason), refs in merged.items()
    ]
    return Decide(asks=(*named, *general))


def _holds_back(reason: str) -> bool:
    return bool(_DOUBT.search(reason)) or Sign.NEGATION in signs(reason)


def on_one_line(line: str) -> str:
    """Every kind of space, no-break ones too, becomes one plain space."""
    spaced = (" " if char == "\t" or unicodedata.category(char) == "Zs" else char for char in line)
    return re.sub(" +", " ", "".join(spaced)).strip(" ")


def _headed(lines: Iterable[str]) -> Iterator[str]:
    """Lines under a heading ("reject:", then "2: duplicate") as the commands that they are."""
    verb, bare = "", ""
    for line in [*lines, ""]:
        if verb and re.match("#?[0-9]", line):
            yield verb.format(line)
            bare = ""
            continue
        if bare:
            yield bare  # a heading over nothing is no command
        verb = next((one.headings[line.lower()] for one in PHRASES if line.lower() in one.headings), "")
        bare = line if verb else ""
        if line and not verb:
            yield line


def plain_command(command: str) -> str | None:
    """A command in lower case and composed; ``None`` where it holds what no phrase is written with."""
    typed = command.replace("’", "'").replace("–", "-")
    if not all(char.isprintable() if char.isascii() else char in _WRITTEN for char in typed):
        return None
    return unicodedata.normalize("NFC", typed).lower()


def _read_line(line: str) -> Reading:
    """One folded line."""
    plain = plain_command(line)
    if plain is not None and (told := _read_word(plain)):
        return told
    if line.endswith("?"):
        return unclear("That reads like a question, so I changed nothing")
    for command, reason in _parted(line):
        plain = plain_command(command)
        if plain is not None and (reading := _read_decision(plain, reason)):
            return reading
    if plain is None:  # also without what may be a reason, which is written in any letters
        return unclear("There are characters in that which I do not read as plain letters and digits")
    return _explained(line)


def _read_word(plain: str) -> Reading | None:
    """Questions, skip and exit."""
    asked = plain.removeprefix("¿")
    found: list[Reading] = [reading for one in PHRASES if (reading := one.question(asked))]
    if found:
        return _of_one_mind(found) if _in_range(found[0]) else unclear(f"References go from 1 to {MAX_REF}")
    bare = re.sub(r"(?<=[a-z])[.!]{1,3}$", "", plain)
    endings: list[Reading] = [one.endings[bare] for one in PHRASES if bare in one.endings]
    return _of_one_mind(endings) if endings else None


def _in_range(reading: Reading) -> bool:
    ref = (
        reading.ref
        if isinstance(reading, Why)
        else reading.about
        if isinstance(reading, DescribePayment)
        else None
    )
    return ref is None or ref <= MAX_REF


def _of_one_mind(found: list[Reading]) -> Reading:
    """What all languages that know a line take it for."""
    if any(one != found[0] for one in found):
        return unclear("That says different things in different languages")
    return found[0]


def _parted(line: str) -> Iterator[tuple[str, str]]:
    """A line without a reason, and with what follows its first mark as the reason."""
    yield re.sub(r" ?[.!]{1,3}$", "", line), ""
    for mark, _ in zip(_BEFORE_REASON.finditer(line), range(2), strict=False):  # "correct 3: reject: reason"
        if reason := line[mark.end() :].strip():
            yield line[: mark.start()], reason


def _read_decision(plain: str, reason: str) -> Reading | None:
    if plain in ALONE:
        return _decided(Command(ALONE[plain], "", ""), None, reason, plain)
    found: list[Reading] = [
        _decided(command, one, reason, plain)
        for one in PHRASES
        if (command := one.command(plain)) is not None
    ]
    found += [_changed(*change, one, reason, plain) for one in PHRASES if (change := one.change(plain))]
    return _of_one_mind(found) if found else None


def _changed(
    kind: DecisionKind | None, listed: str, phrases: Phrases, reason: str, plain: str
) -> Correct | Unclear:
    """A decision that is to become another one, or none."""
    refs = phrases.references(listed)
    if not refs or refs[-1] > MAX_REF or AMOUNT_LIKE.search(plain):
        return unclear(f"References go from 1 to {MAX_REF}, and ranges from low to high")
    if reason and (refusal := unfit(reason, kind or DecisionKind.APPROVED, refs)):
        return refusal
    return Correct(changes=(Change(refs=refs, kind=kind, reason=reason),))


def _decided(command: Command, phrases: Phrases | None, reason: str, plain: str) -> Reading:
    about = phrases.references(command.refs) if phrases is not None and command.refs else None
    if reason and (refusal := unfit(reason, command.kind, about)):
        return refusal
    if may_be_amount(plain, phrases):
        return unclear(
            "That may be an amount, and I decide by reference; please put a space after each comma"
        )
    if phrases is None:
        return Decide(asks=(DecisionRequest(kind=command.kind, reason=reason),))
    lists = [phrases.references(listed) if listed else None for listed in (command.refs, command.but)]
    if any(refs is not None and (not refs or refs[-1] > MAX_REF) for refs in lists):
        return unclear(f"References go from 1 to {MAX_REF}, and ranges from low to high")
    refs, but = lists[0], lists[1] or ()
    if refs is None:
        return Decide(asks=(DecisionRequest(kind=command.kind, reason=reason, but=but),))
    left = tuple(ref for ref in refs if ref not in but)
    if not left or not set(but) <= set(refs):
        return unclear("What you leave out is not part of what you name")
    return Decide(asks=(DecisionRequest(kind=command.kind, refs=left, reason=reason),))


def may_be_amount(plain: str, phrases: Phrases | None) -> bool:
    """Whether a list of references may be an amount: a comma between digits is decimal but in English."""
    english = phrases is None or phrases is PHRASES[0]
    return bool(AMOUNT_LIKE.search(plain)) or (not english and bool(re.search("[0-9],[0-9]", plain)))


def unfit(reason: str, kind: DecisionKind, about: tuple[int, ...] | None) -> Unclear | None:
    """A reason that may carry a second instruction or a condition is not taken as a mere reason."""
    why = against(reason, kind, about)
    return None if why is None else unclear(why)


def _explained(line: str) -> Unclear:
    """The question that fits best to a line which is no command."""
    if _DOUBT.search(line) or Sign.NEGATION in signs(line):
        return unclear("There is a no or a condition in that, so I changed nothing")
    if len(_COMMAND_WORD.findall(line)) > 1:
        return unclear("There may be two instructions in that; please give each its own line")
    if re.match(r"(?:reject|deny|hold) [#0-9, and&-]+ [a-z]", line, _FLAGS):
        return unclear('If that is a reason, please put a colon before it, as in "reject 2: duplicate"')
    if _COMMAND_WORD.match(line) and AMOUNT_LIKE.search(line):
        return unclear("I decide by reference, not by amount")
    return unclear("I did not understand that as an instruction, so I changed nothing")
