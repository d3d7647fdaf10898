"""What happened, told to the log: from what Slack sent, through steps and jobs, to the calls back to Slack.

Every line carries ``request``, a short name of what a person did; one search for it finds the whole way.
Of requests and calls only kind, ids and time are told, never what people wrote.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware

from bot import metrics, traces

log = structlog.get_logger()

# Where a payload carries an id of its own, which Slack repeats when it delivers the same again.
IDS = ("event_id", "trigger_id")
RETRY = "x-slack-retry-num"  # docs.slack.dev/apis/events-api: a header of what is delivered again

_span: ContextVar[traces.Span] = ContextVar("span of the request", default=traces.UNRECORDED)


class MeasuredApp(AsyncApp):
    """Bolt's app, which counts each request by its kind, with its status and the time its answer took."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer a request; raises where its payload has not the shape that Slack gives it."""
        began = time.perf_counter()
        status = 500  # what a listener raises is answered; what Bolt itself raises is not
        _span.set(traces.UNRECORDED)
        try:
            response = await super().async_dispatch(req)
            status = response.status
            return response
        finally:
            metrics.request_answered(kind_of(req.body), status, time.perf_counter() - began)
            _end_span(status)


def _end_span(status: int) -> None:
    span, outcome = _span.get(), metrics.request_outcome(status)
    span.note(status=status, outcome=outcome)
    if outcome == "failed":
        span.fail()
    span.end()


class NameRequest(AsyncMiddleware):
    """Names a request in the log before any listener sees it.

    A class, because Bolt would collect some thirty arguments for a function, at every click.
    """

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse | None:
        """Bind the request's name to what is logged from here on, and go on."""
        # Bound and not unbound: Bolt runs listeners after this has returned, and each request has a context
        # of its own.
        structlog.contextvars.clear_contextvars()
        name, kind = name_of(req.body), kind_of(req.body)
        structlog.contextvars.bind_contextvars(request=name)
        log.info("request", kind=kind)
        _span.set(traces.request(kind, name, again=was_delivered_before(req.headers)))
        return await next()


def name_of(body: dict[str, Any]) -> str:
    """A short name, the same for every delivery of the same request."""
    known = next((str(body[key]) for key in IDS if body.get(key)), "")
    # A trigger id opens forms for some seconds, so it is not written down as it is.
    return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:12] if known else ""


def was_delivered_before(headers: Mapping[str, Sequence[str]]) -> bool:
    """Whether Slack delivers a request again; in Socket Mode it says 0 where it does not."""
    return next(iter(headers.get(RETRY, ())), "0") != "0"


def kind_of(body: dict[str, Any]) -> str:
    """What Slack calls a request of this kind."""
    event = body.get("event")
    if isinstance(event, dict):
        return str(event.get("type", "event"))
    return str(body.get("type") or ("command" if body.get("command") else "unknown"))


def traced() -> aiohttp.TraceConfig:
    """Tells the log of each call to Slack, as the connection sees it: method, status, milliseconds."""
    trace = aiohttp.TraceConfig()

    async def started(
        _: aiohttp.ClientSession, call: SimpleNamespace, begun: aiohttp.TraceRequestStartParams
    ) -> None:
        call.began = time.monotonic()
        call.span = traces.slack_call(_method_of(begun.url.path))

    async def ended(
        _: aiohttp.ClientSession, call: SimpleNamespace, done: aiohttp.TraceRequestEndParams
    ) -> None:
        _tell(call, done.url.path, done.response.status)

    async def failed(
        _: aiohttp.ClientSession, call: SimpleNamespace, done: aiohttp.TraceRequestExceptionParams
    ) -> None:
        _tell(call, done.url.path, done.exception)

    trace.on_request_start.append(started)
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(failed)
    return trace


def _method_of(path: str) -> str:
    """The method of the Web API; other paths than its own may name files."""
    return path.rsplit("/api/", 1)[1] if "/api/" in path else "elsewhere"


def _tell(call: SimpleNamespace, path: str, answer: int | BaseException) -> None:
    method, seconds = _method_of(path), time.monotonic() - call.began
    code = answer if isinstance(answer, int) else None
    metrics.slack_called(method, code, seconds)
    outcome = metrics.slack_outcome(code)
    call.span.note(outcome=outcome)
    if isinstance(answer, int):
        call.span.note(status=answer)
    if code is None or outcome == "failed":
        call.span.fail(None if isinstance(answer, int) else answer)
    call.span.end()
    if "request" not in structlog.contextvars.get_contextvars():
        return  # at start; what goes wrong there is said in a sentence
    status = type(answer).__name__ if code is None else code
    log.info("slack call", method=method, status=status, ms=round(seconds * 1000))
