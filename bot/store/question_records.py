"""The direct messages in which submitters were asked: what stands there, and whose thread is whose.

They are fields of the record of a review's messages, one for each question, by its place in the trail.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from bot.store import keys
from bot.store.codec import EPOCH, MICROSECOND
from bot.store.keys import REVIEW_LIFE, ReviewKeys
from bot.store.scripts.claim import ClaimScript

QUESTION = "question "  # and the place of the question in the trail: the field of its message


@dataclass(frozen=True, slots=True)
class PostedQuestion:
    """A question that stands in a direct message, by Slack's ids; ``settled`` once it shows its answer."""

    channel: str
    ts: str
    settled: bool = False


@dataclass(frozen=True, slots=True)
class QuestionIntent:
    """Somebody set out to send a question, and whether it stands in Slack is not known.

    ``since`` is when that was, aware UTC; ``None`` where the call to Slack has ended without an answer.
    """

    channel: str
    since: datetime | None = None


QuestionRecord = PostedQuestion | QuestionIntent


class QuestionRecords:
    """What is known of the direct messages of each review, and the question of a thread under one."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._claim = ClaimScript(redis)

    async def of_review(self, team: str, review_id: str) -> dict[int, QuestionRecord]:
        """All of a review, by the place of the question in the trail, from 1."""
        fields = cast(Mapping[str, str], await self._redis.hgetall(ReviewKeys(team, review_id).messages))
        named = ((name.removeprefix(QUESTION), text) for name, text in fields.items() if QUESTION in name)
        return {int(place): _record(text) for place, text in named}

    async def replace(
        self,
        team: str,
        review_id: str,
        place: int,
        before: QuestionRecord | None,
        after: QuestionRecord | None,
    ) -> bool:
        """Make the record of a question that was read as ``before`` that of ``after``.

        Nothing is replaced, and the answer is ``False``, where it is another by now.
        """
        name = f"{QUESTION}{place}"
        was, becomes = ({name: _text(record)} if record else {} for record in (before, after))
        return await self._claim(ReviewKeys(team, review_id), was, becomes) is not None

    async def link_thread(self, team: str, channel: str, ts: str, review_id: str, place: int) -> None:
        """From now on what is written in this thread answers that question."""
        await self._redis.set(keys.question_thread(team, channel, ts), f"{review_id} {place}", ex=REVIEW_LIFE)

    async def of_thread(self, team: str, channel: str, ts: str) -> tuple[str, int] | None:
        """The review, and the place of the question in its trail, that a thread answers; or ``None``."""
        found = cast("str | None", await self._redis.get(keys.question_thread(team, channel, ts)))
        if found is None:
            return None
        review_id, place = found.split(" ")
        return review_id, int(place)


def _text(record: QuestionRecord) -> str:
    """``[channel, ts]``, with a third part once it is settled; an intent is ``[channel, null or since]``."""
    parts: list[str | int | None]
    if isinstance(record, PostedQuestion):
        parts = [record.channel, record.ts, *([1] if record.settled else [])]
    else:
        parts = [record.channel, None if record.since is None else (record.since - EPOCH) // MICROSECOND]
    return json.dumps(parts, separators=(",", ":"))


def _record(text: str) -> QuestionRecord:
    match json.loads(text):
        case [str(channel), str(ts)]:
            return PostedQuestion(channel, ts)
        case [str(channel), str(ts), 1]:
            return PostedQuestion(channel, ts, settled=True)
        case [str(channel), None]:
            return QuestionIntent(channel)
        case [str(channel), int(since)]:
            return QuestionIntent(channel, EPOCH + since * MICROSECOND)
    raise ValueError("what is noted of a question cannot be read")
