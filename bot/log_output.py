"""Logs: one line an entry, for eyes or as JSON; no memo, no token, no local variable in them."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any, TextIO

import structlog

# What these say is about code and machines. Others (a failed validation, a ValueError) may quote a memo
# or a token, so of them only name and place are told.
TELLING = (AttributeError, ImportError, IndexError, NameError, OSError, RuntimeError, TypeError)
FRAMES = 30


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
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    handler.addFilter(_worth_reading)
    handler.setLevel(level)
    handlers = [handler] if listener is None else [handler, listener]
    root = logging.getLogger()
    root.handlers[:] = handlers
    root.setLevel(min(one.level for one in handlers))
    # Libraries tell of every request, some with what people typed in it; their warnings are enough.
    for name in ("slack_bolt", "slack_sdk", "httpx", "openai", "docket", "uvicorn", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _worth_reading(record: logging.LogRecord) -> bool:
    """Bolt warns wherever SLACK_BOT_TOKEN is set, because we build the client ourselves; docket calls every
    other try an error, of which our own entries say why and under which reference."""
    return not str(record.msg).startswith("↩") and "`token` will be unused" not in str(record.msg)


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
    if isinstance(error, TELLING):
        return str(error)
    answer = getattr(getattr(error, "response", None), "data", None)
    # Slack's answer to a call: its code says what to mend, the rest may quote blocks.
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""


def _chain(error: BaseException | None, told: set[int]) -> Iterator[BaseException]:
    while error is not None and id(error) not in told:
        told.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _chain(part, told)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
