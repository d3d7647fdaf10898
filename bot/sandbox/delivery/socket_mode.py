"""Delivery over Socket Mode: WebSockets that the app opens."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from typing import Any, Final

import aiohttp
from aiohttp import web

from ..slack_json import Json
from ..workspace.initial_content import APP_ID
from .sender import TIMED_OUT, DeliveryKind, DeliveryResult, Retry

MOST_CONNECTIONS: Final = 10  # docs.slack.dev/apis/events-api/using-socket-mode
ENVELOPES: Final[dict[DeliveryKind, str]] = {
    "events": "events_api",
    "interactive": "interactive",
    "commands": "slash_commands",
}
DEBUG_INFO: Final = {"host": "sandbox"}


class NotSentError(Exception):
    """A socket was closed before the envelope was sent."""


class Connection:
    """One connected WebSocket and the envelopes whose acknowledgement it waits for."""

    def __init__(self, ws: web.WebSocketResponse) -> None:
        self.ws = ws
        self._waiting: dict[str, asyncio.Future[Any]] = {}

    async def send(self, envelope: Json, seconds: float) -> Any:
        """Send an envelope and wait for the payload of its acknowledgement.

        Raises TimeoutError where none comes within `seconds`, ConnectionError where the socket closes, and
        NotSentError where it was closed already.
        """
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        try:
            try:
                await self.ws.send_json(envelope)
            except ConnectionError:
                raise NotSentError from None
            return await asyncio.wait_for(waiting, seconds)
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def listen(self) -> None:
        """Take acknowledgements until the socket closes."""
        async for message in self.ws:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take_acknowledgement(message.data)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError())

    def _take_acknowledgement(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(str(ack.get("envelope_id"))) if isinstance(ack, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload") or {})


class SocketMode:
    """Up to ten connections; each payload goes to one of them, in turn."""

    def __init__(self, ack_seconds: float) -> None:
        self._ack_seconds = ack_seconds
        self._connections: list[Connection] = []
        self._tickets: set[str] = set()

    def issue_ticket(self) -> str:
        """A ticket that is good for one connection."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket until it closes; 401 without a ticket, 429 for one too many."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self._connections) >= MOST_CONNECTIONS:
            return web.Response(status=401 if ticket not in self._tickets else 429)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        connection = Connection(ws)
        self._connections.append(connection)
        try:
            await ws.send_json(self._hello())
            await connection.listen()
        finally:
            if connection in self._connections:
                self._connections.remove(connection)
        return ws

    async def deliver(self, kind: DeliveryKind, payload: Json, retry: Retry | None) -> DeliveryResult:
        """Send to the connection whose turn it is, or to the next one where that is closed already."""
        while self._connections:
            self._connections.append(connection := self._connections.pop(0))
            try:
                return await self._deliver_over(connection, kind, payload, retry)
            except NotSentError:
                with suppress(ValueError):  # it may have left by itself meanwhile
                    self._connections.remove(connection)
        return DeliveryResult(503, body={"error": "no_app_connected"}, reason="connection_failed")

    async def _deliver_over(
        self, connection: Connection, kind: DeliveryKind, payload: Json, retry: Retry | None
    ) -> DeliveryResult:
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
            return DeliveryResult(200, body=await connection.send(envelope, self._ack_seconds))
        except TimeoutError:
            return DeliveryResult(504, body=TIMED_OUT, reason="timeout")
        except ConnectionError:
            return DeliveryResult(503, body={"error": "connection_failed"}, reason="connection_failed")

    async def disconnect(self, reason: str) -> None:
        """Send a disconnect message on every connection and close it, as Slack does every few hours."""
        ending = list(self._connections)
        self._connections.clear()  # nothing more is sent there
        await self._send_disconnect(ending, reason)
        await asyncio.gather(*(connection.ws.close() for connection in ending))

    async def warn(self) -> None:
        """Announce on every connection that it ends soon; it is used as before until then."""
        await self._send_disconnect(list(self._connections), "warning")

    async def _send_disconnect(self, connections: list[Connection], reason: str) -> None:
        for connection in connections:
            with suppress(ConnectionError):  # the app has closed it
                await connection.ws.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": DEBUG_INFO}
                )

    async def close(self) -> None:
        """Close every connection, with no message before."""
        for connection in list(self._connections):
            await connection.ws.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {**DEBUG_INFO, "approximate_connection_time": 18060},
        }
