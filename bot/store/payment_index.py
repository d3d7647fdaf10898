"""Where payments stand that can be found by a vendor's word, an amount, or the number of an invoice.

A term is kept as a hash of what it says, never as its words, in one of ``FIND_SHARDS`` hashes of a span of
days; a span goes when nothing was submitted in it for ``REVIEW_LIFE``.
"""

import asyncio
import base64
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import structlog
from redis.asyncio import Redis

from bot.domain.search import says_amount, terms_of
from bot.domain.transaction import Transaction
from bot.store.keys import FIND_SHARDS, REVIEW_LIFE, found_places
from bot.store.off_loop import computed
from bot.store.scripts import lua

SPAN, SPANS = 200, 3  # days of one span; what is looked up are this one and the two before it, 400 at least
# Terms of one shard in one span: 500,000 in all, in some 60 MB. The log tells of those beyond.
MOST = 8_000
# The newest in which a term stands, in one span: most of these may be reviews that whoever asks may not see.
REVIEWS = 200
REFERENCES = 20  # of payments that have a term, in one review
TERMS_A_CALL = 500
PAUSE = 0  # seconds between two calls: others get their turn

log = structlog.get_logger()

Places = Mapping[str, frozenset[int]]
"""References of payments by review, the newest review first."""


class PaymentIndex:
    """Terms of payments, each workspace's apart."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._note = redis.register_script(lua("note_places"))
        self._drop = redis.register_script(lua("drop_places"))

    async def note(
        self, team: str, review_id: str, payments: Sequence[Transaction], submitted: datetime
    ) -> None:
        """Note by what these payments of a review can be found, which was submitted then (aware UTC).

        Told again, nothing changes; what a payment was found by before, it is found by still.
        """
        refs_by_term = await computed(len(payments), lambda: _refs_by_term(payments))
        places = [(*_place(term), refs) for term, refs in refs_by_term.items()]
        span, missed = _span(submitted), 0
        for start in range(0, len(places), TERMS_A_CALL):
            numbers: dict[int, int] = {}
            args: list[str | int] = [int(REVIEW_LIFE.total_seconds()), MOST, REVIEWS, REFERENCES]
            for shard, field, refs in places[start : start + TERMS_A_CALL]:
                number = numbers.setdefault(shard, len(numbers) + 1)
                args += [number, field, review_id, ",".join(map(str, refs))]
            keys = [found_places(team, span, shard) for shard in numbers]
            missed += int(await self._note(keys=keys, args=args))
            await asyncio.sleep(PAUSE)
        if missed:
            log.warning("no room in the index of payments", team=team, review=review_id, terms=missed)

    async def drop(
        self, team: str, review_id: str, payments: Sequence[Transaction], submitted: datetime
    ) -> None:
        """Let payments of a review be found by vendor and invoice no more; told again, nothing changes."""
        refs_by_term = await computed(len(payments), lambda: _refs_by_term(payments, most=len(payments)))
        words = [(*_place(term), refs) for term, refs in refs_by_term.items() if not says_amount(term)]
        span = _span(submitted)
        for start in range(0, len(words), TERMS_A_CALL):
            numbers: dict[int, int] = {}
            args: list[str | int] = [review_id]
            for shard, field, refs in words[start : start + TERMS_A_CALL]:
                args += [numbers.setdefault(shard, len(numbers) + 1), field, ",".join(map(str, refs))]
            await self._drop(keys=[found_places(team, span, shard) for shard in numbers], args=args)
            await asyncio.sleep(PAUSE)

    async def find(self, team: str, terms: Collection[str], now: datetime) -> dict[str, Places]:
        """By term, the payments that have it, as far as they were submitted before ``now`` (aware UTC)."""
        last = _span(now)
        asked = [(term, span) for span in range(last, last - SPANS, -1) for term in terms]
        async with self._redis.pipeline(transaction=False) as pipe:
            for term, span in asked:
                shard, field = _place(term)
                pipe.hget(found_places(team, span, shard), field)
            answers = await pipe.execute() if asked else []
        found: dict[str, dict[str, frozenset[int]]] = {term: {} for term in terms}
        for (term, _), lines in zip(asked, answers, strict=True):
            for line in reversed(str(lines or "").splitlines()):
                review, _, refs = line.partition(" ")
                found[term].setdefault(review, frozenset(map(int, refs.split(","))))
        return dict(found)


def _refs_by_term(payments: Iterable[Transaction], most: int = REFERENCES) -> dict[str, list[int]]:
    refs: defaultdict[str, list[int]] = defaultdict(list)
    for payment in payments:
        for term in terms_of(payment):
            if len(refs[term]) < most:
                refs[term].append(payment.ref)
    return refs


def _place(term: str) -> tuple[int, str]:
    """The shard that a term is kept in, and its name there."""
    hashed = hashlib.sha256(term.encode(errors="replace")).digest()
    return hashed[0] % FIND_SHARDS, base64.b85encode(hashed[1:9]).decode()


def _span(at: datetime) -> int:
    return at.date().toordinal() // SPAN
