"""Which policy is in force, and which were before: one list, appended to and never shortened."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from bot.store.keys import POLICY_HISTORY, TOLD_LIFE, policy_history, policy_news
from bot.store.scripts.put_in_force import PutInForceScript

THAT_OF_ALL = ""  # the version by which a workspace says that it has no policy of its own any more


class AppliedPolicy(BaseModel):
    """That a policy came into force; ``number`` counts from 1, ``at`` is UTC.

    ``version`` finds it in the ``PolicyArchive``; ``brought_by`` is the user of the system who brought it, or
    ``file`` where a process found it in its policy file, ``brought_from`` host and file name. ``loosened``
    says that it let more pass, or more people decide, than the one before.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    version: str
    brought_by: str
    brought_from: str
    at: datetime
    loosened: bool = False

    @property
    def is_that_of_all(self) -> bool:
        """Whether a workspace went back to the policy of all."""
        return self.version == THAT_OF_ALL


def applied_policy(line: str | bytes | None) -> AppliedPolicy | None:
    """A line of a history; raises ``ValueError`` where this version cannot read it."""
    return None if line is None else AppliedPolicy.model_validate_json(line)


class PolicyHistory:
    """The policies that came into force, the last of which is in force."""

    def __init__(self, redis: Redis, key: str = POLICY_HISTORY) -> None:
        self._redis = redis
        self._key = key
        self._put_in_force = PutInForceScript(redis, key)

    def of_workspace(self, home: str) -> "PolicyHistory":
        """The policies that came into force for one workspace or organisation, in place of those for all."""
        return PolicyHistory(self._redis, policy_history(home))

    async def newest(self) -> AppliedPolicy | None:
        """The policy in force, ``None`` where none was ever brought."""
        return applied_policy(await self._redis.lindex(self._key, -1))

    async def entries(self, last: int = 0) -> list[AppliedPolicy]:
        """All that came into force, oldest first, or the ``last`` so many of them."""
        texts = await self._redis.lrange(self._key, -last if last else 0, -1)
        return [AppliedPolicy.model_validate_json(text) for text in texts]

    async def put_in_force(self, applied: AppliedPolicy, after: AppliedPolicy | None) -> bool:
        """Put a policy into force if ``after`` still is, or none ever was; whether that was done."""
        version = after.version if after else ""
        return await self._put_in_force(applied.number - 1, version, applied.model_dump_json())

    async def may_tell(self, news: str) -> bool:
        """Whether nobody has told this piece of news yet; then the caller has to."""
        return bool(await self._redis.set(policy_news(news), 1, nx=True, ex=TOLD_LIFE))

    async def was_not_told(self, news: str) -> None:
        """Leave to the next what could not be told."""
        await self._redis.delete(policy_news(news))
