"""Something that is done again and again beside a block, and ends with it.

A task that talks to Redis or Slack may lose its cancellation: a client that was just connecting anew raises
another error in its place. A loop that rests on being cancelled would then go on for ever, and whoever waits
for its end with it. So these loops look themselves whether the block was left.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

END_SECONDS = 5.0  # for what is being done when the block is left; calls to Redis take less


@contextlib.asynccontextmanager
async def repeating(
    do: Callable[[], Awaitable[None]],
    every: float,
    *,
    name: str,
    at_once: bool = False,
    patience: float = END_SECONDS,
) -> AsyncIterator[None]:
    """Do something every so many seconds until the block is left, first after that time or ``at_once``.

    ``do`` has to keep its faults to itself. ``patience`` is for how many seconds its end is waited for when
    the block is left; then it is cancelled, and waited for no longer than that once more.
    """
    ending = asyncio.Event()

    async def repeat() -> None:
        if at_once:
            await do()
        while not await _is_set_within(ending, every):
            await do()

    task = asyncio.create_task(repeat(), name=name)
    try:
        yield
    finally:
        ending.set()
        _, late = await asyncio.wait([task], timeout=patience)
        if late:
            task.cancel()
            await asyncio.wait([task], timeout=patience)


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
