"""Slack's side of a delivery: deadline, faults, and the retries that events alone get."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from ..slack_json import Json
from .faults import Fault, Faults

Kind = Literal["events", "interactive", "commands"]


@dataclass(frozen=True)
class Retry:
    """Which repetition of an event this is, and why, e.g. `http_timeout` or `connection_failed`."""

    number: int
    reason: str


@dataclass(frozen=True)
class Answer:
    """What the app said to one delivery. Status 503: nobody is there; 504: no acknowledgement in time."""

    status: int
    ms: int = 0
    body: Any = None
    reason: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Transport(Protocol):
    """A way to the app. It keeps the deadline itself and never raises for what the app does."""

    async def carry(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer: ...


class Delivery:
    """Sends payloads to the app over whichever transport is set; `told` hears of each attempt."""

    def __init__(
        self,
        choose: Callable[[], Transport],
        faults: Faults,
        retry_delays: tuple[float, ...],
        told: Callable[..., None],
    ) -> None:
        self._choose = choose
        self._faults = faults
        self._retry_delays = retry_delays
        self._told = told
        self._tasks: set[asyncio.Task[Any]] = set()
        self._held: list[asyncio.Event] = []

    async def send(self, kind: Kind, payload: Json) -> Answer:
        """Deliver once and answer what came back; a failed event is tried again later by itself."""
        answer = await self._attempt(kind, payload, None)
        if kind == "events" and not answer.ok and not answer.no_retry:
            self.later(self._retry(payload, answer.reason))
        return answer

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run work that nobody waits for; it ends with the sandbox."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def release(self) -> None:
        """Let every delivery that is held go its way."""
        for held in self._held:
            held.set()
        self._held.clear()

    async def close(self) -> None:
        self.release()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _retry(self, payload: Json, reason: str) -> None:
        for number, delay in enumerate(self._retry_delays, start=1):
            await asyncio.sleep(delay)
            answer = await self._attempt("events", payload, Retry(number, reason))
            if answer.ok or answer.no_retry:
                return
            reason = answer.reason

    async def _attempt(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        started = time.perf_counter()
        fault = self._faults.take(kind)
        if fault is not None and fault.hold:
            await self._overtaken()
        answer = await self._under(fault, kind, payload, retry)
        answer = replace(answer, ms=round((time.perf_counter() - started) * 1000))
        self.release()
        self._told("delivery", what=kind, name=name_of(payload), status=answer.status, ms=answer.ms)
        return answer

    async def _overtaken(self) -> None:
        """Until another delivery has been made."""
        held = asyncio.Event()
        self._held.append(held)
        await held.wait()

    async def _under(self, fault: Fault | None, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        transport = self._choose()
        if fault is None:
            return await transport.carry(kind, payload, retry)
        await asyncio.sleep(fault.delay_ms / 1000)
        if (status := fault.failure) is not None:
            return Answer(status if status != 200 else 500, body=fault.answer, reason="http_error")
        answer = await transport.carry(kind, payload, retry)
        for number in range(1, fault.redeliver + 1):
            again = Retry(number, "http_timeout") if kind == "events" else None
            await transport.carry(kind, payload, again)
        return (
            Answer(504, body={"error": "operation_timeout"}, reason="http_timeout") if fault.drop else answer
        )


def name_of(payload: Json) -> str:
    """What a payload is, in a word: the event's type, the command, or the interaction's type."""
    event = payload.get("event")
    return str(event["type"] if isinstance(event, dict) else payload.get("command") or payload.get("type"))
