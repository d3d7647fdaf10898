"""Passes that a person's act hands to the app: trigger ids for views, response URLs for messages."""

from __future__ import annotations

import secrets
from typing import Final

from ..slack_json import Json
from .errors import ApiError
from .sqlite_store import Shelf
from .state import Clock

RESPONSE_USES: Final = 5
RESPONSE_SECONDS: Final = 30 * 60


class Triggers:
    """Trigger ids: each opens one view, within a few seconds."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._issued: dict[str, tuple[str, str | None, float]] = {}
        self._used: set[str] = set()

    def issue(self, user: str, channel: str | None = None) -> str:
        now = self._clock()
        trigger = f"{int(now * 1000)}.{secrets.randbelow(10**9)}.{secrets.token_hex(8)}"
        self._issued[trigger] = (user, channel, now)
        return trigger

    def redeem(self, trigger: str) -> tuple[str, str | None]:
        """The user behind a trigger id and the channel they were in; it is used up by this."""
        if trigger not in self._issued:
            raise ApiError("invalid_trigger_id")
        user, channel, issued = self._issued[trigger]
        if self._clock() - issued >= self._seconds:
            raise ApiError("expired_trigger_id")
        if trigger in self._used:
            raise ApiError("exchanged_trigger_id")
        self._used.add(trigger)
        return user, channel


class ResponseUrls:
    """Where an app may answer an interaction: five times within thirty minutes, also after a restart."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._issued: dict[str, Json] = {each["id"]: each for each in shelf.all("response_url")}

    def issue(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """A new pass for what `user` did in a channel, on a message if there was one."""
        now = self._clock()
        for old in [each for each in self._issued.values() if now - each["issued"] > RESPONSE_SECONDS]:
            del self._issued[old["id"]]
            self._shelf.drop("response_url", old["id"])
        pass_id = secrets.token_hex(12)
        self._keep(
            {
                "id": pass_id,
                "user": user,
                "channel": channel,
                "message_ts": message_ts,
                "issued": now,
                "uses": 0,
            }
        )
        return pass_id

    def use(self, pass_id: str) -> Json:
        """The pass, counted as used once more."""
        issued = self._issued.get(pass_id)
        if issued is None or self._clock() - issued["issued"] > RESPONSE_SECONDS:
            raise ApiError("expired_url", status=404)
        if issued["uses"] >= RESPONSE_USES:
            raise ApiError("used_url", status=404)
        issued["uses"] += 1
        self._keep(issued)
        return issued

    def _keep(self, issued: Json) -> None:
        self._issued[issued["id"]] = issued
        self._shelf.put("response_url", issued["id"], issued)
