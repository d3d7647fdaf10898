"""Calls to Slack at the pace that Slack allows, kept by all processes together: how jobs call Slack."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.application.ports import TryLater
from bot.store import Pace, Rate

# docs.slack.dev/apis/web-api/rate-limits: a message a second a channel, some more in a burst; tier 3 is 50 a
# minute and tier 4 100 a minute for each method and workspace. In units of COUNTERSIGN_PACE, by default 1 s.
POSTS = Rate(each=1.0, burst=3)
TIER_3 = Rate(each=1.2, burst=3)
TIER_4 = Rate(each=0.6, burst=3)
OF_A_SUBMITTER = Rate(each=5.0, burst=2)  # updates of a submitter's messages, which are to hold up no card
CALL_SECONDS = 10  # after which a call to Slack that was not answered is given up
UPLOAD_SECONDS = 120  # after which the upload of a file is
LONGEST_WAIT = 60.0  # seconds
PATIENCE = 2.0  # seconds that a job waits for its turn; for longer it makes room for others
RETRY_AFTER = 1.0  # seconds, where Slack says "too many" and not for how long

# What Slack's client raises when Slack, or the way to it, fails.
SLACK_FAULTS = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)

Call = Callable[..., Awaitable[AsyncSlackResponse]]
"""A method of Slack's client."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Calls that share one of Slack's limits, by a name for them; workspace and method are part of it."""

    name: str
    rate: Rate


def posts(team: str, channel: str) -> Lane:
    """Messages to one channel."""
    return Lane(f"{team}:chat.postMessage:{channel}", POSTS)


def updates(team: str) -> Lane:
    """Updates of messages."""
    return Lane(f"{team}:chat.update", TIER_3)


def submitter_updates(team: str, channel: str) -> Lane:
    """Updates of the messages to one submitter, which count against ``updates`` too."""
    return Lane(f"{team}:submitter:{channel}", OF_A_SUBMITTER)


def reads(team: str) -> Lane:
    """Reading what stands in channels and threads."""
    return Lane(f"{team}:conversations", TIER_3)


def private_messages(team: str) -> Lane:
    """Messages that one person sees."""
    return Lane(f"{team}:private", TIER_4)


def alarms() -> Lane:
    """Messages to the operators."""
    return Lane("operators:chat.postMessage", POSTS)


def file_reads(team: str) -> Lane:
    """Asking what a file is."""
    return Lane(f"{team}:files.info", TIER_4)


class Calls:
    """Turns at Slack's methods, and the calls themselves.

    ``pace`` is how many seconds a message takes, and everything else in proportion; 0 means that we keep no
    pace of our own and heed Slack's "too many" alone.
    """

    def __init__(self, store: Pace, pace: float) -> None:
        self._store = store
        self._pace = pace

    async def turn(self, lane: Lane) -> bool:
        """Wait for a turn; whether there was a wait, so that what was read before may be old.

        Raises ``TryLater`` where the turn is more than ``PATIENCE`` seconds away.
        """
        wait = await self._store.turn(lane.name, self._rate(lane), PATIENCE)
        if wait < 0:
            # At different moments, because all who wait are told the same one.
            raise TryLater(min(-wait * random.uniform(1, 2), LONGEST_WAIT))
        if wait:
            await asyncio.sleep(wait)
        return wait > 0

    async def make(
        self, lane: Lane, call: Call, *, seconds: float = 0.0, **arguments: Any
    ) -> AsyncSlackResponse:
        """Call Slack; raises ``SlackApiError`` where Slack refuses, and ``TryLater`` as ``heeding`` does.

        A call without an answer is given up after so many ``seconds``, else after ``CALL_SECONDS``, with
        ``TimeoutError``: whoever finds its intent then must know that it has ended.
        """
        async with self.heeding(lane), asyncio.timeout(seconds or CALL_SECONDS):
            return await call(**arguments)

    @asynccontextmanager
    async def heeding(self, lane: Lane) -> AsyncIterator[None]:
        """After too many of the calls in here, this lane gives no turn for as long as Slack says.

        Raises ``TryLater`` then. Private messages, files and alarms take no turns, so the job at hand waits.
        """
        try:
            yield
        except SlackApiError as error:
            if (seconds := _retry_after(error)) is None:
                raise
            await self._store.pause(lane.name, self._rate(lane), seconds)
            raise TryLater(seconds) from None

    def _rate(self, lane: Lane) -> Rate:
        return Rate(each=lane.rate.each * self._pace, burst=lane.rate.burst)


def error_code(error: SlackApiError) -> str:
    """Slack's own name of the error; empty where its answer was not Slack's form."""
    body = getattr(error.response, "data", error.response)
    return str(body.get("error", "")) if isinstance(body, dict) else ""


def _retry_after(error: SlackApiError) -> float | None:
    """For how many seconds Slack wants no such call; ``None`` where it refuses for another reason."""
    if getattr(error.response, "status_code", None) != 429:
        return None
    seconds = str(error.response.headers.get("Retry-After", ""))
    return float(seconds) if seconds.isascii() and seconds.isdigit() else RETRY_AFTER
