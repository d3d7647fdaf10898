"""What a process did for one request, as spans of a trace, where somebody records them; else nothing.

A request and a job begin a span; what is done inside of them (a step, a call) is a span inside of theirs. A
job belongs to the trace of the request that led to it, in whichever process it is done: both are found by
the request's name, which jobs carry anyway. A span holds names from fixed lists, counts and the ids of
reviews, and nothing else: whatever else it is given becomes ``other``.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from types import TracebackType
from typing import Any, Protocol, Self, TypedDict, Unpack

from bot.domain.review.outcome import Outcome
from bot.telemetry_names import (
    JOB_OUTCOMES,
    JOBS,
    MODEL_OUTCOMES,
    OTHER,
    PARTS,
    REQUEST_KINDS,
    REQUEST_OUTCOMES,
    SLACK_METHODS,
    SLACK_OUTCOMES,
    STEP_REFUSALS,
)

OUTCOMES = frozenset(
    {*map(str, Outcome), *JOB_OUTCOMES, *MODEL_OUTCOMES, *REQUEST_OUTCOMES, *SLACK_OUTCOMES, *STEP_REFUSALS}
)


class Facts(TypedDict, total=False):
    """All that a span may hold: names, the id of a review, the name of a request, counts."""

    kind: str
    job: str
    method: str
    outcome: str
    request: str
    review: str
    status: int
    tries: int
    version: int
    turns: int
    decisions: int
    prompt_tokens: int
    completion_tokens: int


class Kind(Enum):
    """What a span is about, as OpenTelemetry distinguishes: served, queued, called, or done inside."""

    REQUEST = "server"
    JOB = "consumer"
    CALL = "client"
    STEP = "internal"


class Recording(Protocol):
    """One span that is recorded."""

    def note(self, facts: Mapping[str, str | int]) -> None:
        """Add what became known."""

    def fail(self, error: str) -> None:
        """It went wrong; ``error`` is the type of an exception, or empty."""

    def end(self) -> None:
        """The span is over."""


class Recorder(Protocol):
    """Whoever records spans."""

    def begin(self, name: str, kind: Kind, request: str | None, *, again: bool, current: bool) -> Recording:
        """Begin a span, which ``current`` ones that begin before it ends are inside of.

        With ``request`` it stands in the trace of that request, or begins one where the name is empty;
        ``again`` says that the request was delivered before. With ``None`` it is inside of the current one.
        """

    def is_within(self) -> bool:
        """Whether there is a current span."""


class Span:
    """A span, or nothing where nobody records; leaving its block ends it, with the type of any error."""

    __slots__ = ("_expected", "_recording")

    def __init__(self, recording: Recording | None, expected: tuple[type[Exception], ...] = ()) -> None:
        self._recording = recording
        self._expected = expected

    def note(self, **facts: Unpack[Facts]) -> None:
        """Add what became known; what stands on no list becomes ``other``."""
        if self._recording is not None:
            self._recording.note(allowed(facts))

    def fail(self, error: BaseException | None = None) -> None:
        """It went wrong, with an exception or without; of that only the type is kept, never its words."""
        if self._recording is not None:
            self._recording.fail("" if error is None else type(error).__name__)

    def end(self) -> None:
        """The span is over."""
        if self._recording is not None:
            self._recording.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, self._expected):
            self.fail(error)
        self.end()


UNRECORDED = Span(None)
_recorder: Recorder | None = None


def record_with(recorder: Recorder | None) -> None:
    """Have the spans of this process recorded, or with ``None`` no more."""
    global _recorder
    _recorder = recorder


def request(kind: str, name: str, *, again: bool = False) -> Span:
    """The span of a request that is known to be Slack's; ``name`` is what jobs and logs call it."""
    if _recorder is None:
        return UNRECORDED
    kind = kind if kind in REQUEST_KINDS else OTHER
    span = Span(_recorder.begin(f"request {kind}", Kind.REQUEST, name, again=again, current=True))
    span.note(kind=kind)
    return _named(span, name)


def job(name: str, request_name: str, review: str = "") -> Span:
    """The span of one attempt at a job, which a request led to, or none (empty)."""
    if _recorder is None:
        return UNRECORDED
    name = name if name in JOBS else OTHER
    span = Span(_recorder.begin(f"job {name}", Kind.JOB, request_name, again=True, current=True))
    span.note(job=name)
    if review:
        span.note(review=review)
    return _named(span, request_name)


def step(name: str, review: str, *expected: type[Exception]) -> Span:
    """The span of a part of a request or job that is about a review: one of ``PARTS``.

    An ``expected`` exception that leaves its block is no failure.
    """
    span = _inside(name if name in PARTS else OTHER, Kind.STEP, expected=expected)
    span.note(review=review)
    return span


def slack_call(method: str) -> Span:
    """The span of a call to Slack; it must be ended."""
    method = method if method in SLACK_METHODS else OTHER
    span = _inside(f"slack {method}", Kind.CALL, current=False)
    span.note(method=method)
    return span


def model_call() -> Span:
    """The span of a call of the model."""
    return _inside("model", Kind.CALL)


def allowed(facts: Mapping[str, Any]) -> dict[str, str | int]:
    """The facts that a span may hold; what is not of its list or form is ``other``, unknown ones are gone."""
    return {name: value if _FORMS[name](value) else OTHER for name, value in facts.items() if name in _FORMS}


def _inside(
    name: str, kind: Kind, *, current: bool = True, expected: tuple[type[Exception], ...] = ()
) -> Span:
    if _recorder is None or not _recorder.is_within():
        return UNRECORDED
    return Span(_recorder.begin(name, kind, None, again=False, current=current), expected)


def _named(span: Span, request_name: str) -> Span:
    if request_name:
        span.note(request=request_name)
    return span


def _is_count(value: object) -> bool:
    return type(value) is int


def _like(pattern: str) -> Callable[[object], bool]:
    form = re.compile(pattern)
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


_FORMS: Mapping[str, Callable[[object], bool]] = {
    "kind": frozenset(REQUEST_KINDS).__contains__,
    "job": frozenset(JOBS).__contains__,
    "method": frozenset(SLACK_METHODS).__contains__,
    "outcome": OUTCOMES.__contains__,
    "request": _like(r"[0-9a-f]{12}"),
    "review": _like(r"R-[0-9A-Z]{5,12}"),
    **dict.fromkeys(
        ("status", "tries", "version", "turns", "decisions", "prompt_tokens", "completion_tokens"),
        _is_count,
    ),
}
