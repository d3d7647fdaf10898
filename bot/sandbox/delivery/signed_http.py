"""Delivery as signed HTTP requests to the app's request URL."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from ..slack_json import Json
from ..workspace.state import Clock
from .sender import TIMED_OUT, DeliveryKind, DeliveryResult, Retry


def request_signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's v0 request signature (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class SignedHttp:
    """POSTs every payload to the app's one request URL, stamped by `clock`; `ack_seconds` is the deadline."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, secret: str, ack_seconds: float, clock: Clock
    ) -> None:
        self._session = session
        self._url = url
        self._secret = secret
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=ack_seconds)

    async def deliver(self, kind: DeliveryKind, payload: Json, retry: Retry | None) -> DeliveryResult:
        """POST once; a redirect is not followed."""
        body, content_type = encode_payload(kind, payload)
        headers = {"Content-Type": content_type, **self._signed(body)}
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        try:
            async with self._session.post(
                self._url, data=body.encode(), headers=headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                answer = read_acknowledgement(await response.text(errors="replace"))
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return DeliveryResult(response.status, body=answer, reason="http_error", no_retry=no_retry)
        except TimeoutError:
            return DeliveryResult(504, body=TIMED_OUT, reason="http_timeout")
        except aiohttp.ClientError:
            return DeliveryResult(503, body={"error": "connection_failed"}, reason="connection_failed")

    def _signed(self, body: str) -> dict[str, str]:
        now = str(int(self._clock()))
        return {
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": request_signature(self._secret, now, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }


def encode_payload(kind: DeliveryKind, payload: Json) -> tuple[str, str]:
    """A payload's body and content type: events are JSON, everything else is a form."""
    if kind == "events":
        return json.dumps(payload), "application/json"
    form = payload if kind == "commands" else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def read_acknowledgement(body: str) -> Any:
    """The body of an acknowledgement: its JSON, `{"text": ...}` for plain text, `{}` for an empty one."""
    if not body.strip():
        return {}
    try:
        return json.loads(body)
    except ValueError:
        return {"text": body}
