"""Slack's pace: a tier for each method and one message a second a channel, refused with 429."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Final

from ..workspace.errors import ApiError
from ..workspace.state import Clock

# docs.slack.dev/apis/web-api/rate-limits; bursts above these, which Slack tolerates, are not modelled
PER_MINUTE: Final[Mapping[int, int]] = {1: 1, 2: 20, 3: 50, 4: 100}
MINUTE: Final = 60.0


class Pace:
    """Off unless `enforced`; a test that asks for it learns whether its app honours Retry-After."""

    def __init__(self, clock: Clock, *, enforced: bool) -> None:
        self._clock = clock
        self._enforced = enforced
        self._last: dict[str, float] = {}
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def call(self, method: str, tier: int | None) -> None:
        """Count one call of a method, or refuse it until the oldest of the last minute is forgotten."""
        if not self._enforced or tier is None:
            return
        now, calls = self._clock(), self._calls[method]
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if len(calls) >= PER_MINUTE[tier]:
            raise too_fast(MINUTE - (now - calls[0]))
        calls.append(now)

    def post(self, channel_id: str) -> None:
        now = self._clock()
        if self._enforced and now - self._last.get(channel_id, 0) < 1:
            raise too_fast(1)
        self._last[channel_id] = now


def too_fast(seconds: float) -> ApiError:
    return ApiError("ratelimited", status=429, headers={"Retry-After": str(math.ceil(seconds))})
