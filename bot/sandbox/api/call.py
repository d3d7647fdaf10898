"""One Web API call: its arguments, however they were sent, and who makes it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from ..blocks import validation as block_kit
from ..delivery.installation import Site
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER

Needs = Literal["bot", "app", "nothing"]
LONGEST_TEXT = 40_000


@dataclass(frozen=True)
class Call:
    """Typed access to arguments; what does not fit is `invalid_arguments`."""

    site: Site
    arguments: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        value = self.arguments.get(name)
        return None if value is None or value == "" else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            said = f"[ERROR] missing required field: {name}"
            raise ApiError("invalid_arguments", response_metadata={"messages": [said]})
        return value

    def flag(self, name: str) -> bool:
        return str(self.arguments.get(name, "")).lower() in ("true", "1")

    def integer(self, name: str, default: int, most: int) -> int:
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
        found = self.site.workspace.channel(self.text(name) or "")
        if found is None:
            raise ApiError("channel_not_found")
        return found

    def joined_channel(self) -> Json:
        """A channel the app is in."""
        found = self.channel()
        if BOT_USER not in self.site.workspace.members(found["id"]):
            raise ApiError("not_in_channel")
        return found

    def user(self, name: str = "user") -> str:
        user = self.text(name)
        if user not in self.site.workspace.users:
            raise ApiError("user_not_found")
        return str(user)

    def message(self, channel_id: str, name: str = "ts") -> Json:
        found = self.site.workspace.message(channel_id, self.required(name))
        if found is None or found["ephemeral_to"] or found.get("subtype") == "tombstone":
            raise ApiError("message_not_found")
        return found

    def blocks(self) -> list[Any] | None:
        """The `blocks` argument, checked as a message's."""
        blocks = self.structure("blocks", "invalid_blocks_format")
        if blocks is not None:
            check_message_blocks(blocks)
        return blocks or None

    def page(self, items: list[Json], default: int = 100) -> tuple[list[Json], Json]:
        """One page of items by `cursor` and `limit`, with the response_metadata to go on from."""
        start = self.cursor("offset")
        return paged(items[int(start or 0) :], self.integer("limit", default, 1000), int(start or 0))

    def cursor(self, kind: str) -> str | None:
        """What the `cursor` argument says of its kind, e.g. `next_ts`."""
        given = self.text("cursor")
        if given is None:
            return None
        try:
            found, _, value = base64.b64decode(given, validate=True).decode().partition(":")
        except ValueError:
            raise ApiError("invalid_cursor") from None
        if found != kind or not value.isdigit():
            raise ApiError("invalid_cursor")
        return value


def paged(items: list[Json], limit: int, start: int) -> tuple[list[Json], Json]:
    more = cursor_of("offset", str(start + limit)) if len(items) > limit else ""
    return items[:limit], {"next_cursor": more}


def cursor_of(kind: str, value: str) -> str:
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def check_message_blocks(blocks: Any) -> None:
    """Raise as chat.postMessage does for blocks it does not take."""
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if problems := block_kit.problems_of(blocks, "message"):
        raise ApiError.of_problems("invalid_blocks", problems)
    if block_kit.too_long(blocks):
        raise ApiError("msg_blocks_too_long")


def check_text(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")


@dataclass(frozen=True)
class Method:
    """A Web API method: the token it needs, the scopes of which one suffices, and its rate limit tier."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    tier: int | None = None
    needs: Needs = "bot"


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """Query, form and JSON body together, as Slack takes them."""
    arguments: dict[str, Any] = {**basic_credentials(request), **request.query}
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")  # slack-sdk names the type of nothing, too
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        arguments |= body
    elif request.can_read_body:
        arguments |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return arguments


def basic_credentials(request: web.Request) -> dict[str, str]:
    """A client's id and secret, where they come in the header."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}
