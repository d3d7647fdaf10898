"""Home follows what its person has done on a card or at a desk, without anybody waiting for it."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.store import StoreUnavailable
from handlers.inbound.payloads import Place, place_of_action
from handlers.listeners.overview import OverviewListeners
from handlers.outbound.calls import CALL_SECONDS, SLACK_FAULTS

log = structlog.get_logger()

Listener = Callable[..., Awaitable[None]]
"""A listener of a button or a form, which takes ``ack``, ``body`` and perhaps ``client``."""


@dataclass(frozen=True, slots=True)
class HomeUpdates:
    """Brings Home up to date for whoever has just done something, if they have opened it before.

    One update at a time for each person: who does more meanwhile gets one more, of all of it.
    """

    overviews: OverviewListeners
    under_way: dict[Place, asyncio.Task[None]] = field(default_factory=dict)
    again: set[Place] = field(default_factory=set)

    def after(self, listener: Listener) -> Listener:
        """A listener that does what this one does, after which Home follows by itself."""
        takes_client = "client" in inspect.signature(listener).parameters

        async def listen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
            if takes_client:
                await listener(ack=ack, body=body, client=client)
            else:
                await listener(ack=ack, body=body)
            place = place_of_action(body)
            self.begin(client, Place(place.team, place.user))

        return listen

    def begin(self, client: AsyncWebClient, place: Place) -> None:
        """Have the Home of this person brought up to date by and by."""
        self.again.add(place)
        if place not in self.under_way:
            self.under_way[place] = asyncio.create_task(self._update(client, place))

    async def _update(self, client: AsyncWebClient, place: Place) -> None:
        try:
            while place in self.again:
                self.again.discard(place)
                await self._update_once(client, place)
        finally:
            self.under_way.pop(place, None)

    async def _update_once(self, client: AsyncWebClient, place: Place) -> None:
        """A failed update is given up; what was done meanwhile still gets its own."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self.overviews.update_home(client, place.team, place.user)
        except (*SLACK_FAULTS, *StoreUnavailable) as error:
            log.warning("Home not brought up to date", error=type(error).__name__)
