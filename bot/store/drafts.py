"""What is kept beside the reviews: drafts, parcels, policies as they judged, threads, posted messages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar, cast

from pydantic import BaseModel
from redis.asyncio import Redis

from bot.domain.policy import Policy
from bot.domain.submission import Draft, FileSubmission
from bot.store import keys
from bot.store.budgets import TokenBudgets
from bot.store.keys import DRAFT_LIFE, REVIEW_LIFE, ReviewKeys

T = TypeVar("T", bound=BaseModel)

INTENT = "posting"
# ARGV: life in seconds, how many fields must stand, these with their values, then what is to be stored.
CLAIM = """
local must = tonumber(ARGV[2])
for at = 3, 1 + 2 * must, 2 do
  if (redis.call('HGET', KEYS[1], ARGV[at]) or '') ~= ARGV[at + 1] then return 0 end
end
redis.call('HSET', KEYS[1], unpack(ARGV, 3 + 2 * must))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""


class Shelf:
    """Small records, each under a key of its own with a lifetime; ``purse`` counts the model's tokens."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.purse = TokenBudgets(redis)
        self._claim = redis.register_script(CLAIM)

    async def keep_draft(self, draft: Draft) -> None:
        await self._keep(keys.draft(draft.origin.team, draft.id), draft, DRAFT_LIFE)

    async def draft(self, team: str, draft_id: str) -> Draft | None:
        return await self._read(keys.draft(team, draft_id), Draft)

    async def keep_submission(self, submission: FileSubmission) -> None:
        """Keep it unless it is there: Slack may hand the same files over more than once."""
        key = keys.submission(submission.origin.team, submission.id)
        await self._redis.set(key, submission.model_dump_json(), ex=DRAFT_LIFE, nx=True)

    async def finish_submission(self, submission: FileSubmission) -> None:
        """From now on the same files, handed over again, are no news."""
        done = submission.model_copy(update={"done": True})
        await self._keep(keys.submission(submission.origin.team, submission.id), done, DRAFT_LIFE)

    async def submission(self, team: str, submission_id: str) -> FileSubmission | None:
        return await self._read(keys.submission(team, submission_id), FileSubmission)

    async def keep_policy(self, policy: Policy) -> None:
        await self._keep(keys.policy(policy.version), policy, life=None)

    async def policy(self, version: str) -> Policy | None:
        return await self._read(keys.policy(version), Policy)

    async def link_thread(self, team: str, channel: str, ts: str, review: str) -> None:
        """From now on this Slack thread is the conversation of that review."""
        await self._redis.set(keys.thread(team, channel, ts), review, ex=REVIEW_LIFE)

    async def review_of_thread(self, team: str, channel: str, ts: str) -> str | None:
        return cast("str | None", await self._redis.get(keys.thread(team, channel, ts)))

    async def messages(self, team: str, review: str) -> dict[str, str]:
        """Messages of a review by name: their Slack ts, or ``posting`` where only the intent is stored."""
        return cast(dict[str, str], await self._redis.hgetall(ReviewKeys(team, review).messages))

    async def note(self, team: str, review: str, **facts: str) -> None:
        """Store facts about a review's messages."""
        key = ReviewKeys(team, review).messages
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(key, items=[part for fact in facts.items() for part in fact])
            pipe.expire(key, REVIEW_LIFE)
            await pipe.execute()

    async def claim(self, team: str, review: str, stands: Mapping[str, str], **facts: str) -> bool:
        """Store facts as long as all that ``stands`` still does; else somebody else was faster."""
        key = ReviewKeys(team, review).messages
        must = [part for fact in stands.items() for part in fact]
        flat = [part for fact in facts.items() for part in fact]
        life = str(int(REVIEW_LIFE.total_seconds()))
        return bool(await self._claim(keys=[key], args=[life, str(len(stands)), *must, *flat]))

    async def _keep(self, key: str, value: BaseModel, life: timedelta | None) -> None:
        await self._redis.set(key, value.model_dump_json(), ex=life)

    async def _read(self, key: str, kind: type[T]) -> T | None:
        text = await self._redis.get(key)
        return None if text is None else kind.model_validate_json(text)
