"""conversations.* and users.conversations."""

from __future__ import annotations

from typing import Final

from ..delivery import payloads
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER, KINDS
from .call import Call, Method, cursor_of

READ: Final = tuple(f"{kind}:read" for kind in KINDS)
HISTORY: Final = tuple(f"{kind}:history" for kind in KINDS)
WRITE: Final = ("channels:manage", "groups:write", "im:write", "mpim:write")

TYPES: Final = frozenset({"public_channel", "private_channel", "mpim", "im"})
MOST_IN_GROUP: Final = 8


def info(call: Call) -> Json:
    return {"channel": described(call, call.channel())}


def listed(call: Call) -> Json:
    return of_types(call, list(call.site.workspace.channels.values()))


def of_member(call: Call) -> Json:
    """The conversations someone is in, the app unless another is named."""
    user = call.user() if call.text("user") else BOT_USER
    channels = call.site.workspace.channels.values()
    return of_types(call, [each for each in channels if user in call.site.workspace.members(each["id"])])


def of_types(call: Call, channels: list[Json]) -> Json:
    types = set((call.text("types") or "public_channel").split(","))
    if not types <= TYPES:
        raise ApiError("invalid_types")
    wanted = [each for each in channels if type_of(each) in types]
    page, more = call.page([described(call, each) for each in wanted])
    return {"channels": page, "response_metadata": more}


def history(call: Call) -> Json:
    """Newest first, without the replies in threads; a page goes on from a message, not from a number."""
    channel = call.joined_channel()
    messages = call.site.workspace.posted(channel["id"])
    start = call.cursor("next_ts")
    found = [
        each
        for each in reversed(messages)
        if not each["thread_ts"]
        and within(call, each["ts"])
        and (start is None or each["ts"].replace(".", "") <= start)
    ]
    limit = call.integer("limit", 100, 1000)
    more = cursor_of("next_ts", found[limit]["ts"].replace(".", "")) if len(found) > limit else ""
    pins = sum(bool(each.get("pinned_to")) for each in messages)
    return {**shown(call, found[:limit], {"next_cursor": more}), "pin_count": pins}


def replies(call: Call) -> Json:
    """The parent, then its replies, oldest first."""
    channel = call.joined_channel()
    asked = call.site.workspace.message(channel["id"], call.required("ts"))
    if asked is None or asked["ephemeral_to"]:
        raise ApiError("thread_not_found")
    parent, *rest = call.site.workspace.thread(channel["id"], asked["thread_ts"] or asked["ts"])
    return shown(call, *call.page([parent, *(each for each in rest if within(call, each["ts"]))]))


def opened(call: Call) -> Json:
    if channel_id := call.text("channel"):
        channel = call.site.workspace.channel(channel_id)
        if channel is None:
            raise ApiError("channel_not_found")
        return {"channel": {"id": channel["id"]}}
    users = [each.strip() for each in (call.text("users") or "").split(",") if each.strip()]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > MOST_IN_GROUP:
        raise ApiError("too_many_users")
    if any(each not in call.site.workspace.users or each == BOT_USER for each in users):
        raise ApiError("user_not_found")
    if len(set(users)) == 1:
        channel = call.site.workspace.open_direct(users[0])
    else:
        channel = call.site.workspace.open_group(users)
    return {"channel": described(call, channel) if call.flag("return_im") else {"id": channel["id"]}}


def members(call: Call) -> Json:
    channel = call.channel()
    page, more = call.page([{"id": each} for each in call.site.workspace.members(channel["id"])])
    return {"members": [each["id"] for each in page], "response_metadata": more}


def join(call: Call) -> Json:
    channel = public(call)
    already = BOT_USER in call.site.workspace.members(channel["id"])
    if not already:
        call.site.announce(*call.site.joined(BOT_USER, channel["id"]))
    said = {"channel": described(call, call.channel())}
    return said | ({"warning": "already_in_channel"} if already else {})


def leave(call: Call) -> Json:
    channel = public(call)
    if BOT_USER not in call.site.workspace.members(channel["id"]):
        return {"not_in_channel": True}
    call.site.announce(*call.site.left(BOT_USER, channel["id"]))
    return {}


def invite(call: Call) -> Json:
    channel = call.joined_channel()
    users = call.required("users").split(",")
    members = call.site.workspace.members(channel["id"])
    for user in users:
        if user not in call.site.workspace.users:
            raise ApiError("user_not_found")
        if user in members:
            raise ApiError("already_in_channel")
    for user in users:
        call.site.announce(*call.site.joined(user, channel["id"], BOT_USER))
    return {"channel": described(call, call.channel())}


def public(call: Call) -> Json:
    """A channel that one can join."""
    channel = call.channel()
    if type_of(channel) != "public_channel":
        raise ApiError("method_not_supported_for_channel_type")
    return channel


def within(call: Call, ts: str) -> bool:
    oldest, latest = call.text("oldest"), call.text("latest")
    if call.flag("inclusive"):
        return (oldest is None or ts >= oldest) and (latest is None or ts <= latest)
    return (oldest is None or ts > oldest) and (latest is None or ts < latest)


def type_of(channel: Json) -> str:
    return "im" if channel["is_im"] else "mpim" if channel.get("is_mpim") else "public_channel"


def shown(call: Call, page: list[Json], more: Json) -> Json:
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
    is_mpim = type_of(channel) == "mpim"
    members = call.site.workspace.members(channel["id"])
    return {
        "id": channel["id"],
        "name": channel["name"],
        "name_normalized": channel["name"],
        "is_channel": not is_mpim,
        "is_group": False,
        "is_im": False,
        "is_mpim": is_mpim,
        "is_private": is_mpim,
        "is_archived": False,
        "is_general": channel["id"] == "C_GENERAL",
        "is_member": BOT_USER in members,
        "is_shared": False,
        "is_ext_shared": False,
        "created": 0,
        "creator": BOT_USER,
        "num_members": len(members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "context_team_id": call.site.workspace.channel_team,
    }


CONVERSATIONS: Final = {
    "conversations.info": Method(info, READ, 3),
    "conversations.list": Method(listed, READ, 2),
    "conversations.history": Method(history, HISTORY, 3),
    "conversations.replies": Method(replies, HISTORY, 3),
    "conversations.open": Method(opened, WRITE, 3),
    "conversations.members": Method(members, READ, 4),
    "conversations.join": Method(join, ("channels:join",), 3),
    "conversations.leave": Method(leave, WRITE, 3),
    "conversations.invite": Method(invite, WRITE, 3),
    "users.conversations": Method(of_member, READ, 3),
}
