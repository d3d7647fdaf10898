"""The bot tokens that one workspace has given to the app, and whether they still work; kept over restarts."""

from __future__ import annotations

from typing import Final, Literal

from ..slack_json import Json
from .sqlite_store import SqliteStore

# docs.slack.dev/reference/methods/auth.test names both; a bot of an app that is gone is an inactive account
TokenError = Literal["token_revoked", "account_inactive"]
KIND: Final = "installation"


class BotTokens:
    """One token works at a time; a new installation gives another one, so that a stale token is noticed."""

    def __init__(self, store: SqliteStore, first_token: str) -> None:
        self._store = store
        self._first = first_token
        stored: Json = next(iter(store.all(KIND)), {"number": 1, "ended": None})
        self._number: int = stored["number"]
        self.ended: TokenError | None = stored["ended"]

    @property
    def token(self) -> str:
        """The newest token, which works unless `ended` says why not."""
        return self._numbered(self._number)

    def was_issued(self, token: str | None) -> bool:
        """Whether this workspace ever gave out this token."""
        return any(token == self._numbered(number) for number in range(1, self._number + 1))

    def error_of(self, token: str) -> TokenError | None:
        """Why a token that was issued no longer works, or None where it works."""
        return self.ended if token == self.token else "account_inactive"

    def end(self, reason: TokenError) -> None:
        """Make the newest token worthless."""
        self.ended = reason
        self._keep()

    def grant(self) -> str:
        """The token for somebody who installs the app: the working one, or a new one after its end."""
        if self.ended is not None:
            self._number, self.ended = self._number + 1, None
            self._keep()
        return self.token

    def _numbered(self, number: int) -> str:
        return self._first if number == 1 else f"{self._first}-{number}"

    def _keep(self) -> None:
        self._store.put(KIND, KIND, {"number": self._number, "ended": self.ended})
