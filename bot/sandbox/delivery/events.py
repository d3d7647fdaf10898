"""The events that an app hears of, as Slack's Events API sends them. Pure."""

from __future__ import annotations

import secrets
from typing import Final

from ..slack_json import Json
from ..workspace.initial_content import APP_ID, BOT_USER
from ..workspace.state import Workspace
from .payloads import VERIFICATION_TOKEN, message_payload, pinned_item

# channel_type of an event -> its name in `message.<name>` of a manifest
SUBSCRIPTIONS: Final = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}

# Events that an app hears of only in channels where it is a member.
CHANNEL_EVENTS: Final = frozenset(
    {
        *("message", "app_mention", "file_shared", "member_joined_channel"),
        *("reaction_added", "reaction_removed", "pin_added", "pin_removed"),
    }
)
UNINSTALL_EVENTS: Final = frozenset({"app_uninstalled", "tokens_revoked"})


def event_callback(workspace: Workspace, event: Json) -> Json:
    """The envelope around an event."""
    teams = workspace.settings.team_ids
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.channel_team,
        "enterprise_id": teams.enterprise,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": teams.enterprise,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(workspace.clock()),
        "authorizations": [
            {
                "enterprise_id": teams.enterprise,
                "team_id": None if teams.org_wide else workspace.team_id,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": teams.org_wide,
            }
        ],
        "is_ext_shared_channel": workspace.is_shared(channel_of(event))
        or {workspace.user_team, workspace.channel_team} != {workspace.team_id},
        "event_context": secrets.token_hex(12),
    }


def channel_type(workspace: Workspace, channel_id: str) -> str:
    """The `channel_type` that events of a channel carry."""
    channel = workspace.channels[channel_id]
    return "im" if channel["is_im"] else "mpim" if channel.get("is_mpim") else "channel"


def message_events(workspace: Workspace, stored: Json) -> list[Json]:
    """The events of a new message: `message`, an `app_mention`, a `file_shared` for each file."""
    place = {"channel": stored["channel"], "event_ts": stored["ts"]}
    shown = message_payload(workspace, stored)
    events = [{**shown, **place, "channel_type": channel_type(workspace, stored["channel"])}]
    if stored["user"] == BOT_USER:
        return events
    if f"<@{BOT_USER}>" in stored["text"] and not workspace.channels[stored["channel"]]["is_im"]:
        events += _mention_events(workspace, shown, place)
    for file in stored.get("files") or []:
        events.append(
            {
                "type": "file_shared",
                "file_id": file["id"],
                "user_id": stored["user"],
                "file": {"id": file["id"]},
                "channel_id": stored["channel"],
                "event_ts": stored["ts"],
            }
        )
    return events


def _mention_events(workspace: Workspace, shown: Json, place: Json) -> list[Json]:
    """The `app_mention` of a message; whether it comes with files and shows them is a workspace's setting."""
    hidden = {"subtype"}
    if shown.get("files"):
        if workspace.settings.mentions_with_files == "message":
            return []
        if workspace.settings.mentions_with_files == "bare_mention":
            hidden |= {"files", "upload"}
    seen = {key: value for key, value in shown.items() if key not in hidden}
    return [{**seen, **place, "type": "app_mention"}]


def message_changed(workspace: Workspace, stored: Json, before: Json, event_ts: str) -> Json:
    """The event of a changed message, with how it was `before`."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": message_payload(workspace, stored),
        "previous_message": message_payload(workspace, before),
        "channel": stored["channel"],
        "channel_type": channel_type(workspace, stored["channel"]),
        "ts": event_ts,
        "event_ts": event_ts,
    }


def message_deleted(workspace: Workspace, before: Json, event_ts: str) -> Json:
    """The event of a deleted message, with how it was `before`."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": before["ts"],
        "previous_message": message_payload(workspace, before),
        "channel": before["channel"],
        "channel_type": channel_type(workspace, before["channel"]),
        "ts": event_ts,
        "event_ts": event_ts,
    }


def home_opened(workspace: Workspace, user: str) -> Json:
    """The event of a person who opens the app's Home tab."""
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": f"D_{user}",
        "tab": "home",
        "event_ts": workspace.timestamps.next(),
    }
    return event | ({"view": workspace.views.home(user)} if user in workspace.views.homes else {})


def membership_event(
    workspace: Workspace, kind: str, user: str, channel_id: str, inviter: str | None
) -> Json:
    """The event `member_joined_channel` or `member_left_channel`."""
    event: Json = {
        "type": kind,
        "user": user,
        "channel": channel_id,
        "channel_type": "C",
        "team": workspace.team_of(user),
        "event_ts": workspace.timestamps.next(),
    }
    return event | ({"inviter": inviter} if inviter else {})


def reaction_event(workspace: Workspace, kind: str, user: str, stored: Json, name: str) -> Json:
    """The event `reaction_added` or `reaction_removed`."""
    return {
        "type": kind,
        "user": user,
        "reaction": name,
        "item_user": stored["user"],
        "item": {"type": "message", "channel": stored["channel"], "ts": stored["ts"]},
        "event_ts": workspace.timestamps.next(),
    }


def pin_event(workspace: Workspace, kind: str, user: str, stored: Json, info: Json) -> Json:
    """The event `pin_added` or `pin_removed`; `pin_count` is a string, as in Slack's own types."""
    pins = sum(bool(message.get("pinned_to")) for message in workspace.posted(stored["channel"]))
    event: Json = {
        "type": kind,
        "user": user,
        "channel_id": stored["channel"],
        "item": pinned_item(workspace, stored, info),
        "item_user": stored["user"],
        "pin_count": str(pins),
        "pinned_info": info,
        "event_ts": workspace.timestamps.next(),
    }
    return event | ({"has_pins": pins > 0} if kind == "pin_removed" else {})


def app_uninstalled(workspace: Workspace) -> Json:
    """The event of an app that was taken out of the workspace."""
    return {"type": "app_uninstalled", "event_ts": workspace.timestamps.next()}


def tokens_revoked(workspace: Workspace) -> Json:
    """The event of a revoked bot token; the app has no tokens of people here."""
    tokens = {"oauth": [], "bot": [BOT_USER]}
    return {"type": "tokens_revoked", "tokens": tokens, "event_ts": workspace.timestamps.next()}


def is_for_app(workspace: Workspace, event: Json) -> bool:
    """Whether the app hears of an event: it is subscribed to it and, for events of a channel, a member."""
    subscribed = workspace.settings.events
    if subscribed is not None and subscription_of(event) not in subscribed:
        return False
    if event["type"] not in CHANNEL_EVENTS:
        return True
    return BOT_USER in workspace.members(channel_of(event))


def channel_of(event: Json) -> str:
    """The id of the channel that an event is about; empty where it is about none."""
    place = event.get("channel") or event.get("channel_id") or event.get("item", {}).get("channel")
    return str(place or "")


def subscription_of(event: Json) -> str:
    """The name of an event in the subscriptions of an app's manifest, e.g. `message.channels`."""
    if event["type"] != "message":
        return str(event["type"])
    return f"message.{SUBSCRIPTIONS[event['channel_type']]}"
