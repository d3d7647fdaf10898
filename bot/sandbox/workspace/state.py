"""What a workspace knows: people, channels, messages and files. Each mutation is stored, then told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from ..blocks.validation import with_ids
from ..slack_json import Json
from .changes import Changes
from .initial_content import APP_ID, BOT_ID, BOT_NAME, BOT_USER, CHANNELS, TEAM_NAME, USERS
from .settings import Ways
from .sqlite_store import Shelf
from .views import Views

Clock = Callable[[], float]
STANDARD = Ways()


class Timestamps:
    """Slack's `ts`: seconds with six digits, strictly increasing, also across restarts."""

    def __init__(self, clock: Clock, after: str | None) -> None:
        self._clock = clock
        self._last = 0 if after is None else int(after.replace(".", ""))

    def next(self) -> str:
        self._last = max(int(self._clock() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


class Workspace:
    """One team: its members, channels, messages, views and files, kept on a `Shelf`."""

    def __init__(
        self,
        shelf: Shelf,
        team_id: str,
        clock: Clock = time.time,
        ways: Ways = STANDARD,
        name: str = TEAM_NAME,
        app_name: str = BOT_NAME,
    ) -> None:
        self.shelf = shelf
        self.team_id = team_id
        self.name = name
        self.domain = re.sub(r"[^a-z0-9]+", "-", name.lower())
        self.clock = clock
        self.ways = ways
        self.user_team = ways.teams.user or team_id
        self.channel_team = ways.teams.channel or team_id
        self.changes = Changes(clock)
        self.users: dict[str, str] = {**USERS, BOT_USER: app_name}
        self.channels: dict[str, Json] = {
            channel_id: {"id": channel_id, "name": name, "is_im": False}
            for channel_id, name in CHANNELS.items()
        }
        self.channels |= {each["id"]: each for each in shelf.all("channel")}
        self.files: dict[str, Json] = {each["id"]: each for each in shelf.all("file")}
        # By channel, each in the order of ts, which only ever grows: a busy workspace is not sorted again.
        self._messages: dict[str, dict[str, Json]] = {}
        for each in shelf.all("message"):
            self._messages.setdefault(each["channel"], {})[each["ts"]] = each
        last_ts = max((ts for posted in self._messages.values() for ts in posted), default=None)
        self.timestamps = Timestamps(clock, last_ts)
        installed = ways.teams.enterprise if ways.teams.org_wide else None
        self.views = Views(shelf, self.changes, self.timestamps.next, self.user_team, installed or team_id)

    # --- channels

    def channel(self, name: str) -> Json | None:
        """The channel with this id, name or #name; a user's id means the direct messages with that user."""
        if name in self.channels:
            return self.channels[name]
        if name in self.users and name != BOT_USER:
            return self.open_direct(name)
        if name.startswith("D_") and name[2:] in self.users:
            return self.open_direct(name[2:])
        bare = name.removeprefix("#")
        return next((each for each in self.channels.values() if each["name"] == bare), None)

    def open_direct(self, user: str) -> Json:
        """The direct messages between the app and a user, made on first use."""
        channel_id = f"D_{user}"
        if channel_id not in self.channels:
            self._keep_channel({"id": channel_id, "name": self.users[user], "is_im": True, "user": user})
        return self.channels[channel_id]

    def members(self, channel_id: str) -> list[str]:
        channel = self.channels[channel_id]
        if channel["is_im"]:
            return [channel["user"], BOT_USER]
        return list(channel.get("members", self.users))

    def set_members(self, channel_id: str, members: list[str]) -> None:
        self._keep_channel({**self.channels[channel_id], "members": members})

    def open_group(self, users: Iterable[str]) -> Json:
        """The direct messages among several people and the app, made on first use."""
        members = sorted(set(users))
        channel_id = "G_" + "_".join(user.removeprefix("U_") for user in members)
        if channel_id not in self.channels:
            name = "mpdm-" + "--".join(self.users[user] for user in [*members, BOT_USER]) + "-1"
            channel = {"id": channel_id, "name": name, "is_im": False, "is_mpim": True}
            self._keep_channel({**channel, "members": [*members, BOT_USER]})
        return self.channels[channel_id]

    def _keep_channel(self, channel: Json) -> None:
        self.channels[channel["id"]] = channel
        self.shelf.put("channel", channel["id"], channel)
        self.changes.tell("channel", channel=channel)

    # --- messages

    def messages(self) -> list[Json]:
        """Every message, ephemeral ones too, newest last."""
        everywhere = (each for posted in self._messages.values() for each in posted.values())
        return sorted(everywhere, key=lambda each: str(each["ts"]))

    def message(self, channel_id: str, ts: str) -> Json | None:
        return self._messages.get(channel_id, {}).get(ts)

    def posted(self, channel_id: str) -> list[Json]:
        """What everyone in a channel can read, newest last."""
        return [each for each in self._messages.get(channel_id, {}).values() if not each["ephemeral_to"]]

    def thread(self, channel_id: str, ts: str) -> list[Json]:
        """A message and the replies to it."""
        return [each for each in self.posted(channel_id) if ts in (each["ts"], each["thread_ts"])]

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
        notice: Json | None = None,
    ) -> Json:
        """Store a message; one by `U_BOT` carries the app's ids.

        A `notice` is what Slack writes in somebody's name: its `subtype`, and what goes with that.
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
        elif user == BOT_USER:
            message |= {"bot_id": BOT_ID, "app_id": APP_ID}
        if attached := list(files):
            message["files"] = attached
        self._keep(message)
        return message

    def change(self, message: Json, **fields: Any) -> Json:
        """Replace fields of a message; answers the message as it was before."""
        before = dict(message)
        if fields.get("blocks"):
            fields["blocks"] = with_ids(fields["blocks"])
        message.update(fields)
        self._keep(message)
        return before

    def remove(self, message: Json) -> None:
        key = (message["channel"], message["ts"])
        del self._messages[key[0]][key[1]]
        self.shelf.drop("message", "/".join(key))
        self.changes.tell("message_deleted", channel=key[0], ts=key[1])

    def _keep(self, message: Json) -> None:
        key = (message["channel"], message["ts"])
        self._messages.setdefault(key[0], {})[key[1]] = message
        self.shelf.put("message", "/".join(key), message)
        self.changes.tell("message", message=message)

    # --- files

    def keep_file(self, file: Json, content: bytes | None = None) -> None:
        self.files[file["id"]] = file
        if content is not None:
            self.shelf.put_content(file["id"], content)
        self.shelf.put("file", file["id"], file)
