"""The small exact grammar of a reply: what acts at once.

It is a closed language, not a search for verbs: a reply is read only when every character of every
line fits the phrases of one language. Whatever does not fit is ``Unclear`` with a question, so nothing is
done (law 7 in ARCHITECTURE.md).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

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
from bot.domain.replies.languages import ENGLISH
from bot.domain.replies.phrases import ALONE, PHRASES, Command, Phrases
from bot.domain.replies.question import unclear
from bot.domain.replies.reason_guard import no_mere_reason
from bot.domain.replies.spelling import plain_command, single_spaced
from bot.domain.replies.warning_signs import SIGN_WORDS, WarningSign, warning_signs

MAX_REF = 5000
MAX_LINES = 50
MAX_LENGTH = 4000

_FLAGS = re.ASCII | re.IGNORECASE
AMOUNT_LIKE = re.compile(r"[$€£¥]|[0-9],[0-9]{2,3}(?![0-9])|[0-9]\.[0-9]|[0-9]k\b|\b[0-9]{5,}", _FLAGS)
_NEGATIONS = "|".join(SIGN_WORDS[WarningSign.NEGATION])
_NO_OR_CONDITION = re.compile(
    rf"\b(?:{_NEGATIONS}|except|excluding|\w+n['’]t|if|unless|provided|assuming|only)\b", re.IGNORECASE
)
_COMMAND_WORD = re.compile(r"\b(?:approve|reject|deny|hold|skip|exit)\b", _FLAGS)
_BEFORE_REASON = re.compile(r" ?: ?| [-–] (?=[^\W\d_])")
_RANGES = f"References go from 1 to {MAX_REF}, and ranges from low to high"


def read_exactly(text: str) -> Reading:
    """Read a human's reply by the exact grammar; never raises, and never guesses.

    It is ``Unclear`` unless every character of every line fits. Several lines are several decisions, all or
    nothing. References run from 1 to 5,000, and a decision without any ("approve", "approve all") means
    everything that is undecided.
    """
    if len(text) > MAX_LENGTH:
        return unclear("That is too long for me to read")
    lines = [line for typed in re.split(r"\r\n|\r|\n", text) if (line := single_spaced(typed))]
    if not lines or len(lines) > MAX_LINES:
        return unclear("I did not find one instruction in that")
    readings = [_read_line(line) for line in _headed(lines)]
    for reading in readings:
        if isinstance(reading, Unclear):
            return reading
    if len(readings) == 1:
        return readings[0]
    requests = [request for reading in readings if isinstance(reading, Decide) for request in reading.asks]
    if len(requests) < len(readings):
        return unclear("Please send decisions and anything else in messages of their own")
    approves = any(request.kind is DecisionKind.APPROVED for request in requests)
    if approves and any(_has_no_or_condition(request.reason) for request in requests):
        return unclear(
            "There is a no or a condition in that; please send approvals in a message of their own"
        )
    return merged_requests(requests)


def merged_requests(requests: Iterable[DecisionRequest]) -> Decide | Unclear:
    """Several requests as one reading, equal ones brought together; ``Unclear`` where they contradict."""
    refs_by_decision: dict[tuple[DecisionKind, str], set[int]] = {}
    general: list[DecisionRequest] = []
    decision_by_ref: dict[int, tuple[DecisionKind, str]] = {}
    for request in requests:
        if request.refs is None:
            general += [] if request in general else [request]
            continue
        decision = (request.kind, request.reason)
        if any(decision_by_ref.setdefault(ref, decision) != decision for ref in request.refs):
            return unclear("You asked for different things for the same transaction")
        refs_by_decision.setdefault(decision, set()).update(request.refs)
    if len(general) > 1 or (general and not set(decision_by_ref) <= set(general[0].but)):
        return unclear('"All" and single transactions in one message contradict each other')
    named = [
        DecisionRequest(kind=kind, refs=tuple(sorted(refs)), reason=reason)
        for (kind, reason), refs in refs_by_decision.items()
    ]
    return Decide(asks=(*named, *general))


def _has_no_or_condition(text: str) -> bool:
    return bool(_NO_OR_CONDITION.search(text)) or WarningSign.NEGATION in warning_signs(text)


def _headed(lines: Iterable[str]) -> Iterator[str]:
    """Lines under a heading ("reject:", then "2: duplicate") as the commands that they are."""
    verb, unused_heading = "", ""
    for line in [*lines, ""]:
        if verb and re.match("#?[0-9]", line):
            yield verb.format(line)
            unused_heading = ""
            continue
        if unused_heading:
            yield unused_heading  # with nothing under it, it is no command
        heading = line.lower()
        verb = next((phrases.headings[heading] for phrases in PHRASES if heading in phrases.headings), "")
        unused_heading = line if verb else ""
        if line and not verb:
            yield line


def _read_line(line: str) -> Reading:
    plain = plain_command(line)
    if plain is not None and (reading := _read_word(plain)):
        return reading
    if line.endswith("?"):
        return unclear("That reads like a question, so I changed nothing")
    for command, reason in _command_and_reason(line):
        plain = plain_command(command)
        if plain is not None and (reading := _read_decision(plain, reason)):
            return reading
    if plain is None:  # not even the part before a reason, which itself is written in any letters
        return unclear("There are characters in that which I do not read as plain letters and digits")
    return _explained(line)


def _read_word(plain: str) -> Reading | None:
    """Questions, skip and exit; ``None`` for anything else."""
    asked = plain.removeprefix("¿")
    questions = [reading for phrases in PHRASES if (reading := phrases.question(asked))]
    if questions:
        out_of_range = (_asked_about(questions[0]) or 0) > MAX_REF
        return unclear(f"References go from 1 to {MAX_REF}") if out_of_range else _agreed(questions)
    bare = re.sub(r"(?<=[a-z])[.!]{1,3}$", "", plain)
    endings = [phrases.endings[bare] for phrases in PHRASES if bare in phrases.endings]
    return _agreed(endings) if endings else None


def _asked_about(question: Reading) -> int | None:
    if isinstance(question, Why):
        return question.ref
    return question.about if isinstance(question, DescribePayment) else None


def _agreed(readings: Sequence[Reading]) -> Reading:
    """What all languages that know a line take it for; ``Unclear`` where they differ."""
    if any(reading != readings[0] for reading in readings):
        return unclear("That says different things in different languages")
    return readings[0]


def _command_and_reason(line: str) -> Iterator[tuple[str, str]]:
    """A line without a reason, and with what follows its first or second mark as the reason."""
    yield re.sub(r" ?[.!]{1,3}$", "", line), ""
    for mark in islice(_BEFORE_REASON.finditer(line), 2):  # the second in "correct 3: reject: reason"
        if reason := line[mark.end() :].strip():
            yield line[: mark.start()], reason


def _read_decision(plain: str, reason: str) -> Reading | None:
    if plain in ALONE:
        return _decided(Command(ALONE[plain], "", ""), None, reason, plain)
    readings: list[Reading] = []
    for phrases in PHRASES:
        if (command := phrases.command(plain)) is not None:
            readings.append(_decided(command, phrases, reason, plain))
    for phrases in PHRASES:
        if change := phrases.change(plain):
            readings.append(_changed(*change, phrases, reason, plain))
    return _agreed(readings) if readings else None


def _changed(
    kind: DecisionKind | None, listed: str, phrases: Phrases, reason: str, plain: str
) -> Correct | Unclear:
    """The correction of a decision: to another ``kind``, or to none where that is ``None``."""
    refs = phrases.references(listed)
    if not refs or refs[-1] > MAX_REF or AMOUNT_LIKE.search(plain):
        return unclear(_RANGES)
    if reason and (refusal := unfit(reason, kind or DecisionKind.APPROVED, refs)):
        return refusal
    return Correct(changes=(Change(refs=refs, kind=kind, reason=reason),))


def _decided(command: Command, phrases: Phrases | None, reason: str, plain: str) -> Reading:
    """The decision of a command; ``phrases`` are ``None`` for a verb that stands alone."""
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
        return unclear(_RANGES)
    refs, but = lists[0], lists[1] or ()
    if refs is None:
        return Decide(asks=(DecisionRequest(kind=command.kind, reason=reason, but=but),))
    left = tuple(ref for ref in refs if ref not in but)
    if not left or not set(but) <= set(refs):
        return unclear("What you leave out is not part of what you name")
    return Decide(asks=(DecisionRequest(kind=command.kind, refs=left, reason=reason),))


def may_be_amount(plain: str, phrases: Phrases | None) -> bool:
    """Whether a list of references may be an amount: a comma between digits is decimal but in English."""
    english = phrases is None or phrases.language is ENGLISH
    return bool(AMOUNT_LIKE.search(plain)) or (not english and bool(re.search("[0-9],[0-9]", plain)))


def unfit(reason: str, kind: DecisionKind, about: tuple[int, ...] | None) -> Unclear | None:
    """The question where ``reason`` may be more than a reason for a decision of this kind; ``None`` if fit.

    ``about`` has the references that the decision names, and is ``None`` for one about everything.
    """
    why = no_mere_reason(reason, kind, about)
    return None if why is None else unclear(why)


def _explained(line: str) -> Unclear:
    """The question that fits best to a line which is no command."""
    if _has_no_or_condition(line):
        return unclear("There is a no or a condition in that, so I changed nothing")
    if len(_COMMAND_WORD.findall(line)) > 1:
        return unclear("There may be two instructions in that; please give each its own line")
    if re.match(r"(?:reject|deny|hold) [#0-9, and&-]+ [a-z]", line, _FLAGS):
        return unclear('If that is a reason, please put a colon before it, as in "reject 2: duplicate"')
    if _COMMAND_WORD.match(line) and AMOUNT_LIKE.search(line):
        return unclear("I decide by reference, not by amount")
    return unclear("I did not understand that as an instruction, so I changed nothing")
