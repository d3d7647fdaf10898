"""Installing the app: the consent page, and the code it gives in exchange for a token."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from ..workspace.errors import ApiError
from ..workspace.initial_content import APP_ID, BOT_USER

if TYPE_CHECKING:
    from ..delivery.installation import Site
    from ..slack_json import Json
    from ..workspace.state import Clock
    from .call import Call

CODE_SECONDS: Final = 600
INSTALLER: Final = "U_REQUESTER"
PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Install {app}</title>
<h1>{app} asks to be let into {team}</h1><p>It will be able to:</p><ul>{scopes}</ul>
<p>{allow} <a href="{cancel}">Cancel</a></p></html>"""


@dataclass
class Granted:
    """What one code stands for."""

    site: Site
    scopes: str
    redirect_uri: str
    issued: float
    used: bool = False


class OAuth:
    """The codes that consent has brought about."""

    client_id: Final = "sandbox.client"
    client_secret: Final = "sandbox-client-secret"

    def __init__(self, clock: Clock, app: str) -> None:
        self._clock = clock
        self._app = app
        self._codes: dict[str, Granted] = {}

    def authorize(self, request: web.Request, sites: Iterable[Site]) -> web.Response:
        """The consent page; "Allow" leads back to the app with a code, "Cancel" with `access_denied`.

        Where there are several workspaces the person chooses one, unless the app asks for a `team`.
        """
        asked = request.query
        target = urlsplit(asked.get("redirect_uri", ""))
        team = asked.get("team")
        offered = [site for site in sites if team in (None, "", site.workspace.team_id)]
        if asked.get("client_id") != self.client_id:
            return web.Response(status=400, text="invalid_client_id")
        if target.scheme not in ("http", "https") or not target.netloc:
            return web.Response(status=400, text="bad_redirect_uri")
        if not (scopes := asked.get("scope", "")):
            return web.Response(status=400, text="invalid_scope")
        if not offered:
            return web.Response(status=400, text="invalid_team")
        page = PAGE.format(
            app=escape(self._app),
            team=escape(" or ".join(site.workspace.name for site in offered)),
            scopes="".join(f"<li>{escape(scope)}</li>" for scope in scopes.split(",")),
            allow=" ".join(self._allow(site, asked, choice=len(offered) > 1) for site in offered),
            cancel=escape(back(asked["redirect_uri"], error="access_denied", state=asked.get("state", ""))),
        )
        return web.Response(text=page, content_type="text/html")

    def _allow(self, site: Site, asked: Mapping[str, str], *, choice: bool) -> str:
        """The link that lets the app into one workspace."""
        code = secrets.token_hex(16)
        self._codes[code] = Granted(site, asked["scope"], asked["redirect_uri"], self._clock())
        address = back(asked["redirect_uri"], code=code, state=asked.get("state", ""))
        where = f" in {site.workspace.name}" if choice else ""
        return f'<a href="{escape(address)}">Allow{escape(where)}</a>'

    def check_client(self, client_id: str, secret: str) -> None:
        if client_id != self.client_id:
            raise ApiError("invalid_client_id")
        if not hmac.compare_digest(secret.encode(), self.client_secret.encode()):
            raise ApiError("bad_client_secret")

    def redeem(self, client: tuple[str, str], code: str, redirect_uri: str | None) -> Granted:
        """What a code was given for, once."""
        self.check_client(*client)
        granted = self._codes.get(code)
        if granted is None or self._clock() - granted.issued > CODE_SECONDS:
            raise ApiError("invalid_code")
        if granted.used:
            raise ApiError("code_already_used")
        if redirect_uri is not None and redirect_uri != granted.redirect_uri:
            raise ApiError("bad_redirect_uri")
        granted.used = True
        return granted


def back(address: str, **more: str) -> str:
    """An address with further parameters."""
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *more.items()])
    return urlunsplit(parts._replace(query=query))


def client_of(call: Call) -> tuple[str, str]:
    return call.text("client_id") or "", call.text("client_secret") or ""


def revoke(call: Call) -> Json:
    """auth.revoke; with `test` nothing happens."""
    if call.flag("test"):
        return {"revoked": False}
    call.site.announce(*call.site.revoke())
    return {"revoked": True}


def uninstall(call: Call) -> Json:
    """apps.uninstall."""
    call.site.oauth.check_client(*client_of(call))
    call.site.announce(*call.site.uninstall())
    return {}


def access(call: Call) -> Json:
    """oauth.v2.access."""
    granted = call.site.oauth.redeem(client_of(call), call.text("code") or "", call.text("redirect_uri"))
    workspace = granted.site.workspace
    return {
        "access_token": granted.site.installation.grant(),
        "token_type": "bot",
        "scope": granted.scopes,
        "bot_user_id": BOT_USER,
        "app_id": APP_ID,
        "team": {"id": workspace.team_id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": INSTALLER},
    }
