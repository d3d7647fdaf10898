"""users.* and usergroups.*: the people of a workspace."""

from __future__ import annotations

from typing import Final

from ..delivery.people_events import usergroup_object
from ..delivery.user_objects import email_of, is_stranger, user_object
from ..slack_json import Json
from ..workspace.errors import ApiError
from .call import Call, Method


def user_info(call: Call) -> Json:
    """users.info."""
    return {"user": describe_user(call, call.user())}


def list_users(call: Call) -> Json:
    """users.list: without people from elsewhere whom the app meets nowhere."""
    people = call.workspace.people
    known = [user for user in people if not is_stranger(call.workspace, people[user])]
    page, more = call.page([describe_user(call, user) for user in known])
    return {"members": page, "cache_ts": int(call.workspace.clock()), "response_metadata": more}


def find_user_by_email(call: Call) -> Json:
    """users.lookupByEmail."""
    wanted = call.required("email").lower()
    active = (person for person in call.workspace.people.values() if not person.deleted)
    user = next((person.id for person in active if email_of(person) == wanted), None)
    if user is None:
        raise ApiError("users_not_found")
    return {"user": describe_user(call, user)}


def _check_team(call: Call) -> None:
    """An organisation's token must say of which workspace, since a user group is of one."""
    if call.workspace.settings.team_ids.org_wide and call.required("team_id") != call.workspace.team_id:
        raise ApiError("invalid_team")


def list_usergroup_users(call: Call) -> Json:
    """usergroups.users.list."""
    _check_team(call)
    group = call.workspace.usergroups.get(call.required("usergroup"))
    if group is None or (group.deleted_at and not call.flag("include_disabled")):
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}


def list_usergroups(call: Call) -> Json:
    """usergroups.list."""
    _check_team(call)
    with_users, with_disabled = call.flag("include_users"), call.flag("include_disabled")
    groups = [
        usergroup_object(call.workspace, group, with_users=with_users)
        for group in call.workspace.usergroups.values()
        if with_disabled or not group.deleted_at
    ]
    return {"usergroups": groups}


def user_profile(call: Call) -> Json:
    """users.profile.get: with the status, which Slack clears when it is over."""
    person = call.workspace.people[call.user()]
    profile: Json = dict(describe_user(call, person.id)["profile"])
    is_over = 0 < person.status_expiration <= call.workspace.clock()
    return {
        "profile": profile
        | {
            "status_text": "" if is_over else person.status_text,
            "status_emoji": "" if is_over else person.status_emoji,
            "status_expiration": 0 if is_over else person.status_expiration,
        }
    }


def dnd_info(call: Call) -> Json:
    """dnd.info: whether somebody's notifications are off, and until when (seconds since 1970)."""
    person, now = call.workspace.people[call.user()], int(call.workspace.clock())
    is_on = person.dnd_until > now
    return {
        "dnd_enabled": is_on,
        "next_dnd_start_ts": now if is_on else 1,
        "next_dnd_end_ts": person.dnd_until if is_on else 1,
    }


def describe_user(call: Call, user: str) -> Json:
    """A person or a bot as a user object; the address only where the app's scopes include it."""
    with_email = "users:read.email" in call.installation.scopes
    return user_object(call.workspace, user, with_email=with_email)


USER_METHODS: Final = {
    "users.info": Method(user_info, ("users:read",), 4),
    "users.profile.get": Method(user_profile, ("users.profile:read",), 4),
    "dnd.info": Method(dnd_info, ("dnd:read",), 3),
    "users.list": Method(list_users, ("users:read",), 2),
    "users.lookupByEmail": Method(find_user_by_email, ("users:read.email",), 3),
    "usergroups.users.list": Method(list_usergroup_users, ("usergroups:read",), 2),
    "usergroups.list": Method(list_usergroups, ("usergroups:read",), 2),
}
