"""The HTTP edge as Slack meets it: our web app under uvicorn, and requests that are signed or not."""

import asyncio
import contextlib
import hashlib
import hmac
import io
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.cli.serve import web_server
from bot.config.logs import configure_logs
from tests.office import PATIENCE, Office

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BODY = b'{"type": "url_verification", "challenge": "c"}'


@dataclass(frozen=True, slots=True)
class Wire:
    """Bytes to the edge, and back."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, raw: bytes) -> None:
        """Send as much as the other side takes."""
        self.writer.write(raw)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def drip(self, raw: bytes) -> None:
        """Send a byte at a time until the other side has had enough."""
        for byte in raw:
            if self.reader.at_eof() or self.writer.is_closing():
                return
            await self.send(bytes([byte]))
            await asyncio.sleep(0.01)

    async def status(self) -> int:
        """The status of the next answer; 0 where there is none."""
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                line = await self.reader.readline()
                return int(line.split()[1]) if line else 0
        return 0

    async def statuses(self) -> list[int]:
        """Those of all answers until the other side closes."""
        said = b""
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                while piece := await self.reader.read(65536):
                    said += piece
        return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d+)", said)]


@dataclass(frozen=True, slots=True)
class Edge:
    """An address, and what it takes to be believed there."""

    url: str
    secret: str
    session: aiohttp.ClientSession

    def signed(self, body: bytes, stamp: str | None = None) -> dict[str, str]:
        """Slack's two headers for this body, now or at another time."""
        stamp = stamp or str(int(time.time()))
        base = b"v0:" + stamp.encode() + b":" + body
        signature = hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}

    async def post(
        self, body: bytes, content_type: str = FORM, headers: Mapping[str, str] = MappingProxyType({})
    ) -> int:
        """The status that a body gets; signed, unless headers say otherwise."""
        sent = {"Content-Type": content_type, **self.signed(body), **headers}
        async with self.session.post(f"{self.url}/slack/events", data=body, headers=sent) as response:
            await response.read()
            return response.status

    async def payload(self, payload: Any) -> int:
        """The status that an interaction gets."""
        return await self.post(urlencode({"payload": json.dumps(payload)}).encode())

    def head(self, *more: str, body: bytes = BODY, stamp: str | None = None) -> bytes:
        """The head of a request as bytes, signed for this body, up to its empty line."""
        signed = [f"{name}: {value}" for name, value in self.signed(body, stamp).items()]
        lines = ["POST /slack/events HTTP/1.1", "Host: x", f"Content-Type: {JSON}", *signed, *more]
        return "\r\n".join(lines).encode() + b"\r\n\r\n"

    @contextlib.asynccontextmanager
    async def wire(self) -> AsyncIterator["Wire"]:
        """A connection to send over what no client would send."""
        host, port = self.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield Wire(reader, writer)
        finally:
            writer.transport.abort()

    async def said_to(self, raw: bytes) -> list[int]:
        """The statuses that bytes get until the other side closes; they ask it to, or give it reason to."""
        async with self.wire() as wire:
            await wire.send(raw)
            return await wire.statuses()

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.url + path) as response:
            return response.status, await response.text()


@contextlib.asynccontextmanager
async def edge_of(office: Office) -> AsyncIterator[Edge]:
    """Serve the bot over HTTP until left."""
    async with web_server(office.bot, "127.0.0.1", 0) as (port, _):
        yield Edge(f"http://127.0.0.1:{port}", office.sandbox.signing_secret, office.session)


@contextlib.contextmanager
def logged(level: str = "INFO", form: str = "json") -> Iterator[io.StringIO]:
    """What the process writes about what happens within."""
    written = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        configure_logs(level, form)
        try:
            yield written
        finally:
            patch.undo()
            configure_logs("WARNING", "console")


def entries(written: io.StringIO) -> list[dict[str, Any]]:
    """Each line, which must be one JSON object."""
    found = [json.loads(line) for line in written.getvalue().splitlines()]
    assert all(isinstance(one, dict) for one in found)
    return found
