"""The state of a workspace: people, channels, messages and files.

Each change is stored first and then sent to whoever watches the workspace.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..blocks.ids import with_ids
from ..slack_json import Json
from .changes import Changes
from .initial_content import APPS, BOT_USER, CHANNELS, DEFAULT_BOT_NAME, PEOPLE, TEAM_NAME
from .people import People, Person
from .settings import DEFAULT_SETTINGS, WorkspaceSettings
from .sqlite_store import SqliteStore
from .usergroups import UserGroups
from .views import Views

Clock = Callable[[], float]


class Timestamps:
    """Makes Slack's `ts`: seconds since 1970 with six decimals, strictly increasing, also across restarts."""

    def __init__(self, clock: Clock, after: str | None) -> None:
        self._clock = clock
        self._last = 0 if after is None else int(after.replace(".", ""))

    def next(self) -> str:
        """A `ts` later than all before it."""
        self._last = max(int(self._clock() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


class Workspace:
    """One team: its members, channels, messages, views and files, kept in a `SqliteStore`.

    Messages, channels and files are JSON objects close to Slack's; `thread_ts`, `blocks`, `metadata` and
    `ephemeral_to` of a message are None where there is none.
    """

    def __init__(
        self,
        store: SqliteStore,
        team_id: str,
        clock: Clock = time.time,
        settings: WorkspaceSettings = DEFAULT_SETTINGS,
        name: str = TEAM_NAME,
        app_name: str = DEFAULT_BOT_NAME,
    ) -> None:
        self.store = store
        self.team_id = team_id
        self.name = name
        self.domain = re.sub(r"[^a-z0-9]+", "-", name.lower())
        self.clock = clock
        self.settings = settings
        self.user_team = settings.team_ids.user or team_id
        self.channel_team = settings.team_ids.channel or team_id
        self.changes = Changes(clock)
        self.people = People(store, PEOPLE)
        self.people.rename(BOT_USER, app_name)
        self.usergroups = UserGroups(store)
        self.channels: dict[str, Json] = {
            channel_id: {"id": channel_id, "is_im": False, **channel}
            for channel_id, channel in CHANNELS.items()
        }
        self.channels |= {channel["id"]: channel for channel in store.all("channel")}
        self.files: dict[str, Json] = {file["id"]: file for file in store.all("file")}
        # By channel and ts. As ts only ever grows, each channel stays in order without being sorted.
        self._messages: dict[str, dict[str, Json]] = {}
        for message in store.all("message"):
            self._messages.setdefault(message["channel"], {})[message["ts"]] = message
        last_ts = max((ts for posted in self._messages.values() for ts in posted), default=None)
        self.timestamps = Timestamps(clock, last_ts)
        self.views = Views(store, self.changes, self.timestamps.next, self.team_of, self._installed_in)

    # --- organisation

    def join_organisation(self, enterprise: str | None, *, org_wide: bool) -> None:
        """Be a workspace of an organisation, or of none, for as long as the process lives.

        With `org_wide` the app is installed in all of the organisation.
        """
        team_ids = replace(self.settings.team_ids, enterprise=enterprise, org_wide=org_wide)
        self.settings = replace(self.settings, team_ids=team_ids)

    def _installed_in(self) -> str:
        """Where the app is installed, as views say it: the organisation, or this workspace."""
        team_ids = self.settings.team_ids
        return (team_ids.enterprise if team_ids.org_wide else None) or self.team_id

    # --- people

    @property
    def users(self) -> dict[str, str]:
        """The name of everybody by id, the app and other bots among them."""
        return {user: person.name for user, person in self.people.items()}

    def keep_person(self, person: Person) -> None:
        """Add somebody, or change whoever has this id."""
        self.people.put(person)
        self.changes.tell("user", user=person.summary())

    def team_of(self, user: str) -> str:
        """The home team of a person or a bot."""
        person = self.people.get(user)
        if person is None:
            return self.user_team
        return person.team_id or (self.team_id if person.is_bot else self.user_team)

    # --- channels

    def channel(self, name: str) -> Json | None:
        """The channel with this id, name or #name; a user's id means the direct messages with that user."""
        if name in self.channels:
            return self.channels[name]
        if name in self.people and name != BOT_USER:
            return self.open_direct(name)
        if name.startswith("D_") and name[2:] in self.people:
            return self.open_direct(name[2:])
        bare = name.removeprefix("#")
        return next((channel for channel in self.channels.values() if channel["name"] == bare), None)

    def open_direct(self, user: str) -> Json:
        """The direct messages between the app and a user, made on first use."""
        channel_id = f"D_{user}"
        if channel_id not in self.channels:
            self._keep_channel(
                {"id": channel_id, "name": self.people[user].name, "is_im": True, "user": user}
            )
        return self.channels[channel_id]

    def members(self, channel_id: str) -> list[str]:
        """The ids of who is in a channel, deactivated accounts among them."""
        channel = self.channels[channel_id]
        return [channel["user"], BOT_USER] if channel["is_im"] else list(channel["members"])

    def active_members(self, channel_id: str) -> list[str]:
        """The ids of who is in a channel, as Slack lists them: without deactivated accounts."""
        return [member for member in self.members(channel_id) if not self.people[member].deleted]

    def is_shared(self, channel_id: str) -> bool:
        """Whether a channel is shared with another company; also direct messages with one of its people."""
        channel = self.channels.get(channel_id, {})
        other = self.people.get(channel.get("user", ""))
        return bool(channel.get("is_ext_shared")) or (other is not None and other.kind == "stranger")

    def set_members(self, channel_id: str, members: list[str]) -> None:
        """Replace the members of a channel."""
        self._keep_channel({**self.channels[channel_id], "members": members})

    def open_group(self, users: Iterable[str]) -> Json:
        """The direct messages among several people and the app, made on first use."""
        members = sorted(set(users))
        channel_id = "G_" + "_".join(user.removeprefix("U_") for user in members)
        if channel_id not in self.channels:
            name = "mpdm-" + "--".join(self.people[user].name for user in [*members, BOT_USER]) + "-1"
            channel = {"id": channel_id, "name": name, "is_im": False, "is_mpim": True}
            self._keep_channel({**channel, "members": [*members, BOT_USER]})
        return self.channels[channel_id]

    def _keep_channel(self, channel: Json) -> None:
        self.channels[channel["id"]] = channel
        self.store.put("channel", channel["id"], channel)
        self.changes.tell("channel", channel=channel)

    # --- messages

    def messages(self) -> list[Json]:
        """Every message, ephemeral ones too, newest last."""
        everywhere = (message for posted in self._messages.values() for message in posted.values())
        return sorted(everywhere, key=lambda message: str(message["ts"]))

    def message(self, channel_id: str, ts: str) -> Json | None:
        """The message with this `ts` in a channel."""
        return self._messages.get(channel_id, {}).get(ts)

    def posted(self, channel_id: str) -> list[Json]:
        """What everyone in a channel can read, newest last."""
        posted = self._messages.get(channel_id, {}).values()
        return [message for message in posted if not message["ephemeral_to"]]

    def thread(self, channel_id: str, ts: str) -> list[Json]:
        """A message and the replies to it, oldest first."""
        return [message for message in self.posted(channel_id) if ts in (message["ts"], message["thread_ts"])]

    def post(
        self,
        channel_id: str,
        user: str,
        text: str,
        *,
        blocks: list[Any] | None = None,
        thread_ts: str | None = None,
        metadata: Json | None = None,
        ephemeral_to: str | None = None,
        files: Iterable[Json] = (),
        attachments: Iterable[Json] = (),
        notice: Json | None = None,
    ) -> Json:
        """Store and return a new message; one by an app's bot carries the app's ids.

        A `notice` marks what Slack writes in somebody's name ("has joined"): its `subtype` and more.
        """
        message: Json = {
            "channel": channel_id,
            "ts": self.timestamps.next(),
            "thread_ts": thread_ts,
            "user": user,
            "text": text,
            "blocks": with_ids(blocks) if blocks else None,
            "metadata": metadata,
            "ephemeral_to": ephemeral_to,
        }
        if notice is not None:
            message |= notice
        elif app := next((app for app in APPS if app.bot_user == user), None):
            message |= {"bot_id": app.bot_id, "app_id": app.app_id}
        for name, attached in (("files", list(files)), ("attachments", list(attachments))):
            if attached:
                message[name] = attached
        self._keep(message)
        return message

    def change(self, message: Json, **fields: Any) -> Json:
        """Replace fields of a message; returns the message as it was before."""
        before = dict(message)
        if fields.get("blocks"):
            fields["blocks"] = with_ids(fields["blocks"])
        message.update(fields)
        self._keep(message)
        return before

    def remove(self, message: Json) -> None:
        """Delete a message."""
        key = (message["channel"], message["ts"])
        del self._messages[key[0]][key[1]]
        self.store.drop("message", "/".join(key))
        self.changes.tell("message_deleted", channel=key[0], ts=key[1])

    def _keep(self, message: Json) -> None:
        key = (message["channel"], message["ts"])
        self._messages.setdefault(key[0], {})[key[1]] = message
        self.store.put("message", "/".join(key), message)
        self.changes.tell("message", message=message)

    # --- files

    def keep_file(self, file: Json, content: bytes | None = None) -> None:
        """Store a file object and, where given, the file's bytes."""
        self.files[file["id"]] = file
        if content is not None:
            self.store.put_content(file["id"], content)
        self.store.put("file", file["id"], file)
