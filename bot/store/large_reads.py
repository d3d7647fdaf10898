"""Reading reviews with any number of payments, a portion at a time, so that Redis serves others in between.

What is known of a review at one moment are its state and the places in its trail of findings, decisions and
remarks. Lines are only ever added to a trail, so that what stands at these places may be read later.
"""

import hashlib
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from functools import partial
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.domain.review import audit_entries
from bot.domain.review.remarks import Remark, remark_in
from bot.domain.review.state import ReviewState
from bot.domain.transaction import Transaction
from bot.store import codec
from bot.store.keys import ReviewKeys
from bot.store.off_loop import computed
from bot.store.recent import KnownReview
from bot.store.scripts.load import Besides, places_in
from bot.store.slim import slim
from bot.store.trail_lines import line_of

PORTION = 1_000  # payments; their lines are parsed in some 50 ms, in a thread
LINES_A_CALL = 100  # of a trail, in one command
CALLS = 10  # commands sent together; Redis serves others between two of them


class Places(NamedTuple):
    """A review's state, and by reference where findings, decisions, remarks stand in the trail, from 0.

    ``remarks`` are the places of corrections and withdrawals too. ``holds`` are the references of what is on
    hold, as far as that was noted when it was held, and ``withdrawn`` of what was withdrawn.
    """

    state: ReviewState
    findings: dict[int, int]
    decisions: dict[int, int]
    remarks: dict[int, tuple[int, ...]]
    holds: frozenset[int]
    withdrawn: frozenset[int]

    def refs(self, besides: Besides) -> set[int]:
        """Which payments these are."""
        if besides is Besides.ALL:
            return set(range(1, self.state.total + 1))
        if besides is Besides.UNDECIDED:
            return self.findings.keys() - self.decisions.keys() - self.withdrawn
        if besides is Besides.OPEN and len(self.holds) == self.state.held:
            return (self.findings.keys() - self.decisions.keys() - self.withdrawn) | self.holds
        return set(self.findings) if besides in (Besides.FLAGGED, Besides.OPEN) else set()


class OpenContent(NamedTuple):
    """A review's state with a digest of what was open in it at that moment.

    It is another one where another payment is open, or one of these was corrected, put on hold or released.
    """

    state: ReviewState
    digest: str


class LargeReads:
    """Reads what a review holds, however much that is."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def places(self, keys: ReviewKeys) -> Places | None:
        """Where everything of a review stands, at one moment; ``None`` where there is no such review."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for key in (keys.state, keys.judgements, keys.decisions, keys.remarks):
                pipe.hgetall(key)
            for key in (keys.holds, keys.withdrawn):
                pipe.smembers(key)
            *hashes, holds, withdrawn = await pipe.execute()
        fields, findings, decisions, remarks = cast(list[dict[str, str]], hashes)
        if not fields:
            return None
        return Places(
            codec.state_of(fields),
            _numbers(findings),
            _numbers(decisions),
            {int(ref): places_in(text) for ref, text in remarks.items()},
            frozenset(map(int, holds)),
            frozenset(map(int, withdrawn)),
        )

    async def open_content(self, keys: ReviewKeys) -> OpenContent | None:
        """What is undecided or on hold, as a digest without amounts; ``None`` where there is no review."""
        places = await self.places(keys)
        if places is None:
            return None
        # A hold stands at a place of its own in the trail, and each correction makes the token another one.
        marks = [(ref, places.decisions.get(ref)) for ref in sorted(places.refs(Besides.OPEN))]
        text = f"{places.state.whole_token} {marks}"
        return OpenContent(places.state, hashlib.sha256(text.encode()).hexdigest()[:12])

    async def portions(self, places: Places, refs: Iterable[int]) -> AsyncIterator[KnownReview]:
        """The named payments, ``PORTION`` at a time in their order, with what is known of each."""
        ordered = sorted(refs)
        for start in range(0, len(ordered), PORTION):
            yield await self._known(places, ordered[start : start + PORTION])

    async def _known(self, places: Places, refs: Sequence[int]) -> KnownReview:
        findings = {ref: places.findings[ref] for ref in refs if ref in places.findings}
        decisions = {ref: places.decisions[ref] for ref in refs if ref in places.decisions}
        remarks = {ref: places.remarks[ref] for ref in refs if ref in places.remarks}
        wanted = {*audit_entries.places_of_rows(refs), *findings.values(), *decisions.values()}
        wanted |= {place for found in remarks.values() for place in found}
        lines = await self._lines(ReviewKeys(places.state.team, places.state.id), wanted)
        entries = await computed(
            len(refs), lambda: {place: line_of(0, line).entry for place, line in lines.items()}
        )
        return KnownReview(places.state, set(refs), findings, decisions, entries, remarks)

    async def transactions(self, state: ReviewState) -> list[Transaction]:
        """All payments of a review as they were submitted, in order."""
        keys, found = ReviewKeys(state.team, state.id), list[Transaction]()
        places = audit_entries.places_of_rows(range(1, state.total + 1))
        for start in range(0, len(places), LINES_A_CALL):
            lines = await self._lines(keys, places[start : start + LINES_A_CALL])
            found += await computed(state.total, partial(_payments, lines.values()))
        return found

    async def remarks_at(self, keys: ReviewKeys, ref: int, places: Sequence[int]) -> tuple[Remark, ...]:
        """The remarks on a payment at these places of the trail, from 0, in order."""
        lines = await self._lines(keys, places)
        return tuple(remark_in(ref, at + 1, line_of(0, line).entry) for at, line in sorted(lines.items()))

    async def _lines(self, keys: ReviewKeys, places: Collection[int]) -> dict[int, str]:
        """The lines of a trail at these places, as far as it has them."""
        found: dict[int, str] = {}
        runs = list(_runs(sorted(places)))
        for start in range(0, len(runs), CALLS):
            asked = runs[start : start + CALLS]
            async with self._redis.pipeline(transaction=False) as pipe:
                for run in asked:
                    pipe.lrange(keys.audit, run[0], run[-1])
                answers = cast(list[list[str]], await pipe.execute())
            for run, lines in zip(asked, answers, strict=True):
                found |= zip(run, lines, strict=False)
        return found


def _payments(lines: Iterable[str]) -> list[Transaction]:
    return [slim(row) for line in lines for row in audit_entries.rows_in(line_of(0, line).entry)]


def _runs(places: Sequence[int]) -> Iterable[range]:
    """Ascending places as runs without a gap, each of at most ``LINES_A_CALL``."""
    first = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1 or at - first == LINES_A_CALL:
            yield range(places[first], places[at - 1] + 1)
            first = at


def _numbers(hashed: dict[str, str]) -> dict[int, int]:
    return {int(ref): int(place) for ref, place in hashed.items()}
