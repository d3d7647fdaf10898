"""The small exact grammar of a reply: what is understood without a model, and nothing else.

It is a closed language, not a search for verbs: a reply is read only when every character of every
line fits. Whatever does not fit is :class:`Unclear` with a question, so nothing is done (law 7).
"""

import re
import unicodedata
from collections.abc import Iterable

from bot.domain.conversation import (
    Ask,
    Decide,
    DecisionKind,
    Exit,
    Help,
    Reading,
    Skip,
    Status,
    Unclear,
    Why,
)

MAX_REF = 5000
MAX_LINES = 50
MAX_LENGTH = 4000
REASON_LIMIT = 500

SAYABLE = '"approve 2 and 3", "approve all", "reject 2: reason", "hold 3", "why 2?", "skip" or "exit"'

_KINDS = {
    "approve": DecisionKind.APPROVED,
    "reject": DecisionKind.REJECTED,
    "deny": DecisionKind.REJECTED,
    "hold": DecisionKind.HELD,
}
_READ_ONLY: dict[str, Reading] = {"help": Help(), "status": Status(), "why": Why()}
_ENDINGS: dict[str, Reading] = {"skip": Skip(), "exit": Exit()}

_FLAGS = re.ASCII | re.IGNORECASE
_REF = r"#?[1-9][0-9]{0,3}"
_ITEM = rf"{_REF}(?:-{_REF})?"
_JOIN = r"(?: ?, ?(?:and )?| and | ?(?:&amp;|&) ?)"  # Slack escapes "&" in message text
_TARGETS = re.compile(rf"{_ITEM}(?:{_JOIN}{_ITEM})*", _FLAGS)
_COMMAND = re.compile(r"(approve|reject|deny|hold)(?: (all|[#0-9].*))?", _FLAGS)
_REASON = re.compile(r"((?:reject|deny|hold)[^:]*?)(?: ?: ?| - (?=[a-z]))(.+)", _FLAGS)
_WHY = re.compile(rf"why ({_REF}) ?\??", _FLAGS)
_AMOUNT_LIKE = re.compile(r"[$€£¥]|[0-9],[0-9]{3}(?![0-9])|[0-9]\.[0-9]|[0-9]k\b|\b[0-9]{5,}", _FLAGS)
_DOUBT = re.compile(
    r"\b(?:no|not|nor|none|nope|never|nothing|neither|cannot|without|except|excluding"
    r"|\w+n['’]t|(?:do|did|does|wo|would|ca|is|should)nt|if|unless|provided|assuming|only)\b",
    re.IGNORECASE,
)
# "reject 2: not 3" and "reject 2: if late" are no reasons; "reject 2: no PO" is one.
_NO_REASON = re.compile(r"(?:(?:not|except|but|and|or|only) #?[0-9]|(?:if|unless|except|when)\b)", _FLAGS)
_COMMAND_WORD = re.compile(r"\b(?:approve|reject|deny|hold|skip|exit)\b", _FLAGS)


def read_exactly(text: str) -> Reading:
    """Read a human's reply by the exact grammar; never raises, and never guesses.

    Several lines are several asks, all or nothing. References run from 1 to 5,000; ``refs`` is
    ``None`` for a general approval ("approve", "approve all"), which means all that is undecided.
    """
    if len(text) > MAX_LENGTH:
        return _unclear("That is too long for me to read")
    lines = [folded for line in re.split(r"\r\n|\r|\n", text) if (folded := _fold(line))]
    if not lines or len(lines) > MAX_LINES:
        return _unclear("I did not find one instruction in that")
    readings = [_read_line(line) for line in lines]
    for reading in readings:
        if isinstance(reading, Unclear):
            return reading
    if len(readings) == 1 and not isinstance(readings[0], Decide):
        return readings[0]
    asks = [ask for reading in readings if isinstance(reading, Decide) for ask in reading.asks]
    if len(asks) < len(readings):
        return _unclear("Please send decisions and anything else in messages of their own")
    whole = join(asks)
    approves = isinstance(whole, Decide) and any(ask.kind is DecisionKind.APPROVED for ask in whole.asks)
    if approves and _DOUBT.search(" ".join(lines)):
        return _unclear(
            "There is a no or a condition in that; please send approvals in a message of their own"
        )
    return whole


