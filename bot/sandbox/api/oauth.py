"""Installing the app by OAuth: the consent page, and the codes that it gives in exchange for a token."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from ..delivery.installation import Installation
from ..workspace.bot_tokens import GivenToken
from ..workspace.errors import ApiError
from ..workspace.state import Clock

CODE_SECONDS: Final = 600
CONSENT_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Install {app}</title>
<h1>{app} asks to be let into {team}</h1><p>It will be able to:</p><ul>{scopes}</ul>
<p>{allow} <a href="{cancel}">Cancel</a></p></html>"""


@dataclass
class Grant:
    """What a person consented to, exchanged for a token by its code; `issued` is seconds since 1970."""

    installation: Installation
    scopes: str
    redirect_uri: str
    issued: float
    used: bool = False


class OAuth:
    """The consent page and the grants it has led to, by their code."""

    client_id: Final = "sandbox.client"
    client_secret: Final = "sandbox-client-secret"

    def __init__(self, clock: Clock, app_name: str) -> None:
        self._clock = clock
        self._app_name = app_name
        self._installations: tuple[Installation, ...] = ()
        self._grants: dict[str, Grant] = {}

    def serve(self, installations: Iterable[Installation]) -> None:
        """Say where the app may be installed."""
        self._installations = tuple(installations)

    def refresh(self, refresh_token: str) -> tuple[Installation, GivenToken]:
        """Use up a refresh token. Raises ApiError for one that is not good (any more)."""
        for installation in self._installations:
            if (given := installation.tokens.refresh(refresh_token)) is not None:
                return installation, given
        raise ApiError("invalid_refresh_token")

    def consent_page(self, request: web.Request, installations: Iterable[Installation]) -> web.Response:
        """The page whose "Allow" leads back to the app with a code, and "Cancel" with `access_denied`.

        Where there are several workspaces the person chooses one, unless the app asks for a `team`.
        """
        query = request.query
        target = urlsplit(query.get("redirect_uri", ""))
        team = query.get("team")
        offered = [place for place in installations if team in (None, "", place.workspace.team_id)]
        if query.get("client_id") != self.client_id:
            return web.Response(status=400, text="invalid_client_id")
        if target.scheme not in ("http", "https") or not target.netloc:
            return web.Response(status=400, text="bad_redirect_uri")
        if not (scopes := query.get("scope", "")):
            return web.Response(status=400, text="invalid_scope")
        if not offered:
            return web.Response(status=400, text="invalid_team")
        cancel = with_query(query["redirect_uri"], error="access_denied", state=query.get("state", ""))
        page = CONSENT_PAGE.format(
            app=escape(self._app_name),
            team=escape(" or ".join(installation.workspace.name for installation in offered)),
            scopes="".join(f"<li>{escape(scope)}</li>" for scope in scopes.split(",")),
            allow=" ".join(
                self._allow_link(installation, query, is_choice=len(offered) > 1) for installation in offered
            ),
            cancel=escape(cancel),
        )
        return web.Response(text=page, content_type="text/html")

    def check_client(self, client_id: str, secret: str) -> None:
        """Raise ApiError for an OAuth client that is not the app's."""
        if client_id != self.client_id:
            raise ApiError("invalid_client_id")
        if not hmac.compare_digest(secret.encode(), self.client_secret.encode()):
            raise ApiError("bad_client_secret")

    def redeem(self, code: str, redirect_uri: str | None) -> Grant:
        """Use up a code; what it was given for. Raises ApiError for a code that is not good (any more)."""
        grant = self._grants.get(code)
        if grant is None or self._clock() - grant.issued > CODE_SECONDS:
            raise ApiError("invalid_code")
        if grant.used:
            raise ApiError("code_already_used")
        if redirect_uri is not None and redirect_uri != grant.redirect_uri:
            raise ApiError("bad_redirect_uri")
        grant.used = True
        return grant

    def _allow_link(self, installation: Installation, query: Mapping[str, str], *, is_choice: bool) -> str:
        """The link that lets the app into one workspace."""
        code = secrets.token_hex(16)
        self._grants[code] = Grant(installation, query["scope"], query["redirect_uri"], self._clock())
        address = with_query(query["redirect_uri"], code=code, state=query.get("state", ""))
        place = f" in {installation.workspace.name}" if is_choice else ""
        return f'<a href="{escape(address)}">Allow{escape(place)}</a>'


def with_query(address: str, **parameters: str) -> str:
    """An address with further query parameters."""
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *parameters.items()])
    return urlunsplit(parts._replace(query=query))
