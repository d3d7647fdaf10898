"""Modals that follow by themselves what others and jobs change, as long as something in them is open."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.store import StoreUnavailable
from handlers.outbound.calls import SLACK_FAULTS
from handlers.outbound.open_views import OpenViews, Render, Revision

log = structlog.get_logger()

FOLLOWED_SECONDS = 180.0  # in which a payment is judged again, with a slow model too
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 5.0  # seconds between two looks
MOST_FOLLOWED = 200  # modals at a time in one process; of more, each shows what it did

Unfinished = Callable[[], Awaitable[bool]]
"""Whether something that a modal shows is still to change by itself."""


@dataclass(frozen=True, slots=True)
class FollowedViews:
    """Brings open modals up to date, one task for each; whoever closes one ends it, and so does time."""

    views: OpenViews = field(default_factory=OpenViews)
    under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def begin(
        self,
        client: AsyncWebClient,
        view_id: str,
        render: Render,
        revision: Revision,
        unfinished: Unfinished,
    ) -> None:
        """Have a modal follow from now on, in place of what it followed before."""
        if before := self.under_way.pop(view_id, None):
            before.cancel()
        if len(self.under_way) >= MOST_FOLLOWED:
            return
        following = asyncio.create_task(self._follow(client, view_id, render, revision, unfinished))
        self.under_way[view_id] = following
        following.add_done_callback(lambda ended: self._forget(view_id, ended))

    def _forget(self, view_id: str, ended: asyncio.Task[None]) -> None:
        if self.under_way.get(view_id) is ended:
            del self.under_way[view_id]

    async def _follow(
        self,
        client: AsyncWebClient,
        view_id: str,
        render: Render,
        revision: Revision,
        unfinished: Unfinished,
    ) -> None:
        pause = FIRST_PAUSE
        try:
            async with asyncio.timeout(FOLLOWED_SECONDS):
                goes_on = True
                while goes_on:
                    await asyncio.sleep(pause)
                    pause = min(LONGEST_PAUSE, 1.5 * pause)
                    goes_on = await unfinished()  # asked first: what changes after it is shown in any case
                    await self.views.update(client, view_id, render, revision, always=False)
        except TimeoutError:
            log.info("modal followed long enough")
        except (*SLACK_FAULTS, *StoreUnavailable) as error:
            log.info("modal follows no more", error=type(error).__name__)
