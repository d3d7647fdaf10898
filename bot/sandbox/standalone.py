"""`countersign sandbox`: the sandbox by itself, for any Slack app."""

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
from .workspace.app_manifest import read_manifest

READY_TEXT: Final = """
  A Slack workspace is ready: {workspace}

  SLACK_BOT_TOKEN={bot_token}
  SLACK_APP_TOKEN={app_token}
  SLACK_SIGNING_SECRET={signing_secret}

  Bolt takes the address with App(client=WebClient(token=..., base_url="{api}")).
  {delivery}
  Ctrl-C stops it.
"""


class SandboxNotStarted(Exception):
    """Why the sandbox cannot start, in a sentence for whoever started it."""


async def run_standalone(
    port: int, data: Path | None, request_url: str | None, as_json: bool, manifest: Path | None = None
) -> None:
    """Serve a workspace until cancelled; it is ready when its address is printed.

    Everything is delivered to `request_url`, or over Socket Mode without one. With a `manifest` (JSON) the
    app gets only the scopes and event subscriptions it names, and the page offers its commands and shortcuts;
    without one it has all scopes and events. Raises SandboxNotStarted.
    """
    sandbox = Sandbox(port=port, data=data) if manifest is None else _sandbox_for(manifest, port, data)
    sandbox.deliver_to(request_url)
    async with _open(sandbox, port):
        sys.stdout.write(_ready_text(sandbox, request_url, as_json))
        sys.stdout.flush()
        await asyncio.Event().wait()


def _sandbox_for(manifest: Path, port: int, data: Path | None) -> Sandbox:
    try:
        read = read_manifest(manifest)
    except ValueError as error:
        raise SandboxNotStarted(str(error)) from None
    return Sandbox(port=port, data=data, scopes=read.scopes, events=read.events, app=read.app)


@asynccontextmanager
async def _open(sandbox: Sandbox, port: int) -> AsyncIterator[None]:
    try:
        await sandbox.__aenter__()
    except sqlite3.Error as error:
        raise SandboxNotStarted(f"What is kept of the workspace cannot be read ({error}).") from None
    except OSError as error:
        await sandbox.__aexit__(None, None, None)
        if error.errno != errno.EADDRINUSE:
            raise
        raise SandboxNotStarted(f"Port {port} is in use; choose another with --port.") from None
    try:
        yield
    finally:
        await sandbox.__aexit__(None, None, None)


def _ready_text(sandbox: Sandbox, request_url: str | None, as_json: bool) -> str:
    """What an app needs to know, for a person or as one line of JSON."""
    facts = {
        "workspace": sandbox.url,
        "api": sandbox.api_url,
        "bot_token": sandbox.bot_token,
        "app_token": sandbox.app_token,
        "other_app_token": sandbox.other_app_token(),
        "signing_secret": sandbox.signing_secret,
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "request_url": request_url,
    }
    if as_json:
        return json.dumps(facts) + "\n"
    delivery = f"Deliveries go to {request_url}." if request_url else "Deliveries go over Socket Mode."
    return READY_TEXT.format(delivery=delivery, **facts)
