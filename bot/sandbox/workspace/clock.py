"""The time of a sandbox: the machine's, or ahead of it by as much as somebody advanced it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from .sqlite_store import SqliteStore

Follower = Callable[[float], Awaitable[None]]
"""What is done after each advance, of which it is told the seconds."""

KIND: Final = "clock"  # the one document that it stores
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC).timestamp()  # a `ts` has ten digits before its point


class WorkspaceClock:
    """Tells the time as seconds since 1970, the same to all that goes on in a sandbox.

    It is only ever advanced, and only where it `advances`, which its owner grants where the app goes by it
    too: an app with another time would find every signed request too old. What it was advanced by is stored,
    so that no later start of the same workspace is behind what was said there.
    """

    def __init__(self, machine: Callable[[], float] = time.time, *, advances: bool = False) -> None:
        self.advances: Final = advances
        self._machine = machine
        self._store: SqliteStore | None = None
        self._ahead = 0.0
        self._followers: list[Follower] = []

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self._machine() + self._ahead

    def keep_in(self, store: SqliteStore) -> None:
        """Go on from what is stored there, where this clock advances, and store there what comes."""
        self._store = store
        kept = store.all(KIND) if self.advances else []
        self._ahead = float(kept[0]["ahead"]) if kept else 0.0

    def follow(self, follower: Follower) -> None:
        """Have something done after each advance, before whoever advanced the clock gets an answer."""
        self._followers.append(follower)

    async def advance(self, seconds: float) -> None:
        """Put the clock forward by so many seconds, for good.

        Raises ValueError where it does not advance, or would go back, or beyond the year 2099.
        """
        if not self.advances or not 0 < seconds <= LATEST - self():
            raise ValueError(f"This clock cannot be advanced by {seconds} seconds.")
        ahead = self._ahead + seconds
        if self._store is not None:
            self._store.put(KIND, KIND, {"ahead": ahead})
        self._ahead = ahead
        for follower in self._followers:
            await follower(seconds)

    @property
    def moment(self) -> str:
        """Now, as ISO 8601 in UTC to the second, e.g. `2026-11-30T09:00:00Z`."""
        return f"{datetime.fromtimestamp(self(), UTC):%Y-%m-%dT%H:%M:%SZ}"
