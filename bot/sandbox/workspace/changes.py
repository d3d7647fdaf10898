"""The stream of what changed, for whoever is looking."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from ..slack_json import Json


class Changes:
    """Each listener gets a `hello`, then every change made from there on, until all is closed."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._listeners: set[asyncio.Queue[Json | None]] = set()

    def tell(self, kind: str, **what: object) -> None:
        for listener in self._listeners:
            listener.put_nowait({"kind": kind, **what})

    def tell_developer(self, kind: str, **what: object) -> None:
        """A step between the workspace and its app, with when it was made (`at`, seconds since 1970)."""
        self.tell(kind, **what, at=self._clock())

    def close(self) -> None:
        for listener in self._listeners:
            listener.put_nowait(None)

    async def listen(self) -> AsyncIterator[Json]:
        mine: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners.add(mine)
        try:
            yield {"kind": "hello"}
            while (change := await mine.get()) is not None:
                yield change
        finally:
            self._listeners.discard(mine)
