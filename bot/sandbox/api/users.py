"""users.* and usergroups.*: the people of a workspace."""

from __future__ import annotations

from typing import Final

from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import APP_ID, BOT_ID, BOT_USER, USERGROUPS
from .call import Call, Method


def user_info(call: Call) -> Json:
    """users.info."""
    return {"user": describe_user(call, call.user())}


def list_users(call: Call) -> Json:
    """users.list."""
    page, more = call.page([describe_user(call, user) for user in call.workspace.users])
    return {"members": page, "cache_ts": int(call.workspace.clock()), "response_metadata": more}


def find_user_by_email(call: Call) -> Json:
    """users.lookupByEmail."""
    wanted = call.required("email").lower()
    user = next((user for user in call.workspace.users if email_of(call, user) == wanted), None)
    if user is None:
        raise ApiError("users_not_found")
    return {"user": describe_user(call, user)}


def list_usergroup_users(call: Call) -> Json:
    """usergroups.users.list."""
    group = USERGROUPS.get(call.required("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group[1])}


def list_usergroups(call: Call) -> Json:
    """usergroups.list."""
    with_users = call.flag("include_users")
    groups = [
        {
            "id": group,
            "team_id": call.workspace.team_id,
            "is_usergroup": True,
            "name": handle.capitalize(),
            "handle": handle,
            "description": "",
            "date_delete": 0,
            "user_count": len(users),
        }
        | ({"users": list(users)} if with_users else {})
        for group, (handle, users) in USERGROUPS.items()
    ]
    return {"usergroups": groups}


def email_of(call: Call, user: str) -> str:
    """A person's address, made of the name."""
    return f"{call.workspace.users[user]}@sandbox.example"


def describe_user(call: Call, user: str) -> Json:
    """A person or the app as a user object; the address only where the app's scopes include it."""
    name = call.workspace.users[user]
    is_bot = user == BOT_USER
    team = call.workspace.team_id if is_bot else call.workspace.user_team
    member: Json = {
        "id": user,
        "team_id": team,
        "name": name,
        "real_name": name,
        "deleted": False,
        "is_bot": is_bot,
        "is_app_user": False,
        "is_admin": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "updated": 0,
        "profile": {"real_name": name, "display_name": name, "team": team},
    }
    if is_bot:
        member["profile"] |= {"api_app_id": APP_ID, "bot_id": BOT_ID}
    elif "users:read.email" in call.installation.scopes:
        member["profile"]["email"] = email_of(call, user)
    return member


USER_METHODS: Final = {
    "users.info": Method(user_info, ("users:read",), 4),
    "users.list": Method(list_users, ("users:read",), 2),
    "users.lookupByEmail": Method(find_user_by_email, ("users:read.email",), 3),
    "usergroups.users.list": Method(list_usergroup_users, ("usergroups:read",), 2),
    "usergroups.list": Method(list_usergroups, ("usergroups:read",), 2),
}
