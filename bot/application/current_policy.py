"""The policy in force, as one process knows it."""

from bot.config.errors import LoggableError
from bot.domain.policy import Policy, default_policy
from bot.store import AppliedPolicy, PolicyArchive, PolicyHistory, StoreAway


class PolicyUnreadable(LoggableError):
    """The policy in force cannot be read by this version of the bot; nobody may decide by another one."""


class CurrentPolicy:
    """Called, answers the policy in memory; ``refresh`` brings that to what is in force in Redis.

    Where none was ever brought, the default policy judges, by which nobody may decide. It is not written:
    then the first file that somebody brings would have to be allowed to loosen it.
    """

    def __init__(self, policies: PolicyArchive, history: PolicyHistory) -> None:
        self._policies = policies
        self._history = history
        self._applied: AppliedPolicy | None = None
        self._policy: Policy | None = None
        self._asked = self._answered = 0

    def __call__(self) -> Policy:
        """The policy in memory; raises ``StoreAway`` where Redis was never reached to ask for it."""
        if self._policy is None:
            raise StoreAway("the policy in force is not known yet")
        return self._policy

    @property
    def applied(self) -> AppliedPolicy | None:
        """When and by whom the policy in memory came into force; ``None`` where none was ever brought."""
        return self._applied

    async def refresh(self, _team: str = "") -> None:
        """Take over what is in force now, for all workspaces; one small read, and another where it changed.

        Raises what ``StoreUnavailable`` names, and ``PolicyUnreadable``.
        """
        self._asked = question = self._asked + 1
        try:
            newest = await self._history.newest()
        except ValueError:
            raise PolicyUnreadable("The last line of the policy's history in Redis cannot be read.") from None
        if self._policy is not None and newest == self._applied:
            return
        policy = default_policy() if newest is None else await stored_policy(self._policies, newest)
        # Of two that ask at once, the one that asked first must not put back what the other replaced.
        if question > self._answered:
            self._applied, self._policy, self._answered = newest, policy, question


async def stored_policy(policies: PolicyArchive, applied: AppliedPolicy) -> Policy:
    """The policy that came into force; raises ``PolicyUnreadable`` where this version cannot read it."""
    try:
        policy = await policies.policy(applied.version)
    except ValueError:
        policy = None
    if policy is None:
        raise PolicyUnreadable(
            f"Policy {applied.number} (version {applied.version}) cannot be read by this version of the bot; "
            "bring it again with: countersign policy apply FILE --loosen"
        )
    return policy
