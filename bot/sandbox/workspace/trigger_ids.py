"""Trigger ids: with the one from a person's click or command, the app may open a view for that person."""

from __future__ import annotations

import secrets

from .errors import ApiError
from .state import Clock


class TriggerIds:
    """Each trigger id opens one view, within a few seconds."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._issued: dict[str, tuple[str, str | None, float]] = {}
        self._used: set[str] = set()

    def issue(self, user: str, channel: str | None = None) -> str:
        """A new trigger id for what a person did, in a channel if there was one."""
        now = self._clock()
        trigger_id = f"{int(now * 1000)}.{secrets.randbelow(10**9)}.{secrets.token_hex(8)}"
        self._issued[trigger_id] = (user, channel, now)
        return trigger_id

    def redeem(self, trigger_id: str) -> tuple[str, str | None]:
        """Use up a trigger id; the person behind it and the channel that person was in.

        Raises ApiError for one that is unknown, too old or used before.
        """
        if trigger_id not in self._issued:
            raise ApiError("invalid_trigger_id")
        user, channel, issued = self._issued[trigger_id]
        if self._clock() - issued >= self._seconds:
            raise ApiError("expired_trigger_id")
        if trigger_id in self._used:
            raise ApiError("exchanged_trigger_id")
        self._used.add(trigger_id)
        return user, channel
