"""Reading the arguments and the token of a Web API request, in each way that Slack takes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..workspace.errors import ApiError


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """Query, form and JSON body together. Raises ApiError for a body that is no JSON object."""
    arguments: dict[str, Any] = {**_client_credentials(request), **request.query}
    if request.content_type == "application/json":
        try:
            body = json.loads(
                await request.text() or "{}"
            )  # slack-sdk sends this type with an empty body, too
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        arguments |= body
    elif request.can_read_body:
        arguments |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return arguments


def bearer_token(request: web.Request, arguments: Mapping[str, Any]) -> str | None:
    """The token of a call, from its header or its arguments."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else arguments.get("token")


def _client_credentials(request: web.Request) -> dict[str, str]:
    """An OAuth client's id and secret, where they come in the Authorization header."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}
