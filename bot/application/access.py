"""Access: who somebody is, whether they may act, who may decide about a review, and who may look at it.

One place answers for every way in. What cannot be established is a no.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.application.ports import Clock, Directory, NotEstablished, PolicyInForce
from bot.application.stand_ins import StandIns
from bot.domain.people import Approvers, Deciders, Person, Standing
from bot.domain.policy import Policy
from bot.domain.review.having_part import has_part
from bot.domain.review.state import ReviewState
from bot.domain.routing import Absence, Route, absent_at
from bot.store import AbsenceStore, ReviewStore

SUGGESTED = 3  # people who could be named as approvers, where nobody may decide
LOOKED_AT_ALL = 60  # people of all groups of whom each is looked at for whether they may still act
LOOKED_AT = 15  # people of the channel who are looked at for that


class Access:
    """Answers from what Slack says of people, and from the policy in force."""

    def __init__(
        self,
        *,
        directory: Directory,
        reviews: ReviewStore,
        absences: AbsenceStore,
        policy: PolicyInForce,
        now: Clock,
    ) -> None:
        self._directory = directory
        self._reviews = reviews
        self._absences = absences
        self._policy = policy
        self._now = now
        self.stand_ins = StandIns(self, policy)

    async def person(self, team: str, user: str, homes: Collection[str] = ()) -> Person:
        """Who acts; ``homes`` are the workspaces that the signed request names as theirs."""
        try:
            return await self._directory.person(team, user, homes)
        except NotEstablished:
            return Person(user, Standing.UNKNOWN)

    def admits(self, person: Person) -> bool:
        """Whether this person may submit, decide and look here, as far as each of it is theirs."""
        return person.is_admitted(self._policy().people.admitted)

    async def owner(self, state: ReviewState) -> str:
        """Whose the payments of a review are, who is asked and told of them, by Slack user id.

        That is who wrote them, or alone uploaded them, where somebody else submitted them and this person may
        act here; else who submitted them.
        """
        if state.owner and self.admits(await self.person(state.team, state.owner)):
            return state.owner
        return state.submitter

    async def time_zone(self, team: str, user: str) -> str:
        """The name of somebody's time zone, such as Europe/Berlin; empty where Slack does not say."""
        try:
            return await self._directory.time_zone(team, user)
        except NotEstablished:
            return ""

    async def forget(self, name: str) -> None:
        """Ask Slack again about a person, group or channel that has changed."""
        await self._directory.forget(name)

    async def approvers(
        self, team: str, review_id: str, user: str, besides: Collection[str] = ()
    ) -> Approvers:
        """Who may decide about a review, asked for ``user``, who is admitted; raises ``StoreUnavailable``.

        ``besides`` are people who are to be added to one of its payments.
        """
        policy = self._policy()
        added = await self._reviews.added(team, review_id)
        approvers = await self.named_approvers(team, {*added, *besides})
        approvers = replace(approvers, added=_acting_as(added, approvers))
        if not policy.anyone_decides:
            return approvers
        state = await self._reviews.state(team, review_id)
        if state is None:
            return Approvers(anyone=True)
        try:
            inside = user in await self._directory.people_in_channel(team, state.channel)
        except NotEstablished:
            return replace(approvers, established=False)
        # Whom the policy admits by name acts as a member does, but was not named to decide.
        is_one = inside and (await self.person(team, user)).standing is Standing.MEMBER
        themselves = frozenset({user} if is_one else ())
        return replace(approvers, people=approvers.people | themselves, named=themselves)

    async def acting_in(self, state: ReviewState) -> Approvers:
        """Who may decide about a review, as far as Slack says without being asked about one person."""
        added = {person for _, person in state.added}
        approvers = await self.named_approvers(state.team, added)
        return replace(approvers, added=_acting_as(added, approvers))

    async def named_approvers(self, team: str, added: Collection[str] = ()) -> Approvers:
        """Those whom the policy names, as approvers and in the groups of its routes, and their stand-ins.

        Where there are no routes anyone of the list decides, so nobody's absence changes anything, but that
        of those who were ``added`` to a payment. Who has left the workspace is away for good.
        """
        found = await self.listed(team)
        policy = self._policy()
        if not policy.routes and not added:
            return found
        named = found.people if policy.routes and len(found.people) <= LOOKED_AT_ALL else frozenset[str]()
        absent = await self.absent(team)
        if not policy.routes:
            absent = {user: absence for user, absence in absent.items() if user in added}
        gone = await self.stand_ins.gone(team, named.union(added))
        if not absent and not gone:
            return found
        away = await self.stand_ins.for_good(team, gone, found)
        away |= await self.stand_ins.of(team, absent, found, added)
        acting = (stand_in for user, stand_in in away.items() if user in found.people)
        return replace(found, people=found.people.union(acting) - {""}, away=away)

    async def absent(self, team: str) -> dict[str, Absence]:
        """Who says that they are away now, of all people of a workspace."""
        return absent_at(await self._absences.all(team), self._now())

    async def is_member(self, team: str, user: str) -> bool:
        """Whether Slack says that this is a full member."""
        return (await self.person(team, user)).standing is Standing.MEMBER

    async def listed(self, team: str) -> Approvers:
        """Those whom the policy itself names, whoever of them is away."""
        policy = self._policy()
        if policy.anyone_decides and not policy.groups:
            return Approvers(anyone=True)
        listed = {"": () if policy.anyone_decides else policy.approvers, **policy.groups}
        found = {name: await self._people(team, members) for name, members in listed.items()}
        groups = {name: people for name, (people, _) in found.items()}
        untold = frozenset(name for name, (_, established) in found.items() if not established)
        return Approvers(
            frozenset[str]().union(*groups.values()),
            anyone=policy.anyone_decides,
            established=not untold,
            untold=untold,
            named=groups.pop(""),
            groups=groups,
            limits=policy.limits_of,
            rates=policy.rates,
        )

    async def _people(self, team: str, listed: Collection[str]) -> tuple[frozenset[str], bool]:
        """The people of a list of people and user groups, and whether Slack told of all of them."""
        people = {name for name in listed if not name.startswith("S")}
        groups = sorted(set(listed) - people)
        asked = (self._directory.people_of_group(team, group) for group in groups)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, frozenset):
                people |= answer
            elif not isinstance(answer, NotEstablished):
                raise answer
        return frozenset(people), all(isinstance(answer, frozenset) for answer in answers)

    async def deciders(self, state: ReviewState) -> Deciders:
        """Whom the messages of a review ask to decide; raises ``StoreUnavailable``."""
        policy = self._policy()
        if not state.waiting:
            return Deciders(() if policy.anyone_decides else policy.approvers, anyone=policy.anyone_decides)
        if policy.anyone_decides:
            return Deciders(anyone=True, stuck=await self._could_decide(state) == ())
        found = await self.named_approvers(state.team)
        stuck = found.established and bool(policy.approvers) and not await self._is_one_left(state, found)
        asked = dict.fromkeys(found.away.get(seat) or seat for seat in _asked_first(policy, state.routes))
        deciders = Deciders(tuple(asked), stuck=stuck)
        if not deciders.is_nobody:
            return deciders
        return replace(deciders, others=await self._could_decide(state) or ())

    async def _is_one_left(self, state: ReviewState, found: Approvers) -> bool:
        """Whether one of these may decide about a review, as far as Slack says; true where it does not."""
        left = sorted(found.people - state.barred)
        for user in left[:LOOKED_AT]:
            person = await self.person(state.team, user)
            if self.admits(person) or person.standing is Standing.UNKNOWN:
                return True
        return len(left) > LOOKED_AT

    async def _could_decide(self, state: ReviewState) -> tuple[str, ...] | None:
        """Some full members of the channel who brought nothing of this review; ``None``: it is not known."""
        try:
            people = await self._directory.people_in_channel(state.team, state.channel)
        except NotEstablished:
            return None
        others = sorted(people - state.barred)
        found: list[str] = []
        for user in others[:LOOKED_AT]:
            if (await self.person(state.team, user)).standing is Standing.MEMBER:
                found.append(user)
            if len(found) == SUGGESTED:
                break
        return tuple(found) if found or len(others) <= LOOKED_AT else None

    async def may_look(self, state: ReviewState, user: str) -> bool:
        """Whether this person, who is admitted, may see what is in a review.

        Those who brought it, those who may decide something in it, and who is in the channel of its card.
        """
        return bool(await self.visible((state,), user))

    async def visible(self, states: Sequence[ReviewState], user: str) -> list[ReviewState]:
        """Those of one team's reviews that this person may look at, in their order.

        However many these are, each group and each channel is asked about once: where Slack does not tell of
        one, nothing of that is remembered, and each question takes its time.
        """
        others = [state for state in states if user not in state.barred]
        own = {state.id for state in await self._with_part(others, user)}
        others = [state for state in others if state.id not in own]
        channels = list(dict.fromkeys((state.team, state.channel) for state in others))
        answers = await asyncio.gather(*(self.is_in_channel(team, user, name) for team, name in channels))
        inside = {channel for channel, is_in in zip(channels, answers, strict=True) if is_in}
        return [
            state
            for state in states
            if user in state.barred or state.id in own or (state.team, state.channel) in inside
        ]

    async def decidable(self, states: Sequence[ReviewState], user: str) -> list[ReviewState]:
        """Those of one team's reviews that this person, who is admitted, may decide about, in their order."""
        others = [state for state in states if user not in state.barred]
        if not others:
            return []
        if not self._policy().anyone_decides:
            return await self._with_part(others, user)
        if (await self.person(others[0].team, user)).standing is not Standing.MEMBER:
            return []
        channels = {(state.team, state.channel) for state in others}
        inside = {name for team, name in channels if await self.is_in_channel(team, user, name)}
        return [state for state in others if state.channel in inside]

    async def _with_part(self, states: Sequence[ReviewState], user: str) -> list[ReviewState]:
        """Those of one team's reviews in which this person may decide something by what the policy names."""
        if not states:
            return []
        found = await self.named_approvers(states[0].team)
        return [
            state
            for state in states
            if has_part(user, state.routes, found, state.barred) or await self._acts_in(state, user)
        ]

    async def _acts_in(self, state: ReviewState, user: str) -> bool:
        """Whether this person was added to a payment of a review, or stands in for somebody who was."""
        return bool(state.added) and user in (await self.acting_in(state)).added

    async def is_in_channel(self, team: str, user: str, channel: str) -> bool:
        """Whether this person is in a channel; false where Slack does not say."""
        try:
            return user in await self._directory.people_in_channel(team, channel)
        except NotEstablished:
            return False


def _acting_as(added: Collection[str], approvers: Approvers) -> frozenset[str]:
    """Who acts where these people were added: each, and whoever stands in."""
    return frozenset({*added, *(approvers.away.get(person, "") for person in added)} - {""})


def _asked_first(policy: Policy, routes: Sequence[Route]) -> tuple[str, ...]:
    """Slack's ids of the people and groups whom the first stages of a review's routes ask."""
    if not routes:
        return policy.approvers
    groups = dict.fromkeys(route.stages[0].group for route in routes)
    return tuple(dict.fromkeys(seat for group in groups for seat in policy.seats(group, policy.approvers)))
