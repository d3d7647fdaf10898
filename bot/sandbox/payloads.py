"""Slack's shapes: what a workspace's things and interactions look like to an app. Pure."""

from __future__ import annotations

from typing import Any, Final

from .cast import APP_ID, BOT_ID, BOT_NAME, TEAM_DOMAIN
from .shapes import Json
from .workspace import Workspace

VERIFICATION_TOKEN: Final = "sandbox-verification-token"
RARE: Final = ("subtype", "hidden", "inviter", "pinned_to")


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
    for key in ("bot_id", "app_id", "edited", "files", "blocks", "reactions", "thread_ts", *RARE):
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
