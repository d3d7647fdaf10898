"""Computing about many rows without keeping everybody else waiting."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.domain.collector import collection_paused

# Rows that are computed where they are; to encode, hash or check so many takes some 5 ms.
AT_ONCE = 200

T = TypeVar("T")


async def computed(rows: int, compute: Callable[[], T]) -> T:
    """What ``compute`` answers, in a thread where it is about more than ``AT_ONCE`` rows.

    Python hands the processor to the event loop every 5 ms meanwhile. Raises what ``compute`` raises.
    """
    return compute() if rows <= AT_ONCE else await asyncio.to_thread(_uncollected, compute)


def _uncollected(compute: Callable[[], T]) -> T:
    with collection_paused():
        return compute()
