"""A collector of traces, as an operator runs one: it takes OTLP over HTTP, or hangs."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_DRAWN = re.compile(
    r"(trace|span|parent_span)_id: .*|(start|end)_time_unix_nano: \d+|"
    r'key: "service\.instance\.id"\s*value \{\s*string_value: "[^"]*"'
)


@dataclass(frozen=True, slots=True)
class CollectedSpan:
    """A span as it arrived; ids are in hex, ``process`` differs for each process."""

    process: str
    service: str
    trace: str
    id: str
    parent: str
    name: str
    is_failed: bool
    facts: dict[str, str | int]


@dataclass(slots=True)
class Collector:
    """What arrived: ``bodies`` as bytes, with ``headers`` of each."""

    url: str
    hangs: bool = False
    is_busy: bool = False
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    asked: int = 0
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def spans(self) -> list[CollectedSpan]:
        """All spans, in the order in which they arrived."""
        return [span for body in self.bodies for span in _spans_of(body)]

    @property
    def words(self) -> str:
        """Everything that arrived as it can be read.

        What is drawn or counted is left out, since any digits may stand in it: ids of traces, spans and
        processes, and times in nanoseconds.
        """
        texts = [str(ExportTraceServiceRequest.FromString(body)) for body in self.bodies]
        return _DRAWN.sub("", "".join(texts))

    async def take(self, request: web.Request) -> web.Response:
        """Take spans, or never answer, or ask to be asked again."""
        self.asked += 1
        if self.is_busy:
            return web.Response(status=503)
        if self.hangs:
            await self.ending.wait()
        self.bodies.append(await request.read())
        self.headers.append(request.headers)
        return web.Response()


@contextlib.asynccontextmanager
async def collector(*, hangs: bool = False) -> AsyncIterator[Collector]:
    """A collector at an address of loopback."""
    taken = Collector("", hangs)
    app = web.Application()
    app.router.add_post("/v1/traces", taken.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        taken.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield taken
    finally:
        taken.ending.set()
        await runner.cleanup()


def _spans_of(body: bytes) -> list[CollectedSpan]:
    request = ExportTraceServiceRequest.FromString(body)
    found = []
    for resource in request.resource_spans:
        about = {each.key: each.value.string_value for each in resource.resource.attributes}
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            assert not span.events
            assert not span.status.message
            found.append(
                CollectedSpan(
                    process=about["service.instance.id"],
                    service=about["service.name"],
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    name=span.name,
                    is_failed=span.status.code == 2,
                    facts={
                        fact.key: fact.value.string_value or fact.value.int_value for fact in span.attributes
                    },
                )
            )
    return found
