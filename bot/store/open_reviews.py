"""The open reviews of one workspace, among those of all workspaces, which stand in the same lists."""

import re
from typing import cast

from redis.asyncio import Redis

from bot.store.keys import SHARDS, open_reviews

FIRST = 50  # names of each shard by which is seen whose they are
MARKS = re.compile(r"[*?\[\]\\]")  # which have a meaning of their own in what Redis matches
LOOKED_AT = 2_000  # names that Redis goes through before it serves others again

Times = dict[str, float]
"""When reviews were submitted, in epoch seconds, by their ids."""


async def newest_open(redis: Redis, team: str, newest: int) -> list[str]:
    """Ids of a workspace's open reviews, the newest first, ``newest`` at the most.

    There may be 100,000 of them: then they are read page by page. There may be as many that others have:
    then Redis looks for these few, so that no process reads the names of all.
    """
    found: Times = {}
    size, unread = min(newest, FIRST), dict.fromkeys(range(SHARDS), 0)
    while unread:
        async with redis.pipeline(transaction=False) as pipe:
            for shard, start in unread.items():
                pipe.zrevrange(open_reviews(shard), start, start + size - 1, withscores=True)
            pages = dict(zip(unread, await pipe.execute(), strict=True))
        read = [(str(name), float(at)) for page in pages.values() for name, at in page]
        own = _of(team, read)
        found |= own
        unread = _not_read_up(unread, pages, size, _oldest_of(found, newest))
        if unread and len(own) * 2 < len(read):
            found = await _searched(redis, team)
            break
        size = newest
    in_order = sorted(found.items(), key=lambda review: (review[1], review[0]), reverse=True)
    return [review_id for review_id, _ in in_order[:newest]]


def _of(team: str, names: list[tuple[str, float]]) -> Times:
    """Those of a workspace, out of entries that name workspace and review."""
    start = f"{team} "
    return {name.removeprefix(start): at for name, at in names if name.startswith(start)}


def _oldest_of(found: Times, newest: int) -> float:
    """The time of the oldest that is wanted as far as is known; 0 while there are too few."""
    times = sorted(found.values(), reverse=True)
    return times[newest - 1] if len(times) >= newest else 0.0


def _not_read_up(
    unread: dict[int, int], pages: dict[int, list[tuple[str, float]]], size: int, oldest: float
) -> dict[int, int]:
    """The shards that may have newer ones still, and where each goes on.

    What a shard has not shown yet is older than what it has shown last.
    """
    full = {shard: page[-1][1] for shard, page in pages.items() if len(page) == size}
    return {shard: unread[shard] + size for shard, last in full.items() if last > oldest}


async def _searched(redis: Redis, team: str) -> Times:
    """All of a workspace, found by Redis among those of all."""
    found: Times = {}
    match = MARKS.sub(r"\\\g<0>", team) + " *"
    cursors = dict.fromkeys(range(SHARDS), 0)
    while cursors:
        async with redis.pipeline(transaction=False) as pipe:
            for shard, cursor in cursors.items():
                pipe.zscan(open_reviews(shard), cursor, match=match, count=LOOKED_AT)
            answers = cast("list[tuple[int, list[tuple[str, float]]]]", await pipe.execute())
        for _, names in answers:
            found |= _of(team, [(str(name), float(at)) for name, at in names])
        following = zip(cursors, answers, strict=True)
        cursors = {shard: int(cursor) for shard, (cursor, _) in following if int(cursor)}
    return found
