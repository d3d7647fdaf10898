"""The app as it is installed in one workspace: its tokens and rights there, and the way to reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ..slack_json import Json
from ..workspace.bot_tokens import BotTokens
from ..workspace.clock import WorkspaceClock
from ..workspace.initial_content import OTHER_APP, THIS_APP, AppIdentity
from ..workspace.response_urls import ResponseUrls
from ..workspace.state import Workspace
from ..workspace.trigger_ids import TriggerIds
from . import events
from .faults import Faults
from .rate_limits import RateLimits
from .sender import DeliveryResult, Sender
from .socket_mode import SocketMode

LONGEST_NOTE: Final = {"what": 80, "detail": 300}  # characters


@dataclass
class Installation:
    """One workspace and the app installed in it.

    `url` is where the sandbox is served; `scopes` are what the app's token was granted; `other_app_token` is
    with what another app calls; `clock` tells the time of all workspaces; `app` is what the page may know of
    the app beforehand (see `AppManifest.app`).
    """

    url: str
    workspace: Workspace
    tokens: BotTokens
    sender: Sender
    sockets: SocketMode
    clock: WorkspaceClock
    faults: Faults
    trigger_ids: TriggerIds
    response_urls: ResponseUrls
    rate_limits: RateLimits
    scopes: frozenset[str]
    other_app_token: str
    app: Json | None = None

    def app_of(self, token: str | None) -> AppIdentity:
        """The app that calls with a token: the installed one, or the other one that every workspace has."""
        return OTHER_APP if token == self.other_app_token else THIS_APP

    def commands(self, asked: str) -> frozenset[str]:
        """The names of the app's slash commands; the one `asked` for too where it names none beforehand."""
        known = (self.app or {}).get("commands") or []
        return frozenset(text.split()[0] for text, _ in known) or frozenset({asked})

    def note(self, what: str, detail: str) -> None:
        """Show whoever watches what the app did by itself; too long a text is cut."""
        texts = {"what": what, "detail": detail}
        cut = {key: text[: LONGEST_NOTE[key]] for key, text in texts.items()}
        self.workspace.changes.tell_developer("note", **cut)

    def response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """A new response URL for what a person did in a channel, on a message if there was one."""
        url_id = self.response_urls.issue(user, channel, message_ts)
        return f"{self.url}/response/{self.workspace.team_id}/{url_id}"

    async def send_interaction(
        self, kind: Literal["interactive", "commands"], payload: Json
    ) -> DeliveryResult:
        """Deliver a person's interaction or slash command; 404 where the app is not installed."""
        if self.tokens.ended:
            return DeliveryResult(404, body={"error": "app_not_installed"})
        return await self.sender.send(kind, payload)

    async def send_event(self, event: Json) -> DeliveryResult:
        """Deliver an event; one that the app is not to hear of counts as acknowledged."""
        if self.tokens.ended and event["type"] not in events.UNINSTALL_EVENTS:
            return DeliveryResult(200)
        if not events.is_for_app(self.workspace, event):
            return DeliveryResult(200)
        return await self.sender.send("events", events.event_callback(self.workspace, event))

    def announce(self, *new_events: Json) -> None:
        """Deliver events without waiting, since the app may be waiting for the call that caused them."""
        for event in new_events:
            self.sender.in_background(self.send_event(event))

    def uninstall(self) -> list[Json]:
        """Take the app out of the workspace; returns the last events that it hears."""
        self.tokens.end("account_inactive")
        return [events.app_uninstalled(self.workspace), events.tokens_revoked(self.workspace)]

    def revoke_token(self) -> list[Json]:
        """Make the bot's token worthless; returns the events of it.

        The app stays, and gets a new token by OAuth.
        """
        self.tokens.end("token_revoked")
        return [events.tokens_revoked(self.workspace)]
