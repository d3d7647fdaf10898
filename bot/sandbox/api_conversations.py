"""conversations.*."""

from __future__ import annotations

from typing import Final

from . import payloads
from .call import Call, Method
from .cast import BOT_USER, KINDS
from .errors import ApiError
from .shapes import Json

READ: Final = tuple(f"{kind}:read" for kind in KINDS)
HISTORY: Final = tuple(f"{kind}:history" for kind in KINDS)
WRITE: Final = ("channels:manage", "groups:write", "im:write", "mpim:write")


def info(call: Call) -> Json:
    return {"channel": described(call, call.channel())}


def listed(call: Call) -> Json:
    types = (call.text("types") or "public_channel").split(",")
    wanted = [
        each
        for each in call.site.workspace.channels.values()
        if ("im" if each["is_im"] else "public_channel") in types
    ]
    page, more = call.page([described(call, each) for each in wanted])
    return {"channels": page, "response_metadata": more}


def history(call: Call) -> Json:
    """Newest first, without the replies in threads."""
    channel = call.channel()
    messages = call.site.workspace.posted(channel["id"])
    found = [each for each in reversed(messages) if not each["thread_ts"] and within(call, each["ts"])]
    return shown(call, found)


def replies(call: Call) -> Json:
    """The parent, then its replies, oldest first."""
    channel = call.channel()
    asked = call.site.workspace.message(channel["id"], call.required("ts"))
    if asked is None or asked["ephemeral_to"]:
        raise ApiError("thread_not_found")
    parent, *rest = call.site.workspace.thread(channel["id"], asked["thread_ts"] or asked["ts"])
    return shown(call, [parent, *(each for each in rest if within(call, each["ts"]))])


def opened(call: Call) -> Json:
    if channel_id := call.text("channel"):
        channel = call.site.workspace.channel(channel_id)
        if channel is None:
            raise ApiError("channel_not_found")
        return {"channel": {"id": channel["id"]}}
    users = [each for each in (call.text("users") or "").split(",") if each]
    if len(users) != 1:
        raise ApiError("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
    if users[0] not in call.site.workspace.users or users[0] == BOT_USER:
        raise ApiError("user_not_found")
    channel = call.site.workspace.open_direct(users[0])
    return {"channel": described(call, channel) if call.flag("return_im") else {"id": channel["id"]}}


def members(call: Call) -> Json:
    channel = call.channel()
    page, more = call.page([{"id": each} for each in call.site.workspace.members(channel["id"])])
    return {"members": [each["id"] for each in page], "response_metadata": more}


def within(call: Call, ts: str) -> bool:
    oldest, latest = call.text("oldest"), call.text("latest")
    if call.flag("inclusive"):
        return (oldest is None or ts >= oldest) and (latest is None or ts <= latest)
    return (oldest is None or ts > oldest) and (latest is None or ts < latest)


def shown(call: Call, messages: list[Json]) -> Json:
    page, more = call.page(messages)
    with_metadata = call.flag("include_all_metadata")
    return {
        "messages": [
            payloads.message(call.site.workspace, each, with_metadata=with_metadata) for each in page
        ],
        "has_more": bool(more["next_cursor"]),
        "response_metadata": more,
    }


def described(call: Call, channel: Json) -> Json:
    """A channel as the API shows it."""
    if channel["is_im"]:
        return {
            "id": channel["id"],
            "is_im": True,
            "user": channel["user"],
            "is_archived": False,
            "created": 0,
        }
    return {
        "id": channel["id"],
        "name": channel["name"],
        "name_normalized": channel["name"],
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_general": channel["id"] == "C_GENERAL",
        "is_member": True,
        "is_shared": False,
        "is_ext_shared": False,
        "created": 0,
        "creator": BOT_USER,
        "num_members": len(call.site.workspace.members(channel["id"])),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "context_team_id": call.site.workspace.team_id,
    }


CONVERSATIONS: Final = {
    "conversations.info": Method(info, READ, 3),
    "conversations.list": Method(listed, READ, 2),
    "conversations.history": Method(history, HISTORY, 3),
    "conversations.replies": Method(replies, HISTORY, 3),
    "conversations.open": Method(opened, WRITE, 3),
    "conversations.members": Method(members, READ, 4),
}
