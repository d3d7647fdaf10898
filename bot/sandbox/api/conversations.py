"""conversations.* and users.conversations: channels, their history and their members."""

from __future__ import annotations

from typing import Final

from ..delivery.payloads import message_payload
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER, CONVERSATION_SCOPES
from .call import Call, Method, encode_cursor
from .membership import add_member, check_may_join, remove_member

READ_SCOPES: Final = tuple(f"{kind}:read" for kind in CONVERSATION_SCOPES)
HISTORY_SCOPES: Final = tuple(f"{kind}:history" for kind in CONVERSATION_SCOPES)
WRITE_SCOPES: Final = ("channels:manage", "groups:write", "im:write", "mpim:write")

TYPES: Final = frozenset({"public_channel", "private_channel", "mpim", "im"})
MOST_IN_GROUP: Final = 8  # people beside the app; docs.slack.dev/reference/methods/conversations.open


def conversation_info(call: Call) -> Json:
    """conversations.info."""
    return {"channel": describe_channel(call, call.channel())}


def list_conversations(call: Call) -> Json:
    """conversations.list."""
    return _page_of_types(call, list(call.workspace.channels.values()))


def list_conversations_of_user(call: Call) -> Json:
    """users.conversations: those that the app is in, unless another user is named."""
    user = call.user() if call.text("user") else BOT_USER
    channels = call.workspace.channels.values()
    joined = [channel for channel in channels if user in call.workspace.members(channel["id"])]
    return _page_of_types(call, joined)


def _page_of_types(call: Call, channels: list[Json]) -> Json:
    """One page of the channels that are of the types in the `types` argument."""
    types = set((call.text("types") or "public_channel").split(","))
    if not types <= TYPES:
        raise ApiError("invalid_types")
    wanted = [channel for channel in channels if _type_of(channel) in types]
    page, more = call.page([describe_channel(call, channel) for channel in wanted])
    return {"channels": page, "response_metadata": more}


def read_history(call: Call) -> Json:
    """conversations.history: newest first, without replies in threads.

    A page goes on from a message, not from a number, so that new messages do not shift it.
    """
    channel = call.joined_channel()
    messages = call.workspace.posted(channel["id"])
    start = call.cursor("next_ts")
    in_range = [
        message
        for message in reversed(messages)
        if not message["thread_ts"]
        and _is_within(call, message["ts"])
        and (start is None or message["ts"].replace(".", "") <= start)
    ]
    limit = call.integer("limit", 100, 1000)
    more = encode_cursor("next_ts", in_range[limit]["ts"].replace(".", "")) if len(in_range) > limit else ""
    pins = sum(bool(message.get("pinned_to")) for message in messages)
    return {**_messages_page(call, in_range[:limit], {"next_cursor": more}), "pin_count": pins}


def read_replies(call: Call) -> Json:
    """conversations.replies: the message that began the thread, then its replies, oldest first."""
    channel = call.joined_channel()
    message = call.workspace.message(channel["id"], call.required("ts"))
    if message is None or message["ephemeral_to"]:
        raise ApiError("thread_not_found")
    parent, *rest = call.workspace.thread(channel["id"], message["thread_ts"] or message["ts"])
    replies = [reply for reply in rest if _is_within(call, reply["ts"])]
    return _messages_page(call, *call.page([parent, *replies]))


def open_conversation(call: Call) -> Json:
    """conversations.open: the direct messages with one person, or among several."""
    if channel_id := call.text("channel"):
        channel = call.workspace.channel(channel_id)
        if channel is None:
            raise ApiError("channel_not_found")
        return {"channel": {"id": channel["id"]}}
    users = [user.strip() for user in (call.text("users") or "").split(",") if user.strip()]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > MOST_IN_GROUP:
        raise ApiError("too_many_users")
    for user in users:
        _check_direct(call, user)
    if len(set(users)) == 1:
        channel = call.workspace.open_direct(users[0])
    else:
        channel = call.workspace.open_group(users)
    return {"channel": describe_channel(call, channel) if call.flag("return_im") else {"id": channel["id"]}}


def _check_direct(call: Call, user: str) -> None:
    """Raise ApiError for somebody with whom the app can have no direct messages."""
    person = call.workspace.people.get(user)
    if person is None or user == BOT_USER:
        raise ApiError("user_not_found")
    if person.is_bot:
        raise ApiError("cannot_dm_bot")
    if person.deleted:
        raise ApiError("user_disabled")


