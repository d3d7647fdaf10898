"""The HTTP edge as Slack meets it: our web app under uvicorn, and requests that are signed or not."""

import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.commands.serve import web_server
from tests.office import Office

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


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

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.url + path) as response:
            return response.status, await response.text()


@contextlib.asynccontextmanager
async def edge_of(office: Office) -> AsyncIterator[Edge]:
    """Serve the bot over HTTP until left."""
    async with web_server(office.bot, "127.0.0.1", 0) as (port, _):
        yield Edge(f"http://127.0.0.1:{port}", office.sandbox.signing_secret, office.session)
