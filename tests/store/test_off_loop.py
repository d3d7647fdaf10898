"""What is computed about many rows: beside the event loop, and without the collector of garbage."""

import gc
import threading

import pytest

from bot.store.off_loop import AT_ONCE, computed


def here() -> tuple[bool, bool]:
    """Whether the collector works, and whether this is the event loop's thread."""
    return gc.isenabled(), threading.current_thread() is threading.main_thread()


async def test_few_rows_are_computed_at_once_and_many_in_a_thread_without_the_collector() -> None:
    assert await computed(AT_ONCE, here) == (True, True)
    assert await computed(AT_ONCE + 1, here) == (False, False)
    assert gc.isenabled()


async def test_the_collector_is_back_where_something_failed() -> None:
    def fail() -> None:
        raise ValueError("unreadable")

    with pytest.raises(ValueError, match="unreadable"):
        await computed(AT_ONCE + 1, fail)
    assert gc.isenabled()


async def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        await computed(AT_ONCE + 1, here)
        assert not gc.isenabled()
    finally:
        gc.enable()