def list_members(call: Call) -> Json:
    """conversations.members."""
    channel = call.channel()
    page, more = call.page([{"id": member} for member in call.workspace.active_members(channel["id"])])
    return {"members": [member["id"] for member in page], "response_metadata": more}


def join_channel(call: Call) -> Json:
    """conversations.join."""
    channel = _public_channel(call)
    already = BOT_USER in call.workspace.members(channel["id"])
    if not already:
        call.installation.announce(*add_member(call.installation, BOT_USER, channel["id"]))
    answer = {"channel": describe_channel(call, call.channel())}
    return answer | ({"warning": "already_in_channel"} if already else {})


def leave_channel(call: Call) -> Json:
    """conversations.leave."""
    channel = _public_channel(call)
    if BOT_USER not in call.workspace.members(channel["id"]):
        return {"not_in_channel": True}
    call.installation.announce(*remove_member(call.installation, BOT_USER, channel["id"]))
    return {}


def invite_users(call: Call) -> Json:
    """conversations.invite."""
    channel = call.joined_channel()
    users = call.required("users").split(",")
    members = call.workspace.members(channel["id"])
    for user in users:
        if user not in call.workspace.people:
            raise ApiError("user_not_found")
        if user in members:
            raise ApiError("already_in_channel")
        check_may_join(call.workspace, user, channel["id"])
    for user in users:
        call.installation.announce(*add_member(call.installation, user, channel["id"], BOT_USER))
    return {"channel": describe_channel(call, call.channel())}


def _public_channel(call: Call) -> Json:
    """The channel of the `channel` argument, which must be one that can be joined and left."""
    channel = call.channel()
    if _type_of(channel) != "public_channel":
        raise ApiError("method_not_supported_for_channel_type")
    return channel


def _is_within(call: Call, ts: str) -> bool:
    """Whether a message lies between the arguments `oldest` and `latest`."""
    oldest, latest = call.text("oldest"), call.text("latest")
    if call.flag("inclusive"):
        return (oldest is None or ts >= oldest) and (latest is None or ts <= latest)
    return (oldest is None or ts > oldest) and (latest is None or ts < latest)


def _type_of(channel: Json) -> str:
    """A channel's type, as the `types` argument names it."""
    return "im" if channel["is_im"] else "mpim" if channel.get("is_mpim") else "public_channel"


def _messages_page(call: Call, page: list[Json], more: Json) -> Json:
    """The answer with one page of messages."""
    with_metadata = call.flag("include_all_metadata")
    return {
        "messages": [
            message_payload(call.workspace, message, with_metadata=with_metadata) for message in page
        ],
        "has_more": bool(more["next_cursor"]),
        "response_metadata": more,
    }


def describe_channel(call: Call, channel: Json) -> Json:
    """A channel or direct messages as a conversation object."""
    if channel["is_im"]:
        return {
            "id": channel["id"],
            "is_im": True,
            "user": channel["user"],
            "is_archived": False,
            "created": 0,
        }
    is_mpim = _type_of(channel) == "mpim"
    members = call.workspace.members(channel["id"])
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
        **_sharing(call, channel),
        "created": 0,
        "creator": BOT_USER,
        "num_members": len(call.workspace.active_members(channel["id"])),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "context_team_id": call.workspace.channel_team,
    }


def _sharing(call: Call, channel: Json) -> Json:
    """With whom a channel is shared, where it is."""
    is_shared = bool(channel.get("is_ext_shared"))
    own = call.workspace.team_id
    fields: Json = {"is_shared": is_shared, "is_ext_shared": is_shared, "is_org_shared": False}
    if not is_shared:
        return fields
    others = sorted({call.workspace.team_of(user) for user in channel["members"]} - {own})
    return fields | {
        "shared_team_ids": [own, *others],
        "connected_team_ids": others,
        "conversation_host_id": own,
    }


CONVERSATION_METHODS: Final = {
    "conversations.info": Method(conversation_info, READ_SCOPES, 3),
    "conversations.list": Method(list_conversations, READ_SCOPES, 2),
    "conversations.history": Method(read_history, HISTORY_SCOPES, 3),
    "conversations.replies": Method(read_replies, HISTORY_SCOPES, 3),
    "conversations.open": Method(open_conversation, WRITE_SCOPES, 3),
    "conversations.members": Method(list_members, READ_SCOPES, 4),
    "conversations.join": Method(join_channel, ("channels:join",), 3),
    "conversations.leave": Method(leave_channel, WRITE_SCOPES, 3),
    "conversations.invite": Method(invite_users, WRITE_SCOPES, 3),
    "users.conversations": Method(list_conversations_of_user, READ_SCOPES, 3),
}
