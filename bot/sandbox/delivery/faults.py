"""Faults that a test orders: calls that fail, are slow or lose their answer, deliveries that come twice."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from ..slack_json import Json

DELIVERIES: Final = frozenset({"events", "interactive", "commands"})
ERRORS: Final = {429: "ratelimited", 503: "service_unavailable"}


@dataclass
class Fault:
    """One ordered fault, used up after `times` calls.

    `method` is a Web API method or one of `DELIVERIES`; without it a fault that redelivers or holds waits
    for any delivery, and every other one for any Web API call. `status` (HTTP) or `error` make the call fail,
    `delay_ms` makes it slow, `redeliver` repeats it that many times. `drop` does the work and loses the
    answer; `hold` keeps a delivery back until another one has overtaken it. `retry_after`
    (seconds) goes with 429.
    """

    method: str | None = None
    status: int | None = None
    error: str | None = None
    delay_ms: int = 0
    times: int = 1
    redeliver: int = 0
    drop: bool = False
    hold: bool = False
    retry_after: int = 1

    @classmethod
    def from_json(cls, given: Json) -> Fault:
        """Read a fault as the door gets it. Raises ValueError for an unknown key or a wrong type of value."""
        types: dict[str, type | tuple[type, ...]] = {"method": str, "error": str, "drop": bool, "hold": bool}
        for key, value in given.items():
            if key not in {field.name for field in fields(cls)}:
                raise ValueError(f"unknown key {key}")
            if not isinstance(value, types.get(key, int)):
                raise ValueError(f"{key} has the wrong type")
        return cls(**given)

    def applies_to(self, name: str) -> bool:
        """Whether a Web API method or a kind of delivery is one that this fault waits for."""
        if self.method is not None:
            return self.method == name
        return (name in DELIVERIES) == (self.redeliver > 0 or self.hold)

    @property
    def failure(self) -> int | None:
        """The HTTP status of a call that is to fail, or None where it is to succeed."""
        if self.status is not None:
            return self.status
        return 200 if self.error is not None else None

    @property
    def body(self) -> Json:
        """The JSON body of a call that is to fail."""
        return {"ok": False, "error": self.error or ERRORS.get(self.status or 0, "internal_error")}


class Faults:
    """The queue of ordered faults; each call takes the first that applies to it."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Order a fault, after those ordered before."""
        self._queue.append(fault)

    def clear(self) -> None:
        """Forget all faults that have not come up."""
        self._queue.clear()

    def take(self, name: str) -> Fault | None:
        """The fault for this call of a Web API method or this kind of delivery, counted as used once."""
        fault = next((fault for fault in self._queue if fault.applies_to(name)), None)
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._queue.remove(fault)
        return fault
