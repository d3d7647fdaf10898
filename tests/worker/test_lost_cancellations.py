"""What ends although a client of Redis, connecting anew, raised another error in place of being cancelled."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.application.repeating import repeating
from bot.store.topology.embedded import embedded_server
from bot.worker.plain_docket import PlainDocket

SOON = 10.0  # seconds in which it ends; it would go on for ever


async def lost() -> None:
    """A call that was cancelled, and failed with the connection instead."""
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        raise RedisConnectionError("connection lost") from None


async def answered() -> None:
    """A call that was cancelled, and answered all the same."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(3600)


@pytest.mark.parametrize("call", [lost, answered])
async def test_a_loop_of_the_queue_ends(tmp_path: Path, call: Callable[[], Awaitable[None]]) -> None:
    begun = asyncio.Event()

    async def renewing(docket: PlainDocket) -> None:
        while True:
            with contextlib.suppress(Exception):  # as docket does where it notes that a job has its place
                async with docket.redis():
                    begun.set()
                    await call()

    async with embedded_server(tmp_path / "redis") as url, PlainDocket("loops", url=url) as docket:
        loop = asyncio.create_task(renewing(docket))
        await begun.wait()
        loop.cancel()
        await asyncio.wait([loop], timeout=SOON)
        assert loop.cancelled()


@pytest.mark.parametrize("call", [lost, answered])
async def test_what_is_repeated_beside_a_block_ends_with_it(call: Callable[[], Awaitable[None]]) -> None:
    begun = asyncio.Event()

    async def do() -> None:
        begun.set()
        with contextlib.suppress(RedisConnectionError):
            await call()

    async with asyncio.timeout(SOON), repeating(do, 0.01, name="repeated", patience=0.1):
        await begun.wait()
    assert "repeated" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_what_is_repeated_is_done_again_and_again_and_not_after_the_block() -> None:
    times = 0
    enough = asyncio.Event()

    async def do() -> None:
        nonlocal times
        times += 1
        if times == 3:
            enough.set()

    async with repeating(do, 0.01, name="repeated", at_once=True):
        await enough.wait()
    done = times
    await asyncio.sleep(0)
    assert times == done >= 3
