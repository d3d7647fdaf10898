"""The modals that people have open, in stacks of up to three, and their Home tabs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from ..blocks.ids import with_ids
from ..blocks.input_values import current_conversations, state_values
from ..slack_json import Json
from .changes import Changes
from .errors import ApiError
from .initial_content import APP_ID, BOT_ID
from .sqlite_store import SqliteStore

MOST_MODALS = 3  # docs.slack.dev/surfaces/modals


class Views:
    """The open modals, oldest first, and the Home tabs; a person's modals form one stack.

    A record is `{"id", "user", "view", "entered", "seq"}`: `view` as Slack shows it to the app, `entered`
    what the person has filled in so far as `{block_id: {action_id: value}}`.
    """

    def __init__(
        self,
        store: SqliteStore,
        changes: Changes,
        next_ts: Callable[[], str],
        team_of: Callable[[str], str],
        installed_in: Callable[[], str],
    ) -> None:
        self._store = store
        self.changes = changes
        self._team_of = team_of
        self._installed_in = installed_in
        self._next_ts = next_ts
        stored = sorted(store.all("view"), key=lambda record: str(record["seq"]))
        self._open: dict[str, Json] = {record["id"]: record for record in stored}
        homes = store.all("home")
        self.homes: dict[str, Json] = {record["user"]: record["view"] for record in homes}
        self._entered_at_home: dict[str, Json] = {
            record["user"]: record.get("entered", {}) for record in homes
        }

    def all(self) -> list[Json]:
        """The records of every open modal, oldest first."""
        return list(self._open.values())

    def stack(self, user: str) -> list[Json]:
        """A person's open modals, the top one last."""
        return [record for record in self._open.values() if record["user"] == user]

    def find(self, view_id: str | None, external_id: str | None = None) -> Json | None:
        """The record of an open modal by its id or, without one, by the app's `external_id`."""
        if view_id:
            return self._open.get(view_id)
        if not external_id:
            return None
        return next((record for record in self.all() if record["view"]["external_id"] == external_id), None)

    def open(self, user: str, given: Json, channel: str | None = None) -> Json:
        """Open a modal in place of whatever the person had open; its record.

        Raises ApiError where the `external_id` is taken.
        """
        self._check_external_id(given)
        self.clear(user)
        return self._push(user, given, channel, root=None, previous=None)

    def push(self, user: str, given: Json, channel: str | None = None) -> Json:
        """Open a modal on top of the person's stack; its record.

        Raises ApiError where there is no stack, the stack is full, or the `external_id` is taken.
        """
        self._check_external_id(given)
        stack = self.stack(user)
        if not stack:
            raise ApiError("not_found")
        if len(stack) >= MOST_MODALS:
            raise ApiError("push_limit_reached")
        return self._push(user, given, channel, root=stack[0]["id"], previous=stack[-1]["id"])

    def update(self, record: Json, given: Json, seen_hash: str | None = None) -> Json:
        """Replace the content of an open modal; what was entered in blocks that remain is kept.

        Raises ApiError where `seen_hash` is not the current one, or the `external_id` is taken.
        """
        if seen_hash and seen_hash != record["view"]["hash"]:
            raise ApiError("hash_conflict")
        old = record["view"]
        if (external := given.get("external_id")) and external != old["external_id"]:
            self._check_external_id(given)
        record["view"] = self._as_slack(
            given, record["user"], record["id"], old["root_view_id"], old["previous_view_id"]
        )
        self._keep(record)
        return record

    def enter(self, record: Json, entered: Json) -> None:
        """Store what the person has filled in, as `{block_id: {action_id: value}}`."""
        record["entered"] = entered
        self._store.put("view", record["id"], record)

    def close(self, record: Json) -> None:
        """Close one modal."""
        if self._open.pop(record["id"], None) is not None:
            self._store.drop("view", record["id"])
            self.changes.tell("view_closed", id=record["id"], user=record["user"])

    def clear(self, user: str) -> None:
        """Close all modals of a person."""
        for record in reversed(self.stack(user)):
            self.close(record)

    def publish(self, user: str, given: Json, seen_hash: str | None = None) -> Json:
        """Set a person's Home tab; the view. Raises ApiError where `seen_hash` is not the current one."""
        old = self.homes.get(user)
        if seen_hash and old is not None and seen_hash != old["hash"]:
            raise ApiError("hash_conflict")
        view_id = old["id"] if old else self._new_id()
        self.homes[user] = self._as_slack(given, user, view_id, view_id, None)
        self._keep_home(user)
        view = self.home(user)
        self.changes.tell("home", user=user, view=view)
        return view

    def home(self, user: str) -> Json:
        """A person's Home tab as the app sees it, with what has been entered in `state.values`."""
        return view_with_state({"view": self.homes[user], "entered": self.entered_at_home(user)})

    def entered_at_home(self, user: str) -> Json:
        """What a person has filled in on the Home tab, as `{block_id: {action_id: value}}`.

        What was entered in blocks that remain is kept when the tab is published anew.
        """
        return self._entered_at_home.get(user, {})

    def enter_at_home(self, user: str, entered: Json) -> None:
        """Store what a person has filled in on the Home tab."""
        self._entered_at_home[user] = entered
        self._keep_home(user)

    def _keep_home(self, user: str) -> None:
        record = {"user": user, "view": self.homes[user], "entered": self.entered_at_home(user)}
        self._store.put("home", user, record)

    def _push(
        self, user: str, given: Json, channel: str | None, *, root: str | None, previous: str | None
    ) -> Json:
        view_id = self._new_id()
        view = self._as_slack(given, user, view_id, root or view_id, previous)
        entered = current_conversations(view["blocks"], channel) if channel else {}
        record: Json = {"id": view_id, "user": user, "view": view, "entered": entered, "seq": self._next_ts()}
        self._keep(record)
        return record

    def _keep(self, record: Json) -> None:
        self._open[record["id"]] = record
        self._store.put("view", record["id"], record)
        self.changes.tell("view", id=record["id"], user=record["user"], view=view_with_state(record))

    def _check_external_id(self, given: Json) -> None:
        if self.find(None, given.get("external_id")) is not None:
            raise ApiError("duplicate_external_id")

    @staticmethod
    def _new_id() -> str:
        return "V" + secrets.token_hex(5).upper()

    def _as_slack(self, given: Json, user: str, view_id: str, root: str, previous: str | None) -> Json:
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
            "team_id": self._team_of(user),
            "blocks": with_ids(given["blocks"]),
            "state": {"values": {}},
            "hash": f"{self._next_ts()}.{secrets.token_hex(4)}",
            "root_view_id": root,
            "previous_view_id": previous,
            "app_id": APP_ID,
            "app_installed_team_id": self._installed_in(),
            "bot_id": BOT_ID,
        }


def view_with_state(record: Json) -> Json:
    """A modal's view as the app sees it, with what has been entered in `state.values`."""
    view: Json = record["view"]
    return {**view, "state": {"values": state_values(view["blocks"], record["entered"])}}
