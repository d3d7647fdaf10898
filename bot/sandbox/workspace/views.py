"""Modals in their stacks of up to three, and the Home tabs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..blocks.input_values import defaults, state_values
from ..blocks.validation import with_ids
from .errors import ApiError
from .initial_content import APP_ID, BOT_ID

if TYPE_CHECKING:
    from ..slack_json import Json
    from .changes import Changes
    from .sqlite_store import Shelf

DEEPEST = 3


class Views:
    """Who has which modal open, oldest first; a person's modals form one stack.

    A record is `{"id", "user", "view", "entered", "seq"}`: `view` as Slack shows it to the app, `entered`
    what the person has filled in so far as `{block_id: {action_id: value}}`.
    """

    def __init__(
        self, shelf: Shelf, changes: Changes, next_ts: Callable[[], str], team_id: str, installed_in: str
    ) -> None:
        self._shelf = shelf
        self._changes = changes
        self._team_id = team_id
        self._installed_in = installed_in
        self._next_ts = next_ts
        stored = sorted(shelf.all("view"), key=lambda record: str(record["seq"]))
        self._open: dict[str, Json] = {record["id"]: record for record in stored}
        self.homes: dict[str, Json] = {record["user"]: record["view"] for record in shelf.all("home")}

    def all(self) -> list[Json]:
        return list(self._open.values())

    def stack(self, user: str) -> list[Json]:
        """A person's open modals, the top one last."""
        return [record for record in self._open.values() if record["user"] == user]

    def find(self, view_id: str | None, external_id: str | None = None) -> Json | None:
        if view_id:
            return self._open.get(view_id)
        return next(
            (each for each in self.all() if external_id and each["view"]["external_id"] == external_id), None
        )

    def open(self, user: str, given: Json, channel: str | None = None) -> Json:
        """A new modal in place of whatever the person had open."""
        self._refuse_taken(given)
        self.clear(user)
        return self._push(user, given, channel, root=None, previous=None)

    def push(self, user: str, given: Json, channel: str | None = None) -> Json:
        """A modal on top of the person's stack."""
        self._refuse_taken(given)
        stack = self.stack(user)
        if not stack:
            raise ApiError("not_found")
        if len(stack) >= DEEPEST:
            raise ApiError("push_limit_reached")
        return self._push(user, given, channel, root=stack[0]["id"], previous=stack[-1]["id"])

    def update(self, record: Json, given: Json, seen_hash: str | None = None) -> Json:
        """Other content for an open modal; what was entered in blocks that remain is kept."""
        if seen_hash and seen_hash != record["view"]["hash"]:
            raise ApiError("hash_conflict")
        old = record["view"]
        if (external := given.get("external_id")) and external != old["external_id"]:
            self._refuse_taken(given)
        record["view"] = self._as_slack(given, record["id"], old["root_view_id"], old["previous_view_id"])
        self._keep(record)
        return record

    def enter(self, record: Json, entered: Json) -> None:
        """Remember what the person has filled in."""
        record["entered"] = entered
        self._shelf.put("view", record["id"], record)

    def close(self, record: Json) -> None:
        if self._open.pop(record["id"], None) is not None:
            self._shelf.drop("view", record["id"])
            self._changes.tell("view_closed", id=record["id"], user=record["user"])

    def clear(self, user: str) -> None:
        for record in reversed(self.stack(user)):
            self.close(record)

    def publish(self, user: str, given: Json, seen_hash: str | None = None) -> Json:
        """A person's Home tab."""
        old = self.homes.get(user)
        if seen_hash and old is not None and seen_hash != old["hash"]:
            raise ApiError("hash_conflict")
        view_id = old["id"] if old else self._new_id()
        self.homes[user] = self._as_slack(given, view_id, view_id, None)
        self._shelf.put("home", user, {"user": user, "view": self.homes[user]})
        self._changes.tell("home", user=user, view=self.homes[user])
        return self.homes[user]

    def _push(
        self, user: str, given: Json, channel: str | None, *, root: str | None, previous: str | None
    ) -> Json:
        view_id = self._new_id()
        view = self._as_slack(given, view_id, root or view_id, previous)
        entered = defaults(view["blocks"], channel) if channel else {}
        record: Json = {"id": view_id, "user": user, "view": view, "entered": entered, "seq": self._next_ts()}
        self._keep(record)
        return record

    def _keep(self, record: Json) -> None:
        self._open[record["id"]] = record
        self._shelf.put("view", record["id"], record)
        self._changes.tell("view", id=record["id"], user=record["user"], view=shown(record))

    def _refuse_taken(self, given: Json) -> None:
        if self.find(None, given.get("external_id")) is not None:
            raise ApiError("duplicate_external_id")

    @staticmethod
    def _new_id() -> str:
        return "V" + secrets.token_hex(5).upper()

    def _as_slack(self, given: Json, view_id: str, root: str, previous: str | None) -> Json:
        absent: dict[str, Any] = {
            "submit": None,
            "close": None,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return {
            **absent,
            **given,
            "id": view_id,
            "team_id": self._team_id,
            "blocks": with_ids(given["blocks"]),
            "state": {"values": {}},
            "hash": f"{self._next_ts()}.{secrets.token_hex(4)}",
            "root_view_id": root,
            "previous_view_id": previous,
            "app_id": APP_ID,
            "app_installed_team_id": self._installed_in,
            "bot_id": BOT_ID,
        }


def shown(record: Json) -> Json:
    """A view as the app sees it, with what has been entered."""
    view: Json = record["view"]
    return {**view, "state": {"values": state_values(view["blocks"], record["entered"])}}
