"""The Web API's door: one route, every method in one table, Slack's errors and tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from ..delivery.faults import Fault, Faults
from ..delivery.installation import Site
from ..delivery.installations import Sites
from ..slack_json import Json
from ..workspace.errors import ApiError
from .call import Call, Method, read_arguments
from .chat import CHAT
from .conversations import CONVERSATIONS
from .files import FILES
from .reactions import MARKS
from .users import PEOPLE
from .views import VIEWS

METHODS: Final[Mapping[str, Method]] = {**CHAT, **CONVERSATIONS, **FILES, **MARKS, **PEOPLE, **VIEWS}


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, sites: Sites, app_token: str, faults: Faults) -> None:
        self._sites = sites
        self._app_token = app_token
        self._faults = faults

    async def handle(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        fault = self._faults.take(name)
        if fault is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
            if (status := fault.failure) is not None:
                return failing(fault, status)
        response = await self._answer(name, request)
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.abort()  # the work is done and the answer is lost
        return response

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        site = self._sites.first
        try:
            arguments = await read_arguments(request)
            token = bearer(request, arguments)
            site = self._sites.of_token(token) or site
            body: Json = {"ok": True, **self._run(site, name, arguments, token)}
            site.workspace.changes.tell_developer("api", method=name, ok=True)
            return web.json_response(body, headers=scopes(site, name))
        except ApiError as refused:
            site.workspace.changes.tell_developer("api", method=name, ok=False, error=refused.code)
            headers = {**scopes(site, name), **refused.headers}
            return web.json_response(refused.body(), status=refused.status, headers=headers)

    def _run(self, site: Site, name: str, arguments: Mapping[str, Any], token: str | None) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise ApiError("unknown_method", req_method=name)
        self._check_token(site, method, token)
        check_scopes(site, method)
        site.pace.call(name, method.tier)
        return method.run(Call(site, arguments))

    def _check_token(self, site: Site, method: Method, token: str | None) -> None:
        if method.needs == "nothing":
            return
        if not token:
            raise ApiError("not_authed")
        is_apps = token == self._app_token
        if not is_apps and not site.installation.knows(token):
            raise ApiError("invalid_auth")
        if not is_apps and (ending := site.installation.refusal(token)) is not None:
            raise ApiError(ending)
        if is_apps != (method.needs == "app"):
            raise ApiError("not_allowed_token_type")


def check_scopes(site: Site, method: Method) -> None:
    if method.scopes and not site.scopes.intersection(method.scopes):
        provided = ",".join(sorted(site.scopes))
        raise ApiError("missing_scope", needed=method.scopes[0], provided=provided)


def scopes(site: Site, name: str) -> dict[str, str]:
    """What the token may do and what the method asks for, as Slack says it with every answer."""
    method = METHODS.get(name)
    if method is None or method.needs != "bot":
        return {}
    granted = ",".join(sorted(site.scopes))
    return {"X-OAuth-Scopes": granted, "X-Accepted-OAuth-Scopes": ",".join(method.scopes)}


def bearer(request: web.Request, arguments: Mapping[str, Any]) -> str | None:
    """The token of a call, from its header or its arguments."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else arguments.get("token")


def failing(fault: Fault, status: int) -> web.Response:
    headers = {"Retry-After": str(fault.retry_after)} if status == 429 else {}
    return web.json_response(fault.answer, status=status, headers=headers)
