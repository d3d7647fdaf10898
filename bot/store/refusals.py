"""Refused attempts that are counted, not written: a trail is for ever, and anybody can press a button.

The first attempt of a person on a review is an entry at once. Those that follow within the hour are counted
in Redis, as long as the review is there. The next entry about this person tells how many they were; the step
that stores it takes them off the count, so that none is told twice and none is lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.domain.audit.entry import AuditEntry
from bot.domain.review.audit_entries import TOLD_EVERY, Untold
from bot.store.keys import REQUEST_LIFE, REVIEW_LIFE, ReviewKeys
from bot.store.scripts import lua


class RefusalCounts:
    """The refused attempts of all reviews, by person and outcome."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._refuse = redis.register_script(lua("refuse"))

    async def count(
        self, keys: ReviewKeys, user: str, outcome: str, now: datetime, idempotency_key: str | None = None
    ) -> Untold | None:
        """Count an attempt; where an entry is due instead, what that is to tell besides.

        ``now`` is aware; ``idempotency_key`` names the request, which counts once.
        """
        lives = [int(life.total_seconds()) for life in (REVIEW_LIFE, REQUEST_LIFE)]
        answer = await self._refuse(
            keys=[keys.refused, keys.refusals, keys.request(idempotency_key or "-")],
            args=[
                user,
                outcome,
                now.timestamp(),
                int(TOLD_EVERY.total_seconds()),
                *lives,
                int(idempotency_key is not None),
            ],
        )
        if answer[0] == "counted":
            return None
        counts = {name: int(count) for name, count in zip(answer[2::2], answer[3::2], strict=True)}
        return Untold(_time(answer[1]), counts) if answer[1] else Untold()

    async def untold(self, keys: ReviewKeys) -> dict[str, Untold]:
        """What no entry tells yet, by person."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hgetall(keys.refused)
            pipe.hgetall(keys.refusals)
            told, counted = await pipe.execute()
        counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for name, count in counted.items():
            user, _, outcome = name.partition(" ")
            counts[user][outcome] = int(count)
        return {user: Untold(_time(told[user]), of) for user, of in counts.items() if user in told}


def told_in(audit: Iterable[AuditEntry]) -> tuple[Sequence[str], Sequence[str]]:
    """What these entries tell of refused attempts, as ``commit.lua`` takes it.

    First when each person was told of, then what was counted: names and values in turn.
    """
    refused: list[str] = []
    told: list[str] = []
    for entry in (entry for entry in audit if entry.event == "refused"):
        refused += [entry.actor, str(entry.at.timestamp())]
        for outcome, count in entry.detail.get("more", {}).items():
            told += [f"{entry.actor} {outcome}", str(count)]
    return refused, told


def _time(stored: str) -> datetime:
    return datetime.fromtimestamp(float(stored), UTC)
