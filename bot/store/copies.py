"""A copy of all that is stored, record by record, while people go on deciding; what a backup is made of.

Each review is read whole at one moment. What was acknowledged before the copy began is in it; of what comes
while it is made, some. The order of reading keeps one thing from being there without the other:

1. the jobs that wait, so that none is lost which is done meanwhile: doing it twice does no harm (law 6 in
   ARCHITECTURE.md);
2. what becomes a review, and the requests that were done, so that no request counts as done without its step;
3. the reviews;
4. what is learned of reviews or leads to them;
5. jobs that were added meanwhile and belong to no review's step.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from redis.asyncio import Redis

from bot.store.keys import PEOPLE_DUE, SHARDS, ReviewKeys, outbox
from bot.store.scripts.copy import CopyScript, KeyCopy, LargeKey, ReviewCopy

ELEMENTS = 200  # of one key that are read at a time
KEYS_AT_ONCE, REVIEWS_AT_ONCE = 50, 4
SCANNED = 1_000
JOBS = 1_000

PARTS = (
    *("state", "judgements", "decisions", "remarks", "withdrawn", "holds", "turns", "audit", "messages"),
    *("spent", "ranking", "refused", "refusals"),
)
OF_REVIEW = re.compile(
    r"cs:\{\d+\}:(?P<team>[^:]+):(?P<review>[^:]+):(?P<part>[^:]+)(?P<more>:.*)?", re.DOTALL
)
# Read before the reviews, since a review comes of it or it is read by one.
FIRST = ("cs:draft:", "cs:files:", "cs:table:", "cs:table_head:", "cs:policy_history")
# Left out: the layout's number, which a restore writes last; by what cards were last drawn, so that after a
# restore all are drawn as they are stored; what processes tell each other for minutes; a person's own view,
# and what Slack is asked about anew.
LEFT_OUT = re.compile(
    r"cs:layout|cs:(drawn|pace|install_state):.*|cs:\{desk .*|cs:\{.*\}:(person|people|changed)"
    r"|.*:token_refresh|cs:\{\d+\}:(outbox|open|timers)|" + re.escape(PEOPLE_DUE),
    re.DOTALL,
)
# What is read together with whichever of the two is met, so that both are of one moment.
TOGETHER = {
    **{"absences": "absence_trail", "absence_trail": "absences"},
    **{"notice": "notice_causes", "notice_causes": "notice"},
}

T = TypeVar("T")


class JobsCopy(NamedTuple):
    """Jobs of one shard's outbox, each as its fields and values by turns."""

    shard: int
    jobs: list[list[str]]


Record = KeyCopy | ReviewCopy | JobsCopy


