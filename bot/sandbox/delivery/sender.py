"""Sends payloads to the app: each attempt with its faults, and the retries that Slack makes for events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol

from ..slack_json import Json
from .faults import Fault, Faults

DeliveryKind = Literal["events", "interactive", "commands"]
TIMED_OUT: Final = {"error": "operation_timeout"}


@dataclass(frozen=True)
class Retry:
    """Which repetition of an event this is (from 1), and why, e.g. `http_timeout` or `connection_failed`."""

    number: int
    reason: str


@dataclass(frozen=True)
class DeliveryResult:
    """What the app answered to one delivery: HTTP status, duration in milliseconds and body.

    Status 503 means that no app is there, 504 that it did not acknowledge in time; `reason` is Slack's word
    for a failure. With `no_retry` the app has asked not to get the event again.
    """

    status: int
    ms: int = 0
    body: Any = None
    reason: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Whether the app has acknowledged."""
        return 200 <= self.status < 300


class Transport(Protocol):
    """A way to the app: signed HTTP requests or Socket Mode."""

    async def deliver(self, kind: DeliveryKind, payload: Json, retry: Retry | None) -> DeliveryResult:
        """Deliver once, within the transport's own deadline; never raises for what the app does."""
        ...


class Sender:
    """Delivers payloads over whichever transport is set; `on_attempt` is called after each attempt.

    `retry_delays` are the seconds to wait before each further attempt at an event.
    """

    def __init__(
        self,
        choose_transport: Callable[[], Transport],
        faults: Faults,
        retry_delays: tuple[float, ...],
        on_attempt: Callable[..., None],
    ) -> None:
        self._choose_transport = choose_transport
        self._faults = faults
        self._retry_delays = retry_delays
        self._on_attempt = on_attempt
        self._tasks: set[asyncio.Task[Any]] = set()
        self._held: list[asyncio.Event] = []

    async def send(self, kind: DeliveryKind, payload: Json) -> DeliveryResult:
        """Deliver once and return the result; a failed event is retried in the background."""
        result = await self._attempt(kind, payload, None)
        if kind == "events" and not result.ok and not result.no_retry:
            self.in_background(self._retry(payload, result.reason))
        return result

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run work that nobody waits for; it ends with the sandbox."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def release_held(self) -> None:
        """Let every delivery go on that a fault holds back."""
        for held in self._held:
            held.set()
        self._held.clear()

    async def close(self) -> None:
        """End all background work."""
        self.release_held()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _retry(self, payload: Json, reason: str) -> None:
        for number, delay in enumerate(self._retry_delays, start=1):
            await asyncio.sleep(delay)
            result = await self._attempt("events", payload, Retry(number, reason))
            if result.ok or result.no_retry:
                return
            reason = result.reason

    async def _attempt(self, kind: DeliveryKind, payload: Json, retry: Retry | None) -> DeliveryResult:
        started = time.perf_counter()
        fault = self._faults.take(kind)
        if fault is not None and fault.hold:
            await self._another_delivery()
        result = await self._deliver(fault, kind, payload, retry)
        milliseconds = (time.perf_counter() - started) * 1000
        result = replace(result, ms=round(milliseconds))
        self.release_held()
        # Not rounded: whoever watches sets it in order with what the app did within the same millisecond.
        self._on_attempt(
            "delivery", what=kind, name=payload_name(payload), status=result.status, ms=milliseconds
        )
        return result

    async def _another_delivery(self) -> None:
        """Wait until another delivery has been made, or the held ones are released."""
        held = asyncio.Event()
        self._held.append(held)
        await held.wait()

    async def _deliver(
        self, fault: Fault | None, kind: DeliveryKind, payload: Json, retry: Retry | None
    ) -> DeliveryResult:
        """Deliver as the fault, if any, has it: late, not at all, several times, or with the answer lost."""
        transport = self._choose_transport()
        if fault is None:
            return await transport.deliver(kind, payload, retry)
        await asyncio.sleep(fault.delay_ms / 1000)
        if (status := fault.failure) is not None:
            return DeliveryResult(status if status != 200 else 500, body=fault.body, reason="http_error")
        result = await transport.deliver(kind, payload, retry)
        for number in range(1, fault.redeliver + 1):
            again = Retry(number, "http_timeout") if kind == "events" else None
            await transport.deliver(kind, payload, again)
        if fault.drop:
            return DeliveryResult(504, body=TIMED_OUT, reason="http_timeout")
        return result


def payload_name(payload: Json) -> str:
    """A payload in one word: the event's type, the slash command, or the interaction's type."""
    event = payload.get("event")
    return str(event["type"] if isinstance(event, dict) else payload.get("command") or payload.get("type"))
