"""Response URLs: where the app may answer a person's click or command for a while."""

from __future__ import annotations

import secrets
from typing import Final

from ..slack_json import Json
from .errors import ApiError
from .sqlite_store import SqliteStore
from .state import Clock

# docs.slack.dev/interactivity/handling-user-interaction: five times within thirty minutes
MOST_USES: Final = 5
LIFETIME_SECONDS: Final = 30 * 60


class ResponseUrls:
    """The response URLs of one workspace by their id; they still work after a restart."""

    def __init__(self, store: SqliteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._issued: dict[str, Json] = {issued["id"]: issued for issued in store.all("response_url")}

    def issue(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """The id of a new response URL for what `user` did in a channel, on a message if there was one."""
        self._forget_expired()
        url_id = secrets.token_hex(12)
        issued: Json = {"id": url_id, "user": user, "channel": channel, "message_ts": message_ts}
        self._keep({**issued, "issued": self._clock(), "uses": 0})
        return url_id

    def use(self, url_id: str) -> Json:
        """What the URL was issued for, as `{"user", "channel", "message_ts", ...}`; counts one more use.

        Raises ApiError where it is unknown, expired or used up.
        """
        issued = self._issued.get(url_id)
        if issued is None or self._clock() - issued["issued"] > LIFETIME_SECONDS:
            raise ApiError("expired_url", status=404)
        if issued["uses"] >= MOST_USES:
            raise ApiError("used_url", status=404)
        issued["uses"] += 1
        self._keep(issued)
        return issued

    def _forget_expired(self) -> None:
        now = self._clock()
        for issued in [old for old in self._issued.values() if now - old["issued"] > LIFETIME_SECONDS]:
            del self._issued[issued["id"]]
            self._store.drop("response_url", issued["id"])

    def _keep(self, issued: Json) -> None:
        self._issued[issued["id"]] = issued
        self._store.put("response_url", issued["id"], issued)
