"""Reading an entry of the job queue: the fields that docket needs, and arguments that are plain values.

docket pickles the arguments of a job and unpickles what it finds in Redis, which lets whoever can write
there run code. So each entry is read here first. Its pickles may hold texts, whole numbers, one tuple or one
dictionary, and nothing that names a class or a function; docket gets pickles that this process made of what
was read. What does not look like a job of this bot is refused with a reason.
"""

import inspect
import pickle
import pickletools
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

Fields = dict[bytes, bytes]
Kind = TypeVar("Kind", tuple[Any, ...], dict[str, Any])

LONGEST_PICKLE = 16_384  # bytes; a job's arguments are a handful of ids
LONGEST_TEXT = 1_000  # characters
LARGEST_NUMBER = 2**53  # beyond it Lua, which counts generations, cannot count
# A plain value is made of these operations alone; none looks up a name, calls, or takes a place by number.
PLAIN = (
    {"PROTO", "FRAME", "STOP", "MARK", "MEMOIZE", "BINGET"}
    | {"SHORT_BINUNICODE", "BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1"}
    | {"EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_DICT", "SETITEM", "SETITEMS"}
)
REQUIRED = frozenset({b"key", b"function", b"args", b"kwargs", b"when", b"attempt"})
TRACING = (b"traceparent", b"tracestate")


class NotAJob(Exception):
    """An entry is no job of this bot; the message is the reason in our own words and quotes nothing."""


def read_entry(fields: Mapping[bytes, bytes], tasks: Mapping[str, Callable[..., Any]]) -> Fields:
    """The fields of an entry as docket may have them; ``tasks`` are the jobs that there are, by name.

    Raises ``NotAJob``.
    """
    if not fields.keys() >= REQUIRED:
        raise NotAJob("a field is missing")
    name = _text(fields[b"function"])
    if name not in tasks:
        raise NotAJob("no such job")
    args, kwargs = _plain(fields[b"args"], tuple), _plain(fields[b"kwargs"], dict)
    _check_arguments(tasks[name], args, kwargs)
    return {
        b"key": _text(fields[b"key"]).encode(),
        b"function": name.encode(),
        b"args": pickle.dumps(args),
        b"kwargs": pickle.dumps(kwargs),
        b"when": _moment(fields[b"when"]).isoformat().encode(),
        b"attempt": str(_number(fields[b"attempt"])).encode(),
        b"generation": str(_number(fields.get(b"generation", b"0"))).encode(),
        **{name: fields[name] for name in TRACING if fields.get(name, b"\xff").isascii()},
    }


def check_job(task: Callable[..., Any], key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse a job that ``read_entry`` would refuse once it is queued; raises ``NotAJob``."""
    if not key or not _is_fine(key):
        raise NotAJob("a text is empty, too long or not printable")
    _check_arguments(task, args, kwargs)


def _text(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise NotAJob("a text is not UTF-8") from None
    if not text or not _is_fine(text):
        raise NotAJob("a text is empty, too long or not printable")
    return text


def _is_fine(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and text.isprintable()


def _moment(value: bytes) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        raise NotAJob("a moment cannot be read") from None
    if moment.tzinfo is None:
        raise NotAJob("a moment has no time zone")
    return moment


def _number(value: bytes) -> int:
    try:
        number = int(_text(value))
    except ValueError:  # also where it has more digits than Python reads
        raise NotAJob("a number cannot be read") from None
    if not 0 <= number <= LARGEST_NUMBER:
        raise NotAJob("a number is too large or negative")
    return number


def _plain(pickled: bytes, kind: type[Kind]) -> Kind:
    """The plain value in a pickle; nothing in it is looked up or called."""
    if len(pickled) > LONGEST_PICKLE:
        raise NotAJob("arguments are too long")
    try:
        if any(operation.name not in PLAIN for operation, _, _ in pickletools.genops(pickled)):
            raise NotAJob("arguments are no plain values")
        value = pickle.loads(pickled)
    except NotAJob:
        raise
    except Exception:  # a broken pickle fails with whatever its operations fail with
        raise NotAJob("arguments cannot be read") from None
    if type(value) is not kind:
        raise NotAJob("arguments are no plain values")
    return value


def _check_arguments(task: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse arguments that the job does not take; what docket itself gives a job, no entry may set."""
    given = _given(task)
    try:
        bound = inspect.Signature(list(given.values())).bind(*args, **kwargs).arguments
    except TypeError:
        raise NotAJob("arguments are not those of the job") from None
    for name, value in bound.items():
        if type(value) is not given[name].annotation:
            raise NotAJob("an argument is of another type")
        if not _is_fine(value) if isinstance(value, str) else abs(value) > LARGEST_NUMBER:
            raise NotAJob("an argument is too long, too large or not printable")


@cache
def _given(task: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """The parameters of a job that its caller gives: texts and whole numbers."""
    return {
        name: parameter
        for name, parameter in inspect.signature(task, eval_str=True).parameters.items()
        if parameter.default is inspect.Parameter.empty or type(parameter.default) in (str, int)
    }
