"""The bot tokens that one workspace has given to the app, and whether they still work; kept over restarts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from ..slack_json import Json
from .sqlite_store import SqliteStore

# docs.slack.dev/reference/methods/auth.test names them; a bot of an app that is gone is an inactive account
TokenError = Literal["token_revoked", "account_inactive", "token_expired"]
KIND: Final = "installation"


@dataclass(frozen=True)
class GivenToken:
    """A token as it is handed out; `expires_in` are the seconds for which it works, None for ever."""

    token: str
    refresh_token: str | None = None
    expires_in: int | None = None


class BotTokens:
    """One token works at a time; a new installation gives another one, so that a stale token is noticed.

    With token rotation (docs.slack.dev/authentication/using-token-rotation) a token that OAuth gave works for
    `rotation_seconds` and comes with a refresh token, good for one exchange; then the token before it works
    until it lapses, and the one before that no longer. Where the app is not `installed`, there is no token
    before somebody consents.
    """

    def __init__(
        self,
        store: SqliteStore,
        first_token: str,
        clock: Callable[[], float] = time.time,
        *,
        installed: bool = True,
        rotation_seconds: int | None = None,
    ) -> None:
        self._store = store
        self._first = first_token
        self._clock = clock
        self._rotation_seconds = rotation_seconds
        new: Json = {"number": 1, "ended": None} if installed else {"number": 0, "ended": "account_inactive"}
        stored: Json = next(iter(store.all(KIND)), new)
        self._number: int = stored["number"]
        self.ended: TokenError | None = stored["ended"]
        self._lapses: dict[int, float] = {int(n): at for n, at in stored.get("lapses", {}).items()}
        self._oldest = int(stored.get("oldest") or self._number)  # of those that work

    @property
    def token(self) -> str:
        """The newest token, which works unless `ended` says why not, or it has lapsed."""
        return self._numbered(self._number)

    def was_issued(self, token: str | None) -> bool:
        """Whether this workspace ever gave out this token."""
        return self._number_of(token) is not None

    def error_of(self, token: str) -> TokenError | None:
        """Why a token that was issued no longer works, or None where it works."""
        number = self._number_of(token)
        if number is None or number < self._oldest:
            return "account_inactive"
        if self.ended is None and number in self._lapses and self._clock() >= self._lapses[number]:
            return "token_expired"
        return self.ended

    def end(self, reason: TokenError) -> None:
        """Make every token worthless."""
        self.ended = reason
        self._keep()

    def grant(self) -> GivenToken:
        """The token for somebody who installs the app: the working one, or a new one after its end.

        Where tokens are rotated it is always a new one, and those before it are worthless.
        """
        if self.ended is not None or self._rotation_seconds is not None:
            self._number, self.ended = self._number + 1, None
            self._oldest = self._number
        return self._given()

    def refresh(self, refresh_token: str) -> GivenToken | None:
        """Another token for a refresh token; None for one that is not good (any more)."""
        if self.ended is not None or self._lapses.get(self._number) is None:
            return None
        if refresh_token != self._refresh_token():
            return None
        self._oldest, self._number = self._number, self._number + 1
        return self._given()

    def _given(self) -> GivenToken:
        if self._rotation_seconds is None:
            self._keep()
            return GivenToken(self.token)
        self._lapses[self._number] = self._clock() + self._rotation_seconds
        self._keep()
        return GivenToken(self.token, self._refresh_token(), self._rotation_seconds)

    def _refresh_token(self) -> str:
        return f"xoxe-1-{self.token}"

    def _number_of(self, token: str | None) -> int | None:
        numbers = range(self._number, 0, -1)
        return next((number for number in numbers if token == self._numbered(number)), None)

    def _numbered(self, number: int) -> str:
        return self._first if number == 1 else f"{self._first}-{number}"

    def _keep(self) -> None:
        lapses = {str(number): at for number, at in self._lapses.items() if number >= self._oldest}
        kept = {"number": self._number, "ended": self.ended, "lapses": lapses, "oldest": self._oldest}
        self._store.put(KIND, KIND, kept)