def join(asks: Iterable[Ask]) -> Decide | Unclear:
    """Several asks as one decision, same ones brought together; unclear where they contradict each other."""
    merged: dict[tuple[DecisionKind, str], set[int] | None] = {}
    said: dict[int, tuple[DecisionKind, str]] = {}
    for ask in asks:
        key = (ask.kind, ask.reason)
        if any(said.setdefault(ref, key) != key for ref in ask.refs or ()):
            return _unclear("You asked for different things for the same transaction")
        known = merged.get(key, set())
        merged[key] = None if ask.refs is None or known is None else known | set(ask.refs)
    if None in merged.values() and len(merged) > 1:
        return _unclear('"All" and single transactions in one message contradict each other')
    return Decide(
        asks=tuple(
            Ask(kind=kind, refs=None if refs is None else tuple(sorted(refs)), reason=reason)
            for (kind, reason), refs in merged.items()
        )
    )


def _fold(line: str) -> str:
    """Every kind of space, no-break ones too, becomes one plain space."""
    spaced = (" " if char == "\t" or unicodedata.category(char) == "Zs" else char for char in line)
    return re.sub(" +", " ", "".join(spaced)).strip(" ")


def _read_line(line: str) -> Reading:
    """One folded line."""
    command, reason = line, ""
    if found := _REASON.fullmatch(line):
        command, reason = found[1], found[2].strip()
    if not command.isascii() or not command.isprintable():
        return _unclear("There are characters in that which I do not read as plain letters and digits")
    if why := _WHY.fullmatch(command):
        return _why(int(why[1].lstrip("#")))
    word = re.sub(r"(?<=[a-z])[.!?]{0,3}$", "", command, flags=_FLAGS).lower()
    if not reason and word in _READ_ONLY:
        return _READ_ONLY[word]
    if line.endswith("?"):
        return _unclear("That reads like a question, so I changed nothing")
    if not reason and word in _ENDINGS:
        return _ENDINGS[word]
    return _read_decision(command, reason)


def _why(ref: int) -> Reading:
    return Why(ref=ref) if ref <= MAX_REF else _unclear(f"References go from 1 to {MAX_REF}")


def _read_decision(command: str, reason: str) -> Reading:
    bare = command if reason else re.sub(r" ?[.!]{1,3}$", "", command)
    found = _COMMAND.fullmatch(bare)
    if not found:
        return _explained(bare)
    kind, target = _KINDS[found[1].lower()], (found[2] or "all").lower()
    if target == "all":
        refs: tuple[int, ...] | None = None
    elif _AMOUNT_LIKE.search(target):
        return _unclear(
            "That may be an amount, and I decide by reference; please put a space after each comma"
        )
    elif not _TARGETS.fullmatch(target):
        return _explained(bare)
    else:
        refs = _references(target)
        if not refs or refs[-1] > MAX_REF:
            return _unclear(f"References go from 1 to {MAX_REF}, and ranges from low to high")
    if reason and (refusal := _unfit(reason, kind)):
        return refusal
    return Decide(asks=(Ask(kind=kind, refs=refs, reason=reason),))


def _references(targets: str) -> tuple[int, ...]:
    """The references of a list such as ``1, #2-4 and 7``, ascending; empty when a range is inverted."""
    refs: set[int] = set()
    for item in re.findall(_ITEM, targets):
        first, _, last = item.replace("#", "").partition("-")
        low, high = int(first), int(last or first)
        if high < low:
            return ()
        refs.update(range(low, high + 1))
    return tuple(sorted(refs))


def _unfit(reason: str, kind: DecisionKind) -> Unclear | None:
    """A reason that may carry a second instruction or a condition is not taken as a mere reason."""
    if len(reason) > REASON_LIMIT:
        return _unclear(f"Reasons are kept up to {REASON_LIMIT} characters")
    if _COMMAND_WORD.search(reason):
        return _unclear("There may be two instructions in that line; please give each its own line")
    if not any(char.isalpha() for char in reason) or _TARGETS.fullmatch(reason):
        return _unclear("I am not sure which transactions you mean")
    conditional_hold = kind is DecisionKind.HELD and re.match(r"(?:if|unless|when)\b", reason, _FLAGS)
    if _NO_REASON.match(reason) and not conditional_hold:
        return _unclear("I am not sure what should happen there")
    return None


def _explained(command: str) -> Unclear:
    """The question that fits best to a line which is no command."""
    if _DOUBT.search(command):
        return _unclear("There is a no or a condition in that, so I changed nothing")
    if len(_COMMAND_WORD.findall(command)) > 1:
        return _unclear("There may be two instructions in that; please give each its own line")
    if re.match(r"(?:reject|deny|hold) [#0-9, and&-]+ [a-z]", command, _FLAGS):
        return _unclear('If that is a reason, please put a colon before it, as in "reject 2: duplicate"')
    if _COMMAND_WORD.match(command) and _AMOUNT_LIKE.search(command):
        return _unclear("I decide by reference, not by amount")
    return _unclear("I did not understand that as an instruction, so I changed nothing")


def _unclear(what: str) -> Unclear:
    return Unclear(question=f"{what}. You can say {SAYABLE}.")
