"""Putting a policy into force: compared with the one that is, refused where it loosens without a word."""

import contextlib
from dataclasses import dataclass

from bot.application.current_policy import PolicyUnreadable, stored_policy
from bot.application.ports import Clock
from bot.domain.policy import Policy, PolicyError
from bot.domain.policy.change_words import PolicyChange
from bot.domain.policy.changes import changes_between
from bot.domain.policy.written import WrittenPolicy
from bot.store import AppliedPolicy, PolicyArchive, PolicyHistory

HOW_TO_LOOSEN = "say --loosen, or COUNTERSIGN_POLICY_LOOSEN=yes for the file of a process"
NAMED = 8  # changes that a sentence names; of the others, the number


class PolicyRefused(PolicyError):
    """A policy was not put into force; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class PolicyProposal:
    """A policy beside the one in force: ``before`` says when that came, ``current`` is the policy itself.

    Both are ``None`` where none was ever brought, ``current`` alone where this version cannot read it.
    """

    written: WrittenPolicy
    before: AppliedPolicy | None
    current: Policy | None

    @property
    def changes(self) -> tuple[PolicyChange, ...]:
        """What it changes; nothing where none is in force to compare with."""
        return () if self.current is None else changes_between(self.current, self.written.policy)

    @property
    def is_in_force(self) -> bool:
        """Whether nothing is left to do."""
        return self.current == self.written.policy

    @property
    def loosens(self) -> bool:
        """Whether it needs a word of permission. The first policy does not, unless its file sets nothing."""
        return self.written.sets_nothing or self._is_unknown or any(change.loosens for change in self.changes)

    @property
    def _is_unknown(self) -> bool:
        return self.before is not None and self.current is None

    def refusal(self) -> str:
        """Why it is not put into force without that word: one sentence."""
        version = self.written.policy.version
        if self.written.sets_nothing:
            lost = f"{self.written.name} sets nothing, like a file that got lost"
            return f"{lost}; if that is meant, {HOW_TO_LOOSEN}."
        if self._is_unknown:
            why = "the policy in force cannot be read by this version of the bot, so it may loosen that"
            return f"{self.written.name} (version {version}): {why}; if that is meant, {HOW_TO_LOOSEN}."
        loosening = some_of([change.words for change in self.changes if change.loosens])
        return (
            f"{self.written.name} (version {version}) loosens the policy in force: {loosening}; "
            f"if that is meant, {HOW_TO_LOOSEN}."
        )


class ApplyPolicy:
    """Compares a policy with the one in force, and puts it in its place."""

    def __init__(self, policies: PolicyArchive, history: PolicyHistory, now: Clock) -> None:
        self._policies = policies
        self._history = history
        self._now = now

    async def compare(self, written: WrittenPolicy) -> PolicyProposal:
        """A policy beside the one in force now; raises what ``StoreUnavailable`` names."""
        before, current = await self._history.newest(), None
        if before is not None:
            with contextlib.suppress(PolicyUnreadable):
                current = await stored_policy(self._policies, before)
        return PolicyProposal(written, before, current)

    async def apply(
        self, proposal: PolicyProposal, by: str, place: str, *, loosen: bool
    ) -> AppliedPolicy | None:
        """Put a policy into force, brought by somebody from a place; it counts at once in every process.

        ``None`` where another came into force since they were compared: compare again. Raises
        ``PolicyRefused`` where it loosens and ``loosen`` does not allow that.
        """
        if proposal.loosens and not loosen:
            raise PolicyRefused(proposal.refusal())
        written, before = proposal.written, proposal.before
        # The policy first: what is in force must always be there to be read.
        await self._policies.bring(written.policy, written.text)
        applied = AppliedPolicy(
            number=before.number + 1 if before else 1,
            version=written.policy.version,
            brought_by=by,
            brought_from=place,
            at=self._now(),
            loosened=proposal.loosens,
        )
        return applied if await self._history.put_in_force(applied, before) else None


def some_of(words: list[str]) -> str:
    """Phrases in one, the first of many."""
    more = len(words) - NAMED
    return ", ".join(words[:NAMED]) + (f" and {more} more" if more > 0 else "")


def in_words(applied: AppliedPolicy) -> str:
    """The number of a policy, its version, who brought it, from where and when (UTC): a phrase."""
    return (
        f"{applied.number} (version {applied.version}), brought by {applied.brought_by} "
        f"from {applied.brought_from} on {applied.at:%Y-%m-%d %H:%M} UTC"
    )
