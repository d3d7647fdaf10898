"""Who acts for people who are away, or have left: as the groups and the policy are now."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Protocol

from bot.application.ports import PolicyInForce
from bot.domain.matrix import APPROVERS
from bot.domain.people import Approvers, Person, Standing
from bot.domain.routing import Absence, stand_in_candidates


class WhoIs(Protocol):
    """Says who people are, and who of them may act."""

    async def person(self, team: str, user: str) -> Person:
        """Who this is; unknown where Slack does not say."""

    def admits(self, person: Person) -> bool:
        """Whether this person may act here."""


class StandIns:
    """Finds who stands in: whom somebody named, else whom the policy names for them.

    That must be a full member and, as the groups are now, of a group of theirs or named by the policy.
    """

    def __init__(self, who: WhoIs, policy: PolicyInForce) -> None:
        self._who = who
        self._policy = policy

    async def of(
        self,
        team: str,
        absent: Mapping[str, Absence],
        found: Approvers,
        added: Collection[str] = (),
    ) -> dict[str, str]:
        """Who acts for each of those who are absent; empty where nobody does, or they have no say themselves.

        Who was ``added`` to a payment has one there.
        """
        with_a_say = found.people.union(added)
        return {
            user: await self._first_of(team, user, (absence.stand_in, self._by_policy(user)), found)
            if user in with_a_say
            else ""
            for user, absence in absent.items()
        }

    async def for_good(self, team: str, gone: Collection[str], found: Approvers) -> dict[str, str]:
        """Who acts for each of those who have left: the policy says so alone."""
        return {user: await self._first_of(team, user, (self._by_policy(user),), found) for user in gone}

    async def gone(self, team: str, people: Collection[str]) -> frozenset[str]:
        """Those of whom Slack says that they may not act here any more, as who was deactivated."""
        told = await asyncio.gather(*(self._who.person(team, user) for user in sorted(people)))
        return frozenset(
            person.id
            for person in told
            if person.standing is not Standing.UNKNOWN and not self._who.admits(person)
        )

    def candidates(self, person: str, found: Approvers) -> frozenset[str]:
        """Who may stand in for somebody by groups and policy, whoever they are in Slack."""
        groups = found.in_groups(APPROVERS).values()
        return stand_in_candidates(person, groups, self._by_policy(person))

    def _by_policy(self, person: str) -> str:
        return self._policy().stand_ins.get(person, "")

    async def _first_of(self, team: str, person: str, named: Collection[str], found: Approvers) -> str:
        possible = self.candidates(person, found)
        for user in named:
            if user in possible and (await self._who.person(team, user)).standing is Standing.MEMBER:
                return user
        return ""
