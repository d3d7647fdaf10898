"""Spans as OpenTelemetry records them, and sends them in batches to a collector over OTLP/HTTP.

Imported only where an endpoint is set (``bot/config/tracing.py``). No provider is made the global one, so
what libraries would record by themselves (arguments, keys, addresses) is not recorded.
"""

import asyncio
import contextlib
import hashlib
import logging
import threading
import uuid
from collections.abc import Mapping, Sequence
from contextvars import ContextVar, Token

import structlog
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from bot.traces import Kind, Recording

log = structlog.get_logger()

# OpenTelemetry's own names, where it has one for the thing.
NAMES = {"status": "http.response.status_code"}
ERROR = "error.type"
PREFIX = "countersign."
KINDS = {
    Kind.REQUEST: SpanKind.SERVER,
    Kind.JOB: SpanKind.CONSUMER,
    Kind.CALL: SpanKind.CLIENT,
    Kind.STEP: SpanKind.INTERNAL,
}
FAILED = Status(StatusCode.ERROR)  # without a description, which would quote an exception


class OtlpRecorder:
    """Records spans and sends them from a thread of its own, so that nobody waits for the collector."""

    def __init__(
        self, endpoint: str, headers: Mapping[str, str] | None, service: str, version: str, share: float
    ) -> None:
        """``endpoint`` takes traces, ``share`` (0 to 1) of all traces is recorded, by their ids alone.

        Of one trace all processes with the same share record all spans, or none of them does.
        """
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # ``_Delivery`` says it once
        self._ids = _Ids()
        resource = Resource.create(
            {
                "service.name": service,
                "service.version": version,
                "service.instance.id": str(uuid.uuid4()),
            }
        )
        self._provider = TracerProvider(
            resource=resource,
            sampler=TraceIdRatioBased(share),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        self._exporter = OTLPSpanExporter(endpoint=endpoint, headers=headers)
        self._provider.add_span_processor(BatchSpanProcessor(_Delivery(self._exporter)))
        self._tracer = self._provider.get_tracer("countersign", version)

    def begin(self, name: str, kind: Kind, request: str | None, *, again: bool, current: bool) -> Recording:
        """Begin a span, as ``bot.traces.Recorder`` says."""
        parent: Context | None = None
        if request is not None:
            parent = Context()
            if request and again:
                parent = trace.set_span_in_context(_request_span(request), parent)
            elif request:
                self._ids.give(*ids_of(request))
        span = self._tracer.start_span(name, parent, KINDS[kind])
        return _Recorded(span, current)

    def is_within(self) -> bool:
        """Whether there is a current span."""
        return trace.get_current_span().get_span_context().is_valid

    async def shut_down(self, seconds: float) -> None:
        """Send what is left; a collector that takes longer than this does not get it."""
        loop, is_sent = asyncio.get_running_loop(), asyncio.Event()

        def send() -> None:
            self._provider.shutdown()
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(is_sent.set)

        # No thread of the loop's own: the end of the process would wait for it.
        threading.Thread(target=send, name="traces", daemon=True).start()
        try:
            async with asyncio.timeout(seconds):
                await is_sent.wait()
        except TimeoutError:  # nobody asks the collector again, as the thread would for as long as it lives
            self._exporter.shutdown()  # type: ignore[no-untyped-call]  # the library leaves it untyped


def takes_traces(endpoint: str, headers: Mapping[str, str] | None, seconds: float) -> bool:
    """Whether a collector takes traces there, asked with none; waits so long for its answer."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    exporter = OTLPSpanExporter(endpoint=endpoint, headers=headers, timeout=seconds)
    try:
        return exporter.export([]) is SpanExportResult.SUCCESS
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]  # the library leaves it untyped


def ids_of(request: str) -> tuple[int, int]:
    """The id of a request's trace and that of its own span, the same in every process."""
    digest = hashlib.sha256(f"trace {request}".encode()).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])


def _request_span(request: str) -> NonRecordingSpan:
    """What stands for a request's span where that is recorded elsewhere."""
    trace_id, span_id = ids_of(request)
    return NonRecordingSpan(SpanContext(trace_id, span_id, True, TraceFlags(TraceFlags.SAMPLED)))


class _Ids(RandomIdGenerator):
    """Random ids, but for a span whose ids follow from its request."""

    def __init__(self) -> None:
        self._given: ContextVar[tuple[int, int] | None] = ContextVar("ids", default=None)

    def give(self, trace_id: int, span_id: int) -> None:
        """The ids of the next span that begins in this context."""
        self._given.set((trace_id, span_id))

    def generate_trace_id(self) -> int:
        given = self._given.get()
        return given[0] if given else super().generate_trace_id()

    def generate_span_id(self) -> int:
        given = self._given.get()
        if given is None:
            return super().generate_span_id()
        self._given.set(None)
        return given[1]


class _Recorded:
    """One span; while it is current, others that begin in its context are inside of it."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: trace.Span, current: bool) -> None:
        self._span = span
        self._token: Token[Context] | None = None
        if current:
            self._token = otel_context.attach(trace.set_span_in_context(span))

    def note(self, facts: Mapping[str, str | int]) -> None:
        for name, value in facts.items():
            self._span.set_attribute(NAMES.get(name, PREFIX + name), value)

    def fail(self, error: str) -> None:
        self._span.set_status(FAILED)
        if error:
            self._span.set_attribute(ERROR, error)

    def end(self) -> None:
        self._span.end()
        if self._token is not None:
            otel_context.detach(self._token)


class _Delivery(SpanExporter):
    """Tells the log once that a collector takes no spans, and once that it does again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._delivers = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        delivers = result is SpanExportResult.SUCCESS
        if delivers != self._delivers:
            (log.info if delivers else log.warning)("traces", delivered=delivers)
        self._delivers = delivers
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
