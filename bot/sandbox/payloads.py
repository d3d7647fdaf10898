"""Slack's shapes: what a workspace's things look like to an app. Pure; nothing here changes anything."""

from __future__ import annotations

import secrets
from typing import Any, Final

from .cast import APP_ID, BOT_ID, BOT_NAME, BOT_USER, TEAM_DOMAIN
from .shapes import Json
from .workspace import Workspace

VERIFICATION_TOKEN: Final = "sandbox-verification-token"


def user_ref(workspace: Workspace, user: str) -> Json:
    name = workspace.users.get(user, user)
    return {"id": user, "username": name, "name": name, "team_id": workspace.team_id}


def team_ref(workspace: Workspace) -> Json:
    return {"id": workspace.team_id, "domain": TEAM_DOMAIN}


def channel_ref(workspace: Workspace, channel_id: str) -> Json:
    channel = workspace.channels[channel_id]
    return {"id": channel_id, "name": "directmessage" if channel["is_im"] else channel["name"]}


def message(workspace: Workspace, stored: Json, *, with_metadata: bool = False) -> Json:
    """A message as history, updates and interactions show it."""
    shown: Json = {"type": "message", "user": stored["user"], "text": stored["text"], "ts": stored["ts"]}
    shown |= {"team": workspace.team_id}
    for key in ("bot_id", "app_id", "edited", "files", "blocks", "reactions", "thread_ts"):
        if stored.get(key):
            shown[key] = stored[key]
    if stored.get("thread_ts") and (parent := workspace.message(stored["channel"], stored["thread_ts"])):
        shown["parent_user_id"] = parent["user"]
    if stored.get("bot_id"):
        shown["bot_profile"] = bot_profile(workspace)
    if stored.get("files"):
        shown |= {"upload": True, "subtype": "file_share"} if not stored.get("bot_id") else {"upload": True}
    if with_metadata and stored["metadata"]:
        shown["metadata"] = stored["metadata"]
    return shown | thread_summary(workspace, stored)


def thread_summary(workspace: Workspace, stored: Json) -> Json:
    """What a parent says of its replies."""
    if stored["ephemeral_to"] or stored["thread_ts"]:
        return {}
    replies = workspace.thread(stored["channel"], stored["ts"])[1:]
    if not replies:
        return {}
    people = list(dict.fromkeys(reply["user"] for reply in replies))
    return {
        "thread_ts": stored["ts"],
        "reply_count": len(replies),
        "reply_users_count": len(people),
        "reply_users": people,
        "latest_reply": replies[-1]["ts"],
    }


def bot_profile(workspace: Workspace) -> Json:
    return {
        "id": BOT_ID,
        "app_id": APP_ID,
        "name": BOT_NAME,
        "deleted": False,
        "updated": 0,
        "icons": {},
        "team_id": workspace.team_id,
    }


# --- events ----------------------------------------------------------------------------------------


def event_callback(workspace: Workspace, event: Json) -> Json:
    """The envelope around an event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(workspace.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": secrets.token_hex(12),
    }


def channel_type(workspace: Workspace, channel_id: str) -> str:
    return "im" if workspace.channels[channel_id]["is_im"] else "channel"


def message_events(workspace: Workspace, stored: Json) -> list[Json]:
    """The events of a new message: `message`, `app_mention` when it names the app, `file_shared` per file."""
    place = {"channel": stored["channel"], "event_ts": stored["ts"]}
    shown = message(workspace, stored)
    events = [{**shown, **place, "channel_type": channel_type(workspace, stored["channel"])}]
    if stored["user"] == BOT_USER:
        return events
    if f"<@{BOT_USER}>" in stored["text"] and not workspace.channels[stored["channel"]]["is_im"]:
        events += mention(workspace, shown, place)
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


def mention(workspace: Workspace, shown: Json, place: Json) -> list[Json]:
    """The `app_mention` of a message; whether and how it tells of files differs between workspaces."""
    hidden = {"subtype"}
    if shown.get("files"):
        if workspace.ways.mentions_with_files == "message":
            return []
        if workspace.ways.mentions_with_files == "bare_mention":
            hidden |= {"files", "upload"}
    seen = {key: value for key, value in shown.items() if key not in hidden}
    return [{**seen, **place, "type": "app_mention"}]


def message_changed(workspace: Workspace, stored: Json, before: Json, event_ts: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": message(workspace, stored),
        "previous_message": message(workspace, before),
        "channel": stored["channel"],
        "channel_type": channel_type(workspace, stored["channel"]),
        "ts": event_ts,
        "event_ts": event_ts,
    }


def message_deleted(workspace: Workspace, before: Json, event_ts: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": before["ts"],
        "previous_message": message(workspace, before),
        "channel": before["channel"],
        "channel_type": channel_type(workspace, before["channel"]),
        "ts": event_ts,
        "event_ts": event_ts,
    }


def home_opened(workspace: Workspace, user: str) -> Json:
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": f"D_{user}",
        "tab": "home",
        "event_ts": workspace.timestamps.next(),
    }
    return event | ({"view": workspace.views.homes[user]} if user in workspace.views.homes else {})


# --- commands and interactivity --------------------------------------------------------------------


def interaction(workspace: Workspace, kind: str, user: str, trigger_id: str | None) -> Json:
    """What every interaction payload begins with."""
    payload: Json = {
        "type": kind,
        "user": user_ref(workspace, user),
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": team_ref(workspace),
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return payload | ({"trigger_id": trigger_id} if trigger_id else {})


def slash_command(
    workspace: Workspace,
    user: str,
    channel_id: str,
    command: str,
    text: str,
    trigger_id: str,
    response_url: str,
) -> Json:
    """The form of a slash command; every value is a string."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel_id,
        "channel_name": channel_ref(workspace, channel_id)["name"],
        "user_id": user,
        "user_name": workspace.users[user],
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def message_container(stored: Json) -> Json:
    place: Json = {"type": "message", "message_ts": stored["ts"], "channel_id": stored["channel"]}
    if stored["thread_ts"]:
        place["thread_ts"] = stored["thread_ts"]
    return place | {"is_ephemeral": bool(stored["ephemeral_to"])}


def action(element: Json, block_id: str, value: Any, value_key: str, ts: str) -> Json:
    """One entry of `actions`."""
    done: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": ts,
        value_key: value,
    }
    for key in ("text", "style", "url", "placeholder"):
        if key in element:
            done[key] = element[key]
    if element["type"] in ("button", "icon_button") and value is None:
        del done["value"]
    return done