class Copies:
    """Reads all that is stored in one Redis, of any topology."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._copy = CopyScript(redis)

    async def records(self) -> AsyncIterator[Record]:
        """All records; memory is that of the largest reviews. A scan of all keys, three times."""
        last: dict[int, str] = {}
        for shard in range(SHARDS):
            async for jobs in self._jobs(shard, last, all_of_them=True):
                yield jobs
        begun = dict(last)
        async for key in self._keys(_is_first):
            yield key
        async for review in self._reviews(begun):
            yield review
        async for key in self._keys(lambda name: not _is_first(name)):
            yield key
        async for key in self._whole(await self._of_key(PEOPLE_DUE)):  # behind what they are to be told
            yield key
        for shard in range(SHARDS):
            async for jobs in self._jobs(shard, last, all_of_them=False):
                yield jobs

    async def _jobs(self, shard: int, last: dict[int, str], *, all_of_them: bool) -> AsyncIterator[JobsCopy]:
        """The jobs of a shard behind ``last``, which is set to the last one; or those of no step alone."""
        while True:
            start = f"({last.get(shard, '0-0')}"
            read = await self._redis.xrange(outbox(shard), min=start, count=JOBS) or []
            entries = cast("list[tuple[str, Mapping[str, str]]]", read)
            if entries:
                last[shard] = entries[-1][0]
            fields = [fields for _, fields in entries if all_of_them or "review" not in fields]
            if fields:
                yield JobsCopy(shard, [[part for pair in of.items() for part in pair] for of in fields])
            if len(entries) < JOBS:
                return

    async def _keys(self, wanted: Callable[[str], bool]) -> AsyncIterator[KeyCopy]:
        async def names() -> AsyncIterator[str]:
            async for key in self._redis.scan_iter(match="cs:*", count=SCANNED):
                name = str(key)
                if not _is_part_of_review(name) and not LEFT_OUT.fullmatch(name) and wanted(name):
                    yield name

        async for copies in _several(self._of_key, names(), KEYS_AT_ONCE):
            async for copy in self._whole(copies):
                yield copy

    async def _whole(self, copies: Sequence[KeyCopy | LargeKey]) -> AsyncIterator[KeyCopy]:
        for copy in copies:
            if isinstance(copy, KeyCopy):
                yield copy
            else:
                async for page in self._pages(copy):
                    yield page

    async def _of_key(self, name: str) -> list[KeyCopy | LargeKey]:
        beginning, _, kind = name.rpartition(":")
        beside = TOGETHER.get(kind)
        keys = [name, f"{beginning}:{beside}"] if beside else [name]
        return await self._copy.keys(keys, 0 if beside else ELEMENTS)

    async def _pages(self, large: LargeKey) -> AsyncIterator[KeyCopy]:
        """A large key, some elements at a time: each is of its own moment, as they are written one by one."""
        more = False
        async for elements in self._elements(large):
            yield KeyCopy(large.key, large.kind, large.until, elements, more)
            more = True

    async def _elements(self, large: LargeKey) -> AsyncIterator[list[str]]:
        if large.kind == "list":
            start = 0
            while page := await self._redis.lrange(large.key, start, start + ELEMENTS - 1):
                yield [str(element) for element in page]
                start += len(page)
            return
        pages: dict[str, Any] = {
            "hash": self._redis.hscan,
            "set": self._redis.sscan,
            "zset": self._redis.zscan,
        }
        read = pages[large.kind]
        cursor: Any = 0
        while True:
            cursor, found = await read(large.key, cursor=cursor, count=ELEMENTS)
            pairs = found.items() if isinstance(found, dict) else found
            flat = pairs if large.kind == "set" else (part for pair in pairs for part in pair)
            if elements := [repr(part) if isinstance(part, float) else str(part) for part in flat]:
                yield elements
            if not int(cursor):
                return

    async def _reviews(self, begun: dict[int, str]) -> AsyncIterator[ReviewCopy]:
        async def names() -> AsyncIterator[ReviewKeys]:
            async for key in self._redis.scan_iter(match="cs:*", count=SCANNED):
                of = OF_REVIEW.fullmatch(str(key))
                if of and of["part"] in ("audit", "state") and not of["more"]:
                    keys = ReviewKeys(of["team"], of["review"])
                    # Nearly every review is found by its trail, and the others by their state.
                    if of["part"] == "audit" or not await self._redis.exists(keys.audit):
                        yield keys

        async def copied(keys: ReviewKeys) -> ReviewCopy:
            shard = int(keys.outbox.partition("{")[2].partition("}")[0])
            parts = [str(getattr(keys, part)) for part in PARTS]
            return await self._copy.review(keys, parts, begun.get(shard, "0-0"))

        async for review in _several(copied, names(), REVIEWS_AT_ONCE):
            if review.keys:
                yield review


async def _several(
    read: Callable[[Any], Coroutine[Any, Any, T]], names: AsyncIterator[Any], at_once: int
) -> AsyncIterator[T]:
    """The answers to reading each of these names, a portion of them at a time."""
    waiting: list[Any] = []
    async for name in names:
        waiting.append(name)
        if len(waiting) == at_once:
            for answer in await asyncio.gather(*map(read, waiting)):
                yield answer
            waiting = []
    for answer in await asyncio.gather(*map(read, waiting)):
        yield answer


def _is_first(name: str) -> bool:
    """Whether a key is read before the reviews: it becomes one, or says which requests were done."""
    return name.startswith(FIRST) or bool((of := OF_REVIEW.fullmatch(name)) and of["part"] == "request")


def _is_part_of_review(name: str) -> bool:
    """Whether a key is copied with its review, or is a line that no step took."""
    of = OF_REVIEW.fullmatch(name)
    return bool(of and (of["part"] == "staged" or (of["part"] in PARTS and not of["more"])))
