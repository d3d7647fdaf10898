"""Who may speak to the sandbox: no other web page, and no foreign name for this machine."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def guard(served_at: str) -> Middleware:
    """Refuse what another web page sends; forbid ours anything that is not its own."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_ours(request, served_at):
            return web.json_response({"ok": False, "error": "cross_origin"}, status=403)
        try:
            response = await handler(request)
        except web.HTTPException as raised:
            raised.headers.update(HEADERS)
            raise
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return guarded


def is_ours(request: web.Request, served_at: str) -> bool:
    host = urlsplit(f"//{request.host}").hostname or ""
    if is_loopback(served_at) and not is_loopback(host):
        return False  # a foreign name that resolves to this machine
    origin = request.headers.get("Origin")
    return origin is None or origin == f"http://{request.host}"


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
