"""Every policy as it judged, by its version: the audit trail names it by that alone."""

from collections import OrderedDict
from typing import Final

from redis.asyncio import Redis

from bot.domain.policy import Policy
from bot.store import keys

REMEMBERED: Final = 200  # policies in memory; each workspace may have one of its own


class PolicyArchive:
    """Policies never change under their version, so each is written and read once by a process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._known: OrderedDict[str, Policy] = OrderedDict()

    async def keep(self, policy: Policy) -> None:
        """Keep a policy for ever, as whoever had it first has written it.

        A newer version of the bot names settings that the one before does not know: written again by it, the
        policy in force could not be read by a process of the older one that runs beside it.
        """
        if policy.version not in self._known:
            await self._redis.set(keys.policy(policy.version), policy.model_dump_json(), nx=True)
            self._know(policy, policy.version)

    async def bring(self, policy: Policy, text: str) -> None:
        """Keep a policy that is to come into force, with the text of its file, whatever was kept before."""
        await self._redis.set(keys.policy(policy.version), policy.model_dump_json())
        await self._redis.set(keys.policy_text(policy.version), text)
        self._know(policy, policy.version)

    async def text(self, version: str) -> str | None:
        """The text of the file that brought the policy of this version, ``None`` where no file did."""
        text = await self._redis.get(keys.policy_text(version))
        return None if text is None else str(text)

    async def policy(self, version: str) -> Policy | None:
        """The policy of this version, or ``None`` where it was never kept.

        Raises ``ValueError`` where another version of the bot has kept it, and this one cannot read it.
        """
        if version not in self._known:
            text = await self._redis.get(keys.policy(version))
            if text is None:
                return None
            self._know(Policy.model_validate_json(text), version)
        self._known.move_to_end(version)
        return self._known[version]

    def _know(self, policy: Policy, version: str) -> None:
        """Remember a policy, and forget the one that was not asked for the longest where that is too many."""
        self._known[version] = policy
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
