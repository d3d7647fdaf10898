"""``publishing.lua`` as a function: all that one round of publishing shows, in one command."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.store.keys import ReviewKeys
from bot.store.scripts import lua
from bot.store.scripts.load import StoredReview, pairs, stored_review


class StoredView(NamedTuple):
    """A review with the payments that its card shows, the fields of its messages, and turns to be posted.

    ``ranks`` are those of the payments that wait, in their order; what they repeat is read after them.
    """

    review: StoredReview
    messages: Mapping[str, str]
    turns: Sequence[str]
    ranks: Sequence[str]


class PublishingScript:
    """Reads what Slack should show of a review, and what stands there."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("entries", "publishing"))

    async def __call__(self, keys: ReviewKeys, *, rows_an_entry: int, page_size: int) -> StoredView | None:
        """``None`` where there is no such review, or where Slack shows its newest version.

        ``rows_an_entry`` payments stand in an entry of the trail; the card shows ``page_size`` of those
        that wait.
        """
        answer = await self._script(
            keys=[
                *(keys.state, keys.audit, keys.judgements, keys.decisions),
                *(keys.turns, keys.messages, keys.ranking, keys.remarks, keys.holds, keys.withdrawn),
            ],
            args=[rows_an_entry, page_size],
        )
        if answer is None:
            return None
        *review, messages, turns, ranks = cast(list[list[str]], answer)
        return StoredView(stored_review(*review), pairs(messages), turns, ranks)
