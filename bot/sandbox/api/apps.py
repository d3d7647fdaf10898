"""api.test, auth.*, apps.*, oauth.v2.access, bots.info and team.info: the app, its tokens and where it is."""

from __future__ import annotations

from typing import Final

from ..delivery import payloads
from ..delivery.installation import Installation
from ..slack_json import Json
from ..workspace.bot_tokens import GivenToken
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


def list_teams(call: Call) -> Json:
    """auth.teams.list: where the token is good for; an organisation here has one workspace."""
    teams = [{"id": call.workspace.team_id, "name": call.workspace.name}]
    return {"teams": teams, "response_metadata": {"next_cursor": ""}}


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
    """oauth.v2.access: a token for the code that the consent page gave, or for a refresh token."""
    _check_client(call)
    if call.text("grant_type") == "refresh_token":
        installation, given = call.oauth.refresh(call.text("refresh_token") or "")
        return _granted(installation, given, ",".join(sorted(installation.scopes)))
    grant = call.oauth.redeem(call.text("code") or "", call.text("redirect_uri"))
    given = grant.installation.tokens.grant()
    return {**_granted(grant.installation, given, grant.scopes), "authed_user": {"id": INSTALLER}}


def _granted(installation: Installation, given: GivenToken, scopes: str) -> Json:
    """A token, where it is good for, and for how long."""
    workspace = installation.workspace
    org_wide = workspace.settings.team_ids.org_wide
    lapses = {"refresh_token": given.refresh_token, "expires_in": given.expires_in}
    return {
        "access_token": given.token,
        "token_type": "bot",
        "scope": scopes,
        "bot_user_id": BOT_USER,
        "app_id": APP_ID,
        "team": None if org_wide else {"id": workspace.team_id, "name": workspace.name},
        "enterprise": payloads.enterprise_ref(workspace),
        "is_enterprise_install": org_wide,
        **(lapses if given.refresh_token else {}),
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
    "auth.teams.list": Method(list_teams, tier=2),
    "auth.revoke": Method(revoke_token, tier=3),
    "apps.connections.open": Method(open_connection, token="app"),
    "apps.uninstall": Method(uninstall_app, tier=1),
    "oauth.v2.access": Method(exchange_code, token="none"),
    "bots.info": Method(bot_info, ("users:read",), 3),
    "team.info": Method(team_info, ("team:read",), 3),
}
