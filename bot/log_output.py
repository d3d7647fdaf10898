"""Logs: one line an entry, for eyes or as JSON; no memo, no token, no local variable in them."""

import builtins
import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

# What these say is about code and machines. Others (a ValueError, a failed validation) may quote a memo
# or a token, so only their name and place are told.
TELLING = (AttributeError, ImportError, IndexError, NameError, OSError, RuntimeError, TypeError)

_stacks = ExceptionDictTransformer(show_locals=False, max_frames=30)


def configure_logs(level: str, form: str) -> None:
    """Send our entries and those of libraries to stderr in one form (``console`` or ``json``)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        render: list[structlog.typing.Processor] = [
            structlog.processors.ExceptionRenderer(_as_data),
            structlog.processors.JSONRenderer(),
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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Libraries tell of every request, some with what people typed in it; their warnings are enough.
    for name in ("slack_bolt", "slack_sdk", "httpx", "openai", "docket", "uvicorn", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _as_data(exc_info: Any) -> list[dict[str, Any]]:
    """Every exception of the chain, the last one first: its name, its frames, no local variable."""
    stacks = _stacks(exc_info)
    for stack in stacks:
        kind = getattr(builtins, stack["exc_type"], None)
        if not (isinstance(kind, type) and issubclass(kind, TELLING)):
            stack["exc_value"] = ""
        stack["exc_notes"] = []
        for group in stack["exceptions"]:
            ...
    return stacks


def _as_lines(out: TextIO, exc_info: Any) -> None:
    for stack in _as_data(exc_info):
        out.write(stack)
