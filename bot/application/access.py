"""Access: who somebody is, whether they may act, who may decide about a review, and who may look at it.

One place answers for every way in. What cannot be established is a no.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from bot.application.ports import Directory, NotEstablished, PolicyInForce
from bot.domain.people import Approvers, Deciders, Person, Standing
from bot.domain.review.state import ReviewState
from bot.store import ReviewStore

SUGGESTED = 3  # people who could be named as approvers, where nobody may decide
LOOKED_AT = 15  # people of the channel who are looked at for that


class Access:
    """Answers from what Slack says of people, and from the policy in force."""

    def __init__(self, *, directory: Directory, reviews: ReviewStore, policy: PolicyInForce) -> None:
        self._directory = directory
        self._reviews = reviews
        self._policy = policy

    async def person(self, team: str, user: str, homes: Collection[str] = ()) -> Person:
        """Who acts; ``homes`` are the workspaces that the signed request names as theirs."""
        try:
            return await self._directory.person(team, user, homes)
        except NotEstablished:
            return Person(user, Standing.UNKNOWN)

    def admits(self, person: Person) -> bool:
        """Whether this person may submit, decide and look here, as far as each of it is theirs."""
        return person.is_admitted(self._policy().people.admitted)

    async def forget(self, name: str) -> None:
        """Ask Slack again about a person, group or channel that has changed."""
        await self._directory.forget(name)

    async def approvers(self, team: str, review_id: str, user: str) -> Approvers:
        """Who may decide about a review, asked for ``user``, who is admitted; raises ``StoreUnavailable``."""
        policy = self._policy()
        if not policy.anyone_decides:
            return await self.named_approvers(team)
        state = await self._reviews.state(team, review_id)
        if state is None:
            return Approvers(anyone=True)
        try:
            inside = user in await self._directory.people_in_channel(team, state.channel)
        except NotEstablished:
            return Approvers(anyone=True, established=False)
        return Approvers(frozenset({user} if inside else ()), anyone=True)

    async def named_approvers(self, team: str) -> Approvers:
        """Those whom the policy names, with the people of its groups."""
        policy = self._policy()
        if policy.anyone_decides:
            return Approvers(anyone=True)
        people = {name for name in policy.approvers if not name.startswith("S")}
        established = True
        for group in set(policy.approvers) - people:
            try:
                people |= await self._directory.people_of_group(team, group)
            except NotEstablished:
                established = False
        return Approvers(frozenset(people), established=established)

    async def deciders(self, state: ReviewState) -> Deciders:
        """Whom the messages of a review ask to decide; raises ``StoreUnavailable``."""
        policy = self._policy()
        if policy.anyone_decides:
            return Deciders(anyone=True)
        found = await self.named_approvers(state.team)
        stuck = found.established and bool(found.people) and not found.people - state.barred
        nobody = Deciders(policy.approvers, stuck=stuck)
        if not nobody.is_nobody or not state.undecided:
            return nobody
        return replace(nobody, others=await self._could_decide(state))

    async def _could_decide(self, state: ReviewState) -> tuple[str, ...]:
        """Some full members of the channel who brought nothing of this review."""
        try:
            people = await self._directory.people_in_channel(state.team, state.channel)
        except NotEstablished:
            return ()
        found: list[str] = []
        for user in sorted(people - state.barred)[:LOOKED_AT]:
            if (await self.person(state.team, user)).standing is Standing.MEMBER:
                found.append(user)
            if len(found) == SUGGESTED:
                break
        return tuple(found)

    async def may_look(self, state: ReviewState, user: str) -> bool:
        """Whether this person, who is admitted, may see what is in a review.

        Those who brought it, those who may decide about it, and who is in the channel of its card.
        """
        if user in state.barred:
            return True
        if user in (await self.named_approvers(state.team)).people:
            return True
        try:
            return user in await self._directory.people_in_channel(state.team, state.channel)
        except NotEstablished:
            return False

    async def visible(self, states: Iterable[ReviewState], user: str) -> list[ReviewState]:
        """Those of the reviews that this person may look at."""
        return [state for state in states if await self.may_look(state, user)]

    async def is_in_channel(self, team: str, user: str, channel: str) -> bool:
        """Whether this person is in a channel; false where Slack does not say."""
        try:
            return user in await self._directory.people_in_channel(team, channel)
        except NotEstablished:
            return False
