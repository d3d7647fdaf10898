"""How many calls of the model run at once, and their results in the order in which they were asked for."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

Result = TypeVar("Result")
Call = Callable[[], Coroutine[Any, Any, Result]]

CALLS_AT_ONCE = 8
CANCEL_AGAIN = 0.05  # seconds


class CallLimit:
    """How many calls of the model run at once, shared by all reviews of one process.

    Whoever calls the model holds a slot for as long as the call takes.
    """

    def __init__(self, calls_at_once: int = CALLS_AT_ONCE) -> None:
        self.calls_at_once = calls_at_once
        self._free = asyncio.Semaphore(calls_at_once)

    def slot(self) -> AbstractAsyncContextManager[None]:
        """A context that waits for a free slot and holds it until its block ends."""
        return self._free

    async def in_order(self, calls: Iterable[Call[Result]]) -> AsyncGenerator[Result]:
        """Run ``calls`` side by side, and yield their results first to last, whichever ends first.

        What a call raises is raised at its turn. Each call takes a slot itself, when it is ready to ask. At
        most twice ``calls_at_once`` are started and not yet yielded: a slow call does not leave the slots
        idle, and a crash repeats no more than these. A caller that stops early must close the generator,
        which cancels what still runs and waits for its end.
        """
        started: deque[asyncio.Task[Result]] = deque()
        waiting = iter(calls)
        try:
            while True:
                while len(started) < 2 * self.calls_at_once and (call := next(waiting, None)):
                    started.append(asyncio.create_task(call()))
                    await asyncio.sleep(0)  # the first call leaves before the last one is prepared
                if not started:
                    return
                # `asyncio.wait` does not cancel what it waits for. Awaited directly, the task would be
                # cancelled before the others, and its slot given to one of them.
                await asyncio.wait([started[0]])
                yield started.popleft().result()
        finally:
            await _cancel(started)


async def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel the tasks, and wait until they have ended."""
    running = all_of_them = set(tasks)
    while running:
        for task in running:
            task.cancel()
        # Before Python 3.12, wait_for (and with it redis-py) loses a cancellation that meets a result.
        _, running = await asyncio.wait(running, timeout=CANCEL_AGAIN)
    await asyncio.gather(*all_of_them, return_exceptions=True)
