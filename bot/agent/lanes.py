"""How many calls of the model run at once, and their answers in the order in which they were asked."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

Answer = TypeVar("Answer")

LANES = 8


class Lanes:
    """The lanes that all reviews of one process share; a call of the model takes one while it runs."""

    def __init__(self, count: int = LANES) -> None:
        self.count = count
        self._free = asyncio.Semaphore(count)

    async def in_order(self, calls: Iterable[Callable[[], Awaitable[Answer]]]) -> AsyncGenerator[Answer]:
        """The answers of ``calls``, first to last, whichever comes first; what one raises, at its turn.

        At most twice ``count`` are begun and not yet taken: one that is slow keeps the lanes busy behind
        it, and a crash repeats no more than these. Who leaves early must close the generator, which
        cancels what still runs and waits for its end.
        """
        begun: deque[asyncio.Task[Answer]] = deque()
        waiting = iter(calls)
        try:
            while True:
                while len(begun) < 2 * self.count and (call := next(waiting, None)):
                    begun.append(asyncio.create_task(self._in_lane(call)))
                if not begun:
                    return
                # Waited for from outside: awaited itself, it would be cancelled before the others, and its
                # lane given to one of them.
                await asyncio.wait([begun[0]])
                yield begun.popleft().result()
        finally:
            for task in begun:
                task.cancel()
            await asyncio.gather(*begun, return_exceptions=True)

    async def _in_lane(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        async with self._free:
            return await call()
