"""auth.*, apps.*, users.*, usergroups.*, bots.info and team.info."""

from __future__ import annotations

from typing import Final

from ..delivery import payloads
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import APP_ID, BOT_ID, BOT_USER, USERGROUPS
from .call import Call, Method
from .oauth import access, revoke, uninstall


def auth_test(call: Call) -> Json:
    teams = call.site.workspace.ways.teams
    return {
        "url": call.site.url + "/",
        "team": call.site.workspace.name,
        "user": call.site.workspace.users[BOT_USER],
        "team_id": call.site.workspace.team_id,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": teams.org_wide,
        **({"enterprise_id": teams.enterprise} if teams.enterprise else {}),
    }


def open_connection(call: Call) -> Json:
    """The address of a Socket Mode connection, good for one connection."""
    address = call.site.url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={call.site.sockets.ticket()}&app_id={APP_ID}"}


def user_info(call: Call) -> Json:
    return {"user": described(call, call.user())}


def user_list(call: Call) -> Json:
    page, more = call.page([described(call, each) for each in call.site.workspace.users])
    return {"members": page, "cache_ts": int(call.site.workspace.clock()), "response_metadata": more}


def usergroup_users(call: Call) -> Json:
    group = USERGROUPS.get(call.required("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group[1])}


def usergroup_list(call: Call) -> Json:
    with_users = call.flag("include_users")
    groups = [
        {
            "id": group,
            "team_id": call.site.workspace.team_id,
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


def by_email(call: Call) -> Json:
    wanted = call.required("email").lower()
    user = next((each for each in call.site.workspace.users if email_of(call, each) == wanted), None)
    if user is None:
        raise ApiError("users_not_found")
    return {"user": described(call, user)}


def email_of(call: Call, user: str) -> str:
    return f"{call.site.workspace.users[user]}@sandbox.example"


def bot_info(call: Call) -> Json:
    if call.text("bot") not in (None, BOT_ID):
        raise ApiError("bot_not_found")
    profile = payloads.bot_profile(call.site.workspace)
    return {"bot": {**profile, "user_id": BOT_USER}}


def team_info(call: Call) -> Json:
    workspace = call.site.workspace
    team = {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain, "email_domain": ""}
    return {"team": team | {"url": call.site.url + "/", "icon": {"image_default": True}}}


def described(call: Call, user: str) -> Json:
    """A member as the API shows it."""
    name = call.site.workspace.users[user]
    is_bot = user == BOT_USER
    team = call.site.workspace.team_id if is_bot else call.site.workspace.user_team
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
    elif "users:read.email" in call.site.scopes:
        member["profile"]["email"] = email_of(call, user)
    return member


PEOPLE: Final = {
    "api.test": Method(lambda call: {"args": dict(call.arguments)}, needs="nothing"),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(open_connection, needs="app"),
    "users.info": Method(user_info, ("users:read",), 4),
    "users.list": Method(user_list, ("users:read",), 2),
    "usergroups.users.list": Method(usergroup_users, ("usergroups:read",), 2),
    "usergroups.list": Method(usergroup_list, ("usergroups:read",), 2),
    "users.lookupByEmail": Method(by_email, ("users:read.email",), 3),
    "apps.uninstall": Method(uninstall, tier=1),
    "auth.revoke": Method(revoke, tier=3),
    "oauth.v2.access": Method(access, needs="nothing"),
    "bots.info": Method(bot_info, ("users:read",), 3),
    "team.info": Method(team_info, ("team:read",), 3),
}
