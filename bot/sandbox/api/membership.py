"""Joining and leaving channels, each with the events that the app hears of it."""

from __future__ import annotations

from ..delivery import events
from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.state import Workspace


def check_may_join(workspace: Workspace, user: str, channel_id: str) -> None:
    """Raise ApiError where Slack would not let somebody into a channel, whoever invites them.

    People from elsewhere are in shared channels only, and a single-channel guest is in one channel.
    """
    person = workspace.people[user]
    if person.kind == "stranger" and not workspace.is_shared(channel_id):
        raise ApiError("cant_invite")
    elsewhere = (
        channel["id"]
        for channel in workspace.channels.values()
        if not channel["is_im"] and channel["id"] != channel_id and user in channel["members"]
    )
    if person.kind == "channel_guest" and any(elsewhere):
        raise ApiError("ura_max_channels")


def add_member(
    installation: Installation, user: str, channel_id: str, inviter: str | None = None
) -> list[Json]:
    """Let a person or the app into a channel; the events of it, not yet announced."""
    workspace = installation.workspace
    invited_by = None if inviter == user else inviter
    workspace.set_members(channel_id, [*workspace.members(channel_id), user])
    fields = {"inviter": invited_by} if invited_by else {}
    return [
        events.membership_event(workspace, "member_joined_channel", user, channel_id, invited_by),
        *_post_notice(installation, user, channel_id, "join", "has joined", **fields),
    ]


def remove_member(installation: Installation, user: str, channel_id: str) -> list[Json]:
    """Take a person or the app out of a channel; the events of it, not yet announced."""
    workspace = installation.workspace
    remaining = [member for member in workspace.members(channel_id) if member != user]
    workspace.set_members(channel_id, remaining)
    return [
        events.membership_event(workspace, "member_left_channel", user, channel_id, None),
        *_post_notice(installation, user, channel_id, "leave", "has left"),
    ]


def _post_notice(
    installation: Installation, user: str, channel_id: str, kind: str, verb: str, **fields: str
) -> list[Json]:
    """Post the line that Slack writes into a channel in somebody's name; the events of it."""
    workspace = installation.workspace
    place = "group" if workspace.channels[channel_id].get("is_mpim") else "channel"
    notice = {"subtype": f"{place}_{kind}", **fields}
    message = workspace.post(channel_id, user, f"<@{user}> {verb} the {place}", notice=notice)
    return events.message_events(workspace, message)
