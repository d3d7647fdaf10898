"""Audit trails as they are kept: listed, read page by page, and checked against their chain."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.domain.audit.chain import BrokenEntry, ChainCheck, TrailLine, beginning
from bot.domain.audit.entry import AuditEntry, TrailEnd
from bot.store.keys import REVIEW_LIFE, ReviewKeys
from bot.store.topology.connection import StoreUnavailable
from bot.store.trail_lines import line_of

# What comes of entries that nobody of ours wrote: other types, bytes that are no text, dates without a zone.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ResponseError)
PAGE = 200  # lines read at a time; a trail may have thousands


class Checked(NamedTuple):
    """What checking a trail showed: how many entries it has, and the first that is wrong, if any.

    ``forgettings`` are the entries that say which words were taken out of others.
    """

    entries: int
    broken: BrokenEntry | None
    forgettings: tuple[AuditEntry, ...] = ()


class AuditTrails:
    """Every audit trail in Redis, also of reviews whose state has expired."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def named(
        self, review: str | None = None, team: str | None = None
    ) -> AsyncIterator[tuple[str, str]]:
        """Team and name of the reviews that have a trail, or a state that should have one; in no order.

        A scan of all keys where the team is not known: for operators, not for requests.
        """
        if review and team:
            keys = ReviewKeys(team, review)
            if await self._redis.exists(keys.audit, keys.state):
                yield team, review
            return
        yielded: set[str] = set()  # a scan may show a key twice
        for part in ("audit", "state"):
            async for key in self._redis.scan_iter(match=f"cs:*:{review or '*'}:{part}", count=1000):
                name = str(key).split("}:", 1)[1].removesuffix(f":{part}")
                of_team, _, review_id = name.rpartition(":")
                if name not in yielded and team in (None, of_team):
                    yielded.add(name)
                    yield of_team, review_id

    async def teams_of(self, review_id: str, team: str | None = None) -> list[str]:
        """The workspaces, or whether ``team``, ever had a review of this id: for operators, by a scan."""
        return sorted([of_team async for of_team, _ in self.named(review_id, team)])

    async def lines(self, team: str, review: str) -> AsyncIterator[TrailLine]:
        """One trail, in order; no more than a page of it is held."""
        async for page, _ in self._pages(ReviewKeys(team, review)):
            for line in page:
                yield line

    async def check(self, team: str, review: str, now: datetime) -> Checked:
        """Follow the chain to its end, and hold the end against the review's state where that lives.

        Lines are only ever added, so that those read first are still right when the last page is read
        together with the state.
        """
        try:
            return await self._follow(team, review, now)
        except StoreUnavailable:
            raise
        except UNREADABLE as error:
            # Whoever tampers with one trail must not keep the others from being checked.
            return Checked(0, BrokenEntry(1, f"or one after it cannot be read ({type(error).__name__})"))

    async def _follow(self, team: str, review: str, now: datetime) -> Checked:
        chain = ChainCheck(TrailEnd(0, beginning(team, review)))
        last: TrailLine | None = None
        stated: TrailEnd | None = None
        async for page, at_that_moment in self._pages(ReviewKeys(team, review)):
            stated = at_that_moment
            if broken := chain.follow(page):
                return Checked(page[-1].seq, broken)
            last = page[-1] if page else last
        end, told = chain.at, tuple(chain.forgettings)
        if broken := chain.end():
            return Checked(end.length, broken, told)
        if stated is not None:
            return Checked(end.length, _against_state(end, stated), told)
        lost = last is not None and last.entry.at + REVIEW_LIFE > now
        sentence = "is not followed by the review's state, which should not have expired yet"
        return Checked(end.length, BrokenEntry(end.length, sentence) if lost else None, told)

    async def _pages(self, keys: ReviewKeys) -> AsyncIterator[tuple[list[TrailLine], TrailEnd | None]]:
        """Pages of lines, each with the trail's end as the review's state has it at that moment."""
        start = 0
        while True:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.lrange(keys.audit, start, start + PAGE - 1)
                pipe.exists(keys.state)
                pipe.hmget(keys.state, ["audited", "link"])
                stored, exists, (audited, link) = await pipe.execute()
            page = [line_of(seq, line) for seq, line in enumerate(stored, start=start + 1)]
            yield page, TrailEnd(int(audited or 0), link or "") if exists else None
            start += len(page)
            if len(page) < PAGE:
                return


def _against_state(end: TrailEnd, stated: TrailEnd) -> BrokenEntry | None:
    counts = f"the review's state counts {stated.length}"
    if end.length < stated.length:
        return BrokenEntry(end.length + 1, f"is missing: {counts}")
    if end.length > stated.length:
        return BrokenEntry(stated.length + 1, f"was written past the bot: {counts}")
    if end.link != stated.link:
        return BrokenEntry(end.length, "has another link than the review's state says")
    return None
