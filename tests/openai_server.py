"""A small server that speaks OpenAI's chat completions over real HTTP, and misbehaves on request."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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
    """What one request gets; ``text`` may be computed from the request's user message."""

    text: str | Callable[[str], str] | None = '{"flags": [], "seen": ""}'
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"
    refusal: str | None = None
    body: str | None = None
    silent: bool = False
    usage: tuple[int, int] | None = (11, 7)


def good(judge: Judge = lambda rows: []) -> Behaviour:
    """Answers every row as ``judge`` says; the default finds nothing suspicious."""
    return Behaviour(text=lambda user: flags_of(user, judge))


OVERLOADED = Behaviour(status=429, headers={"Retry-After": "0", "Retry-After-Ms": "1"})
BROKEN = Behaviour(status=500, headers={"Retry-After-Ms": "1"})
BAD_KEY = Behaviour(status=401)
REJECTED = Behaviour(status=400)
REFUSAL = Behaviour(text=None, refusal="I can't help with that.")
FILTERED = Behaviour(text="{}", finish_reason="content_filter")
CUT_OFF = Behaviour(text='{"flags": [', finish_reason="length")
EMPTY = Behaviour(text="")
MALFORMED = Behaviour(text="Sure! All of these look fine to me.")
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
        if behaviour.silent:
            await self._closing.wait()
        if behaviour.status != 200:
            # As real servers do, the error repeats the key that came in.
            error = {"error": {"message": f"no: {request.headers['Authorization']}", "type": "error"}}
            return web.json_response(error, status=behaviour.status, headers=behaviour.headers)
        if behaviour.body is not None:
            return web.Response(text=behaviour.body, content_type="application/json")
        return web.json_response(_completion(behaviour, body))

    def _complaint(self, request: web.Request, body: dict[str, Any]) -> str:
        wanted = body.get("response_format", {})
        schema = wanted.get("json_schema", {})
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return "wrong key"
        if wanted.get("type") != "json_schema" or schema.get("strict") is not True:
            return "no strict schema"
        if problem := _not_strict(schema.get("schema")):
            return problem
        if [message.get("role") for message in body.get("messages", [])] != ["system", "user"]:
            return "messages are not system, user"
        return "" if body.get("model") and body.get("max_completion_tokens", 0) > 0 else "no model or limit"


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
    message = {"role": "assistant", "content": text, "refusal": behaviour.refusal}
    answer: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": behaviour.finish_reason}],
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
