"""Keeps other web pages out of every address: the Web API, the door, Socket Mode, files, and the page.

A browser sends a cross-site GET without asking, so that neither a token in the address nor the address itself
protects. What a browser adds and no page can change does: where a request comes from, and for what host.
"""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

DEFAULT_PORT: Final = 80
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
OTHER_SITES: Final = frozenset({"cross-site", "same-site"})  # w3.org/TR/fetch-metadata: Sec-Fetch-Site
# What people come to by a link or from an app's own page: they only show something and do nothing.
LINKED_PATHS: Final = frozenset({"/", "/signin", "/oauth/v2/authorize"})
LINKED_FOLDER: Final = "/archives/"
SOCKET_PATH: Final = "/link/"  # where slack-sdk's own WebSocket client leaves the port out of `Host`


def same_origin_only(served_at: str) -> Middleware:
    """Refuse with 403 what another web page sends, and forbid our page to load anything foreign.

    `served_at` is the name or address that the sandbox listens at.
    """

    @web.middleware
    async def check_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_same_origin(request, served_at):
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
    if not _is_our_host(request, served_at):
        return False  # a foreign name that resolves to this machine, or another server's port
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return False
    return request.headers.get("Sec-Fetch-Site") not in OTHER_SITES or _is_followed_link(request)


def _is_our_host(request: web.Request, served_at: str) -> bool:
    """Whether `Host` names this machine and the port that the request came in at.

    A sandbox that is served to the network is reached by addresses, too: it is names that can be rebound.
    """
    try:
        asked: SplitResult = urlsplit(f"//{request.host}")
        host, port = asked.hostname or "", asked.port
    except ValueError:
        return False
    served = request.transport and request.transport.get_extra_info("sockname")
    if port is None and request.path != SOCKET_PATH:
        port = DEFAULT_PORT
    if not served or port not in (None, served[1]):
        return False
    return _is_loopback(host) or (not _is_loopback(served_at) and (host == served_at or _is_address(host)))


def _is_followed_link(request: web.Request) -> bool:
    """Whether somebody opens a page that changes nothing, from wherever the link to it stands."""
    opens_page = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    is_linked = request.path in LINKED_PATHS or request.path.startswith(LINKED_FOLDER)
    return opens_page and is_linked and request.headers.get("Sec-Fetch-Dest") == "document"


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
