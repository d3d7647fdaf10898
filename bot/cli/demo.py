"""The demo: a sandbox workspace, the bot in it, and everything it needs, in one process."""

import asyncio
import contextlib
import errno
import fcntl
import json
import os
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from importlib import resources
from pathlib import Path
from typing import TextIO

import structlog
from pydantic import SecretStr

from bot.app import SOCKETS, assembled, working
from bot.application.apply_policy import ApplyPolicy
from bot.application.ports import Clock
from bot.cli.demo_clock import clock_of, keep_ages
from bot.cli.failures import CommandError
from bot.cli.panel import Panel
from bot.config.logs import configure_logs
from bot.config.policy_loading import PolicyFile
from bot.config.private_folder import ForeignFolder, close_files, make_private
from bot.config.settings import exposed_secrets, read_settings
from bot.config.several_workspaces import OF_SEVERAL_WORKSPACES
from bot.config.tracing import traced
from bot.domain.policy import Policy, default_policy_text
from bot.domain.policy.written import WrittenPolicy
from bot.llm import describe_model
from bot.llm.configured import model_of
from bot.sandbox import Sandbox
from bot.store import open_stores
from bot.store.topology.configured import redis_of
from handlers.inbound.socket_mode import socket_mode

log = structlog.get_logger()

CHANNEL = "C_FINANCE"
PACE = 0.1  # seconds a message; the sandbox allows more of them than Slack does
APPROVERS = ("U_REVIEWER", "U_SECOND")
NO_APPROVERS = re.compile(r"^approvers\s*=\s*\[\s*\]", re.MULTILINE)
BROUGHT_BY = "demo"


async def run_demo(port: int, data: Path, as_json: bool) -> None:
    """Serve until stopped; ready when the address is printed.

    Raises ``CommandError`` where the port is in use, another demo runs in the folder, the folder is somebody
    else's, or the workspace's data cannot be read.
    """
    os.umask(0o077)  # other users of the machine may not read memos
    try:
        make_private(data)
        make_private(data / "workspace")
    except ForeignFolder as error:
        raise CommandError(str(error)) from None
    settings = read_settings()
    # The page shows what happens, so that the terminal shows warnings alone unless LOG_LEVEL is set.
    level = settings.log_level if "log_level" in settings.model_fields_set else "WARNING"
    configure_logs(level, settings.log_format)
    if advice := exposed_secrets():
        log.warning(advice)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(traced(settings))
        lock = stack.enter_context(_locked(data))
        close_files(data / "workspace")
        # The model may be behind a proxy, so that its client is made before proxies are forgotten.
        model = await stack.enter_async_context(model_of(settings))
        _forget_proxies()
        sandbox = await stack.enter_async_context(_opened(port, data))
        _name_holder(lock, sandbox.url)
        now = clock_of(sandbox)
        settings = settings.model_copy(
            update={
                "slack_bot_token": SecretStr(sandbox.bot_token),
                "slack_api_url": sandbox.api_url,
                # Whatever .env has for a real deployment, the demo touches neither its Redis nor its Slack.
                "slack_app_token": None,
                "slack_signing_secret": None,
                **dict.fromkeys(OF_SEVERAL_WORKSPACES),
                "redis_url": None,
                "channel": CHANNEL,
                "operators": None,
                "pace": PACE,
                "data": data,
            }
        )
        policy_file = None
        if settings.policy:
            policy_file = PolicyFile(settings.policy, brought_by=BROUGHT_BY, complete=with_approvers)
        else:
            url = await stack.enter_async_context(redis_of(settings))  # ``assembled`` attaches to it
            await _bring_first_policy(url, now)
        bot = await stack.enter_async_context(
            assembled(settings, policy_file=policy_file, model=model, now=now, observer=Panel(sandbox.tell))
        )
        await stack.enter_async_context(bot.layout.while_readable())
        keep_ages(sandbox, bot.redis_url)
        await stack.enter_async_context(working(bot))
        await stack.enter_async_context(socket_mode(bot.slack, sandbox.app_token, SOCKETS))
        _say_ready(sandbox.url, bot.redis_url, describe_model(model), as_json)
        await asyncio.Event().wait()


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[TextIO]:
    """Hold the folder until left; two demos on one store would take each other's cards.

    The lock is the system's and ends with the process. Its file names the process, and where it serves.
    """
    # Not emptied here: it may be the file of another demo, which holds it.
    with open(data / "demo.lock", "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"The demo in {data} runs already, as {lock.read() or 'a process that is just starting'}; "
                "stop it first, or choose another folder with --data."
            ) from None
        _name_holder(lock)
        yield lock


def _name_holder(lock: TextIO, url: str = "") -> None:
    lock.truncate(0)
    lock.write(f"process {os.getpid()}{url and f' at {url}'}")
    lock.flush()


def with_approvers(text: str) -> str:
    """The text of a policy in which ben and chi of the sandbox decide, where it names nobody."""
    if Policy.from_toml(text).approvers:
        return text
    named = f"approvers = {json.dumps(APPROVERS)}"
    replaced, count = NO_APPROVERS.subn(named, text, count=1)
    return replaced if count else f"{named}\n{text}"


async def _bring_first_policy(url: str, now: Clock) -> None:
    """Put the default policy, with approvers, into force in a new folder; in an older one stays what is."""
    async with open_stores(url) as stores:
        await stores.layout.begin()  # before anything is written: a new folder has this version's layout
        bring = ApplyPolicy(stores.policies, stores.policy_history, now)
        written = WrittenPolicy.of("default.toml", with_approvers(default_policy_text()))
        proposal = await bring.compare(written)
        if proposal.before is None:
            await bring.apply(proposal, BROUGHT_BY, "default.toml", loosen=False)


@contextlib.asynccontextmanager
async def _opened(port: int, data: Path) -> AsyncIterator[Sandbox]:
    guide = json.loads(resources.files("bot.cli").joinpath("guide.json").read_text("utf-8"))
    sandbox = Sandbox(port=port, data=data / "workspace", app=guide, clock_advances=True)
    try:
        await sandbox.__aenter__()
    except sqlite3.Error as error:
        raise CommandError(f"What {data} holds of the workspace cannot be read ({error}).") from None
    except OSError as error:
        await sandbox.__aexit__(None, None, None)
        if error.errno != errno.EADDRINUSE:
            raise
        raise CommandError(f"Port {port} is in use; choose another with --port.") from None
    try:
        yield sandbox
    finally:
        await sandbox.__aexit__(None, None, None)


def _forget_proxies() -> None:
    """Slack's SDK sends every call through a proxy of the environment, also those to this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)


def _say_ready(url: str, redis_url: str, model: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"workspace": url, "redis": redis_url, "model": model}), flush=True)
        return
    judge = "the policy alone (no OPENAI_API_KEY)" if model == "policy-only" else model
    print(f"\n  Countersign is ready: {url}\n", flush=True)
    print("  Open it in a browser and type /transactions sample 3 as ana,", file=sys.stderr)
    print(f"  then switch to ben and decide. Judged by: {judge}.", file=sys.stderr)
    print("  Ctrl-C stops it; what was said and decided stays.", file=sys.stderr)
