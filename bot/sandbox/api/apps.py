"""api.test, auth.*, apps.*, oauth.v2.access, bots.info and team.info: the app, its tokens and where it is."""

from __future__ import annotations

from typing import Final

from ..delivery import payloads
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import APP_ID, APPS, BOT_USER
from .call import Call, Method

INSTALLER: Final = "U_REQUESTER"


def api_test(call: Call) -> Json:
    """api.test: the arguments as they arrived."""
    return {"args": dict(call.arguments)}


def auth_test(call: Call) -> Json:
    """auth.test: who the token belongs to."""
    workspace, team_ids = call.workspace, call.workspace.settings.team_ids
    return {
        "url": call.installation.url + "/",
        "team": workspace.name,
        "user": workspace.people[call.app.bot_user].name,
        "team_id": workspace.team_id,
        "user_id": call.app.bot_user,
        "bot_id": call.app.bot_id,
        "is_enterprise_install": team_ids.org_wide,
        **({"enterprise_id": team_ids.enterprise} if team_ids.enterprise else {}),
    }


def open_connection(call: Call) -> Json:
    """apps.connections.open: the address of a Socket Mode connection, good for one connection."""
    address = call.installation.url.replace("http", "ws", 1)
    ticket = call.installation.sockets.issue_ticket()
    return {"url": f"{address}/link/?ticket={ticket}&app_id={APP_ID}"}


def revoke_token(call: Call) -> Json:
    """auth.revoke; with `test` nothing happens."""
    if call.flag("test"):
        return {"revoked": False}
    call.installation.announce(*call.installation.revoke_token())
    return {"revoked": True}


def uninstall_app(call: Call) -> Json:
    """apps.uninstall."""
    _check_client(call)
    call.installation.announce(*call.installation.uninstall())
    return {}


def exchange_code(call: Call) -> Json:
    """oauth.v2.access: a token for the code that the consent page gave."""
    _check_client(call)
    grant = call.oauth.redeem(call.text("code") or "", call.text("redirect_uri"))
    workspace = grant.installation.workspace
    team: Json | None = {"id": workspace.team_id, "name": workspace.name}
    org_wide = workspace.settings.team_ids.org_wide
    return {
        "access_token": grant.installation.tokens.grant(),
        "token_type": "bot",
        "scope": grant.scopes,
        "bot_user_id": BOT_USER,
        "app_id": APP_ID,
        "team": None if org_wide else team,
        "enterprise": payloads.enterprise_ref(workspace),
        "is_enterprise_install": org_wide,
        "authed_user": {"id": INSTALLER},
    }


def _check_client(call: Call) -> None:
    call.oauth.check_client(call.text("client_id") or "", call.text("client_secret") or "")


def bot_info(call: Call) -> Json:
    """bots.info."""
    wanted = call.text("bot") or call.app.bot_id
    app = next((app for app in APPS if app.bot_id == wanted), None)
    if app is None:
        raise ApiError("bot_not_found")
    return {"bot": {**payloads.bot_profile(call.workspace, app.bot_id), "user_id": app.bot_user}}


def team_info(call: Call) -> Json:
    """team.info."""
    workspace = call.workspace
    team = {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain, "email_domain": ""}
    return {"team": team | {"url": call.installation.url + "/", "icon": {"image_default": True}}}


APP_METHODS: Final = {
    "api.test": Method(api_test, token="none"),
    "auth.test": Method(auth_test),
    "auth.revoke": Method(revoke_token, tier=3),
    "apps.connections.open": Method(open_connection, token="app"),
    "apps.uninstall": Method(uninstall_app, tier=1),
    "oauth.v2.access": Method(exchange_code, token="none"),
    "bots.info": Method(bot_info, ("users:read",), 3),
    "team.info": Method(team_info, ("team:read",), 3),
}
