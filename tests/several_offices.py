"""A bot that several workspaces have installed by OAuth, over HTTP, and people to act in each of them."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.app import Bot, assembled, utc_now, working
from bot.application.apply_policy import ApplyPolicy
from bot.cli.demo_clock import clock_of, keep_ages
from bot.cli.serve import web_server
from bot.config.settings import Settings
from bot.domain.policy.written import WrittenPolicy
from bot.domain.review.state import ReviewState
from bot.sandbox import Sandbox
from bot.store import PolicyHistory, Stores, new_key
from handlers.manifest import EVENTS, SCOPES
from tests.office import FINANCE, PATIENCE, Json, Office

POLICY = 'approvers = ["U_REVIEWER", "U_SECOND"]\n'
GRID, ORGANISATION = "T_GRID", "E_GRID"
LOOK_SECONDS = 0.05
TEAMS = ("T_SANDBOX", "T_TWO", "T_THREE")


@dataclass(frozen=True, slots=True)
class OfficeOf(Office):
    """One of several workspaces; ``home`` is what its reviews are stored under."""

    team: str = ""
    home: str = ""

    async def do(self, act: str, **fields: Any) -> Json:
        return await Office.do(self, act, **{"team": self.team, **fields})

    async def fault(self, **fields: Any) -> None:
        answer = await Office.do(self, "faults", **fields)  # it is for all workspaces
        assert answer["ok"], answer

    async def drop(self, user: str, name: str, content: bytes, comment: str = "<@U_BOT>") -> Json:
        form = aiohttp.FormData(quote_fields=False)
        for field, value in (
            ("user", user),
            ("channel", FINANCE),
            ("comment", comment),
            ("team", self.team),
        ):
            form.add_field(field, value)
        form.add_field("file", content, filename=name)
        async with self.session.post(f"{self.sandbox.url}/sandbox/files", data=form) as response:
            answer: Json = await response.json()
            return answer

    async def review_state(self, card: Json) -> ReviewState:
        review = await self.bot.stores.reviews.state(self.home, card["metadata"]["event_payload"]["review"])
        assert review is not None
        return review

    async def state(self) -> Json:
        async with self.session.get(
            f"{self.sandbox.url}/sandbox/state", params={"team": self.team}
        ) as response:
            state: Json = await response.json()
            return state

    @property
    def changes_url(self) -> str:
        return f"{self.sandbox.url}/sandbox/events?team={self.team}"


@dataclass(frozen=True, slots=True)
class Town:
    """The bot at its address, the sandbox with all workspaces, and a browser that keeps no cookies itself."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    bot: Bot
    url: str

    def office(self, team: str) -> OfficeOf:
        home = ORGANISATION if team == GRID else team
        return OfficeOf(self.sandbox, self.session, self.bot, team, home)

    async def open(self, path: str, cookie: str = "", **query: str) -> tuple[int, str, str]:
        """A page of the bot: its status, its text, and the cookie that it sets."""
        headers = {"Cookie": cookie} if cookie else {}
        address = (
            URL(f"{self.url}{path}", encoded=True)
            if "?" in path
            else URL(f"{self.url}{path}").with_query(query)
        )
        async with self.session.get(address, headers=headers) as response:
            set_to = SimpleCookie("; ".join(response.headers.getall("Set-Cookie", [])))
            cookies = "; ".join(f"{name}={value.value}" for name, value in set_to.items())
            return response.status, await response.text(), cookies

    async def consent_link(self, team: str) -> tuple[str, str]:
        """The way back from Slack for whoever consents in a workspace, and the cookie of their browser."""
        status, page, cookie = await self.open("/slack/install", team=team)
        assert status == 200
        (consent,) = re.findall(r'class="button" href="([^"]*)"', page)
        async with self.session.get(URL(unescape(consent), encoded=True)) as response:
            allow = re.findall(r'href="([^"]*)">Allow', await response.text())
        parts = urlsplit(unescape(allow[0]))
        return f"{parts.path}?{parts.query}", cookie

    async def install(self, team: str) -> str:
        """Somebody installs the bot in a workspace; the page that they see at the end."""
        link, cookie = await self.consent_link(team)
        status, page, _ = await self.open(link, cookie)
        assert status == 200, page
        return page

    async def bring(self, text: str, home: str = "") -> None:
        """Bring a policy for all workspaces, or for one."""
        await bring_policy(self.bot.stores, text, home)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a state that no stream of changes tells of."""
    for _ in range(int(PATIENCE / LOOK_SECONDS)):
        if await holds():
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError("what was waited for never came")


async def bring_policy(stores: Stores, text: str, home: str = "") -> None:
    history: PolicyHistory = stores.policy_history.of_workspace(home) if home else stores.policy_history
    apply = ApplyPolicy(stores.policies, history, utc_now)
    proposal = await apply.compare(WrittenPolicy.of("ours.toml", text))
    assert await apply.apply(proposal, "tests", "tests", loosen=True)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.asynccontextmanager
async def open_town(
    folder: Path,
    *,
    installed: Sequence[str] = (*TEAMS, GRID),
    keys: str | None = None,
    policy: str = POLICY,
    redis_url: str | None = None,
    queues: int = 1,
    with_worker: bool = True,
    **sandbox_options: Any,
) -> AsyncIterator[Town]:
    """Everything started, the bot installed in these workspaces, and taken down again."""
    granted = {"scopes": tuple(SCOPES), "events": tuple(EVENTS), "clock_advances": True}
    options = {"retry_delays": (0.0, 0.05, 0.05), **granted, **sandbox_options}
    async with contextlib.AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(
            Sandbox(more_teams=TEAMS[1:], organisations={GRID: ORGANISATION}, installed=False, **options)
        )
        jar = aiohttp.DummyCookieJar()
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        port = free_port()
        settings = Settings(
            _env_file=None,
            slack_client_id=sandbox.client_id,
            slack_client_secret=SecretStr(sandbox.client_secret),
            slack_signing_secret=SecretStr(sandbox.signing_secret),
            slack_api_url=sandbox.api_url,
            public_url=f"http://127.0.0.1:{port}",
            installation_keys=SecretStr(keys or new_key()),
            redis_url=redis_url,
            data=folder,
            pace=0,
            queues=queues,
        )
        bot = await stack.enter_async_context(assembled(settings, now=clock_of(sandbox)))
        keep_ages(sandbox, bot.redis_url)
        if with_worker:
            await stack.enter_async_context(working(bot))
        await stack.enter_async_context(web_server(bot, "127.0.0.1", port))
        sandbox.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        town = Town(sandbox, session, bot, f"http://127.0.0.1:{port}")
        if policy:
            await town.bring(policy)
        for team in installed:
            await town.install(team)
        yield town
