"""The review store: what a review is, kept in Redis; every step is one script."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, cast

import structlog
from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.domain.conversation import Turn
from bot.domain.judgement import Finding, Judgement
from bot.domain.review import Review, Transition
from bot.domain.state import (
    Audit,
    Decision,
    Entry,
    Head,
)
from bot.domain.transaction import Transaction
from bot.store.connection import StoreTimeout, StoreUncertain, was_not_taken
from bot.store.keys import REQUEST_LIFE, REVIEW_LIFE, SHARDS, ReviewKeys, open_reviews, outbox, shard_of

COMMIT = resources.files("bot.store").joinpath("commit.lua").read_text(encoding="utf-8")
Entries = list[tuple[str, dict[str, str]]]
FINDINGS = TypeAdapter(tuple[Finding, ...])

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Committed:
    """The step was taken; ``undecided`` is what is left after it, ``jobs`` what now stands in the outbox."""

    version: int
    undecided: int
    jobs: tuple["Job", ...] = ()


@dataclass(frozen=True, slots=True)
class NotCommitted:
    """Nothing was changed; ``why`` is exists, missing, repeated or conflict, ``what`` says on what."""

    why: str
    what: str


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


class ReviewStore:
    """Reviews, their conversation, audit trail and outbox, in Redis 7 or Valkey 8, no modules."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._commit = redis.register_script(COMMIT)

    async def create(
        self, head: Head, transactions: Sequence[Transaction], first: Transition
    ) -> Committed | NotCommitted:
        """Store a new review, whole or not at all."""
        rows = {str(one.ref): one.model_dump_json(exclude_none=True) for one in transactions}
        fields = head.fields()
        # Counters that the script itself moves start there.
        del fields["version"], fields["turns"]
        step = first.model_copy(update={"set": fields})
        opened = head.created_at.timestamp()
        return await self._step(head.team, head.id, step, None, transactions=rows, create=True, open=opened)

    async def commit(
        self, team: str, review: str, transition: Transition, once: str | None = None
    ) -> Committed | NotCommitted:
        """Take one step; ``once`` names the request, which is remembered with the work it did."""
        return await self._step(team, review, transition, once)

    async def _step(
        self, team: str, review: str, step: Transition, once: str | None, **more: Any
    ) -> Committed | NotCommitted:
        keys = ReviewKeys(team, review)
        request = str(structlog.contextvars.get_contextvars().get("request", ""))
        body = {
            "create": False,
            "open": None,
            "transactions": {},
            "once": once is not None,
            "expect": step.expect,
            "undecided": [str(ref) for ref in step.undecided],
            "set": step.set,
            "add": step.add,
            "judgements": {str(one.ref): _findings(one) for one in step.judgements},
            "decisions": {str(one.ref): one.model_dump_json() for one in step.decisions},
            "turns": [one.model_dump_json(exclude={"seq"}) for one in step.turns],
            "audit": [one.model_dump_json() for one in step.audit],
            "jobs": list(step.jobs),
            "request": request,
            **more,
        }
        text = json.dumps({name: value for name, value in body.items() if value is not None})
        names = [keys.head, keys.transactions, keys.judgements, keys.decisions, keys.turns, keys.audit]
        lives = [int(life.total_seconds()) for life in (REVIEW_LIFE, REQUEST_LIFE)]
        try:
            answer = await self._commit(
                keys=[*names, keys.outbox, keys.open, keys.request(once or "-"), keys.messages],
                args=[text, f"{team} {review}", *lives],
            )
        except (RedisConnectionError, StoreTimeout) as error:
            if was_not_taken(error):
                raise
            # Sent and not answered: it may have been taken, so nobody may be told that it was not.
            raise StoreUncertain(str(error)) from error
        if answer[0] == "ok":
            version = int(answer[1])
            jobs = zip(step.jobs, answer[3:], strict=True)
            shard = shard_of(team, review)
            _log_stored(team, review, version, step)
            return Committed(
                version=version,
                undecided=int(answer[2]),
                jobs=tuple(Job(name, team, review, version, shard, entry, request) for name, entry in jobs),
            )
        return NotCommitted(why=answer[0], what=str(answer[1]))

    async def seen(self, team: str, review: str, request: str) -> bool:
        """Whether this request has done its work already."""
        return bool(await self._redis.exists(ReviewKeys(team, review).request(request)))

    async def head(self, team: str, review: str) -> Head | None:
        """The small state of a review, or ``None`` where there is none."""
        fields = await self._redis.hgetall(ReviewKeys(team, review).head)
        return Head.model_validate(fields) if fields else None

    async def load(self, team: str, review: str, refs: Iterable[int] | None = None) -> Review | None:
        """A review with the named entries, or with all of them; unknown references are left out."""
        keys = ReviewKeys(team, review)
        named = None if refs is None else [str(ref) for ref in sorted(set(refs))]
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hgetall(keys.head)
            for key in (keys.transactions, keys.judgements, keys.decisions):
                if named is None:
                    pipe.hgetall(key)
                elif named:
                    pipe.hmget(key, named)
            fields, *maps = await pipe.execute()
        if not fields:
            return None
        if named is not None:
            maps = [dict(zip(named, values, strict=True)) for values in maps] or [{}, {}, {}]
        rows, found, decided = maps
        entries = {
            int(ref): _entry(int(ref), text, found.get(ref), decided.get(ref))
            for ref, text in rows.items()
            if text is not None
        }
        return Review(head=Head.model_validate(fields), entries=dict(sorted(entries.items())))

    async def undecided(self, team: str, review: str) -> tuple[int, ...]:
        """References of the flagged transactions without a decision, in order."""
        keys = ReviewKeys(team, review)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hgetall(keys.judgements)
            pipe.hkeys(keys.decisions)
            found, decided = await pipe.execute()
        settled = set(decided)
        return tuple(sorted(int(ref) for ref, text in found.items() if text != "[]" and ref not in settled))

    async def flagged(self, team: str, review: str) -> tuple[int, ...]:
        """References of all flagged transactions, decided or not, in order."""
        found = await self._redis.hgetall(ReviewKeys(team, review).judgements)
        return tuple(sorted(int(ref) for ref, text in found.items() if text != "[]"))

    async def turns(self, team: str, review: str, after: int = 0, last: int | None = None) -> list[Turn]:
        """The conversation after turn ``after``, in order."""
        end = "+" if last is None else f"{last}-0"
        entries = await self._stream(ReviewKeys(team, review).turns, f"({after}-0", end)
        return [
            Turn.model_validate_json(fields["turn"]).model_copy(update={"seq": int(at.split("-")[0])})
            for at, fields in entries
        ]

    async def audit(self, team: str, review: str) -> list[Audit]:
        """The audit trail, whole, in order."""
        entries = await self._stream(ReviewKeys(team, review).audit)
        return [Audit.model_validate_json(fields["entry"]) for _, fields in entries]

    async def _stream(self, key: str, first: str = "-", last: str = "+") -> Entries:
        # The client decodes every answer, which the library's types do not say.
        return cast(Entries, await self._redis.xrange(key, min=first, max=last) or [])

    async def open_reviews(self, team: str) -> list[str]:
        """Ids of the team's open reviews, oldest first."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                pipe.zrange(open_reviews(shard), 0, -1, withscores=True)
            shards = await pipe.execute()
        named = [(score, *name.split(" ", 1)) for rows in shards for name, score in rows]
        return [review for _, of, review in sorted(named) if of == team]

    async def answers(self) -> bool:
        """Whether the server answers."""
        return bool(await self._redis.ping())

    async def teams_of(self, review: str) -> list[str]:
        """The workspaces that have a review of this name (a scan: for operators, not for requests)."""
        found = [str(key) async for key in self._redis.scan_iter(match=f"cs:*:{review}:head", count=1000)]
        return sorted(key.split("}:", 1)[1].split(":", 1)[0] for key in found)

    async def waiting_jobs(self, limit: int = 100) -> list[Job]:
        """What stands in the outboxes, at most ``limit`` of each shard."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                pipe.xrange(outbox(shard), count=limit)
            shards = await pipe.execute()
        return [
            _job(shard, entry, fields) for shard, entries in enumerate(shards) for entry, fields in entries
        ]

    async def drop_job(self, job: Job) -> None:
        """Take a queued job out of its outbox."""
        await self._redis.xdel(outbox(job.shard), job.entry)


def _job(shard: int, entry: str, fields: dict[str, str]) -> Job:
    team, review = fields["review"].split(" ", 1)
    version, request = int(fields["version"]), fields.get("request", "")
    return Job(fields["job"], team, review, version, shard, entry, request)


def _log_stored(team: str, review: str, version: int, step: Transition) -> None:
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


def _findings(one: Judgement) -> str:
    return FINDINGS.dump_json(one.findings).decode()


def _entry(ref: int, row: str, found: str | None, decided: str | None) -> Entry:
    return Entry(
        transaction=Transaction.model_validate_json(row),
        judgement=None if found is None else Judgement(ref=ref, findings=FINDINGS.validate_json(found)),
        decision=None if decided is None else Decision.model_validate_json(decided),
    )
