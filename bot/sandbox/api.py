"""The Web API's door: one route, every method in one table, Slack's errors and tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from .api_chat import CHAT
from .api_conversations import CONVERSATIONS
from .api_files import FILES
from .api_marks import MARKS
from .api_people import PEOPLE
from .api_views import VIEWS
from .call import Call, Method, read_arguments
from .errors import ApiError
from .faults import Fault
from .shapes import Json
from .site import Site

METHODS: Final[Mapping[str, Method]] = {**CHAT, **CONVERSATIONS, **FILES, **MARKS, **PEOPLE, **VIEWS}


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def handle(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        fault = self._site.faults.take(name)
        if fault is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
            if (status := fault.failure) is not None:
                return failing(fault, status)
        response = await self._answer(name, request)
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.abort()  # the work is done and the answer is lost
        return response

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        try:
            arguments = await read_arguments(request)
            body: Json = {"ok": True, **self._run(name, arguments, bearer(request, arguments))}
            self._site.workspace.changes.tell_developer("api", method=name, ok=True)
            return web.json_response(body, headers=self._scopes(name))
        except ApiError as refused:
            self._site.workspace.changes.tell_developer("api", method=name, ok=False, error=refused.code)
            headers = {**self._scopes(name), **refused.headers}
            return web.json_response(refused.body(), status=refused.status, headers=headers)

    def _run(self, name: str, arguments: Mapping[str, Any], token: str | None) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise ApiError("unknown_method", req_method=name)
        self._check_token(method, token)
        self._check_scopes(method)
        self._site.pace.call(name, method.tier)
        return method.run(Call(self._site, arguments))

    def _check_token(self, method: Method, token: str | None) -> None:
        if method.needs == "nothing":
            return
        if not token:
            raise ApiError("not_authed")
        if token not in (self._site.bot_token, self._site.app_token):
            raise ApiError("invalid_auth")
        if (token == self._site.app_token) != (method.needs == "app"):
            raise ApiError("not_allowed_token_type")

    def _check_scopes(self, method: Method) -> None:
        granted = self._site.scopes
        if method.scopes and not granted.intersection(method.scopes):
            provided = ",".join(sorted(granted))
            raise ApiError("missing_scope", needed=method.scopes[0], provided=provided)

    def _scopes(self, name: str) -> dict[str, str]:
        """What the token may do and what the method asks for, as Slack says it with every answer."""
        method = METHODS.get(name)
        if method is None or method.needs != "bot":
            return {}
        granted = ",".join(sorted(self._site.scopes))
        return {"X-OAuth-Scopes": granted, "X-Accepted-OAuth-Scopes": ",".join(method.scopes)}


def bearer(request: web.Request, arguments: Mapping[str, Any]) -> str | None:
    """The token of a call, from its header or its arguments."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else arguments.get("token")


def failing(fault: Fault, status: int) -> web.Response:
    headers = {"Retry-After": str(fault.retry_after)} if status == 429 else {}
    return web.json_response(fault.answer, status=status, headers=headers)
