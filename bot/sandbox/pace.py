"""Slack's pace: about one message a second a channel, refused with 429 when it is asked for."""

from __future__ import annotations

from .errors import ApiError
from .workspace import Clock


class Pace:
    """Off unless `enforced`; a test that asks for it learns whether its app honours Retry-After."""

    def __init__(self, clock: Clock, *, enforced: bool) -> None:
        self._clock = clock
        self._enforced = enforced
        self._last: dict[str, float] = {}

    def post(self, channel_id: str) -> None:
        now = self._clock()
        if self._enforced and now - self._last.get(channel_id, 0) < 1:
            raise ApiError("ratelimited", status=429, headers={"Retry-After": "1"})
        self._last[channel_id] = now
