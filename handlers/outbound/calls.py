"""Calls to Slack at the pace that Slack allows, kept together with all other processes."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.application.ports import TryLater
from bot.store import Pace, Rate

# docs.slack.dev/apis/web-api/rate-limits: a message a second a channel, some more in a burst; tier 3 is 50 a
# minute a method for the workspace. In units of COUNTERSIGN_PACE, by default one second.
POSTS = Rate(each=1.0, burst=3)
TIER_3 = Rate(each=1.2, burst=3)
CALL_SECONDS = 10  # for which a call to Slack is waited for
LONGEST_WAIT = 60.0  # seconds
PATIENCE = 2.0  # seconds that a job waits for its turn; for longer it makes room for others
RETRY_AFTER = 1.0  # seconds, where Slack says "too many" and not for how long

Call = Callable[..., Awaitable[AsyncSlackResponse]]


@dataclass(frozen=True, slots=True)
class Lane:
    """What shares one limit."""

    name: str
    rate: Rate


def posts(team: str, channel: str) -> Lane:
    return Lane(f"{team}:chat.postMessage:{channel}", POSTS)


def updates(team: str) -> Lane:
    return Lane(f"{team}:chat.update", TIER_3)


def reads(team: str) -> Lane:
    return Lane(f"{team}:conversations", TIER_3)


class Calls:
    """Turns at Slack's methods. ``pace`` is how many seconds a message takes; 0 means no pacing of ours."""

    def __init__(self, store: Pace, pace: float) -> None:
        self._store = store
        self._pace = pace

    async def turn(self, lane: Lane) -> None:
        """Wait for a turn; raises ``TryLater`` where it is too far away."""
        wait = await self._store.turn(lane.name, self._rate(lane), PATIENCE)
        if wait < 0:
            # Not all at once, because all who wait hear of the same moment.
            raise TryLater(min(-wait * random.uniform(1, 2), LONGEST_WAIT))
        if wait:
            await asyncio.sleep(wait)

    async def make(self, lane: Lane, call: Call, **arguments: Any) -> AsyncSlackResponse:
        """Call; raises ``TryLater`` where Slack has had too many, and keeps all processes away so long."""
        try:
            return await call(**arguments)
        except SlackApiError as error:
            if (seconds := too_many(error)) is None:
                raise
            await self._store.pause(lane.name, self._rate(lane), seconds)
            raise TryLater(seconds) from None

    def _rate(self, lane: Lane) -> Rate:
        return Rate(each=lane.rate.each * self._pace, burst=lane.rate.burst)


def too_many(error: SlackApiError) -> float | None:
    """For how many seconds Slack wants no such call; ``None`` where it says something else."""
    if getattr(error.response, "status_code", None) != 429:
        return None
    said = str(error.response.headers.get("Retry-After", ""))
    return float(said) if said.isascii() and said.isdigit() else RETRY_AFTER


@contextmanager
def put_off() -> Iterator[None]:
    """Calls that keep no pace: too many of them are put off likewise."""
    try:
        yield
    except SlackApiError as error:
        if (seconds := too_many(error)) is None:
            raise
        raise TryLater(seconds) from None
