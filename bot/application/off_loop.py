"""Reading what people hand in without keeping everybody else waiting."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

# Characters that are read where they arrive, in some 2 ms; a longer text is read in a thread. Slack takes
# 40,000 in a message at most.
READ_AT_ONCE = 2_000

T = TypeVar("T")


async def read_off_loop(text: str, read: Callable[[str], T]) -> T:
    """What ``read`` makes of a text, read in a thread where it has more than ``READ_AT_ONCE`` characters.

    Python hands the processor to the event loop every 5 ms meanwhile, but never within one call of C: each
    pattern that ``read`` searches must be linear. Raises what ``read`` raises.
    """
    return read(text) if len(text) <= READ_AT_ONCE else await asyncio.to_thread(read, text)
