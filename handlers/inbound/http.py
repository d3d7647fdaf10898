"""HTTP: where Slack posts its requests, with a hard edge in front of Bolt, and an operator's addresses."""

import binascii
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltRequest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.application.ports import Clock
from handlers.inbound.probes import Readiness, ReadStored, probe_routes

log = structlog.get_logger()

LARGEST_BODY = 1_000_000  # Slack's own payloads stay far below
LARGEST_HEAD = 16_384
MOST_FIELDS = 100  # a command has a dozen
NOT_A_FORM = re.compile(rb"\0|%00|%(?![0-9A-Fa-f]{2})")
# What Bolt's own reading raises where a payload has not the shape that Slack gives it; what a listener of
# ours raises never comes this far.
MISSHAPEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
SHAPES = {"type": str, "event": dict, "view": dict, "actions": list, "action_id": str, "callback_id": str}
OLDEST_SECONDS = 300  # api.slack.com/authentication/verifying-requests-from-slack


def web_app(
    app: AsyncApp,
    readiness: Readiness,
    stored: ReadStored,
    now: Clock,
    beside: Sequence[Route] = (),
) -> Starlette:
    """``POST /slack/events`` for everything Slack sends, the addresses of an operator, and those ``beside``.

    ``readiness`` says whether it takes requests, ``stored`` what Redis holds, or ``None`` without an answer.
    ``now`` tells how old a request is.
    """

    async def slack(request: Request) -> Response:
        if _head(request) > LARGEST_HEAD:
            return _unread("headers too large", 431)
        if not _timely(request, now):
            return _unread("stale or missing timestamp", 401)
        if not _plain(request):
            return _unread("only UTF-8 as it is", 415)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return _unread("incomplete body", 400)
        if body is None:
            return _unread("too large", 413)
        bolt_request = _read(request, body)
        if bolt_request is None:
            return _unread("malformed body", 400)
        try:
            return to_starlette_response(await app.async_dispatch(bolt_request))
        except MISSHAPEN as error:
            log.warning("misshapen payload", exc_info=error)
            return PlainTextResponse("malformed body", 400)

    events = Route("/slack/events", slack, methods=["POST"])
    site = Starlette(routes=[events, *probe_routes(readiness, stored), *beside])
    # It would read an address out of the Host header, which may be anything.
    site.router.redirect_slashes = False
    return site


def _unread(why: str, status: int) -> Response:
    """The answer to what Slack did not send, or not whole."""
    metrics.request_unread()
    return PlainTextResponse(why, status)


def _head(request: Request) -> int:
    """The length of the headers: those that arrive in one piece are let through by the server."""
    headers = sum(len(name) + len(value) for name, value in request.scope["headers"])
    return headers + len(request.scope["query_string"])


def _timely(request: Request, now: Clock) -> bool:
    """Bolt raises on a timestamp that is no number and a signature that is not ASCII, so both are looked
    at before Bolt sees them; what the signature says, Bolt checks."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    well_formed = stamp.isascii() and stamp.isdigit() and bool(signature) and signature.isascii()
    return well_formed and abs(now().timestamp() - int(stamp[:12])) <= OLDEST_SECONDS


def _plain(request: Request) -> bool:
    """Whether the body is neither compressed nor in another encoding than UTF-8."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    content_type = request.headers.get("content-type", "").lower().replace(" ", "").replace('"', "")
    charsets = {part for part in content_type.split(";") if part.startswith("charset=")}
    return encoding in ("", "identity") and charsets <= {"charset=utf-8"}


async def _body(request: Request) -> bytes | None:
    """The body, or ``None`` as soon as it is too large, whatever its headers say."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _read(request: Request, body: bytes) -> AsyncBoltRequest | None:
    """The request as Bolt reads it, or ``None`` where the body is not text or not a JSON object."""
    try:
        payload = quick_payload(body)
        if payload is None:
            if not body.lstrip().startswith(b"{") and not _is_form(body):
                return None
            read = to_async_bolt_request(request, body)
        else:
            read = to_async_bolt_request(request, payload)
            read.raw_body = body.decode()  # what the signature is over
    except MISSHAPEN:
        return None
    return read if _has_shape(read.body) else None


def _has_shape(body: Any) -> bool:
    """Whether it is an object, with objects and lists of objects where Bolt looks into them unasked."""
    return (
        isinstance(body, dict)
        and all(isinstance(body.get(name), kind | None) for name, kind in SHAPES.items())
        and all(map(_has_a_name, body.get("actions") or ()))
    )


def _has_a_name(action: Any) -> bool:
    return isinstance(action, dict) and isinstance(action.get("action_id", action.get("name")), str)


def _is_form(body: bytes) -> bool:
    """Whether it is a form with each name once, whole escapes and UTF-8 in them; ``ValueError`` if not text.

    Bolt takes the last of two payloads and reads broken escapes as they stand.
    """
    if NOT_A_FORM.search(body):
        return False
    fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    return len(fields) == len(dict(fields))


def quick_payload(body: bytes) -> bytes | None:
    """The JSON of an interaction, or ``None`` for what Bolt had better read itself.

    A click brings its card along, 15 KB with 3,000 escapes, for which ``urllib`` takes longer than all the
    rest of a click. Quoted-printable is the same encoding with another sign, and is decoded in C.
    """
    name, _, value = body.partition(b"=")
    if name != b"payload" or b"&" in value or b"\n" in value or b"\r" in value:
        return None
    quoted = value.replace(b"+", b" ").replace(b"=", b"%3D").replace(b"%", b"=")
    payload = binascii.a2b_qp(quoted)
    if not payload.startswith(b"{") or value.endswith(b"%"):
        return None
    # What is no escape stays an equals sign (the last character alone would be dropped). Where there is any,
    # counting says whether each escape was one; it costs as much as decoding, and most clicks need it not.
    whole = b"=" not in payload or len(payload) == len(quoted) - 2 * quoted.count(b"=")
    return payload if whole else None
