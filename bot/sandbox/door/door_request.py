"""One request at the door: its fields, and the workspace that it is about."""

from __future__ import annotations

from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.initial_content import BOT_USER, SLACKBOT
from .answers import DoorError


class DoorRequest:
    """Typed access to the fields; raises DoorError for one that is missing, of the wrong type or unknown."""

    def __init__(
        self, installation: Installation, fields: Json, view_id: str = "", *, is_only_team: bool = True
    ) -> None:
        self.installation = installation
        self.fields = fields
        self.view_id = view_id
        self.is_only_team = is_only_team

    def text(self, name: str) -> str:
        """A field that must be a text."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise DoorError(400, f"missing_{name}")
        return value

    def optional_text(self, name: str) -> str | None:
        """A field that must be a text or missing."""
        return self.text(name) if self.fields.get(name) is not None else None

    def flag(self, name: str) -> bool:
        """Whether a field is there and true."""
        return bool(self.fields.get(name))

    def structure(self, name: str) -> Json:
        """A field that must be an object; an empty one where it is missing."""
        value = self.fields.get(name) or {}
        if not isinstance(value, dict):
            raise DoorError(400, f"invalid_{name}")
        return value

    def user(self) -> str:
        """The person who acts; the app cannot act at the door."""
        user = self.text("user")
        if user not in self.installation.workspace.people or user == BOT_USER:
            raise DoorError(404, "user_not_found")
        return user

    def channel(self) -> str:
        """The id of the channel; the app's id means direct messages.

        The person must be a member of it, except Slackbot, who is everywhere.
        """
        name, user = self.text("channel"), self.user()
        workspace = self.installation.workspace
        channel = workspace.channel(user if name == BOT_USER else name)
        if channel is None or user not in (SLACKBOT, *workspace.members(channel["id"])):
            raise DoorError(404, "channel_not_found")
        return str(channel["id"])

    def files(self) -> list[Json]:
        """The stored files whose ids are in `files`; none where it is missing."""
        given = self.fields.get("files") or []
        known = self.installation.workspace.files
        if not isinstance(given, list) or not all(isinstance(file, str) for file in given):
            raise DoorError(400, "invalid_files")
        if any(file not in known or not known[file]["user"] for file in given):
            raise DoorError(404, "file_not_found")
        return [known[file] for file in given]

    def forwarded(self) -> Json | None:
        """The message that `forward` names, which the person must be able to read; None without it."""
        named = self.structure("forward")
        if not named:
            return None
        workspace, channel = self.installation.workspace, str(named.get("channel"))
        message = workspace.message(channel, str(named.get("ts")))
        if message is None or message["ephemeral_to"] or self.user() not in workspace.members(channel):
            raise DoorError(404, "message_not_found")
        return message
