"""Reviews from before something was kept beside them, found by a scan: for ``countersign migrate``."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.keys import ReviewKeys, brought_reviews
from bot.store.review_lists import MOST

PORTION = 100  # reviews that are looked at together
KEYS_A_LOOK = 1_000
COMMANDS = 5  # about what stands beside a state
FIELDS = (
    *("submitter", "created_at", "status", "flagged", "undecided", "held", "sums", "waits_since"),
    "closed_at",
)


class Lack(StrEnum):
    """What a review has not that is kept of every review now; the value is what an operator reads."""

    INDEX = "in no index: its payments are not found by search, nor by whoever brought them"
    ORDER = "without the order of its card, riskiest first"
    SUMS = "without sums of what waits and what was decided"
    HOLDS = "with holds that are in no list"
    TIMER = "waiting without a reminder, an escalation or an end"
    CLOSING = "closed without a day, so that nobody can reopen it or count it"


class Found(NamedTuple):
    """A review as the scan came by it, and what it lacks, in the order of ``Lack``; or it cannot be read."""

    team: str
    review_id: str
    lacks: tuple[Lack, ...] = ()
    is_unreadable: bool = False


class Beside(NamedTuple):
    """What stands beside a state: how many holds and ranks, and of its submitter's list the time at which
    the review stands there, how many it has, and the oldest of them (epoch seconds)."""

    holds: int
    ranks: int
    listed: float | None
    length: int
    oldest: float


class OlderReviews:
    """Looks at the states of all reviews, some at a time, so that Redis serves others in between."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def portions(self) -> AsyncIterator[list[Found]]:
        """Every review that has a state, each once, with what it lacks."""
        seen: set[tuple[str, str]] = set()  # a scan may show a key twice
        portion: list[tuple[str, str]] = []
        async for key in self._redis.scan_iter(match="cs:{*}:*:state", count=KEYS_A_LOOK):
            team, _, review_id = str(key).split("}:", 1)[1].removesuffix(":state").rpartition(":")
            if (team, review_id) in seen:
                continue
            seen.add((team, review_id))
            portion.append((team, review_id))
            if len(portion) == PORTION:
                yield await self._looked_at(portion)
                portion = []
                await asyncio.sleep(0)
        if portion:
            yield await self._looked_at(portion)

    async def _looked_at(self, reviews: list[tuple[str, str]]) -> list[Found]:
        states = await self._states(reviews)
        async with self._redis.pipeline(transaction=False) as pipe:
            for (team, review_id), fields in zip(reviews, states, strict=True):
                keys, brought = (
                    ReviewKeys(team, review_id),
                    brought_reviews(team, fields.get("submitter", "")),
                )
                pipe.scard(keys.holds)
                pipe.llen(keys.ranking)
                pipe.zscore(brought, review_id)
                pipe.zcard(brought)
                pipe.zrange(brought, 0, 0, withscores=True)
            answers: list[Any] = await pipe.execute(raise_on_error=False)
        return [
            _found(*review, fields, answers[at * COMMANDS : (at + 1) * COMMANDS])
            for at, (review, fields) in enumerate(zip(reviews, states, strict=True))
        ]

    async def _states(self, reviews: list[tuple[str, str]]) -> list[dict[str, str]]:
        """Their states, as far as ``FIELDS``; empty for one that is no state."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for team, review_id in reviews:
                pipe.hmget(ReviewKeys(team, review_id).state, FIELDS)
            answers: list[Any] = await pipe.execute(raise_on_error=False)
        return [
            {}
            if isinstance(values, RedisError)
            else dict(zip(FIELDS, (value or "" for value in values), strict=True))
            for values in answers
        ]


def _found(team: str, review_id: str, fields: Mapping[str, str], answers: list[Any]) -> Found:
    holds, ranks, listed, length, first = answers
    if not fields or any(isinstance(answer, RedisError) for answer in answers):
        return Found(team, review_id, is_unreadable=True)
    try:
        beside = Beside(holds, ranks, listed, length, first[0][1] if first else 0.0)
        return Found(team, review_id, lacking(fields, beside))
    except ValueError:
        return Found(team, review_id, is_unreadable=True)


def lacking(fields: Mapping[str, str], beside: Beside) -> tuple[Lack, ...]:
    """What a review lacks by the stored ``fields`` of its state and what stands ``beside`` it.

    What is still being judged gets all of it when that is done. Raises ``ValueError`` for a state that cannot
    be read.
    """
    status = fields["status"]
    if status in ("", "assessing"):
        return ()
    flagged, undecided, held = (int(fields[name] or 0) for name in ("flagged", "undecided", "held"))
    lacks = {
        Lack.INDEX: beside.listed is None and _has_room(fields, beside),
        Lack.ORDER: flagged > 0 and not beside.ranks,
        Lack.SUMS: flagged > 0 and not fields["sums"],
        Lack.HOLDS: held != beside.holds,
        Lack.TIMER: status == "waiting" and undecided > 0 and not fields["waits_since"],
        Lack.CLOSING: status == "closed" and not fields["closed_at"],
    }
    return tuple(lack for lack, is_so in lacks.items() if is_so)


def _has_room(fields: Mapping[str, str], beside: Beside) -> bool:
    """Whether the list of whoever submitted it would keep it: the newest ``MOST`` stay."""
    return beside.length < MOST or datetime.fromisoformat(fields["created_at"]).timestamp() > beside.oldest
