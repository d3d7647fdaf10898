"""What the door answers: the result of what a person did, or why it is not possible."""

from __future__ import annotations

from typing import Any

from ..delivery.sender import DeliveryResult
from ..slack_json import Json
from ..workspace.errors import ApiError


class DoorError(Exception):
    """What a person tried is not possible here: an HTTP status and a code, e.g. `channel_not_found`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def door_answer(result: DeliveryResult, response: Any = None, error: ApiError | None = None) -> Json:
    """The answer about one delivery: `{"ok", "status", "ms", "response"}`.

    `response` is the error's body where Slack refused what the app answered, else the one given, else what
    the app answered.
    """
    body = error.body() if error is not None else result.body if response is None else response
    return {
        "ok": result.ok and error is None,
        "status": result.status,
        "ms": result.ms,
        "response": body or {},
    }
