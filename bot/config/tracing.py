"""Traces, where the settings name a collector; without one nothing of OpenTelemetry's is imported."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from bot import __version__, traces
from bot.config.settings import Settings

CHECK_SECONDS = 3.0  # for which `doctor` waits for it
FLUSH_SECONDS = 0.5  # for which the end of a process waits for the collector
TRACES_PATH = "v1/traces"  # opentelemetry.io/docs/specs/otlp: OTLP/HTTP request


def traces_endpoint(settings: Settings) -> str | None:
    """Where traces are sent: as the specification has it, the base address and ``v1/traces``."""
    if settings.otlp_traces_endpoint:
        return settings.otlp_traces_endpoint
    base = settings.otlp_endpoint
    return f"{base.rstrip('/')}/{TRACES_PATH}" if base else None


async def collector_answers(settings: Settings) -> bool | None:
    """Whether the collector takes traces; ``None`` where no endpoint is set."""
    endpoint = traces_endpoint(settings)
    if endpoint is None:
        return None
    from bot.config.otlp import takes_traces

    return await asyncio.to_thread(takes_traces, endpoint, _headers(settings), CHECK_SECONDS)


def _headers(settings: Settings) -> Mapping[str, str] | None:
    """What the collector wants to be told; ``None`` leaves it to OpenTelemetry's own settings."""
    from opentelemetry.util.re import parse_env_headers

    given = settings.otlp_headers
    return parse_env_headers(given.get_secret_value(), liberal=True) if given else None


@contextlib.asynccontextmanager
async def traced(settings: Settings) -> AsyncIterator[None]:
    """Record the spans of this process and send them until left; nothing where no endpoint is set.

    What the collector has not taken ``FLUSH_SECONDS`` after the end is lost.
    """
    endpoint = traces_endpoint(settings)
    if endpoint is None:
        yield
        return
    from bot.config.otlp import OtlpRecorder

    recorder = OtlpRecorder(
        endpoint, _headers(settings), settings.otel_service_name, __version__, settings.traces_share
    )
    traces.record_with(recorder)
    try:
        yield
    finally:
        traces.record_with(None)
        await recorder.shut_down(FLUSH_SECONDS)
