"""The demo: a sandbox workspace, the bot in it, and everything it needs, in one process."""

import asyncio
import contextlib
import errno
import json
import sys
from pathlib import Path

from pydantic import SecretStr

from bot.agent import describe_model
from bot.app import SOCKETS, assembled, working
from bot.domain.policy import Policy
from bot.log_output import configure_logs
from bot.policy_source import PolicySource
from bot.sandbox import Sandbox
from bot.settings import SettingsError, read_settings
from handlers.ways_in import socket_mode

CHANNEL = "C_FINANCE"
APPROVERS = ("U_REVIEWER", "U_SECOND")


async def run_demo(port: int, data: Path, as_json: bool) -> None:
    """Serve until stopped; ready when the address is printed."""
    settings = read_settings()
    configure_logs(settings.log_level, settings.log_format)
    source = PolicySource(settings.policy)

    def policy() -> Policy:
        """The configured policy; without approvers of its own, ben and chi of the sandbox decide."""
        chosen = source()
        return chosen if chosen.approvers else chosen.model_copy(update={"approvers": APPROVERS})

    async with contextlib.AsyncExitStack() as stack:
        try:
            sandbox = await stack.enter_async_context(Sandbox(port=port, data=data / "workspace"))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise SettingsError(f"Port {port} is in use; choose another with --port.") from None
        settings = settings.model_copy(
            update={
                "slack_bot_token": SecretStr(sandbox.bot_token),
                "slack_api_url": sandbox.api_url,
                "channel": settings.channel or CHANNEL,
                "data": data,
            }
        )
        bot = await stack.enter_async_context(assembled(settings, policy=policy))
        await stack.enter_async_context(working(bot))
        await stack.enter_async_context(socket_mode(bot.slack, sandbox.app_token, SOCKETS))
        model = describe_model(bot.service.model)
        if as_json:
            ready = {"workspace": sandbox.url, "redis": bot.redis_url, "model": model}
            print(json.dumps(ready), flush=True)
        else:
            print(f"\n  Countersign is ready: {sandbox.url}\n", flush=True)
            print("  Open it in a browser and type /transactions sample 3 as ana,", file=sys.stderr)
            print(
                "  then switch to ben and decide. Judged by: "
                f"{'the policy alone (no OPENAI_API_KEY)' if model == 'policy-only' else model}.",
                file=sys.stderr,
            )
            print("  Ctrl-C stops it; what was said and decided stays.", file=sys.stderr)
        await asyncio.Event().wait()
