"""One Web API call: typed access to its arguments, and the workspace and app that it is made for."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import THIS_APP, AppIdentity
from ..workspace.state import Workspace
from .message_content import check_blocks
from .oauth import OAuth

TokenKind = Literal["bot", "app", "none"]


@dataclass(frozen=True)
class Call:
    """One call of a method by an `app`.

    Every reader of an argument raises ApiError for one that does not fit.
    """

    installation: Installation
    arguments: Mapping[str, Any]
    oauth: OAuth
    app: AppIdentity = THIS_APP

    @property
    def workspace(self) -> Workspace:
        """The workspace that the call is made for."""
        return self.installation.workspace

    def text(self, name: str) -> str | None:
        """An argument as text; None where it is missing or empty."""
        value = self.arguments.get(name)
        return None if value is None or value == "" else str(value)

    def required(self, name: str) -> str:
        """An argument as text that must be there."""
        value = self.text(name)
        if value is None:
            message = f"[ERROR] missing required field: {name}"
            raise ApiError("invalid_arguments", response_metadata={"messages": [message]})
        return value

    def flag(self, name: str) -> bool:
        """A boolean argument, false where it is missing."""
        return str(self.arguments.get(name, "")).lower() in ("true", "1")

    def integer(self, name: str, default: int, most: int) -> int:
        """A whole number, brought within 1 and `most`."""
        try:
            value = int(self.arguments.get(name) or default)
        except (TypeError, ValueError):
            raise ApiError("invalid_arguments") from None
        return max(1, min(value, most))

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """A JSON argument, sent as JSON or as a string of JSON."""
        value = self.arguments.get(name)
        if not isinstance(value, str) or value == "":
            return None if value == "" else value
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None

    def channel(self, name: str = "channel") -> Json:
        """The channel that an argument names by id or name."""
        channel = self.workspace.channel(self.text(name) or "")
        if channel is None:
            raise ApiError("channel_not_found")
        return channel

    def joined_channel(self) -> Json:
        """The channel of the `channel` argument, of which the app must be a member."""
        channel = self.channel()
        if self.app.bot_user not in self.workspace.members(channel["id"]):
            raise ApiError("not_in_channel")
        return channel

    def user(self, name: str = "user") -> str:
        """The user id in an argument."""
        user = self.text(name)
        if user not in self.workspace.people:
            raise ApiError("user_not_found")
        return str(user)

    def message(self, channel_id: str, name: str = "ts") -> Json:
        """The message of a channel whose `ts` an argument gives; not an ephemeral or deleted one."""
        message = self.workspace.message(channel_id, self.required(name))
        if message is None or message["ephemeral_to"] or message.get("subtype") == "tombstone":
            raise ApiError("message_not_found")
        return message

    def thread_ts(self, channel_id: str) -> str | None:
        """The thread that the `thread_ts` argument means: of the message named, or the one it begins."""
        ts = self.text("thread_ts")
        if ts is None:
            return None
        parent = self.workspace.message(channel_id, ts)
        if parent is None or parent["ephemeral_to"]:
            raise ApiError("thread_not_found")
        return str(parent["thread_ts"] or parent["ts"])

    def blocks(self) -> list[Any] | None:
        """The `blocks` argument, checked as a message's."""
        blocks = self.structure("blocks", "invalid_blocks_format")
        if blocks is not None:
            check_blocks(blocks)
        return blocks or None

    def page(self, items: list[Json], default: int = 100) -> tuple[list[Json], Json]:
        """One page of items by `cursor` and `limit`, with the `response_metadata` for the next page."""
        start = int(self.cursor("offset") or 0)
        limit = self.integer("limit", default, 1000)
        more = encode_cursor("offset", str(start + limit)) if len(items) > start + limit else ""
        return items[start : start + limit], {"next_cursor": more}

    def cursor(self, kind: str) -> str | None:
        """The value of the `cursor` argument, which must be of this kind, e.g. `next_ts`."""
        encoded = self.text("cursor")
        if encoded is None:
            return None
        try:
            given_kind, _, value = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            raise ApiError("invalid_cursor") from None
        if given_kind != kind or not value.isdigit():
            raise ApiError("invalid_cursor")
        return value


def encode_cursor(kind: str, value: str) -> str:
    """A `next_cursor` that `Call.cursor` reads."""
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


@dataclass(frozen=True)
class Method:
    """A Web API method: what it does, which scopes suffice (any one), its rate limit tier and its token."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    tier: int | None = None
    token: TokenKind = "bot"
