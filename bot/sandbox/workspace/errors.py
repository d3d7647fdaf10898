"""A refusal in Slack's words."""

from __future__ import annotations

from collections.abc import Iterable

from ..blocks.checks import Problem
from ..slack_json import Json


class ApiError(Exception):
    """`{"ok": false, "error": code}` with what else the answer carries; HTTP 200 unless told otherwise."""

    def __init__(
        self, code: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    def body(self) -> Json:
        return {"ok": False, "error": self.code, **self.extra}

    @classmethod
    def of_problems(cls, code: str, problems: Iterable[Problem]) -> ApiError:
        """The refusal of blocks or a view, with each JSON pointer and reason."""
        said = [str(problem) for problem in problems]
        return cls(code, errors=said, response_metadata={"messages": [f"[ERROR] {each}" for each in said]})
