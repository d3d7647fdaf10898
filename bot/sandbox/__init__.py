"""A Slack workspace in a box: Web API, Socket Mode, signed HTTP delivery, people to act as, and a page.

async with Sandbox(port=8080) as sandbox:
    client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url)
"""

from __future__ import annotations

from .server import Sandbox
from .workspace.settings import TeamIds

__all__ = ["Sandbox", "TeamIds"]
