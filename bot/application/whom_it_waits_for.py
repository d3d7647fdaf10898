"""For whom a review waits now: the people of the stages that its payments reached, or their stand-ins."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.application.access import Access
from bot.application.ports import PolicyInForce
from bot.domain.matrix import APPROVERS
from bot.domain.review.approving import Authority
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.text.routes import stage_name
from bot.store import ReviewStore
from bot.store.scripts.load import Besides

LOOKED_AT = 1_000  # undecided payments of a review whose next approvers are looked for


@dataclass(frozen=True, slots=True)
class WaitingStage:
    """One stage that payments wait at: its name (empty where any approver decides), how many, and for whom.

    ``people`` are Slack user ids of those who can give the next approval, stand-ins among them.
    """

    name: str
    count: int
    people: frozenset[str]


class WhomItWaitsFor:
    """Looks for the next approvers of what is undecided; raises what ``StoreUnavailable`` names."""

    def __init__(self, *, reviews: ReviewStore, access: Access, policy: PolicyInForce) -> None:
        self._reviews = reviews
        self._access = access
        self._policy = policy

    async def stages(self, state: ReviewState) -> list[WaitingStage]:
        """The stages that payments of a review wait at, by name; nobody who is away is among their people."""
        away = await self._access.absent(state.team)
        review = await self._reviews.load(state.team, state.id, besides=Besides.UNDECIDED)
        authority = Authority("", await self._access.acting_in(state), state.barred)
        counts: dict[str, int] = {}
        people: dict[str, set[str]] = {}
        for entry in list(review.entries.values() if review else ())[:LOOKED_AT]:
            progress = authority.progress(entry)
            name = _name(entry, progress.stage)
            counts[name] = counts.get(name, 0) + 1
            people.setdefault(name, set()).update(seat.person for seat in progress.seats)
        return [WaitingStage(name, counts[name], frozenset(people[name] - away.keys())) for name in counts]

    async def next_approvers(self, state: ReviewState) -> tuple[str, ...]:
        """Who can give the next approval of anything undecided, as far as Slack says; Slack user ids, sorted.

        Without those who are away, for whom their stand-ins are asked, and those who want no reminders.
        """
        found = frozenset[str]().union(*(stage.people for stage in await self.stages(state)))
        wanted = sorted(found - set(self._policy().reminders.not_to))
        return await self._admitted(state.team, wanted)

    async def asked_late(self, state: ReviewState, stages: Iterable[WaitingStage]) -> tuple[str, ...]:
        """Whom an escalation asks: those of its group, and those of the stages that payments wait at.

        Slack ids of people and user groups. For who is away, their stand-in is asked, and where that leaves
        nobody of the group, the group itself.
        """
        policy = self._policy()
        group = policy.reminders.escalate_to or APPROVERS
        anyone = policy.anyone_decides and group == APPROVERS
        seats = () if anyone else policy.seats(group, policy.approvers)
        absent = await self._access.absent(state.team)
        stand_ins = (await self._access.acting_in(state)).away
        here = _in_their_place(seats, absent, stand_ins)
        late = sorted({person for stage in stages if stage.name for person in stage.people})
        return tuple(dict.fromkeys((*(here or seats), *await self._admitted(state.team, late))))

    async def _admitted(self, team: str, users: Iterable[str]) -> tuple[str, ...]:
        people = [await self._access.person(team, user) for user in users]
        return tuple(person.id for person in people if self._access.admits(person))


def _name(entry: ReviewedTransaction, stage: int) -> str:
    """What people call the stage that a payment waits at; empty where any one of the approvers decides."""
    route = entry.route
    if route is None or (route.eyes == 1 and not route.name) or stage >= len(route.stages):
        return ""
    return stage_name(route.stages[stage], lambda _: "who was added")


def _in_their_place(
    seats: Iterable[str], absent: Collection[str], stand_ins: Mapping[str, str]
) -> tuple[str, ...]:
    """These people and groups, in the place of who is away their stand-in; without those who have none."""
    acting = (stand_ins.get(seat, "") if seat in absent else seat for seat in seats)
    return tuple(dict.fromkeys(filter(None, acting)))
