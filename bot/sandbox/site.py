"""Everything one sandbox consists of, handed to each route and method."""

from __future__ import annotations

from dataclasses import dataclass

from . import payloads
from .delivery import Answer, Delivery
from .faults import Faults
from .pace import Pace
from .shapes import Json
from .transports import SocketMode
from .triggers import ResponseUrls, Triggers
from .workspace import Workspace


@dataclass
class Site:
    """The parts of a running sandbox and what joins them: storing a change and telling the app of it."""

    url: str
    bot_token: str
    app_token: str
    workspace: Workspace
    delivery: Delivery
    sockets: SocketMode
    faults: Faults
    triggers: Triggers
    response_urls: ResponseUrls
    pace: Pace
    scopes: frozenset[str]

    def response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        pass_id = self.response_urls.issue(user, channel, message_ts)
        return f"{self.url}/response/{self.workspace.team_id}/{pass_id}"

    async def send_event(self, event: Json) -> Answer:
        return await self.delivery.send("events", payloads.event_callback(self.workspace, event))

    def announce(self, *events: Json) -> None:
        """Tell the app without waiting for it; the app may be the one that asked for the change."""
        for event in events:
            self.delivery.later(self.send_event(event))

    def announce_posted(self, message: Json) -> None:
        if not message["ephemeral_to"]:
            self.announce(*payloads.message_events(self.workspace, message))

    def change_message(self, message: Json, **fields: object) -> None:
        """Change a message and announce it as `message_changed`."""
        before = self.workspace.change(message, **fields)
        if not message["ephemeral_to"]:
            ts = self.workspace.timestamps.next()
            self.announce(payloads.message_changed(self.workspace, message, before, ts))

    def delete_message(self, message: Json) -> None:
        self.workspace.remove(message)
        if not message["ephemeral_to"]:
            ts = self.workspace.timestamps.next()
            self.announce(payloads.message_deleted(self.workspace, message, ts))
