"""A policy that one workspace has of its own, in place of the one of all; and going back to that."""

from bot.application.apply_policy import ApplyPolicy, PolicyProposal, PolicyRefused, some_of
from bot.application.current_policy import stored_policy
from bot.application.ports import Clock
from bot.domain.policy import Policy, default_policy
from bot.domain.policy.change_words import PolicyChange
from bot.domain.policy.changes import changes_between
from bot.domain.policy.written import WrittenPolicy
from bot.store import AppliedPolicy, PolicyArchive, PolicyHistory
from bot.store.policy_history import THAT_OF_ALL


class OwnPolicy:
    """The policy of one workspace or organisation.

    Raises what ``StoreUnavailable`` names, and ``PolicyUnreadable``.
    """

    def __init__(self, home: str, policies: PolicyArchive, common: PolicyHistory, now: Clock) -> None:
        self._policies = policies
        self._common = common
        self._own = common.of_workspace(home)
        self._now = now
        self._apply = ApplyPolicy(policies, self._own, now)

    async def compare(self, written: WrittenPolicy) -> PolicyProposal:
        """A policy beside the one that counts in the workspace now."""
        before = await self._own.newest()
        if _is_own(before):
            return await self._apply.compare(written)
        return PolicyProposal(written, before, await self._of_all())

    async def bring(
        self, proposal: PolicyProposal, by: str, place: str, *, loosen: bool
    ) -> AppliedPolicy | None:
        """Put it into force there; answers and raises as ``ApplyPolicy.apply`` does.

        ``None`` too where it was compared with the policy of all, and that is another one by now.
        """
        if not _is_own(proposal.before) and await self._of_all() != proposal.current:
            return None
        return await self._apply.apply(proposal, by, place, loosen=loosen)

    async def changes_to_that_of_all(self) -> tuple[PolicyChange, ...] | None:
        """What would change in the workspace by going back; ``None`` where it goes by that policy already."""
        before = await self._own.newest()
        if before is None or before.is_that_of_all:
            return None
        own = await stored_policy(self._policies, before)
        return changes_between(own, await self._of_all() or default_policy())

    async def follow_that_of_all(self, by: str, place: str, *, loosen: bool) -> bool:
        """Go by the policy of all again, and by whatever follows it; false where another came meanwhile.

        Raises ``PolicyRefused`` where that loosens what counts now and ``loosen`` does not allow it.
        """
        before, changes = await self._own.newest(), await self.changes_to_that_of_all()
        if before is None or changes is None:
            return True
        loosening = [change.words for change in changes if change.loosens]
        if loosening and not loosen:
            raise PolicyRefused(
                f"The policy of all workspaces loosens the one in force there: {some_of(loosening)}; "
                "if that is meant, say --loosen."
            )
        applied = AppliedPolicy(
            number=before.number + 1,
            version=THAT_OF_ALL,
            brought_by=by,
            brought_from=place,
            at=self._now(),
            loosened=bool(loosening),
        )
        return await self._own.put_in_force(applied, before)

    async def _of_all(self) -> Policy | None:
        newest = await self._common.newest()
        return await stored_policy(self._policies, newest) if newest else None


def _is_own(applied: AppliedPolicy | None) -> bool:
    """Whether a workspace goes by a policy of its own after this line of its history, the last one."""
    return applied is not None and not applied.is_that_of_all
