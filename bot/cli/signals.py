"""Commands that serve until somebody stops them."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any


def run_until_stopped(serving: Coroutine[Any, Any, None]) -> bool:
    """Run until it is done, or until SIGINT or SIGTERM ask for a clean stop; whether it was done."""

    async def stoppable() -> None:
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        if task is not None:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, task.cancel)
        await serving

    try:
        asyncio.run(stoppable())
    except asyncio.CancelledError:
        return False
    return True
