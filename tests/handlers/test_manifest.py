"""The app manifest asks Slack for what the listeners and calls need, and for nothing else."""

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from slack_bolt.app.async_app import AsyncApp

import handlers
from bot.application.use_cases import UseCases
from handlers.listeners import register_listeners
from handlers.manifest import EVENTS, SCOPES, manifest
from tests.processes import ROOT, called

COMMITTED = ROOT / "deploy/slack-app-manifest.json"
HANDLERS = Path(handlers.__file__).parent

# Which scope makes Slack send an event (api.slack.com/events) ...
EVENT_NEEDS = {
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "member_joined_channel": "channels:read",
    "member_left_channel": "groups:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "team_join": "users:read",
    "user_change": "users:read",
}
# ... and which one a call needs (api.slack.com/methods); None: every token may. History and members of a
# channel need the scope of its kind, which the events ask for already.
CALL_NEEDS = {
    "apps_connections_open": None,
    "auth_teams_list": None,
    "auth_test": None,
    "chat_delete": "chat:write",
    "chat_getPermalink": None,
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "conversations_history": "channels:history",
    "conversations_info": "channels:read",
    "conversations_members": "channels:read",
    "conversations_open": "im:write",
    "conversations_replies": "channels:history",
    "dnd_info": "dnd:read",
    "files_info": "files:read",
    "files_upload_v2": "files:write",
    "usergroups_users_list": "usergroups:read",
    "users_info": "users:read",
    "users_profile_get": "users.profile:read",
    "views_open": None,
    "views_publish": None,
    "views_push": None,
    "views_update": None,
}


class Listeners:
    """Stands where Bolt's app stands, and notes what is listened to."""

    def __init__(self) -> None:
        self.found: dict[str, list[Any]] = {}

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        def listen(constraint: Any, *_: Any) -> Any:
            self.found.setdefault(kind, []).append(constraint)
            return lambda listener: listener

        return listen


@pytest.fixture(scope="module")
def listened() -> dict[str, list[Any]]:
    listeners = Listeners()
    register_listeners(cast(AsyncApp, listeners), cast(UseCases, None), lambda: None)
    return listeners.found


def calls() -> set[str]:
    """Every method that our code calls on a Slack client."""
    trees = [ast.parse(file.read_text()) for file in HANDLERS.rglob("*.py")]
    names = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {
        name
        for name in names
        if re.match(r"(apps|auth|chat|conversations|dnd|files|usergroups|users|views)_[a-z]", name)
    }


def test_every_event_that_is_listened_to_is_subscribed_and_no_other(listened: dict[str, list[Any]]) -> None:
    named = {one for one in listened["event"] if isinstance(one, str)}
    assert {event.partition(".")[0] for event in EVENTS} == named
    assert set(EVENTS) <= set(EVENT_NEEDS)


def test_every_event_and_call_has_its_scope_and_no_scope_is_idle(listened: dict[str, list[Any]]) -> None:
    needed = {EVENT_NEEDS[event] for event in EVENTS} | {CALL_NEEDS[call] for call in calls()}
    if "command" in listened or "shortcut" in listened:
        needed.add("commands")
    assert needed - {None} == set(SCOPES)


def test_every_command_and_shortcut_is_announced(listened: dict[str, list[Any]]) -> None:
    features = manifest(None)["features"]
    assert [one["command"] for one in features["slash_commands"]] == listened["command"]
    assert [one["callback_id"] for one in features["shortcuts"]] == listened["shortcut"]
    assert features["app_home"]["home_tab_enabled"] is ("app_home_opened" in listened["event"])
    assert manifest(None)["settings"]["interactivity"]["is_enabled"]


def test_over_http_all_three_ways_lead_to_the_one_address() -> None:
    made = manifest("https://bot.example/")
    address = "https://bot.example/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address
    assert made["settings"]["socket_mode_enabled"] is False


def test_for_socket_mode_no_address_is_named() -> None:
    made = manifest(None)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(made).replace("should_escape", "")


def test_slacks_limits_hold() -> None:
    made = manifest(None)
    assert made["_metadata"]["major_version"] == 2
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_the_committed_manifest_is_the_one_that_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = called(capsys, "manifest")
    assert printed.code == 0
    assert printed.out == COMMITTED.read_text(), "run: countersign manifest > deploy/slack-app-manifest.json"
