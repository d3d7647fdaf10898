"""Logs: one line an entry, for a terminal or as JSON; no memo, no token and no local variable in them.

An exception is logged by its type and places. Its message is logged only where it cannot quote anybody: of
our own ``LoggableError``, the system's words for an error number, and the error code of Slack's answer.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TextIO

import structlog

from bot.config.errors import LoggableError

OURS = ("bot", "handlers")
FRAMES = 30
# Messages of libraries that are left out: Bolt warns wherever SLACK_BOT_TOKEN is set, because we build the
# client ourselves, and quotes the content of requests that nobody handles; docket logs every retry as an
# error, for which our own entries give the cause and a reference.
LEFT_OUT = ("`token` will be unused", "Unhandled request (", "↩")


def configure_logs(level: str, form: str) -> None:
    """Send our entries and those of libraries to stderr in one form (``console`` or ``json``).

    ``level`` is the lowest that is shown; of libraries, warnings are the lowest in any case.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        render: list[structlog.typing.Processor] = [
            structlog.processors.ExceptionRenderer(_as_data),
            structlog.processors.JSONRenderer(default=str),
        ]
    else:
        render = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_as_lines)]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _unquoted],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    handler.addFilter(_is_kept)
    handler.setLevel(level)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Below warnings, libraries log every request, some with what people typed in it.
    root.setLevel(max(logging.WARNING, handler.level))
    for name in OURS:
        logging.getLogger(name).setLevel(handler.level)
    # Nothing else may write to stderr: Python's warnings become entries, and so does the error that ends the
    # process; an entry that cannot be written is dropped, since Python's report of it would quote it.
    logging.captureWarnings(True)
    logging.raiseExceptions = False
    sys.excepthook = _log_the_end


def _is_kept(record: logging.LogRecord) -> bool:
    return not any(words in str(record.msg) for words in LEFT_OUT)


def _unquoted(_: Any, __: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Name the exception where a library's own message quotes it, since its words may be anybody's."""
    error = (entry.get("exc_info") or (None, None))[1]
    for quoted in (repr(error), str(error)) if error else ():
        if quoted:
            entry["event"] = entry["event"].replace(quoted, type(error).__name__)
    return entry


def _log_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        structlog.get_logger("bot").critical("ended by an error", exc_info=(kind, error, trace))


def _as_data(exc_info: Any) -> list[dict[str, Any]]:
    """Each exception that led to this one, the last one first: type, message where it is safe, places."""
    return [
        {
            "type": f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins."),
            "text": _safe_message(error),
            "frames": [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__, limit=-FRAMES)
            ],
        }
        for error in _with_causes(exc_info[1], set())
    ]


def _as_lines(out: TextIO, exc_info: Any) -> None:
    for error in _as_data(exc_info):
        out.write(f"\n{error['type']}{': ' if error['text'] else ''}{error['text']}")
        out.writelines(f"\n    {frame}" for frame in error["frames"])


def _safe_message(error: BaseException) -> str:
    """What the exception says, where it cannot quote anybody; else nothing."""
    if isinstance(error, LoggableError):
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or ""  # without the name of the file
    answer = getattr(getattr(error, "response", None), "data", None)
    if isinstance(answer, dict):  # Slack's answer: its code says what to mend, the rest may quote blocks
        return str(answer.get("error", ""))
    return ""


def _with_causes(error: BaseException | None, visited: set[int]) -> Iterator[BaseException]:
    while error is not None and id(error) not in visited:
        visited.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _with_causes(part, visited)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
