"""The messages of reviews in Slack: what stands there, what should, and whose thread is whose."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import cast

from redis.asyncio import Redis

from bot.domain.conversation import Turn
from bot.domain.review import audit_entries
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.store import codec, keys
from bot.store.assembled import in_card_order, known_review, review_of
from bot.store.keys import ALARM_LIFE, REVIEW_LIFE, ReviewKeys
from bot.store.posted import PostedCard, PostedMessages, fields_of, posted_of
from bot.store.scripts.claim import ClaimScript
from bot.store.scripts.publishing import PublishingScript


@dataclass(frozen=True, slots=True)
class PublishingView:
    """What one round of publishing shows, and what it finds in Slack, as stored at one moment.

    ``shown`` are the payments of the card with their ranks: those that wait for a decision, the riskiest
    first, then those on hold, then what these repeat; none where more wait than a card has room for.
    ``turns`` are those after the last one that is known to stand in the thread, in order.
    """

    state: ReviewState
    shown: tuple[ReviewedTransaction, ...]
    turns: tuple[Turn, ...]
    posted: PostedMessages


class RoundEnd(Enum):
    """What came of a round of publishing."""

    SHOWN = "Slack shows the newest version"
    NEWER = "a newer version is stored"
    OUTRUN = "another publisher has stored something else meanwhile; nothing was noted"


class MessageStore:
    """The messages of reviews, and the threads by which a reply finds its review."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._claim = ClaimScript(redis)
        self._publishing = PublishingScript(redis)

    async def link_thread(self, team: str, channel: str, ts: str, review_id: str) -> None:
        """From now on this Slack thread is the conversation of that review."""
        await self._redis.set(keys.thread(team, channel, ts), review_id, ex=REVIEW_LIFE)

    async def review_of_thread(self, team: str, channel: str, ts: str) -> str | None:
        """The review whose conversation a Slack thread is, or ``None``."""
        return cast("str | None", await self._redis.get(keys.thread(team, channel, ts)))

    async def note_alarm(self, team: str, name: str) -> bool:
        """Note that the operators are told something; ``False`` where that was within ``ALARM_LIFE``."""
        key = keys.alarm(team, name)
        return bool(await self._redis.set(key, "told", nx=True, ex=ALARM_LIFE))

    async def forget_alarm(self, team: str, name: str) -> None:
        """Note that the operators were not told after all."""
        await self._redis.delete(keys.alarm(team, name))

    async def posted(self, team: str, review_id: str) -> PostedMessages:
        """What is known of a review's messages in Slack; raises ``ValueError`` where it cannot be read."""
        fields = await self._redis.hgetall(ReviewKeys(team, review_id).messages)
        return posted_of(cast(dict[str, str], fields))

    async def to_publish(self, team: str, review_id: str, page_size: int) -> PublishingView | None:
        """What Slack should show of a review, and what stands there, in one command.

        The card shows ``page_size`` payments that wait at the most. ``None`` where there is no such
        review, or where Slack shows its newest version.
        """
        keys_of = ReviewKeys(team, review_id)
        stored = await self._publishing(keys_of, rows_an_entry=audit_entries.ROWS, page_size=page_size)
        known = None if stored is None else known_review(stored.review)
        if stored is None or known is None:
            return None
        review = review_of(known, known.refs)
        posted = posted_of(stored.messages)
        ranks = map(codec.rank_of, stored.ranks)
        turns = enumerate(stored.turns, start=posted.thread.turn + 1)
        return PublishingView(
            state=review.state,
            shown=tuple(in_card_order(review.entries, stored.review.refs, ranks).values()),
            turns=tuple(codec.turn_of(seq, text) for seq, text in turns),
            posted=posted,
        )

    async def replace(self, team: str, review_id: str, before: PostedMessages, after: PostedMessages) -> bool:
        """Make the record that was read as ``before`` that of ``after``; what is equal in both is left alone.

        Nothing is replaced, and the answer is ``False``, where any value that differs between the two is no
        longer that of ``before``: another publisher was faster.
        """
        return await self._replace(team, review_id, before, after) is not None

    async def end_round(
        self, team: str, review_id: str, before: PostedMessages, after: PostedMessages
    ) -> RoundEnd:
        """Replace what a round read as ``before`` by what it has shown, ``after``, as ``replace`` does.

        Answers whether anything newer than ``after.version`` is stored by then.
        """
        newest = await self._replace(team, review_id, before, after)
        if newest is None:
            return RoundEnd.OUTRUN
        return RoundEnd.SHOWN if newest == after.version else RoundEnd.NEWER

    async def forget_content(self, team: str, review_id: str) -> None:
        """Note that nobody knows what the card shows, so that the next round updates it."""
        replaced = False
        while not replaced:
            posted = await self.posted(team, review_id)
            card = replace(posted.card, content="") if isinstance(posted.card, PostedCard) else posted.card
            unknown = replace(posted, card=card, version=None)
            replaced = await self.replace(team, review_id, posted, unknown)

    async def _replace(
        self, team: str, review_id: str, before: PostedMessages, after: PostedMessages
    ) -> int | None:
        return await self._claim(ReviewKeys(team, review_id), fields_of(before), fields_of(after))
