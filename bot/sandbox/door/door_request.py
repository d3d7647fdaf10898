"""What a request at the door asks for: its fields, and which of them are possible here."""

from __future__ import annotations

from ..delivery.installation import Site
from ..slack_json import Json
from ..workspace.initial_content import BOT_USER
from .user_actions import Refused


class Asked:
    """One request's fields; a missing one or one of the wrong type is refused with 400."""

    def __init__(self, site: Site, fields: Json, view_id: str = "") -> None:
        self.site = site
        self.fields = fields
        self.view_id = view_id

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise Refused(400, f"missing_{name}")
        return value

    def maybe(self, name: str) -> str | None:
        return self.text(name) if self.fields.get(name) is not None else None

    def user(self) -> str:
        user = self.text("user")
        if user not in self.site.workspace.users or user == BOT_USER:
            raise Refused(404, "user_not_found")
        return user

    def channel(self) -> str:
        """A channel this person can see."""
        name, user = self.text("channel"), self.user()
        channel = self.site.workspace.channel(user if name == BOT_USER else name)
        if channel is None or user not in self.site.workspace.members(channel["id"]):
            raise Refused(404, "channel_not_found")
        return str(channel["id"])

    def structure(self, name: str) -> Json:
        value = self.fields.get(name) or {}
        if not isinstance(value, dict):
            raise Refused(400, f"invalid_{name}")
        return value
