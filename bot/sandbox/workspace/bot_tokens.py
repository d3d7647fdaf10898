"""The app's installation in one workspace: its token, and how it ended, also after a restart."""

from __future__ import annotations

from typing import Final, Literal

from ..slack_json import Json
from .sqlite_store import Shelf

# docs.slack.dev/reference/methods/auth.test names both; a bot of an app that is gone is an inactive account
Ending = Literal["token_revoked", "account_inactive"]
KIND: Final = "installation"


class Installation:
    """One token at a time is good; a new installation gives another one, so that a kept one shows."""

    def __init__(self, shelf: Shelf, first_token: str) -> None:
        self._shelf = shelf
        self._first = first_token
        stored: Json = next(iter(shelf.all(KIND)), {"number": 1, "ended": None})
        self._number: int = stored["number"]
        self.ended: Ending | None = stored["ended"]

    @property
    def token(self) -> str:
        return self._numbered(self._number)

    def knows(self, token: str | None) -> bool:
        """Whether this is a token that was ever given out here."""
        return any(token == self._numbered(number) for number in range(1, self._number + 1))

    def refusal(self, token: str) -> Ending | None:
        """Why a token given out here is good no more."""
        return self.ended if token == self.token else "account_inactive"

    def end(self, ending: Ending) -> None:
        self.ended = ending
        self._keep()

    def grant(self) -> str:
        """The token for who installs the app: the one there is, or another one after its end."""
        if self.ended is not None:
            self._number, self.ended = self._number + 1, None
            self._keep()
        return self.token

    def _numbered(self, number: int) -> str:
        return self._first if number == 1 else f"{self._first}-{number}"

    def _keep(self) -> None:
        self._shelf.put(KIND, KIND, {"number": self._number, "ended": self.ended})
