"""How much each person has handed in lately, counted for all processes: nobody fills Redis or the queue."""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import lua

MINUTE = timedelta(minutes=1)
# One every three seconds, which nobody reaches by hand; a drop of ten files is one.
BATCHES = 20
# Of files, as Slack states their size: three of the largest (20 MB), and a little more.
FILE_BYTES = 64 * 1024 * 1024
# Within which a request that is delivered again is known. Slack delivers again after a minute and five.
MEMORY = timedelta(hours=1)


class Bound(StrEnum):
    """Which bound a submission would have passed."""

    BATCHES = "batches"
    BYTES = "bytes"


class NotAdmitted(NamedTuple):
    """A submission that was not counted; there is room for it ``at`` that time (aware UTC)."""

    bound: Bound
    at: datetime


class SubmissionCounts:
    """The submissions of each person within the last minute."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._admit = redis.register_script(lua("admit"))

    async def admit(self, team: str, user: str, request: str, size: int, now: datetime) -> NotAdmitted | None:
        """Count a submission; answers why not where that would pass a bound, and counts nothing then.

        ``size`` is in bytes, of files alone. The same ``request`` of the same size counts once, and is let
        through whatever was counted since. What has more than ``FILE_BYTES`` by itself is let through where
        nothing else was counted.
        """
        answer = await self._admit(
            keys=[keys.submissions(team, user)],
            args=[
                hashlib.sha256(request.encode()).hexdigest()[:20],
                size,
                now.timestamp(),
                MINUTE.total_seconds(),
                BATCHES,
                FILE_BYTES,
                int(MEMORY.total_seconds()),
            ],
        )
        if answer[0] == "admitted":
            return None
        return NotAdmitted(Bound(answer[0]), datetime.fromtimestamp(float(answer[1]), UTC))
