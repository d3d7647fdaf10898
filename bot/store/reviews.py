"""The review store: what a review is, kept in Redis; every step is one script."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import structlog
from redis.asyncio import Redis

from bot.domain.audit.chain import TrailLine, beginning, chained, text_of
from bot.domain.audit.entry import AuditEntry, TrailEnd
from bot.domain.conversation import Turn
from bot.domain.review import audit_entries
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Transition
from bot.domain.transaction import Transaction
from bot.store import codec
from bot.store.assembled import known_review, review_of
from bot.store.keys import SHARDS, ReviewKeys, open_reviews, shard_of
from bot.store.outbox import Job, job_fields
from bot.store.recent import RecentReviews
from bot.store.refusals import RefusalCounts, told_in
from bot.store.scripts.commit import CommitRefusal, CommitScript, Refused, StoredStep
from bot.store.scripts.load import Besides, LoadScript
from bot.store.trail_lines import line_of, stored_line

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Committed:
    """The step was taken: the state after it, and the jobs that now stand in the outbox.

    ``untold`` says that refused attempts are counted of which no entry of the trail tells.
    """

    state: ReviewState
    jobs: tuple[Job, ...] = ()
    untold: bool = False


@dataclass(frozen=True, slots=True)
class NotCommitted:
    """Nothing was changed; ``request`` is what made the review where one exists already."""

    why: CommitRefusal
    request: str = ""


class ReviewStore:
    """Reviews, their conversation and their audit trail, in Redis 7 or Valkey 8, no modules."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._commit = CommitScript(redis)
        self._load = LoadScript(redis)
        self._recent = RecentReviews()
        self.refusals = RefusalCounts(redis)

    # -- steps

    async def create(
        self, transactions: Sequence[Transaction], first: Transition
    ) -> Committed | NotCommitted:
        """Store a new review, whole or not at all; its payments go into its audit trail."""
        state = first.state
        rows = audit_entries.rows(transactions, state.submitter, state.created_at)
        step = first.followed_by(audit=tuple(rows))
        return await self._take(None, step, None)

    async def commit(
        self, before: ReviewState, step: Transition, idempotency_key: str | None = None
    ) -> Committed | NotCommitted:
        """Take one step that was made of ``before``; refused where any other step was taken since.

        ``idempotency_key`` names the request, which is remembered together with the work it did.
        """
        return await self._take(before, step, idempotency_key)

    async def _take(
        self, before: ReviewState | None, step: Transition, idempotency_key: str | None
    ) -> Committed | NotCommitted:
        request = str(structlog.contextvars.get_contextvars().get("request", ""))
        keys = ReviewKeys(step.state.team, step.state.id)
        after, lines = _state_and_trail_after(before, step)
        stored = _stored_step(before, step, after, lines, request)
        try:
            answer = await self._commit(keys, stored, idempotency_key)
        except BaseException:
            self._recent.forget(keys.team, keys.review)  # nobody knows whether it was taken
            raise
        if isinstance(answer, Refused):
            self._recent.forget(keys.team, keys.review)
            return NotCommitted(answer.why, answer.request)
        if before:
            self._recent.stepped(
                before,
                after,
                entries=dict(enumerate(step.audit, start=before.audited)),
                decisions=dict(stored.decisions),
                undone=step.undone,
                judged=bool(step.judgements),
            )
        # Counts alone: what people wrote has no place in a log.
        log.info(
            "step stored",
            team=keys.team,
            review=keys.review,
            version=after.version,
            turns=len(step.turns),
            decisions=len(step.decisions),
            audit=len(lines),
            jobs=list(step.jobs),
        )
        shard = shard_of(keys.team, keys.review)
        jobs = (
            Job(name, keys.team, keys.review, after.version, shard, entry, request)
            for name, entry in zip(step.jobs, answer.jobs, strict=True)
        )
        return Committed(after, tuple(jobs), answer.untold)

    async def was_done(self, team: str, review_id: str, idempotency_key: str) -> bool:
        """Whether this request has done its work already."""
        return bool(await self._redis.exists(ReviewKeys(team, review_id).request(idempotency_key)))

    # -- reading

    async def state(self, team: str, review_id: str) -> ReviewState | None:
        """The small state of a review, or ``None`` where there is none."""
        # The client decodes every answer, which the library's types do not say.
        fields = cast(dict[str, str], await self._redis.hgetall(ReviewKeys(team, review_id).state))
        return codec.state_of(fields) if fields else None

    async def load(
        self, team: str, review_id: str, refs: Iterable[int] = (), besides: Besides = Besides.NOTHING
    ) -> Review | None:
        """A review with the named entries and those ``besides``.

        All of it was read at one moment; unknown references are left out. ``None`` where there is no review.
        """
        wanted = set(refs)
        # Its neighbours cost next to nothing, and are decided next.
        alone = len(wanted) == 1 and besides is Besides.NOTHING
        neighbours = audit_entries.refs_beside(wanted) if alone else wanted
        stored = await self._load(
            ReviewKeys(team, review_id), neighbours, rows_an_entry=audit_entries.ROWS, besides=besides
        )
        known = known_review(stored)
        if known is None:
            return None
        named = wanted if besides is Besides.NOTHING else set(stored.refs)
        review = review_of(known, named)
        self._recent.learn(known)
        return review

    def recalled(self, team: str, review_id: str, refs: Iterable[int] = ()) -> Review | None:
        """A review with the named entries as this process last knew it, or ``None`` where it does not.

        For making a step of it alone: whether it still stands so, only ``commit`` can tell.
        """
        wanted = set(refs)
        known = self._recent.about(team, review_id, wanted)
        return None if known is None else review_of(known, wanted)

    async def load_whole(self, team: str, review_id: str) -> Review | None:
        """A review with all its entries, or ``None`` where there is none."""
        return await self.load(team, review_id, besides=Besides.ALL)

    async def flagged(self, team: str, review_id: str) -> tuple[int, ...]:
        """References of all flagged transactions, decided or not, in order."""
        return await self._refs(ReviewKeys(team, review_id).judgements)

    async def decided(self, team: str, review_id: str) -> tuple[int, ...]:
        """References of all decisions, in order."""
        return await self._refs(ReviewKeys(team, review_id).decisions)

    async def _refs(self, key: str) -> tuple[int, ...]:
        return tuple(sorted(int(ref) for ref in await self._redis.hkeys(key)))

    async def turns(self, team: str, review_id: str, after: int = 0, last: int | None = None) -> list[Turn]:
        """The conversation after turn ``after``, in order, up to turn ``last`` where that is given."""
        if last is not None and last <= after:
            return []  # an end before the start would count from the back
        end = -1 if last is None else last - 1
        texts = await self._list(ReviewKeys(team, review_id).turns, after, end)
        return [codec.turn_of(seq, text) for seq, text in enumerate(texts, start=after + 1)]

    async def audit(self, team: str, review_id: str) -> list[AuditEntry]:
        """The audit trail, whole, in order."""
        lines = await self._list(ReviewKeys(team, review_id).audit, 0, -1)
        return [line_of(seq, stored).entry for seq, stored in enumerate(lines, start=1)]

    async def _list(self, key: str, first: int, last: int) -> list[str]:
        return cast(list[str], await self._redis.lrange(key, first, last))

    async def open_reviews(self, team: str, newest: int) -> list[str]:
        """Ids of the team's open reviews, the newest first, ``newest`` at the most.

        Read page by page, because there may be 100,000 of them and of those that others have.
        """
        seen: list[tuple[float, str]] = []  # the newest of those read so far, with their time
        unread = dict.fromkeys(range(SHARDS), 0)
        while unread:
            async with self._redis.pipeline(transaction=False) as pipe:
                for shard, start in unread.items():
                    pipe.zrevrange(open_reviews(shard), start, start + newest - 1, withscores=True)
                pages = dict(zip(unread, await pipe.execute(), strict=True))
            named = [(at, *name.split(" ", 1)) for page in pages.values() for name, at in page]
            seen += [(at, review_id) for at, of_team, review_id in named if of_team == team]
            seen = sorted(seen, reverse=True)[:newest]
            oldest = seen[-1][0] if len(seen) == newest else 0.0
            # What a shard has not shown yet is older than what it has shown last.
            full = {shard: page[-1][1] for shard, page in pages.items() if len(page) == newest}
            unread = {shard: unread[shard] + newest for shard, last in full.items() if last > oldest}
        return [review_id for _, review_id in seen]

    async def is_open(self, team: str, review_id: str) -> bool:
        """Whether the review is among the open ones."""
        keys = ReviewKeys(team, review_id)
        return await self._redis.zscore(keys.open, f"{team} {review_id}") is not None

    async def answers(self) -> bool:
        """Whether the server answers."""
        return bool(await self._redis.ping())


