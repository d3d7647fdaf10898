"""Trouble on order: the next matching calls fail, are slow, lose their answer, come again or too late."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from ..slack_json import Json

DELIVERIES: Final = frozenset({"events", "interactive", "commands"})


@dataclass
class Fault:
    """One entry of the queue, used up after `times` calls.

    `method` is a Web API method or one of `DELIVERIES`; without it a fault that redelivers or holds waits
    for any delivery, and every other one for any Web API call. `drop` does the work and loses the answer;
    `hold` keeps a delivery back until another one has overtaken it.
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
    def read(cls, given: Json) -> Fault:
        """From the door's JSON; an unknown key or a value of the wrong type is a ValueError."""
        kinds: dict[str, type | tuple[type, ...]] = {"method": str, "error": str, "drop": bool, "hold": bool}
        for key, value in given.items():
            if key not in {field.name for field in fields(cls)}:
                raise ValueError(f"unknown key {key}")
            if not isinstance(value, kinds.get(key, int)):
                raise ValueError(f"{key} has the wrong type")
        return cls(**given)

    def meets(self, name: str) -> bool:
        if self.method is not None:
            return self.method == name
        return (name in DELIVERIES) == (self.redeliver > 0 or self.hold)

    @property
    def failure(self) -> int | None:
        """The HTTP status of a call that is to fail, if it is to fail."""
        if self.status is not None:
            return self.status
        return 200 if self.error is not None else None

    @property
    def answer(self) -> dict[str, Any]:
        meaning = {429: "ratelimited", 503: "service_unavailable"}
        return {"ok": False, "error": self.error or meaning.get(self.status or 0, "internal_error")}


class Faults:
    """The queue of faults; each call takes the first that meets it."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._queue.append(fault)

    def clear(self) -> None:
        self._queue.clear()

    def take(self, name: str) -> Fault | None:
        fault = next((each for each in self._queue if each.meets(name)), None)
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._queue.remove(fault)
        return fault
