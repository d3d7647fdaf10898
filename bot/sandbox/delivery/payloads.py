"""Messages, people, channels and interactions as an app gets them from Slack. Pure."""

from __future__ import annotations

from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from ..blocks.mrkdwn import rich_text_block
from ..slack_json import Json
from ..workspace.initial_content import APP_ID, APPS, TEAM_NAME
from ..workspace.state import Workspace

VERIFICATION_TOKEN: Final = "sandbox-verification-token"
OPTIONAL_FIELDS: Final = ("attachments", "subtype", "hidden", "inviter", "pinned_to", "pinned_info")


def user_ref(workspace: Workspace, user: str) -> Json:
    """The person of an interaction."""
    name = workspace.users.get(user, user)
    return {"id": user, "username": name, "name": name, "team_id": workspace.team_of(user)}


def team_ref(workspace: Workspace) -> Json | None:
    """The team that the app is installed in; None for an installation in a whole organisation."""
    if workspace.settings.team_ids.org_wide:
        return None
    team = {"id": workspace.team_id, "domain": workspace.domain}
    return team | {f"enterprise_{key}": value for key, value in (enterprise_ref(workspace) or {}).items()}


def enterprise_ref(workspace: Workspace) -> Json | None:
    """The organisation that the workspace belongs to, if any."""
    enterprise = workspace.settings.team_ids.enterprise
    return {"id": enterprise, "name": TEAM_NAME} if enterprise else None


def channel_ref(workspace: Workspace, channel_id: str) -> Json:
    """The channel of an interaction; direct messages are named `directmessage`, as in Slack."""
    channel = workspace.channels[channel_id]
    return {"id": channel_id, "name": "directmessage" if channel["is_im"] else channel["name"]}


def message_payload(workspace: Workspace, stored: Json, *, with_metadata: bool = False) -> Json:
    """A message as history, updates and interactions show it."""
    shown: Json = {"type": "message", "user": stored["user"], "text": stored["text"], "ts": stored["ts"]}
    shown |= _sender_team(workspace, stored)
    for key in ("bot_id", "app_id", "edited", "files", "blocks", "reactions", "thread_ts", *OPTIONAL_FIELDS):
        if stored.get(key):
            shown[key] = stored[key]
    author = workspace.people.get(stored["user"])
    if author is not None and not author.is_bot and not stored.get("subtype"):
        shown |= _client_fields(stored)
    if stored.get("thread_ts") and (parent := workspace.message(stored["channel"], stored["thread_ts"])):
        shown["parent_user_id"] = parent["user"]
    if stored.get("bot_id"):
        shown["bot_profile"] = bot_profile(workspace, stored["bot_id"])
    if stored.get("files"):
        shown |= {"upload": True, "subtype": "file_share"} if not stored.get("bot_id") else {"upload": True}
    if with_metadata and stored["metadata"]:
        shown["metadata"] = stored["metadata"]
    return shown | _thread_summary(workspace, stored)


def _client_fields(stored: Json) -> Json:
    """What Slack's own client adds to what a person writes: an id, and the text as rich text."""
    client_id = uuid5(NAMESPACE_OID, f"{stored['channel']}/{stored['ts']}")
    blocks = rich_text_block(stored["text"], client_id.hex[:5])
    return {"client_msg_id": str(client_id), **({"blocks": blocks} if blocks else {})}


def _sender_team(workspace: Workspace, stored: Json) -> Json:
    """The team of a message's author; one from another team is marked as such."""
    team = workspace.team_of(stored["user"])
    foreign = {"user_team": team, "source_team": team} if team != workspace.team_id else {}
    return {"team": team, **foreign}


def _thread_summary(workspace: Workspace, stored: Json) -> Json:
    """What the first message of a thread says of its replies."""
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


def forwarded_message(workspace: Workspace, url: str, stored: Json) -> Json:
    """A message as it stands in the `attachments` of one that passes it on, with its author and its files."""
    channel, ts = stored["channel"], stored["ts"]
    link = f"{url}/archives/{channel}/p{ts.replace('.', '')}"
    return {
        "id": 1,
        "ts": ts,
        "channel_id": channel,
        "channel_team": workspace.channel_team,
        "author_id": stored["user"],
        "author_name": workspace.people[stored["user"]].name,
        "author_subname": workspace.people[stored["user"]].name,
        "is_msg_unfurl": True,
        "is_share": True,
        "from_url": link,
        "original_url": link,
        "text": stored["text"],
        "fallback": stored["text"],
        "mrkdwn_in": ["text"],
        "footer": f"Posted in #{workspace.channels[channel]['name']}",
        "message_blocks": [
            {
                "team": workspace.team_of(stored["user"]),
                "channel": channel,
                "ts": ts,
                "message": {"blocks": message_payload(workspace, stored).get("blocks", [])},
            }
        ],
        **({"files": stored["files"]} if stored.get("files") else {}),
    }


def pinned_item(workspace: Workspace, stored: Json, info: Json) -> Json:
    """A pinned message, as `pins.list` and the pin events show it; `info` says by whom and when."""
    return {
        "type": "message",
        "channel": stored["channel"],
        "created": info["pinned_ts"],
        "created_by": info["pinned_by"],
        "message": message_payload(workspace, stored),
    }


def bot_profile(workspace: Workspace, bot_id: str) -> Json:
    """An app's profile as it stands in its messages and in `bots.info`."""
    app = next(app for app in APPS if app.bot_id == bot_id)
    return {
        "id": bot_id,
        "app_id": app.app_id,
        "name": workspace.people[app.bot_user].name,
        "deleted": False,
        "updated": 0,
        "icons": {},
        "team_id": workspace.team_id,
    }


# --- commands and interactivity --------------------------------------------------------------------


def interaction_payload(workspace: Workspace, kind: str, user: str, trigger_id: str | None) -> Json:
    """The fields that every interaction payload begins with; `kind` is its `type`, e.g. `block_actions`."""
    payload: Json = {
        "type": kind,
        "user": user_ref(workspace, user),
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": team_ref(workspace),
        "enterprise": enterprise_ref(workspace),
        "is_enterprise_install": workspace.settings.team_ids.org_wide,
    }
    return payload | ({"trigger_id": trigger_id} if trigger_id else {})


def slash_command_payload(
    workspace: Workspace,
    user: str,
    channel_id: str,
    command: str,
    text: str,
    trigger_id: str,
    response_url: str,
) -> Json:
    """The form of a slash command; every value is a string."""
    enterprise = enterprise_ref(workspace) or {}
    return {f"enterprise_{key}": value for key, value in enterprise.items()} | {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_of(user) if workspace.settings.team_ids.org_wide else workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel_id,
        "channel_name": channel_ref(workspace, channel_id)["name"],
        "user_id": user,
        "user_name": workspace.users[user],
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": str(workspace.settings.team_ids.org_wide).lower(),
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def message_container(stored: Json) -> Json:
    """The `container` of a click in a message."""
    container: Json = {"type": "message", "message_ts": stored["ts"], "channel_id": stored["channel"]}
    if stored["thread_ts"]:
        container["thread_ts"] = stored["thread_ts"]
    return container | {"is_ephemeral": bool(stored["ephemeral_to"])}


def action_payload(element: Json, block_id: str, value: Any, value_key: str, ts: str) -> Json:
    """One entry of `actions` in a `block_actions` payload; `value_key` names the field of the value."""
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": ts,
        value_key: value,
    }
    for key in ("text", "style", "url", "placeholder"):
        if key in element:
            action[key] = element[key]
    if element["type"] in ("button", "icon_button") and value is None:
        del action["value"]
    return action
