"""The review store: what a review is, kept in Redis; every step is one script."""

from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial
from typing import cast

import structlog
from redis.asyncio import Redis

from bot import traces
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Turn
from bot.domain.review import audit_entries
from bot.domain.review.ranking import Rank
from bot.domain.review.remarks import OF_REVIEW, Remark
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Transition
from bot.domain.transaction import Transaction
from bot.store import codec
from bot.store.assembled import known_review, review_of
from bot.store.committed import Committed, NotCommitted
from bot.store.keys import ReviewKeys
from bot.store.large_reads import PORTION, LargeReads, OpenContent
from bot.store.off_loop import computed
from bot.store.open_reviews import newest_open
from bot.store.outbox import job_of_step
from bot.store.recent import RecentReviews
from bot.store.refusals import RefusalCounts
from bot.store.scripts.commit import CommitScript, Refused
from bot.store.scripts.load import Besides, LoadScript, places_in
from bot.store.stored_step import made_step
from bot.store.trail_lines import line_of

log = structlog.get_logger()


class ReviewStore:
    """Reviews, their conversation and their audit trail, in Redis 7 or Valkey 8, no modules."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._commit = CommitScript(redis)
        self._load = LoadScript(redis)
        self._large = LargeReads(redis)
        self._recent = RecentReviews()
        self.refusals = RefusalCounts(redis)

    # -- steps

    async def create(
        self, transactions: Sequence[Transaction], first: Transition
    ) -> Committed | NotCommitted:
        """Store a new review, whole or not at all; its payments go into its audit trail."""
        return await self._take(None, first, None, transactions=transactions)

    async def commit(
        self, before: ReviewState, step: Transition, idempotency_key: str | None = None, work: str = ""
    ) -> Committed | NotCommitted:
        """Take one step that was made of ``before``; refused where any other step was taken since.

        ``idempotency_key`` names the request, which is remembered with the ``work`` it did.
        """
        return await self._take(before, step, idempotency_key, work)

    async def _take(
        self,
        before: ReviewState | None,
        step: Transition,
        idempotency_key: str | None,
        work: str = "",
        transactions: Sequence[Transaction] = (),
    ) -> Committed | NotCommitted:
        request = str(structlog.contextvars.get_contextvars().get("request", ""))
        keys = ReviewKeys(step.state.team, step.state.id)
        after, stored = await computed(
            len(transactions) + len(step.audit), lambda: made_step(before, step, transactions, request)
        )
        try:
            with traces.step("commit", keys.review) as span:
                answer = await self._commit(keys, stored, idempotency_key, work)
                span.note(outcome=answer.why.value if isinstance(answer, Refused) else "recorded")
                span.note(version=after.version, turns=len(step.turns), decisions=len(step.decisions))
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
                remarks=stored.remarks,
            )
        # Counts alone: what people wrote has no place in a log.
        log.info(
            "step stored",
            team=keys.team,
            review=keys.review,
            version=after.version,
            turns=len(step.turns),
            decisions=len(step.decisions),
            audit=len(stored.audit),
            jobs=list(step.jobs),
        )
        jobs = (
            job_of_step(name, keys.team, keys.review, after.version, request, entry)
            for name, entry in zip(step.jobs, answer.jobs, strict=True)
        )
        return Committed(after, tuple(jobs), answer.untold)

    async def work_of(self, team: str, review_id: str, idempotency_key: str) -> str | None:
        """What this request has done already; ``None`` where it did nothing yet."""
        return cast(str | None, await self._redis.get(ReviewKeys(team, review_id).request(idempotency_key)))

    # -- reading

    async def state(self, team: str, review_id: str) -> ReviewState | None:
        """The small state of a review, or ``None`` where there is none."""
        # The client decodes every answer, which the library's types do not say.
        fields = cast(dict[str, str], await self._redis.hgetall(ReviewKeys(team, review_id).state))
        return codec.state_of(fields) if fields else None

    async def added(self, team: str, review_id: str) -> frozenset[str]:
        """Who was added to payments of a review as an approver, by Slack user id."""
        text = cast("str | None", await self._redis.hget(ReviewKeys(team, review_id).state, "added"))
        return frozenset(person for _, person in codec.pairs_of(text)) if text else frozenset()

    async def states(self, team: str, review_ids: Sequence[str]) -> list[ReviewState]:
        """The small states of these reviews in their order, without those that there are no more."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for review_id in review_ids:
                pipe.hgetall(ReviewKeys(team, review_id).state)
            answers = cast(list[dict[str, str]], await pipe.execute() if review_ids else [])
        return [codec.state_of(fields) for fields in answers if fields]

    async def load(
        self, team: str, review_id: str, refs: Iterable[int] = (), besides: Besides = Besides.NOTHING
    ) -> Review | None:
        """A review with the named entries and those ``besides``.

        All of it was read at one moment; unknown references are left out. ``None`` where there is no review.
        """
        wanted = set(refs)
        if besides is not Besides.NOTHING:
            return await self._load_besides(ReviewKeys(team, review_id), wanted, besides)
        # Its neighbours cost next to nothing, and are decided next.
        neighbours = audit_entries.refs_beside(wanted) if len(wanted) == 1 else wanted
        with traces.step("load", review_id):
            stored = await self._load(
                ReviewKeys(team, review_id), neighbours, rows_an_entry=audit_entries.ROWS
            )
        known = known_review(stored)
        if known is None:
            return None
        review = review_of(known, wanted)
        self._recent.learn(known)
        return review

    async def _load_besides(self, keys: ReviewKeys, refs: set[int], besides: Besides) -> Review | None:
        places = await self._large.places(keys)
        if places is None:
            return None
        entries: dict[int, ReviewedTransaction] = {}
        async for known in self._large.portions(places, refs | places.refs(besides)):
            entries |= (await computed(len(known.refs), partial(review_of, known, known.refs))).entries
            if places.state.total <= PORTION:
                self._recent.learn(known)
        return Review(places.state, entries)

    async def portions(self, team: str, review_id: str) -> AsyncIterator[Review]:
        """All entries of a review as it stands at one moment, in order, some at a time; none without one."""
        places = await self._large.places(ReviewKeys(team, review_id))
        if places is not None:
            async for known in self._large.portions(places, places.refs(Besides.ALL)):
                yield await computed(len(known.refs), partial(review_of, known, known.refs))

    async def transactions(self, state: ReviewState) -> list[Transaction]:
        """All payments of a review as they were submitted, in order, without what became of them."""
        return await self._large.transactions(state)

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

    async def card_order(self, team: str, review_id: str) -> tuple[int, ...]:
        """References of all flagged transactions in the card's order, as it was fixed when all were judged.

        The riskiest stand first. Until then, and for reviews from before there was an order, ascending.
        """
        ranks = await self._list(ReviewKeys(team, review_id).ranking, 0, -1)
        return tuple(map(codec.ref_of_rank, ranks)) or await self.flagged(team, review_id)

    async def ranks(self, team: str, review_id: str, first: int = 0, last: int = -1) -> list[Rank]:
        """Why those at these places, from 0, of the card's order stand there; empty without an order."""
        texts = await self._list(ReviewKeys(team, review_id).ranking, first, last)
        return [codec.rank_of(text) for text in texts]

    async def decided(self, team: str, review_id: str) -> tuple[int, ...]:
        """References of all decisions, in order."""
        return await self._refs(ReviewKeys(team, review_id).decisions)

    async def open_content(self, team: str, review_id: str) -> OpenContent | None:
        """What is undecided or on hold, as a digest; ``None`` where there is no review."""
        return await self._large.open_content(ReviewKeys(team, review_id))

    async def open_refs(self, team: str, review_id: str) -> tuple[int, ...]:
        """References of what is undecided or on hold, in the card's order; empty where there is no review."""
        keys = ReviewKeys(team, review_id)
        places = await self._large.places(keys)
        if places is None:
            return ()
        refs = places.refs(Besides.OPEN)
        if len(refs) != places.state.waiting:  # holds from before these were noted
            review = await self._load_besides(keys, set(), Besides.OPEN)
            entries = review.entries.values() if review else ()
            refs = {entry.transaction.ref for entry in entries if entry.open}
        return tuple(ref for ref in await self.card_order(team, review_id) if ref in refs)

    async def _refs(self, key: str) -> tuple[int, ...]:
        return tuple(sorted(int(ref) for ref in await self._redis.hkeys(key)))

    async def remarks_on_whole(self, team: str, review_id: str) -> tuple[Remark, ...]:
        """What was shown and said of a review as a whole, not of one of its payments, in order."""
        keys = ReviewKeys(team, review_id)
        text = cast("str | None", await self._redis.hget(keys.remarks, str(OF_REVIEW)))
        return await self._large.remarks_at(keys, OF_REVIEW, places_in(text)) if text else ()

    async def turns(self, team: str, review_id: str, after: int = 0, last: int | None = None) -> list[Turn]:
        """The conversation after turn ``after``, in order, up to turn ``last`` where that is given."""
        if last is not None and last <= after:
            return []  # an end before the start would count from the back
        end = -1 if last is None else last - 1
        texts = await self._list(ReviewKeys(team, review_id).turns, after, end)
        return [codec.turn_of(seq, text) for seq, text in enumerate(texts, start=after + 1)]

    async def audit(self, team: str, review_id: str, after: int = 0) -> list[AuditEntry]:
        """The audit trail behind its first ``after`` entries, in order."""
        lines = await self._list(ReviewKeys(team, review_id).audit, after, -1)
        return [line_of(seq, stored).entry for seq, stored in enumerate(lines, start=after + 1)]

    async def audit_entry(self, team: str, review_id: str, place: int) -> AuditEntry | None:
        """The entry at this place of the trail, from 1, or ``None`` where there is none."""
        if place < 1:
            return None
        lines = await self._list(ReviewKeys(team, review_id).audit, place - 1, place - 1)
        return line_of(place, lines[0]).entry if lines else None

    async def _list(self, key: str, first: int, last: int) -> list[str]:
        return cast(list[str], await self._redis.lrange(key, first, last))

    async def open_reviews(self, team: str, newest: int) -> list[str]:
        """Ids of the team's open reviews, the newest first, ``newest`` at the most."""
        return await newest_open(self._redis, team, newest)

    async def is_open(self, team: str, review_id: str) -> bool:
        """Whether the review is among the open ones."""
        keys = ReviewKeys(team, review_id)
        return await self._redis.zscore(keys.open, f"{team} {review_id}") is not None

    async def answers(self) -> bool:
        """Whether the server answers."""
        return bool(await self._redis.ping())
