"""The two ways in: Socket Mode, and HTTP with a hard edge in front of Bolt."""

import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import parse_qs

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

LARGEST_BODY = 1_000_000  # Slack's own payloads stay far below
OLDEST_SECONDS = 300  # api.slack.com/authentication/verifying-requests-from-slack


@contextlib.asynccontextmanager
async def socket_mode(app: AsyncApp, app_token: str, connections: int) -> AsyncIterator[None]:
    """Listen over several Socket Mode connections until left."""
    open_ = [AsyncSocketModeHandler(app, app_token) for _ in range(connections)]
    try:
        for one in open_:
            await one.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves these two untyped
        yield
    finally:
        for one in open_:
            await one.close_async()  # type: ignore[no-untyped-call]


def web_app(app: AsyncApp, store_answers: Callable[[], Awaitable[bool]]) -> Starlette:
    """``POST /slack/events`` for everything Slack sends, and the three addresses of an operator."""

    async def slack(request: Request) -> Response:
        if not _timely(request):
            return PlainTextResponse("stale or missing timestamp", 401)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not _well_formed(request.headers.get("content-type", ""), body):
            return PlainTextResponse("malformed body", 400)
        return to_starlette_response(await app.async_dispatch(to_async_bolt_request(request, body)))

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        fine = await store_answers()
        return PlainTextResponse("ok" if fine else "Redis does not answer", 200 if fine else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/slack/events", slack, methods=["POST"]),
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", metrics),
        ]
    )


def _timely(request: Request) -> bool:
    """Bolt raises on a timestamp that is no number, so it is looked at before Bolt sees it."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signed = bool(request.headers.get("x-slack-signature"))
    return (
        signed
        and stamp.isascii()
        and stamp.isdigit()
        and abs(time.time() - int(stamp[:12])) <= OLDEST_SECONDS
    )


async def _body(request: Request) -> bytes | None:
    """The body, or ``None`` as soon as it is too large, whatever its headers say."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _well_formed(content_type: str, body: bytes) -> bool:
    """Whether Bolt can read the body: UTF-8, and JSON where JSON belongs."""
    try:
        text = body.decode("utf-8")
        if content_type.startswith("application/json"):
            return isinstance(json.loads(text), dict)
        payloads = parse_qs(text).get("payload", [])
        return all(isinstance(json.loads(payload), dict) for payload in payloads)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError):
        return False
