"""One step of a review, taken in one script: what is sent, what it answers, and the chain of the trail."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any
from weakref import WeakValueDictionary

import structlog
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.domain.review.audit_entries import DECIDING, beginning, chained, findings_in, text_of
from bot.domain.review.review import Transition
from bot.domain.review.state import UNSET, TrailEnd
from bot.store import codec
from bot.store.keys import REQUEST_LIFE, REVIEW_LIFE, ReviewKeys, shard_of
from bot.store.topology.connection import StoreTimeout, StoreUncertain, was_not_taken

COMMIT = resources.files("bot.store").joinpath("scripts", "commit.lua").read_text(encoding="utf-8")
NOWHERE = TrailEnd(0, "")
LINKINGS = 60  # tries of one step; each lost one means that another process was faster with its entry
LINKINGS_AT_ONCE = 5  # then with pauses that grow by so many seconds, so that not the same ones win each time
PAUSE = 0.004
PATIENCE = 0.7  # seconds; then a step is sent without waiting for its turn

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """One entry of an outbox: the job a step asked for, and the version that the step made.

    ``request`` names what a person did that led here, so that one search finds it all in the logs.
    """

    name: str
    team: str
    review: str
    version: int
    shard: int = -1
    entry: str = ""
    request: str = ""

    @property
    def key(self) -> str:
        """The same work has the same key, so queueing it twice is queueing it once."""
        return f"{self.name}:{self.team}:{self.review}:{self.version}"


@dataclass(frozen=True, slots=True)
class Committed:
    """The step was taken; ``undecided`` is what is left after it, ``jobs`` what now stands in the outbox."""

    version: int
    undecided: int
    jobs: tuple[Job, ...] = ()


@dataclass(frozen=True, slots=True)
class NotCommitted:
    """Nothing was changed; ``why`` is exists, missing, repeated or conflict, ``what`` says on what."""

    why: str
    what: str


class Contended(Exception):
    """A step lost against others again and again; nothing was changed."""


class _End:
    """Where a trail ended when this process last wrote into it; lives while somebody waits to write."""

    def __init__(self) -> None:
        self.tail = NOWHERE
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn, though not for long: with Redis away, everybody is to hear of it in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._lock.acquire()
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            self._lock.release()


class Script:
    """Sends steps. Redis has no SHA-256 for its scripts, so the links of the audit trail are made here.

    They are made from the end of the trail that the caller knows; where another step came in between, the
    script says what the end is now, and the same step is sent again with other links. Nothing is loaded
    again: all that a step expects is checked by the script each time.

    Steps of one process on one review go one after the other, which spares them most of that.
    """

    def __init__(self, redis: Redis) -> None:
        self._commit = redis.register_script(COMMIT)
        self._ends: WeakValueDictionary[tuple[str, str], _End] = WeakValueDictionary()

    async def take(
        self, team: str, review: str, step: Transition, once: str | None, tail: TrailEnd | None, **more: Any
    ) -> Committed | NotCommitted:
        """Take a step; ``more`` are parts of it that no transition has. Raises ``Contended``."""
        request = str(structlog.contextvars.get_contextvars().get("request", ""))
        body = _body(step, once) | {"request": request} | more
        if not step.audit:
            answer = await self._send(ReviewKeys(team, review), once, body | {"audit": []})
        else:
            end = self._ends.setdefault((team, review), _End())
            async with end.turn():
                end.tail = max(end.tail, tail or NOWHERE)
                answer = await self._chain(ReviewKeys(team, review), once, body, step, end)
        return _read(answer, team, review, step, request)

    async def _chain(
        self, keys: ReviewKeys, once: str | None, body: dict[str, Any], step: Transition, end: "_End"
    ) -> Sequence[Any]:
        texts = [text_of(one) for one in step.audit]
        for tried in range(LINKINGS):
            if tried > LINKINGS_AT_ONCE:
                await asyncio.sleep(random.random() * PAUSE * tried)
            after = end.tail
            lines = chained(after if after.length else TrailEnd(0, beginning(keys.team, keys.review)), texts)
            body |= {"audit": [str(one) for one in lines], "after": str(after.length), "link": after.link}
            answer = await self._send(keys, once, body)
            if answer[0] == "ok":
                end.tail = TrailEnd(lines[-1].seq, lines[-1].link)
            if answer[0] != "link":
                return answer
            end.tail = TrailEnd(int(answer[1]), answer[2])
        raise Contended(f"{keys.review}: {LINKINGS} tries to write into the audit trail")

    async def _send(self, keys: ReviewKeys, once: str | None, body: dict[str, Any]) -> Sequence[Any]:
        names = [keys.state, keys.judgements, keys.decisions, keys.turns, keys.audit]
        lives = [int(life.total_seconds()) for life in (REVIEW_LIFE, REQUEST_LIFE)]
        try:
            answer: Sequence[Any] = await self._commit(
                keys=[*names, keys.outbox, keys.open, keys.request(once or "-"), keys.messages],
                args=[json.dumps(body), f"{keys.team} {keys.review}", *lives],
            )
        except (RedisConnectionError, StoreTimeout) as error:
            if was_not_taken(error):
                raise
            # Sent and not answered: it may have been taken, so nobody may be told that it was not.
            raise StoreUncertain(str(error)) from error
        return answer


def _body(step: Transition, once: str | None) -> dict[str, Any]:
    return {
        "create": False,
        "once": once is not None,
        "expect": step.expect,
        "unset": {name: UNSET[name] for name in UNSET if name in step.expect or name in step.set},
        "undecided": [str(ref) for ref in step.undecided],
        "replaced": {str(ref): str(place - 1) for ref, place in step.replaced.items()},
        "undone": [str(ref) for ref in step.undone],
        "set": step.set,
        "add": {name: by for name, by in step.add.items() if by},
        "judgements": _found_at(step),
        "decisions": _decided_at(step),
        "turns": [codec.turn_text(one) for one in step.turns],
        "jobs": list(step.jobs),
    }


def _found_at(step: Transition) -> dict[str, int]:
    """Where the findings stand among the audit entries of the step, from 0; each must have a place."""
    places = {ref: place for place, one in enumerate(step.audit) for ref in findings_in(one)}
    return {str(one.ref): places[str(one.ref)] for one in step.judgements if one.findings}


def _decided_at(step: Transition) -> dict[str, int]:
    """Where the decisions stand among the audit entries of the step, likewise."""
    places = {str(one.detail["ref"]): place for place, one in enumerate(step.audit) if one.event in DECIDING}
    return {str(one.ref): places[str(one.ref)] for one in step.decisions}


def _read(
    answer: Sequence[Any], team: str, review: str, step: Transition, request: str
) -> Committed | NotCommitted:
    if answer[0] != "ok":
        return NotCommitted(why=answer[0], what=str(answer[1]))
    version = int(answer[1])
    # Counts alone: what people wrote has no place in a log.
    log.info(
        "step stored",
        team=team,
        review=review,
        version=version,
        turns=len(step.turns),
        decisions=len(step.decisions),
        audit=len(step.audit),
        jobs=list(step.jobs),
    )
    shard = shard_of(team, review)
    jobs = zip(step.jobs, answer[3:], strict=True)
    return Committed(
        version=version,
        undecided=int(answer[2]),
        jobs=tuple(Job(name, team, review, version, shard, entry, request) for name, entry in jobs),
    )
