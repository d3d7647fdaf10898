"""Slack's rate limits: a tier for each method and one message a second a channel, refused with 429."""

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


class RateLimits:
    """Refuses calls only where `enforced`, so that a test can ask whether its app honours Retry-After."""

    def __init__(self, clock: Clock, *, enforced: bool) -> None:
        self._clock = clock
        self._enforced = enforced
        self._last_post: dict[str, float] = {}
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def count_call(self, method: str, tier: int | None) -> None:
        """Count one call of a method. Raises ApiError where its tier allows no more within this minute."""
        if not self._enforced or tier is None:
            return
        now, calls = self._clock(), self._calls[method]
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if len(calls) >= PER_MINUTE[tier]:
            raise rate_limited(MINUTE - (now - calls[0]))
        calls.append(now)

    def count_post(self, channel_id: str) -> None:
        """Count one message to a channel. Raises ApiError for a second one within a second."""
        now = self._clock()
        if self._enforced and now - self._last_post.get(channel_id, 0) < 1:
            raise rate_limited(1)
        self._last_post[channel_id] = now


def rate_limited(seconds: float) -> ApiError:
    """The refusal with 429; the app may call again after `seconds`."""
    return ApiError("ratelimited", status=429, headers={"Retry-After": str(math.ceil(seconds))})
