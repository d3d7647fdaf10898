"""``commit.lua`` as a function: one step of a review, stored whole or not at all."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.store.faults import StoreTimeout, StoreUncertain, was_not_taken
from bot.store.keys import REQUEST_LIFE, REVIEW_LIFE, STAGED_LIFE, ReviewKeys
from bot.store.off_loop import computed
from bot.store.scripts import lua

# Lines of a new trail, with 25 payments each, that are sent along with the step. More are put down beside it
# first, so many at a time, since one long command keeps everybody waiting; the step takes all at once.
LINES_A_CALL = 200


class CommitRefusal(StrEnum):
    """Why a step was not taken; nothing was changed then."""

    EXISTS = "exists"
    MISSING = "missing"
    REPEATED = "repeated"
    CONFLICT = "conflict"


class Refused(NamedTuple):
    """A step that was not taken.

    ``request`` is what made the review where one exists already, and what a repeated request did before.
    """

    why: CommitRefusal
    request: str = ""


class Taken(NamedTuple):
    """A step that was taken: the outbox entries of its jobs, in order.

    ``untold`` says that refused attempts are counted of which no entry tells.
    """

    jobs: list[str]
    untold: bool


class StoredStep(NamedTuple):
    """A step as it is stored; texts are made by the codec, places in the audit trail count from 0.

    ``version`` and ``stamp`` are those of the review that the step was made of; ``opened`` (epoch seconds)
    is given for a new review alone, and ``reopened`` likewise for one that was closed before. ``jobs`` are
    the fields of each entry of the outbox. ``refused`` and ``told`` are what ``bot.store.refusals.told_in``
    says of the entries in ``audit``. ``ranking`` is the order of the card, given once. ``remarks`` are pairs
    of a reference and a place, and ``placed`` the places of remarks that are no longer those of the whole
    review. ``held`` are references of payments that go on hold, ``unheld`` of those that are no longer so if
    they were, ``withdrawn`` of those that are withdrawn. ``moved`` are the texts of
    ``bot.domain.review.transition.Moved``. ``timer`` is when something happens where nobody acts, in epoch
    seconds, empty for never, and ``None`` where that has not changed.
    """

    version: int
    stamp: str
    fields: Mapping[str, str]
    unset: Sequence[str] = ()
    judgements: Mapping[int, int] = {}
    ranking: Sequence[str] = ()
    decisions: Mapping[int, int] = {}
    undone: Sequence[int] = ()
    remarks: Sequence[tuple[int, int]] = ()
    placed: Sequence[int] = ()
    held: Sequence[int] = ()
    unheld: Sequence[int] = ()
    withdrawn: Sequence[int] = ()
    moved: Mapping[str, str] | None = None
    turns: Sequence[str] = ()
    audit: Sequence[str] = ()
    refused: Sequence[str] = ()
    told: Sequence[str] = ()
    jobs: Sequence[Mapping[str, str]] = ()
    opened: float | None = None
    reopened: float | None = None
    closed: bool = False
    timer: str | None = None


class CommitScript:
    """Sends steps."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._script = redis.register_script(lua("commit"))

    async def __call__(
        self, keys: ReviewKeys, step: StoredStep, idempotency_key: str | None = None, work: str = ""
    ) -> Taken | Refused:
        """That the step was taken, or why it was not; of a new review the trail may be of any length.

        ``idempotency_key`` names the request, which is remembered with the ``work`` it did. Raises
        ``StoreUncertain`` where the step was sent and not answered: nobody may be told that it was not taken.
        """
        staged = step.opened is not None and len(step.audit) > LINES_A_CALL
        staged_key = keys.staged(step.fields["stamp"]) if staged else keys.staged("-")
        if staged:
            await self._stage(staged_key, step.audit)
        body = {
            "create": step.opened is not None,
            "once": idempotency_key is not None,
            "work": work,
            "version": str(step.version),
            "stamp": step.stamp,
            "set": _flat(step.fields),
            "unset": step.unset,
            "judgements": _flat(step.judgements),
            "ranking": step.ranking,
            "decisions": _flat(step.decisions),
            "undone": [str(ref) for ref in step.undone],
            "remarks": [str(part) for pair in step.remarks for part in pair],
            "placed": [str(place) for place in step.placed],
            "held": [str(ref) for ref in step.held],
            "unheld": [str(ref) for ref in step.unheld],
            "withdrawn": [str(ref) for ref in step.withdrawn],
            "moved": step.moved,
            "turns": step.turns,
            "audit": () if staged else step.audit,
            "staged": len(step.audit) if staged else None,
            "refused": step.refused,
            "told": step.told,
            "jobs": [_flat(fields) for fields in step.jobs],
            "opened": step.opened,
            "reopened": step.reopened,
            "closed": step.closed,
            "timer": step.timer,
        }
        given = {name: value for name, value in body.items() if value is not None}
        text = await computed(len(step.audit), partial(json.dumps, given))
        lives = [int(life.total_seconds()) for life in (REVIEW_LIFE, REQUEST_LIFE)]
        names = [keys.state, keys.judgements, keys.decisions, keys.turns, keys.audit]
        others = [keys.outbox, keys.open, keys.request(idempotency_key or "-"), keys.messages]
        others += [keys.refused, keys.refusals, staged_key, keys.ranking, keys.remarks, keys.holds]
        others += [keys.withdrawn, keys.timers]
        try:
            answer = await self._script(
                keys=[*names, *others],
                args=[text, f"{keys.team} {keys.review}", *lives],
            )
        except (RedisConnectionError, StoreTimeout) as error:
            if was_not_taken(error):
                raise
            raise StoreUncertain(str(error)) from error
        if answer[0] == "ok":
            return Taken([str(entry) for entry in answer[2:]], bool(answer[1]))
        return Refused(CommitRefusal(answer[0]), *answer[1:])

    async def _stage(self, key: str, lines: Sequence[str]) -> None:
        """Put lines down for the step that takes them; what no step takes goes by itself."""
        for start in range(0, len(lines), LINES_A_CALL):
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.rpush(key, *lines[start : start + LINES_A_CALL])
                pipe.expire(key, STAGED_LIFE)
                await pipe.execute()


def _flat(pairs: Mapping[str, str] | Mapping[int, int]) -> list[str]:
    return [str(part) for pair in pairs.items() for part in pair]
