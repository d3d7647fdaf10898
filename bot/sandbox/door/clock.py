"""The workspace's clock at the door: what it tells, and how it is put forward."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.clock import LATEST, WorkspaceClock
from .answers import DoorError
from .door_request import DoorRequest

SECONDS: Final = {"advance_hours": 3600.0, "advance_days": 86400.0}  # in one of each


def clock_of(installation: Installation) -> Json:
    """`{"now", "clock_advances"}`: the moment in ISO 8601, and whether it can be put forward here."""
    clock = installation.clock
    return {"now": clock.moment, "clock_advances": clock.advances}


async def take_clock(request: DoorRequest) -> Json:
    """`{"advance_hours": 4}`, `{"advance_days": 1}` or `{"to": "2026-11-30T09:00:00Z"}`: put it forward.

    Answers the moment that it shows then. It never goes back, and moves only where the app goes by it.
    """
    clock = request.installation.clock
    if not clock.advances:
        raise DoorError(403, "clock_fixed")
    seconds = _seconds(request.fields, clock)
    if not seconds > 0:
        raise DoorError(400, "clock_only_forward")
    if seconds > LATEST - clock():
        raise DoorError(400, "clock_too_far")
    await clock.advance(seconds)
    return {"ok": True, "status": 200, "ms": 0, "response": clock_of(request.installation)}


def _seconds(fields: Json, clock: WorkspaceClock) -> float:
    """By how many seconds the clock is to be put forward; raises DoorError where that is not said once."""
    given = [name for name in (*SECONDS, "to") if fields.get(name) is not None]
    if len(given) != 1:
        raise DoorError(400, "invalid_advance")
    (name,) = given
    value = fields[name]
    if name == "to":
        return _moment(value) - clock()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DoorError(400, f"invalid_{name}")
    bounded = float(min(max(value, -LATEST), LATEST))  # a whole number may be too large for a float
    if math.isnan(bounded):
        raise DoorError(400, f"invalid_{name}")
    return bounded * SECONDS[name]


def _moment(text: object) -> float:
    """A moment with a time zone as seconds since 1970."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise DoorError(400, "invalid_to") from None
    if moment.tzinfo is None:
        raise DoorError(400, "invalid_to")
    return moment.timestamp()
