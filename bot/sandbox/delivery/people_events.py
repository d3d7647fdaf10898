"""Events about people and user groups, as Slack's Events API sends them. Pure."""

from __future__ import annotations

from typing import Literal

from ..slack_json import Json
from ..workspace.state import Workspace
from ..workspace.usergroups import UserGroup
from .user_objects import user_object


def person_event(
    workspace: Workspace, kind: Literal["team_join", "user_change"], user: str, *, with_email: bool
) -> Json:
    """The event of somebody who has come to the workspace, or of whom something has changed."""
    return {
        "type": kind,
        "user": user_object(workspace, user, with_email=with_email),
        "cache_ts": int(workspace.clock()),
        "event_ts": workspace.timestamps.next(),
    }


def usergroup_event(
    workspace: Workspace, kind: Literal["subteam_created", "subteam_updated"], group: UserGroup
) -> Json:
    """The event of a user group that is new or has changed, with the whole group."""
    described = usergroup_object(workspace, group, with_users=True)
    # A number in usergroups.list and a string here, as in Slack's own examples.
    subteam = {**described, "user_count": str(described["user_count"])}
    return {"type": kind, "subteam": subteam, "event_ts": workspace.timestamps.next()}


def usergroup_members_event(workspace: Workspace, before: UserGroup, now: UserGroup) -> Json:
    """The event of who has come to a user group and who is gone from it."""
    added = [user for user in now.users if user not in before.users]
    removed = [user for user in before.users if user not in now.users]
    return {
        "type": "subteam_members_changed",
        "subteam_id": now.id,
        "team_id": workspace.team_id,
        "date_previous_update": before.updated,
        "date_update": now.updated,
        "added_users": added,
        "added_users_count": str(len(added)),
        "removed_users": removed,
        "removed_users_count": str(len(removed)),
        "event_ts": workspace.timestamps.next(),
    }


def usergroup_object(workspace: Workspace, group: UserGroup, *, with_users: bool) -> Json:
    """A user group as Slack describes it; `with_users` says who is in it."""
    described: Json = {
        "id": group.id,
        "team_id": workspace.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.handle.capitalize(),
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_create": 0,
        "date_update": group.updated,
        "date_delete": group.deleted_at,
        "auto_type": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.users),
    }
    return described | ({"users": list(group.users)} if with_users else {})
