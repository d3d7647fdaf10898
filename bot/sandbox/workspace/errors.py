"""The errors that Slack's Web API answers with."""

from __future__ import annotations

from collections.abc import Iterable

from ..blocks.checks import Problem
from ..slack_json import Json


class ApiError(Exception):
    """A Web API answer of the form `{"ok": false, "error": code}`.

    `status` is the HTTP status (200, as Slack answers most errors), `headers` go with it, and `extra` are
    further fields of the answer, e.g. `needed` and `provided` of `missing_scope`.
    """

    def __init__(
        self, code: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    def body(self) -> Json:
        """The JSON body of the answer."""
        return {"ok": False, "error": self.code, **self.extra}

    @classmethod
    def of_problems(cls, code: str, problems: Iterable[Problem]) -> ApiError:
        """The error for invalid blocks or an invalid view, with JSON pointer and reason of each problem."""
        reasons = [str(problem) for problem in problems]
        messages = [f"[ERROR] {reason}" for reason in reasons]
        return cls(code, errors=reasons, response_metadata={"messages": messages})
