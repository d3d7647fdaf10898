"""A small server that speaks OpenAI's chat completions over real HTTP, and misbehaves on request."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Rows = list[list[str]]
Judge = Callable[[Rows], list[str]]


def flags_of(user: str, judge: Judge) -> str:
    """A good answer to an assessment: ``judge`` gets the rows, without the facts, and returns the flags."""
    begin, *rows, end = user.split("\n")
    flags = judge([row.split("\t") for row in rows if not row.startswith("= ")])
    return json.dumps({"flags": flags, "seen": f"{begin.split()[1]} {end.split()[1]}"})


@dataclass(frozen=True)
class Behaviour:
    """What one request gets; ``text`` may be computed from the request's user message.

    A request with another limit than ``limit_fields``, one above ``most_tokens``, or another format than
    ``formats`` is rejected. ``thinks`` are tokens that go before the answer: without room for them it is cut
    off. ``content`` are the parts in which the text comes, with ``None`` in its place. A request in whose
    user message ``refuses`` stands gets ``instead``.
    """

    text: str | Callable[[str], str] | None = '{"flags": [], "seen": ""}'
    status: int = 200
    error: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"
    refusal: str | None = None
    content: tuple[dict[str, Any] | None, ...] = ()
    reasoning: str | None = None
    body: str | None = None
    silent: bool = False
    usage: tuple[int, int] | None = (11, 7)
    limit_fields: tuple[str, ...] = ("max_completion_tokens",)
    formats: tuple[str, ...] = ("json_schema",)
    thinks: int = 0
    most_tokens: int = 100_000
    refuses: str = ""
    instead: "Behaviour | None" = None


def good(judge: Judge = lambda rows: [], around: str = "%s") -> Behaviour:
    """Answers as ``judge`` says, by default without a flag; ``around`` has ``%s`` for each such answer."""

    def text(user: str) -> str:
        return around.replace("%s", flags_of(user, judge))

    return Behaviour(text=text)


def refusing(word: str, instead: Behaviour, judge: Judge = lambda rows: []) -> Behaviour:
    """Answers as ``judge`` says, but any request with the word in a row gets ``instead``."""
    return replace(good(judge), refuses=word, instead=instead)


OVERLOADED = Behaviour(status=429, headers={"Retry-After": "0", "Retry-After-Ms": "1"})
BROKEN = Behaviour(status=500, headers={"Retry-After-Ms": "1"})
BAD_KEY = Behaviour(status=401)
REJECTED = Behaviour(status=400)
REFUSAL = Behaviour(text=None, refusal="I can't help with that.")
FILTERED = Behaviour(text="{}", finish_reason="content_filter")
CUT_OFF = Behaviour(text='{"flags": [', finish_reason="length")
EMPTY = Behaviour(text="")
MALFORMED = Behaviour(text="Sure! All of these look fine to me.")
FILTERED_BY_AZURE = Behaviour(
    status=400,
    error={
        "message": "The response was filtered.",
        "code": "content_filter",
        "innererror": {"code": "ResponsibleAIPolicyViolation"},
    },
)
FILTERED_BEHIND_A_PROXY = Behaviour(
    status=400,
    error={
        "message": "An error of the server behind.",
        "code": "400",
        "provider_specific_fields": {"innererror": {"code": "ResponsibleAIPolicyViolation"}},
    },
)
REFUSAL_AS_A_PART = Behaviour(text=None, content=({"type": "refusal", "refusal": "I can't help with that."},))
ONLY_THOUGHT = Behaviour(text=None, reasoning='{"flags": [], "seen": ""}')
NOT_JSON = Behaviour(body="<html>gateway</html>")
NO_CHOICES = Behaviour(body='{"choices": []}')
SILENT = Behaviour(silent=True)


class OpenAIServer:
    """``async with OpenAIServer([...]) as server``: each request takes the next behaviour; the last stays.

    A request that is not a strict structured one gets a 400 and a line in ``complaints``.
    """

    def __init__(self, behaviours: Iterable[Behaviour] = (), *, key: str = "sk-test-secret") -> None:
        self.behaviours = list(behaviours) or [good()]
        self.key = key
        self.requests: list[dict[str, Any]] = []
        self.complaints: list[str] = []
        self.url = ""
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        self.requests.append(body)
        if complaint := self._complaint(request, body):
            self.complaints.append(complaint)
            return web.json_response({"error": {"message": complaint}}, status=400)
        behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        if behaviour.instead and behaviour.refuses in body["messages"][1]["content"]:
            behaviour = behaviour.instead
        if behaviour.silent:
            await self._closing.wait()
        if (rejection := _rejection(behaviour, body)) and behaviour.status == 200:
            return web.json_response({"error": rejection}, status=400)
        if behaviour.status != 200:
            # As real servers do, the error repeats the key that came in.
            error = {"message": f"no: {request.headers['Authorization']}", "type": "error"}
            answer = {"error": error | (behaviour.error or {})}
            return web.json_response(answer, status=behaviour.status, headers=behaviour.headers)
        if behaviour.body is not None:
            return web.Response(text=behaviour.body, content_type="application/json")
        return web.json_response(_completion(behaviour, body))

    def _complaint(self, request: web.Request, body: dict[str, Any]) -> str:
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return "wrong key"
        if [message.get("role") for message in body.get("messages", [])] != ["system", "user"]:
            return "messages are not system, user"
        if problem := _wrong_format(body):
            return problem
        limits = [body[name] for name in LIMIT_FIELDS if name in body]
        return "" if body.get("model") and len(limits) == 1 and limits[0] > 0 else "no model or limit"


LIMIT_FIELDS = ("max_completion_tokens", "max_tokens")


def _wrong_format(body: dict[str, Any]) -> str:
    """What OpenAI itself would reject in the response format of a request."""
    wanted = body.get("response_format")
    if wanted is None:
        return ""
    if wanted.get("type") == "json_object":
        # OpenAI's rule, lest the model answer with blanks until its limit.
        said = any("JSON" in message["content"] for message in body["messages"])
        return "" if said else "json_object without the word JSON"
    schema = wanted.get("json_schema", {})
    if wanted.get("type") != "json_schema" or schema.get("strict") is not True:
        return "no strict schema"
    return _not_strict(schema.get("schema"))


def _rejection(behaviour: Behaviour, body: dict[str, Any]) -> dict[str, str]:
    """The error about what this server does not take; empty where it takes the request."""
    wanted = body.get("response_format", {"type": "none"})["type"]
    if not any(name in body for name in behaviour.limit_fields):
        return {"message": "Unsupported parameter", "code": "unsupported_parameter"}
    if max(body.get(name, 0) for name in LIMIT_FIELDS) > behaviour.most_tokens:
        return {"message": "Too large", "code": "invalid_value"}
    return (
        {}
        if wanted in behaviour.formats
        else {"message": f"no {wanted} here", "type": "invalid_request_error"}
    )


def _not_strict(schema: Any) -> str:
    """Strict mode's rule: every object closed, and every property of it required."""
    if isinstance(schema, list):
        return next(filter(None, map(_not_strict, schema)), "")
    if not isinstance(schema, dict):
        return ""
    properties = schema.get("properties")
    if isinstance(properties, dict) and (
        schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(properties)
    ):
        return "an object of the schema is not strict"
    return next(filter(None, map(_not_strict, schema.values())), "")


def _completion(behaviour: Behaviour, body: dict[str, Any]) -> dict[str, Any]:
    user: str = body["messages"][1]["content"]
    text = behaviour.text(user) if callable(behaviour.text) else behaviour.text
    finish_reason = behaviour.finish_reason
    if behaviour.thinks and max(body.get(name, 0) for name in LIMIT_FIELDS) < behaviour.thinks + len(
        text or ""
    ):
        text, finish_reason = "", "length"
    parts = [part or {"type": "text", "text": text} for part in behaviour.content]
    message = {"role": "assistant", "content": parts or text, "refusal": behaviour.refusal}
    if behaviour.reasoning:
        message["reasoning_content"] = message["reasoning"] = behaviour.reasoning
    answer: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    if behaviour.usage:
        prompt, completion = behaviour.usage
        total = prompt + completion
        answer["usage"] = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": total,
        }
    return answer
