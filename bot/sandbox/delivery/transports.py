"""The two ways to an app: signed HTTP requests, and Socket Mode."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from ..slack_json import Json
from ..workspace.initial_content import APP_ID
from .sender import Answer, Kind, Retry

MOST_SOCKETS: Final = 10
ENVELOPES: Final[dict[Kind, str]] = {
    "events": "events_api",
    "interactive": "interactive",
    "commands": "slash_commands",
}
DEBUG_INFO: Final = {"host": "sandbox"}
TIMED_OUT: Final = {"error": "operation_timeout"}


def signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's v0 request signature."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class SignedHttp:
    """POSTs to the app's one request URL."""

    def __init__(self, session: aiohttp.ClientSession, url: str, secret: str, ack_seconds: float) -> None:
        self._session = session
        self._url = url
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=ack_seconds)

    async def carry(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **self._signed(body)}
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        try:
            async with self._session.post(
                self._url, data=body.encode(), headers=headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                said = read_ack(await response.text(errors="replace"))
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return Answer(response.status, body=said, reason="http_error", no_retry=no_retry)
        except TimeoutError:
            return Answer(504, body=TIMED_OUT, reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(503, body={"error": "connection_failed"}, reason="connection_failed")

    def _signed(self, body: str) -> dict[str, str]:
        now = str(int(time.time()))
        return {
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature(self._secret, now, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }


def encoded(kind: Kind, payload: Json) -> tuple[str, str]:
    """A payload's body and content type: events are JSON, the rest are forms."""
    if kind == "events":
        return json.dumps(payload), "application/json"
    form = payload if kind == "commands" else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def read_ack(said: str) -> Any:
    """The body of an acknowledgement: JSON, plain words as a text, or nothing."""
    if not said.strip():
        return {}
    try:
        return json.loads(said)
    except ValueError:
        return {"text": said}


class Socket:
    """One connected WebSocket and the envelopes that wait for its acknowledgement."""

    def __init__(self, ws: web.WebSocketResponse) -> None:
        self.ws = ws
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    async def send(self, envelope: Json, seconds: float) -> Any:
        """Send and wait for the ack's payload; TimeoutError without one, ConnectionError if it closes."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        try:
            await self.ws.send_json(envelope)
            return await asyncio.wait_for(waiting, seconds)
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def listen(self) -> None:
        """Take acknowledgements until the socket closes."""
        async for message in self.ws:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._acknowledged(message.data)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError())

    def _acknowledged(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(str(ack.get("envelope_id"))) if isinstance(ack, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload") or {})


class SocketMode:
    """Up to ten connections; each payload goes to any one of them, in turn."""

    def __init__(self, ack_seconds: float) -> None:
        self._ack_seconds = ack_seconds
        self._sockets: list[Socket] = []
        self._tickets: set[str] = set()

    def ticket(self) -> str:
        """A one-time pass to connect with."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    @property
    def connections(self) -> int:
        return len(self._sockets)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket route."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self._sockets) >= MOST_SOCKETS:
            return web.Response(status=401 if ticket not in self._tickets else 429)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        socket = Socket(ws)
        self._sockets.append(socket)
        try:
            await ws.send_json(self._hello())
            await socket.listen()
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)
        return ws

    async def carry(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        if not self._sockets:
            return Answer(503, body={"error": "no_app_connected"}, reason="connection_failed")
        self._sockets.append(socket := self._sockets.pop(0))
        envelope: Json = {
            "envelope_id": secrets.token_hex(16),
            "type": ENVELOPES[kind],
            "payload": payload,
            "accepts_response_payload": kind != "events",
        }
        if kind == "events":
            envelope |= {
                "retry_attempt": retry.number if retry else 0,
                "retry_reason": retry.reason if retry else "",
            }
        try:
            return Answer(200, body=await socket.send(envelope, self._ack_seconds))
        except TimeoutError:
            return Answer(504, body=TIMED_OUT, reason="timeout")
        except ConnectionError:
            return Answer(503, body={"error": "connection_failed"}, reason="connection_failed")

    async def disconnect(self, reason: str) -> None:
        """Say goodbye on every connection, as Slack does every few hours, and end it."""
        ending = list(self._sockets)
        self._sockets.clear()  # nothing more is sent there
        await self._say(ending, reason)
        await asyncio.gather(*(socket.ws.close() for socket in ending))

    async def warn(self) -> None:
        """Say on every connection that it ends soon; until then it is used as before."""
        await self._say(list(self._sockets), "warning")

    async def _say(self, sockets: list[Socket], reason: str) -> None:
        for socket in sockets:
            with suppress(ConnectionError):  # it has gone by itself
                await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": DEBUG_INFO})

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.ws.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {**DEBUG_INFO, "approximate_connection_time": 18060},
        }
