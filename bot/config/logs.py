"""Logs: one line an entry, for eyes or as JSON; no memo, no token, no local variable in them."""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TextIO

import structlog

OURS = ("bot", "handlers")
FRAMES = 30
# Bolt warns wherever SLACK_BOT_TOKEN is set, because we build the client ourselves, and quotes what was
# typed into a form that nobody listens to; docket calls every other try an error, of which our own entries
# say why and under which reference.
NOT_WORTH_READING = ("`token` will be unused", "Unhandled request (", "↩")


def configure_logs(level: str, form: str, listener: logging.Handler | None = None) -> None:
    """Send our entries and those of libraries to stderr in one form (``console`` or ``json``).

    A ``listener`` gets all that its own level lets through, whatever stderr is to show.
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
    handler.addFilter(_worth_reading)
    handler.setLevel(level)
    handlers = [handler] if listener is None else [handler, listener]
    wanted = min(one.level for one in handlers)
    root = logging.getLogger()
    root.handlers[:] = handlers
    # Libraries tell of every request, some with what people typed in it; their warnings are enough.
    root.setLevel(max(logging.WARNING, wanted))
    for name in OURS:
        logging.getLogger(name).setLevel(wanted)
    # Nothing else writes to where the log goes: not Python's warnings, not a line that cannot be written
    # (it would be quoted), not the error that ends the process.
    logging.captureWarnings(True)
    logging.raiseExceptions = False
    sys.excepthook = _ended


def _worth_reading(record: logging.LogRecord) -> bool:
    return not any(words in str(record.msg) for words in NOT_WORTH_READING)


def _unquoted(_: Any, __: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Libraries put into their own words what an exception says, and there it may be anything."""
    error = (entry.get("exc_info") or (None, None))[1]
    for said in (repr(error), str(error)) if error else ():
        if said:
            entry["event"] = entry["event"].replace(said, type(error).__name__)
    return entry


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        structlog.get_logger("bot").critical("ended by an error", exc_info=(kind, error, trace))


def _as_data(exc_info: Any) -> list[dict[str, Any]]:
    """Each exception that led to this one, the last one first: name, words where they are safe, places."""
    return [
        {
            "type": f"{type(one).__module__}.{type(one).__qualname__}".removeprefix("builtins."),
            "text": _text(one),
            "frames": [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(one.__traceback__, limit=-FRAMES)
            ],
        }
        for one in _chain(exc_info[1], set())
    ]


def _as_lines(out: TextIO, exc_info: Any) -> None:
    for one in _as_data(exc_info):
        out.write(f"\n{one['type']}{': ' if one['text'] else ''}{one['text']}")
        out.writelines(f"\n    {frame}" for frame in one["frames"])


def _text(error: BaseException) -> str:
    """What it says, where that is certainly not what somebody typed."""
    if isinstance(error, OSError):
        return error.strerror or ""  # and not the name of the file
    answer = getattr(getattr(error, "response", None), "data", None)
    if isinstance(answer, dict):
        # Slack's answer to a call: its code says what to mend, the rest may quote blocks.
        return str(answer.get("error", ""))
    # Words that stand in the code as they are, and names in it (what an AttributeError missed).
    codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    known = {word for code in codes for word in (*code.co_consts, *code.co_names) if isinstance(word, str)}
    return next((said for said in (str(error), getattr(error, "name", None)) if said in known), "")


def _chain(error: BaseException | None, told: set[int]) -> Iterator[BaseException]:
    while error is not None and id(error) not in told:
        told.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _chain(part, told)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