def _state_and_trail_after(
    before: ReviewState | None, step: Transition
) -> tuple[ReviewState, list[TrailLine]]:
    """The state after a step with the fields that the store keeps, and the lines it adds to the trail.

    Redis has no SHA-256 for its scripts, so the links of the audit trail are made here.
    """
    state = step.state
    trail = before.trail_end if before else TrailEnd(0, "")
    chain = trail if trail.length else TrailEnd(0, beginning(state.team, state.id))
    lines = chained(chain, [text_of(entry) for entry in step.audit])
    version = before.version + 1 if before else 1
    after = state.but(
        version=version,
        stamp=secrets.token_urlsafe(3),
        turns=(before.turns if before else 0) + len(step.turns),
        audited=trail.length + len(lines),
        link=lines[-1].link if lines else trail.link,
        due=version if "publish" in step.jobs else state.due,
    )
    return after, lines


def _stored_step(
    before: ReviewState | None,
    step: Transition,
    after: ReviewState,
    lines: Sequence[TrailLine],
    request: str,
) -> StoredStep:
    """A step as the script takes it; ``request`` names what a person did, for the jobs that follow."""
    keys = ReviewKeys(after.team, after.id)
    length = before.audited if before else 0
    fields, unset = codec.changed_fields(before, after)
    refused, told = told_in(step.audit)
    return StoredStep(
        version=before.version if before else 0,
        stamp=before.stamp if before else "",
        fields=fields,
        unset=unset,
        judgements=_places_of_findings(step, length),
        decisions=_places_of_decisions(step, length),
        undone=step.undone,
        turns=[codec.turn_text(turn) for turn in step.turns],
        audit=[stored_line(line) for line in lines],
        refused=refused,
        told=told,
        jobs=[job_fields(name, keys, after.version, request) for name in step.jobs],
        opened=None if before else after.created_at.timestamp(),
        closed=after.status is ReviewStatus.CLOSED,
    )


def _places_of_findings(step: Transition, after: int) -> dict[int, int]:
    """Where the findings stand in the trail that had ``after`` entries before; each must have a place."""
    places = {
        ref: after + place
        for place, entry in enumerate(step.audit)
        for ref in audit_entries.flagged_in(entry)
    }
    return {judgement.ref: places[judgement.ref] for judgement in step.judgements if judgement.findings}


def _places_of_decisions(step: Transition, after: int) -> dict[int, int]:
    """Where the decisions stand in the trail that had ``after`` entries before; each must have a place."""
    places = {
        int(entry.detail["ref"]): after + place
        for place, entry in enumerate(step.audit)
        if entry.event in audit_entries.DECIDING
    }
    return {decision.ref: places[decision.ref] for decision in step.decisions}
