"""Logs: one JSON object a line, and nothing in them of what people typed or what opens doors."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import BaseModel
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.config.errors import LoggableError
from bot.config.logs import configure_logs

MEMO = "for the lawyer, about the merger"
TOKEN = "xoxb-very-secret"


class Row(BaseModel):
    amount: int


@pytest.fixture
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged in the form that the test asks for (JSON by default)."""
    form = getattr(request, "param", "json")
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs("INFO", form)
    yield written
    monkeypatch.undo()
    configure_logs("WARNING", "console")


def fail(error: Exception) -> None:
    """Raise with secrets in the local variables around."""
    token, memo = TOKEN, MEMO
    assert token
    assert memo
    raise error


def entries(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_every_entry_is_one_json_object_on_a_line(logged: io.StringIO) -> None:
    structlog.get_logger("bot.ours").info("policy read", version="two\nlines\u2028more", refs=(1, 2))
    logging.getLogger("theirs").warning("connection %s\nlost", "s_1")
    ours, theirs = entries(logged)
    assert (ours["event"], ours["level"], ours["version"]) == ("policy read", "info", "two\nlines\u2028more")
    assert (theirs["event"], theirs["level"]) == ("connection s_1\nlost", "warning")
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("logged", ["json", "console"], indirect=True)
def test_an_exception_is_told_by_name_and_place_and_not_by_what_it_quotes(logged: io.StringIO) -> None:
    try:
        try:
            Row.model_validate({"amount": MEMO})
        except ValueError as wrong:
            raise ExceptionGroup(MEMO, [KeyError(MEMO), wrong]) from wrong
    except ExceptionGroup:
        structlog.get_logger("bot.ours").exception("listener failed", reference="1a2b")
        logging.getLogger("docket").exception("job failed")
    said = logged.getvalue()
    assert MEMO not in said
    for word in ("listener failed", "1a2b", "ValidationError", "KeyError", "test_logs.py:"):
        assert word in said


@pytest.mark.parametrize("logged", ["json", "console"], indirect=True)
def test_no_local_variable_is_told(logged: io.StringIO) -> None:
    try:
        fail(LoggableError("the pool is closed"))
    except LoggableError:
        structlog.get_logger("bot.ours").exception("listener failed")
    said = logged.getvalue()
    assert TOKEN not in said
    assert MEMO not in said
    assert "LoggableError" in said
    assert "the pool is closed" in said
    assert " fail" in said


def test_slacks_code_is_told_and_the_rest_of_its_answer_is_not(logged: io.StringIO) -> None:
    data = {"ok": False, "error": "channel_not_found", "response_metadata": {"messages": [MEMO]}}
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=200
    )
    try:
        fail(SlackApiError("The request failed.", answer))  # type: ignore[no-untyped-call]
    except SlackApiError:
        structlog.get_logger("bot.ours").exception("job failed")
    (entry,) = entries(logged)
    assert entry["exception"][0]["text"] == "channel_not_found"
    assert MEMO not in logged.getvalue()


def test_an_exception_that_is_its_own_cause_is_told_once(logged: io.StringIO) -> None:
    error = RuntimeError("round and round")
    error.__cause__ = error
    structlog.get_logger("bot.ours").error("failed", exc_info=error)
    (entry,) = entries(logged)
    assert len(entry["exception"]) == 1


def quoting() -> Iterator[Exception]:
    """Exceptions as code raises them that puts what it was given into its words."""
    yield RuntimeError(f"cannot read {MEMO}")
    yield RuntimeError(MEMO)
    yield TypeError(f"expected a number, not {MEMO!r}")
    yield KeyError(MEMO)
    yield OSError(2, "No such file or directory", f"{MEMO}.csv")
    yield ConnectionError(f"no answer to {MEMO}")
    yield AttributeError(f"no {MEMO}", name=MEMO, obj=None)
    yield type("Odd", (Exception,), {"__str__": lambda self: MEMO + "!"})()


def test_what_an_exception_says_is_told_only_where_it_cannot_quote_anybody(logged: io.StringIO) -> None:
    for error in quoting():
        try:
            fail(error)
        except Exception:
            structlog.get_logger("bot.ours").exception("listener failed")
            logging.getLogger("theirs").exception(f"{error} and {error!r}")
    assert MEMO not in logged.getvalue()
    words = {line["exception"][0]["text"] for line in entries(logged)}
    assert words == {"", "No such file or directory"}


def test_what_a_library_says_of_an_exception_names_it(logged: io.StringIO) -> None:
    try:
        fail(ValueError(f"{MEMO} is no number"))
    except ValueError as error:
        logging.getLogger("slack_sdk").exception(f"Failed to run a listener: {error}, session: s_1")
        logging.getLogger("asyncio").error(f"never retrieved: <Task exception={error!r}>", exc_info=error)
    first, second = entries(logged)
    assert first["event"] == "Failed to run a listener: ValueError, session: s_1"
    assert second["event"] == "never retrieved: <Task exception=ValueError>"


@pytest.mark.parametrize("logged", ["json", "console"], indirect=True)
def test_the_error_that_ends_the_process_is_told_like_any_other(logged: io.StringIO) -> None:
    try:
        fail(ValueError(f"cannot read {MEMO}"))
    except ValueError:
        sys.excepthook(*sys.exc_info())
    said = logged.getvalue()
    assert "ended by an error" in said
    assert "ValueError" in said
    assert MEMO not in said


def test_a_line_that_cannot_be_written_is_not_quoted_elsewhere(
    logged: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("theirs").warning("%d payments", MEMO)
    assert logged.getvalue() == ""
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_libraries_speak_only_of_what_is_wrong(
    logged: io.StringIO, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", logged)
    configure_logs(level, "json")
    for name in ("slack_bolt", "openai", "httpx2", "httpcore2.http11", "uvicorn.access", "anything.else"):
        logging.getLogger(name).info("POST with %s", MEMO)
        logging.getLogger(name).debug("POST with %s", MEMO)
    logging.getLogger("slack_bolt").warning(f"Unhandled request ({{'value': {MEMO}}})")
    assert logged.getvalue() == ""
    structlog.get_logger("handlers.ours").debug("details")
    assert len(entries(logged)) == (level == "DEBUG")
