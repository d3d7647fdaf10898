"""What an entry of the job queue must be for docket to have it."""

import pickle
from typing import Any

import pytest
from docket import Retry, TaskKey

from bot.worker.entries import LONGEST_PICKLE, NotAJob, read_entry

AGAIN = Retry()


async def _publish(
    team: str, version: int, request: str = "", key: str = TaskKey(), retry: Retry = AGAIN
) -> None:
    """A job as docket knows it: what it is given, and what docket gives it."""


TASKS = {"publish": _publish}
ENTRY = {
    b"key": b"publish:T:1",
    b"when": b"2026-11-28T12:00:00+00:00",
    b"function": b"publish",
    b"args": pickle.dumps(("T", 1)),
    b"kwargs": pickle.dumps({"request": "reply \u2192 1"}),
    b"attempt": b"3",
    b"generation": b"7",
}


def test_a_job_is_read_as_it_was_written() -> None:
    assert read_entry(ENTRY, TASKS) == ENTRY


def test_a_job_of_another_pickle_protocol_comes_as_this_process_writes_it() -> None:
    assert read_entry(ENTRY | {b"args": pickle.dumps(("T", 1), protocol=4)}, TASKS) == ENTRY


def test_only_traces_that_are_text_are_kept_beside_the_fields_that_docket_needs() -> None:
    more = {b"traceparent": b"00-ab-cd-01", b"tracestate": b"\xff", b"mine": b"yours"}
    assert read_entry(ENTRY | more, TASKS) == ENTRY | {b"traceparent": b"00-ab-cd-01"}


def _pickled(**changes: Any) -> dict[bytes, bytes]:
    return ENTRY | {name.encode(): pickle.dumps(value) for name, value in changes.items()}


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({}, "a field is missing"),
        (ENTRY | {b"function": b"trace"}, "no such job"),
        (_pickled(args=("T", print)), "arguments are no plain values"),
        (_pickled(args=["T", 1]), "arguments are no plain values"),
        (_pickled(args={"T": 1}), "arguments are no plain values"),
        (_pickled(args=("T", True)), "arguments are no plain values"),
        (_pickled(args=("T", 1.0)), "arguments are no plain values"),
        (_pickled(args=("T", {})), "an argument is of another type"),
        (_pickled(args=("T", 2**60)), "an argument is too long, too large or not printable"),
        (_pickled(args=("T" * 2000, 1)), "an argument is too long, too large or not printable"),
        (_pickled(args=("T" * LONGEST_PICKLE, 1)), "arguments are too long"),
        (_pickled(kwargs={"key": "another"}), "arguments are not those of the job"),
        (_pickled(kwargs={1: "T"}), "arguments are not those of the job"),
        (ENTRY | {b"args": b""}, "arguments cannot be read"),
        (ENTRY | {b"args": b"\x80\x05h\x07."}, "arguments cannot be read"),
        (ENTRY | {b"key": b""}, "a text is empty, too long or not printable"),
        (ENTRY | {b"attempt": b"-1"}, "a number is too large or negative"),
    ],
)
def test_what_is_no_job_of_the_bot_is_refused_with_a_reason(entry: dict[bytes, bytes], why: str) -> None:
    with pytest.raises(NotAJob, match=f"^{why}$"):
        read_entry(entry, TASKS)
