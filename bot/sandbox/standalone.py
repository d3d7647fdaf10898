"""The sandbox by itself: a workspace for any Slack app, over Socket Mode or at the app's request URL."""

from __future__ import annotations

import asyncio
import errno
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from .server import Sandbox
from .workspace import app_manifest as manifests

READY: Final = """
  A Slack workspace is ready: {workspace}

  SLACK_BOT_TOKEN={bot_token}
  SLACK_APP_TOKEN={app_token}
  SLACK_SIGNING_SECRET={signing_secret}

  Bolt takes the address with App(client=WebClient(token=..., base_url="{api}")).
  {delivery}
  Ctrl-C stops it.
"""


class NotStarted(Exception):
    """Why the sandbox cannot start, in a sentence for whoever started it."""


async def run_alone(
    port: int, data: Path | None, request_url: str | None, as_json: bool, manifest: Path | None = None
) -> None:
    """Serve until cancelled; ready when the address is printed.

    Without `request_url` everything goes over Socket Mode. With a `manifest` (JSON) the app is held to
    the scopes and event subscriptions it names, and the page offers its commands and shortcuts; without
    one it has all scopes and events. Raises NotStarted.
    """
    sandbox = Sandbox(port=port, data=data) if manifest is None else sandbox_for(manifest, port, data)
    sandbox.deliver_to(request_url)
    async with opened(sandbox, port):
        sys.stdout.write(ready(sandbox, request_url, as_json))
        sys.stdout.flush()
        await asyncio.Event().wait()


def sandbox_for(manifest: Path, port: int, data: Path | None) -> Sandbox:
    try:
        said = manifests.read(manifest)
    except ValueError as wrong:
        raise NotStarted(str(wrong)) from None
    return Sandbox(port=port, data=data, scopes=said.scopes, events=said.events, app=said.app)


@asynccontextmanager
async def opened(sandbox: Sandbox, port: int) -> AsyncIterator[None]:
    try:
        await sandbox.__aenter__()
    except sqlite3.Error as error:
        raise NotStarted(f"What is kept of the workspace cannot be read ({error}).") from None
    except OSError as error:
        await sandbox.__aexit__(None, None, None)
        if error.errno != errno.EADDRINUSE:
            raise
        raise NotStarted(f"Port {port} is in use; choose another with --port.") from None
    try:
        yield
    finally:
        await sandbox.__aexit__(None, None, None)


def ready(sandbox: Sandbox, request_url: str | None, as_json: bool) -> str:
    """What an app needs to know, for a person or as one line of JSON."""
    facts = {
        "workspace": sandbox.url,
        "api": sandbox.api_url,
        "bot_token": sandbox.bot_token,
        "app_token": sandbox.app_token,
        "signing_secret": sandbox.signing_secret,
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "request_url": request_url,
    }
    if as_json:
        return json.dumps(facts) + "\n"
    delivery = f"Deliveries go to {request_url}." if request_url else "Deliveries go over Socket Mode."
    return READY.format(delivery=delivery, **facts)
