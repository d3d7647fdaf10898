"""Keeps other web pages out: requests from a foreign origin, or under a foreign name of this machine."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def same_origin_only(host: str) -> Middleware:
    """Refuse with 403 what another web page sends, and forbid our page to load anything foreign.

    `host` is the name or address that the sandbox is served at.
    """

    @web.middleware
    async def check_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_same_origin(request, host):
            return web.json_response({"ok": False, "error": "cross_origin"}, status=403)
        try:
            response = await handler(request)
        except web.HTTPException as raised:
            raised.headers.update(SECURITY_HEADERS)
            raise
        if not response.prepared:
            response.headers.update(SECURITY_HEADERS)
        return response

    return check_origin


def _is_same_origin(request: web.Request, served_at: str) -> bool:
    host = urlsplit(f"//{request.host}").hostname or ""
    if _is_loopback(served_at) and not _is_loopback(host):
        return False  # a foreign name that resolves to this machine
    origin = request.headers.get("Origin")
    return origin is None or origin == f"http://{request.host}"


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
