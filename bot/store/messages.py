"""What stands in Slack for a review: which messages were posted, and which were about to be."""

from collections.abc import Mapping
from typing import cast

from redis.asyncio import Redis

from bot.store import keys
from bot.store.keys import REVIEW_LIFE, ReviewKeys
from bot.store.scripts.claim import ClaimScript

INTENT = "posting"


class MessageStore:
    """The messages of reviews, and the threads by which a reply finds its review."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._claim = ClaimScript(redis)

    async def link_thread(self, team: str, channel: str, ts: str, review_id: str) -> None:
        """From now on this Slack thread is the conversation of that review."""
        await self._redis.set(keys.thread(team, channel, ts), review_id, ex=REVIEW_LIFE)

    async def review_of_thread(self, team: str, channel: str, ts: str) -> str | None:
        """The review whose conversation a Slack thread is, or ``None``."""
        return cast("str | None", await self._redis.get(keys.thread(team, channel, ts)))

    async def messages(self, team: str, review_id: str) -> dict[str, str]:
        """Messages of a review by name: their Slack ts, or ``posting`` where only the intent is stored."""
        return cast(dict[str, str], await self._redis.hgetall(ReviewKeys(team, review_id).messages))

    async def note(self, team: str, review_id: str, **facts: str) -> None:
        """Store facts about a review's messages."""
        await self._claim(ReviewKeys(team, review_id).messages, {}, facts)

    async def claim(self, team: str, review_id: str, stands: Mapping[str, str], **facts: str) -> bool:
        """Store facts as long as all that ``stands`` still does; else somebody else was faster."""
        return await self._claim(ReviewKeys(team, review_id).messages, stands, facts)
