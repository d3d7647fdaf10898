"""The page: static files, and the addresses at which it opens."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

PAGE: Final = Path(__file__).parents[1] / "page"


def add_page_routes(router: web.UrlDispatcher) -> None:
    """Serve the page at `/`, at the permalinks of messages, and its files under `/page/`."""
    router.add_get("/", _index)
    router.add_get("/archives/{channel}/{ts}", _index)
    router.add_static("/page/", PAGE)


async def _index(request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")
