"""Looking that this process can still work with what is stored, as long as it works."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog

from bot.store import LAYOUT, StoredLayout, StoreUnavailable, UnreadableLayout

log = structlog.get_logger()

LOOK_SECONDS, END_SECONDS = 1.0, 1.0
UNKNOWN_SECONDS = 0.1  # between two looks as long as Redis has not told it at all


class LayoutWatch:
    """Checks the layout of what is stored when a process starts, and every second."""

    def __init__(self, layout: StoredLayout) -> None:
        self._layout = layout
        self._is_known = False

    async def begin(self) -> None:
        """Check it before anything is done; where Redis is away, that is left to the first look after.

        Raises ``UnreadableLayout``.
        """
        try:
            await self._first_look()
        except StoreUnavailable as error:
            log.warning("layout not read", error=type(error).__name__)

    async def _first_look(self) -> None:
        number = await self._layout.begin()
        self._is_known = True
        if number < LAYOUT:
            log.warning("older layout stored", layout=number, advice="see deploy/UPGRADING.md")

    @contextlib.asynccontextmanager
    async def while_readable(self) -> AsyncIterator[None]:
        """Let the block go on as long as this version can work with what is stored; then it is cancelled.

        Raises ``UnreadableLayout`` then, after the block has ended as it does on a stop.
        """
        owner = asyncio.current_task()
        assert owner is not None
        watch = asyncio.create_task(self._unreadable(), name="layout")
        met: list[UnreadableLayout] = []

        def end(watched: asyncio.Task[UnreadableLayout]) -> None:
            if not watched.cancelled():
                met.append(watched.result())
                owner.cancel()

        watch.add_done_callback(end)
        try:
            yield
        except asyncio.CancelledError:
            # Somebody else may have asked this process to stop meanwhile, which then counts.
            if not met or owner.uncancel() > 0:
                raise
            raise met[0] from None
        finally:
            watch.remove_done_callback(end)
            watch.cancel()
            # Redis' client, connecting anew, may raise another error in the place of the cancellation.
            await asyncio.wait([watch], timeout=END_SECONDS)

    async def _unreadable(self) -> UnreadableLayout:
        while True:
            await asyncio.sleep(LOOK_SECONDS if self._is_known else UNKNOWN_SECONDS)
            try:
                if self._is_known:
                    await self._layout.look()
                else:
                    await self._first_look()
            except UnreadableLayout as error:
                return error
            except StoreUnavailable:
                pass  # whoever does something now is told; here it is looked at again
            except Exception as error:  # the watch must live, whatever stands in Redis
                log.error("layout not read", exc_info=error)
