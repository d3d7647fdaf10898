"""Everything one sandbox consists of, handed to each route and method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ..api.oauth import OAuth
from ..slack_json import Json
from ..workspace.bot_tokens import Installation
from ..workspace.initial_content import SLACKBOT
from ..workspace.state import Workspace
from ..workspace.trigger_ids import ResponseUrls, Triggers
from . import events
from .faults import Faults
from .rate_limits import Pace
from .sender import Answer, Delivery
from .transports import SocketMode

LONGEST_NOTE: Final = {"what": 80, "detail": 300}
TOMBSTONE: Final[Json] = {
    "subtype": "tombstone",
    "hidden": True,
    "user": SLACKBOT,
    "text": "This message was deleted.",
    **dict.fromkeys(
        ("blocks", "metadata", "files", "reactions", "pinned_to", "pinned_info", "edited", "bot_id", "app_id")
    ),
}


@dataclass
class Site:
    """The parts of a running sandbox and what joins them: storing a change and telling the app of it."""

    url: str
    workspace: Workspace
    installation: Installation
    delivery: Delivery
    sockets: SocketMode
    faults: Faults
    triggers: Triggers
    response_urls: ResponseUrls
    pace: Pace
    scopes: frozenset[str]
    oauth: OAuth
    app: Json | None = None

    def note(self, what: str, detail: str) -> None:
        """Tell whoever looks of something that the app did by itself; what is too long is cut."""
        said = {"what": what, "detail": detail}
        cut = {key: value[: LONGEST_NOTE[key]] for key, value in said.items()}
        self.workspace.changes.tell_developer("note", **cut)

    def response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        pass_id = self.response_urls.issue(user, channel, message_ts)
        return f"{self.url}/response/{self.workspace.team_id}/{pass_id}"

    async def hand(self, kind: Literal["interactive", "commands"], payload: Json) -> Answer:
        """Deliver what a person did with the app; without a good token it is not there to be used."""
        if self.installation.ended:
            return Answer(404, body={"error": "app_not_installed"})
        return await self.delivery.send(kind, payload)

    async def send_event(self, event: Json) -> Answer:
        """Deliver an event, unless the app is not told of such."""
        if self.installation.ended and event["type"] not in events.FAREWELLS:
            return Answer(200)
        if not events.meant_for_app(self.workspace, event):
            return Answer(200)
        return await self.delivery.send("events", events.event_callback(self.workspace, event))

    def announce(self, *news: Json) -> None:
        """Tell the app without waiting for it; the app may be the one that asked for the change."""
        for event in news:
            self.delivery.later(self.send_event(event))

    def announce_posted(self, message: Json) -> None:
        if not message["ephemeral_to"]:
            self.announce(*events.message_events(self.workspace, message))

    def change_message(self, message: Json, **fields: object) -> None:
        """Change a message and announce it as `message_changed`."""
        before = self.workspace.change(message, **fields)
        if not message["ephemeral_to"]:
            ts = self.workspace.timestamps.next()
            self.announce(events.message_changed(self.workspace, message, before, ts))

    def delete_message(self, message: Json) -> None:
        if message["ephemeral_to"]:
            self.workspace.remove(message)
        else:
            self.announce(self.deleted(message))

    def deleted(self, message: Json) -> Json:
        """Take a message out, and what the app hears of it; a thread keeps a tombstone where it began."""
        ts = self.workspace.timestamps.next()
        if len(self.workspace.thread(message["channel"], message["ts"])) > 1 and not message["thread_ts"]:
            before = self.workspace.change(message, **TOMBSTONE)
            return events.message_changed(self.workspace, message, before, ts)
        self.workspace.remove(message)
        return events.message_deleted(self.workspace, message, ts)

    def joined(self, user: str, channel: str, inviter: str | None = None) -> list[Json]:
        """Let a member in; the events of it."""
        by = None if inviter == user else inviter
        self.workspace.set_members(channel, [*self.workspace.members(channel), user])
        invited = {"inviter": by} if by else {}
        return [
            events.membership(self.workspace, "member_joined_channel", user, channel, by),
            *self._notice(user, channel, "join", "has joined", **invited),
        ]

    def left(self, user: str, channel: str) -> list[Json]:
        """Take a member out; the events of it."""
        rest = [each for each in self.workspace.members(channel) if each != user]
        self.workspace.set_members(channel, rest)
        return [
            events.membership(self.workspace, "member_left_channel", user, channel, None),
            *self._notice(user, channel, "leave", "has left"),
        ]

    def _notice(self, user: str, channel: str, kind: str, did: str, **more: str) -> list[Json]:
        """The line that Slack writes into a channel in somebody's name."""
        where = "group" if self.workspace.channels[channel].get("is_mpim") else "channel"
        notice = {"subtype": f"{where}_{kind}", **more}
        text = f"<@{user}> {did} the {where}"
        return events.message_events(self.workspace, self.workspace.post(channel, user, text, notice=notice))

    def uninstall(self) -> list[Json]:
        """Take the app out of the workspace; the last events that it hears."""
        self.installation.end("account_inactive")
        return [events.app_uninstalled(self.workspace), events.tokens_revoked(self.workspace)]

    def revoke(self) -> list[Json]:
        """Make the bot's token worthless; the app stays, and gets another one by consent."""
        self.installation.end("token_revoked")
        return [events.tokens_revoked(self.workspace)]
