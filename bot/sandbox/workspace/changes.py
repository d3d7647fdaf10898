"""The stream of changes to a workspace, for the page and whoever else watches it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from ..slack_json import Json


class Changes:
    """Sends each change to every listener; a listener gets a `hello`, then the changes from there on."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._listeners: set[asyncio.Queue[Json | None]] = set()

    def tell(self, kind: str, **what: object) -> None:
        """Send a change as `{"kind": kind, **what}` to every listener."""
        for listener in self._listeners:
            listener.put_nowait({"kind": kind, **what})

    def tell_developer(self, kind: str, **what: object) -> None:
        """Send a step between the workspace and its app, with the time `at` (seconds since 1970)."""
        self.tell(kind, **what, at=self._clock())

    def close(self) -> None:
        """End the stream of every listener."""
        for listener in self._listeners:
            listener.put_nowait(None)

    async def listen(self) -> AsyncIterator[Json]:
        """The changes from now on, until the stream is closed."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield {"kind": "hello"}
            while (change := await queue.get()) is not None:
                yield change
        finally:
            self._listeners.discard(queue)
