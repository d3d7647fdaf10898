"""The review store: what a review is, kept in Redis; every step is one script."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import cast

from redis.asyncio import Redis

from bot.domain.conversation import Turn
from bot.domain.review import audit_entries as trail
from bot.domain.review.review import Review, Transition
from bot.domain.review.state import UNSET, AuditEntry, ReviewedTransaction, ReviewState, TrailEnd
from bot.domain.transaction import Transaction
from bot.store import codec
from bot.store.audit import AuditTrails
from bot.store.keys import SHARDS, ReviewKeys, open_reviews, outbox, shard_of
from bot.store.step import Committed, Contended, Job, NotCommitted, Script

__all__ = ["Committed", "Contended", "Job", "NotCommitted", "ReviewStore"]

Entries = list[tuple[str, dict[str, str]]]
LOAD = resources.files("bot.store").joinpath("scripts", "load.lua").read_text(encoding="utf-8")


class ReviewStore:
    """Reviews, their conversation, audit trail and outbox, in Redis 7 or Valkey 8, no modules."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._script = Script(redis)
        self._load_named = redis.register_script(LOAD)
        self.trails = AuditTrails(redis)

    async def create(
        self, state: ReviewState, transactions: Sequence[Transaction], first: Transition
    ) -> Committed | NotCommitted:
        """Store a new review, whole or not at all; its payments go into its audit trail."""
        fields = {name: value for name, value in state.fields().items() if value != UNSET.get(name)}
        rows = trail.rows(transactions, state.submitter, state.created_at)
        step = first.model_copy(update={"set": fields, "audit": (*first.audit, *rows)})
        opened = state.created_at.timestamp()
        return await self._script.take(state.team, state.id, step, None, None, create=True, open=opened)

    async def commit(
        self,
        team: str,
        review: str,
        transition: Transition,
        once: str | None = None,
        tail: TrailEnd | None = None,
    ) -> Committed | NotCommitted:
        """Take one step; ``once`` names the request, which is remembered with the work it did.

        ``tail`` is where the audit trail ended when the caller looked; without it, or where it is out of
        date, the step takes another round trip. Raises ``Contended``.
        """
        return await self._script.take(team, review, transition, once, tail)

    async def seen(self, team: str, review: str, request: str) -> bool:
        """Whether this request has done its work already."""
        return bool(await self._redis.exists(ReviewKeys(team, review).request(request)))

    async def state(self, team: str, review: str) -> ReviewState | None:
        """The small state of a review, or ``None`` where there is none."""
        fields = await self._redis.hgetall(ReviewKeys(team, review).state)
        return ReviewState.model_validate(fields) if fields else None

    async def load(self, team: str, review: str, refs: Iterable[int] | None = None) -> Review | None:
        """A review with the named entries, or with all of them; unknown references are left out."""
        keys = ReviewKeys(team, review)
        if refs is None:
            return await self._load_all(keys)
        named = sorted(set(refs))
        fields = [str(ref) for ref in named]
        places = trail.places_of_rows(named)
        # One command: of a click's time here, most is sending commands and reading answers.
        state, found, decided, lines = await self._load_named(
            keys=[keys.state, keys.audit, keys.judgements, keys.decisions],
            args=[len(places), *places, *fields],
        )
        fields_of_state, read = (dict(zip(flat[::2], flat[1::2], strict=True)) for flat in (state, lines))
        found_at, decided_at = (dict(zip(fields, told, strict=True)) for told in (found, decided))
        return _review(fields_of_state, read, found_at, decided_at, set(named))

    async def _load_all(self, keys: ReviewKeys) -> Review | None:
        async with self._redis.pipeline(transaction=True) as pipe:
            for key in (keys.state, keys.judgements, keys.decisions):
                pipe.hgetall(key)
            pipe.lrange(keys.audit, 0, -1)
            state, found, decided, lines = await pipe.execute()
        rows = map(str, range(1, _last_row(state) + 1))
        read = {place: lines[int(place)] for place in (*rows, *found.values(), *decided.values())}
        return _review(state, read, found, decided, None)

    async def undecided(self, team: str, review: str) -> tuple[int, ...]:
        """References of the flagged transactions without a decision, in order."""
        keys = ReviewKeys(team, review)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hkeys(keys.judgements)
            pipe.hkeys(keys.decisions)
            found, decided = await pipe.execute()
        return tuple(sorted(int(ref) for ref in set(found) - set(decided)))

    async def flagged(self, team: str, review: str) -> tuple[int, ...]:
        """References of all flagged transactions, decided or not, in order."""
        return tuple(sorted(int(ref) for ref in await self._redis.hkeys(ReviewKeys(team, review).judgements)))

    async def decided(self, team: str, review: str) -> tuple[int, ...]:
        """References of all decisions, in order."""
        return tuple(sorted(int(ref) for ref in await self._redis.hkeys(ReviewKeys(team, review).decisions)))

    async def turns(self, team: str, review: str, after: int = 0, last: int | None = None) -> list[Turn]:
        """The conversation after turn ``after``, in order."""
        if last is not None and last <= after:
            return []  # an end before the start would count from the back
        end = -1 if last is None else last - 1
        texts = await self._list(ReviewKeys(team, review).turns, after, end)
        return [codec.turn_of(seq, text) for seq, text in enumerate(texts, start=after + 1)]

    async def audit(self, team: str, review: str) -> list[AuditEntry]:
        """The audit trail, whole, in order."""
        lines = await self._list(ReviewKeys(team, review).audit, 0, -1)
        return [trail.read_line(seq, stored).entry for seq, stored in enumerate(lines, start=1)]

    async def _list(self, key: str, first: int, last: int) -> list[str]:
        # The client decodes every answer, which the library's types do not say.
        return cast(list[str], await self._redis.lrange(key, first, last))

    async def open_reviews(self, team: str, newest: int) -> list[str]:
        """Ids of the team's open reviews, the newest first, ``newest`` at the most.

        Read page by page, because there may be 100,000 of them and of those that others have.
        """
        found: list[tuple[float, str]] = []
        unread = dict.fromkeys(range(SHARDS), 0)
        while unread:
            async with self._redis.pipeline(transaction=False) as pipe:
                for shard, start in unread.items():
                    pipe.zrevrange(open_reviews(shard), start, start + newest - 1, withscores=True)
                pages = dict(zip(unread, await pipe.execute(), strict=True))
            named = [(at, *name.split(" ", 1)) for page in pages.values() for name, at in page]
            found += [(at, review) for at, of, review in named if of == team]
            found = sorted(found, reverse=True)[:newest]
            oldest = found[-1][0] if len(found) == newest else 0.0
            # What a shard has not shown yet is older than what it has shown last.
            full = {shard: page[-1][1] for shard, page in pages.items() if len(page) == newest}
            unread = {shard: unread[shard] + newest for shard, last in full.items() if last > oldest}
        return [review for _, review in found]

    async def is_open(self, team: str, review: str) -> bool:
        """Whether the review is among the open ones."""
        keys = ReviewKeys(team, review)
        return await self._redis.zscore(keys.open, f"{team} {review}") is not None

    async def answers(self) -> bool:
        """Whether the server answers."""
        return bool(await self._redis.ping())

    async def teams_of(self, review: str, team: str | None = None) -> list[str]:
        """The workspaces, or whether ``team``, ever had a review of this name: for operators, by a scan."""
        return sorted([of async for of, _ in self.trails.named(review, team)])

    async def waiting_jobs(self, limit: int = 100) -> list[Job]:
        """What stands in the outboxes, at most ``limit`` of each shard."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                pipe.xrange(outbox(shard), count=limit)
            shards = await pipe.execute()
        return [
            _job(shard, entry, fields) for shard, entries in enumerate(shards) for entry, fields in entries
        ]

    async def jobs_of(self, team: str, review: str) -> list[Job]:
        """What stands in the outbox for one review."""
        shard = shard_of(team, review)
        entries = await self._redis.xrange(outbox(shard)) or []
        jobs = [_job(shard, entry, fields) for entry, fields in cast(Entries, entries)]
        return [job for job in jobs if (job.team, job.review) == (team, review)]

    async def drop_jobs(self, jobs: Iterable[Job]) -> None:
        """Take queued jobs out of their outboxes."""
        entries: dict[int, list[str]] = {}
        for job in jobs:
            entries.setdefault(job.shard, []).append(job.entry)
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard, names in entries.items():
                pipe.xdel(outbox(shard), *names)
            await pipe.execute()


def _job(shard: int, entry: str, fields: dict[str, str]) -> Job:
    team, review = fields["review"].split(" ", 1)
    version, request = int(fields["version"]), fields.get("request", "")
    return Job(fields["job"], team, review, version, shard, entry, request)


def _last_row(state: dict[str, str]) -> int:
    """The place of the last entry that holds payments."""
    return max(trail.places_of_rows([int(state.get("total", 0))]), default=0)


def _review(
    stored: dict[str, str],
    lines: Mapping[str, str | None],
    found: Mapping[str, str | None],
    decided: Mapping[str, str | None],
    named: set[int] | None,
) -> Review | None:
    """A review from what was read: lines by place, and the places of what is about each reference.

    Of payments in the same lines, only those named.
    """
    if not stored:
        return None
    state = ReviewState.model_validate(stored)
    told = {place: trail.read_line(0, line).entry for place, line in lines.items() if line}
    entries: dict[int, ReviewedTransaction] = {}
    reopened = set(state.reopened)
    for row in (row for entry in told.values() for row in trail.rows_in(entry, named)):
        at = [places.get(str(row.ref)) for places in (found, decided)]
        judged, made = (told[place] if place else None for place in at)
        stands = int(at[1]) + 1 if at[1] else 0
        entry = codec.entry_of(row, state.judged, judged, made, stands)
        entries[row.ref] = entry.model_copy(update={"reopened": True}) if row.ref in reopened else entry
    return Review(state=state, entries=entries)
