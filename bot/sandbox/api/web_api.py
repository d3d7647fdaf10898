"""`/api/<method>`: every method in one table, tokens, scopes, rate limits, faults and Slack's errors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from ..delivery.faults import Fault, Faults
from ..delivery.installation import Installation
from ..delivery.installations import Installations
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import OTHER_APP, THIS_APP
from .apps import APP_METHODS
from .arguments import bearer_token, read_arguments
from .call import Call, Method
from .chat import CHAT_METHODS
from .conversations import CONVERSATION_METHODS
from .files import FILE_METHODS
from .oauth import OAuth
from .pins import PIN_METHODS
from .reactions import REACTION_METHODS
from .users import USER_METHODS
from .views import VIEW_METHODS

METHODS: Final[Mapping[str, Method]] = {
    **APP_METHODS,
    **CHAT_METHODS,
    **CONVERSATION_METHODS,
    **FILE_METHODS,
    **PIN_METHODS,
    **REACTION_METHODS,
    **USER_METHODS,
    **VIEW_METHODS,
}


# What the other app of a workspace may call; all else is about the installed app alone.
OTHER_APP_METHODS: Final = frozenset(
    {
        *("api.test", "auth.test", "bots.info", "team.info", "users.info"),
        *("chat.postMessage", "chat.update", "chat.delete", "chat.getPermalink"),
        *("conversations.history", "conversations.replies", "conversations.members"),
    }
)


class WebApi:
    """Answers `/api/<method>` for all workspaces; the token says which one is meant."""

    def __init__(self, installations: Installations, oauth: OAuth, app_token: str, faults: Faults) -> None:
        self._installations = installations
        self._oauth = oauth
        self._app_token = app_token
        self._faults = faults

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one call, or fail it as a fault has it; faults are for the installed app alone."""
        name = request.match_info["method"]
        caller = self._installations.of_token(bearer_token(request, {}))
        is_other = caller is not None and bearer_token(request, {}) == caller.other_app_token
        fault = None if is_other else self._faults.take(name)
        if fault is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
            if (status := fault.failure) is not None:
                return _failure(fault, status)
        response = await self._answer(name, request)
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.abort()  # the work is done and the answer is lost
        return response

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        installation = self._installations.first
        try:
            arguments = await read_arguments(request)
            token = bearer_token(request, arguments)
            installation = self._installations.of_token(token) or installation
            body: Json = {"ok": True, **self._run(installation, name, arguments, token)}
            if installation.app_of(token) is THIS_APP:
                installation.workspace.changes.tell_developer("api", method=name, ok=True)
            return web.json_response(body, headers=_scope_headers(installation, name))
        except ApiError as error:
            installation.workspace.changes.tell_developer("api", method=name, ok=False, error=error.code)
            headers = {**_scope_headers(installation, name), **error.headers}
            return web.json_response(error.body(), status=error.status, headers=headers)

    def _run(
        self, installation: Installation, name: str, arguments: Mapping[str, Any], token: str | None
    ) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise ApiError("unknown_method", req_method=name)
        app = installation.app_of(token)
        if app is OTHER_APP:
            if name not in OTHER_APP_METHODS:
                raise ApiError("not_allowed_token_type")
            return method.run(Call(installation, arguments, self._oauth, app))
        self._check_token(installation, method, token)
        _check_scopes(installation, method)
        installation.rate_limits.count_call(name, method.tier)
        return method.run(Call(installation, arguments, self._oauth))

    def _check_token(self, installation: Installation, method: Method, token: str | None) -> None:
        if method.token == "none":
            return
        if not token:
            raise ApiError("not_authed")
        is_app_token = token == self._app_token
        if not is_app_token and not installation.tokens.was_issued(token):
            raise ApiError("invalid_auth")
        if not is_app_token and (error := installation.tokens.error_of(token)) is not None:
            raise ApiError(error)
        if is_app_token != (method.token == "app"):
            raise ApiError("not_allowed_token_type")


def _check_scopes(installation: Installation, method: Method) -> None:
    if method.scopes and not installation.scopes.intersection(method.scopes):
        provided = ",".join(sorted(installation.scopes))
        raise ApiError("missing_scope", needed=method.scopes[0], provided=provided)


def _scope_headers(installation: Installation, name: str) -> dict[str, str]:
    """The scopes that the token has and the method accepts, which Slack sends with every answer."""
    method = METHODS.get(name)
    if method is None or method.token != "bot":
        return {}
    granted = ",".join(sorted(installation.scopes))
    return {"X-OAuth-Scopes": granted, "X-Accepted-OAuth-Scopes": ",".join(method.scopes)}


def _failure(fault: Fault, status: int) -> web.Response:
    headers = {"Retry-After": str(fault.retry_after)} if status == 429 else {}
    return web.json_response(fault.body, status=status, headers=headers)
