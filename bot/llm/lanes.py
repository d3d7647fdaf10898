"""How many calls of the model run at once, and what comes of them in the order in which they were asked."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Call = Callable[[], Coroutine[Any, Any, Answer]]

LANES = 8
CANCEL_AGAIN = 0.05  # seconds


class Lanes:
    """The lanes that all reviews of one process share; whoever calls the model takes one for as long."""

    def __init__(self, count: int = LANES) -> None:
        self.count = count
        self._free = asyncio.Semaphore(count)

    def one(self) -> AbstractAsyncContextManager[None]:
        """``async with`` it: wait for a lane, and keep it until the end of the block."""
        return self._free

    async def in_order(self, calls: Iterable[Call[Answer]]) -> AsyncGenerator[Answer]:
        """What ``calls`` return, first to last, whichever ends first; what one raises, at its turn.

        Each takes a lane itself, when it is ready to ask. At most twice ``count`` are begun and not yet
        taken: one that is slow keeps the lanes busy behind it, and a crash repeats no more than these.
        Who leaves early must close the generator, which cancels what still runs and waits for its end.
        """
        begun: deque[asyncio.Task[Answer]] = deque()
        waiting = iter(calls)
        try:
            while True:
                while len(begun) < 2 * self.count and (call := next(waiting, None)):
                    begun.append(asyncio.create_task(call()))
                    await asyncio.sleep(0)  # the first question leaves before the last one is made
                if not begun:
                    return
                # Waited for from outside: awaited itself, it would be cancelled before the others, and its
                # lane given to one of them.
                await asyncio.wait([begun[0]])
                yield begun.popleft().result()
        finally:
            await _end(begun)


async def _end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel them, and wait until they have ended."""
    left = all_of_them = set(tasks)
    while left:
        for task in left:
            task.cancel()
        # Before Python 3.12, wait_for (and with it redis-py) loses a cancellation that meets an answer.
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN)
    await asyncio.gather(*all_of_them, return_exceptions=True)
