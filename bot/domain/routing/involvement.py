"""What a payment's route has to do with one person, and how it stands with the people there are now. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.routing.progress import Vote, progress_of, short_stages
from bot.domain.routing.route import Route, Stage
from bot.domain.routing.staff import Seat, Staff


class Say(StrEnum):
    """What somebody can do about a payment at this moment."""

    NOW = "now"  # give the next approval
    KEPT = "kept"  # not yet: a later stage could not be filled without them
    LATER = "later"  # once the stages before theirs are through
    STANDBY = "standby"  # if the people before them become too few
    FROZEN = "frozen"  # call the vendor, or give the next approval once another person has
    CALLED = "called"  # nothing more: they called the vendor, so others approve
    GAVE = "gave"  # nothing more: they have had their say
    TOO_MUCH = "too much"  # nothing: it is more than they may approve
    BROUGHT = "brought"  # nothing: they brought it
    NOTHING = "nothing"  # nothing: no stage names them


@dataclass(frozen=True, slots=True)
class Involvement:
    """One person's part in a route: at which stage, from 0, through which group, and for whom they act.

    ``group`` is empty and ``stage`` 0 where they have no part; ``whose`` is whom they stand in for, empty
    where they act for themselves.
    """

    say: Say
    stage: int = 0
    group: str = ""
    whose: str = ""


class WayNow(BaseModel):
    """How a payment stands on its route with the people there are now.

    ``former`` are those whose approvals stand though their seat is in no group of that stage any more.
    ``instead`` are the groups that step in for the stage that it waits for, and ``stand_ins`` pairs of who
    acts there and for whom. ``short`` are the groups of the stages, in order, that have too few people even
    with all that step in.
    """

    model_config = ConfigDict(frozen=True)

    former: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    stand_ins: tuple[tuple[str, str], ...] = ()
    short: tuple[str, ...] = ()


def involvement_of(person: str, route: Route, votes: Sequence[Vote], staff: Staff) -> Involvement:
    """What somebody, by Slack user id, has to do with a payment; ``staff`` is as of now, with them there."""
    if person in staff.barred:
        return Involvement(Say.BROUGHT)
    if given := next((vote for vote in votes if vote.by == person), None):
        return Involvement(Say.GAVE, given.stage, route.stages[given.stage].group, given.whose)
    progress = progress_of(route, votes, staff)
    for say, seats in ((Say.NOW, progress.seats), (Say.KEPT, progress.kept)):
        if seat := _own(seats, person):
            group = next(name for name in progress.through if seat in staff.seats(name))
            return Involvement(say, progress.stage, group, _whose(seat))
    for place in range(progress.stage, len(route.stages)):
        stage = route.stages[place]
        for name in groups_of_stage(stage, route):
            if seat := _own(staff.seats(name), person):
                own_turn = place > progress.stage and name == stage.group
                return Involvement(Say.LATER if own_turn else Say.STANDBY, place, name, _whose(seat))
    groups = (name for stage in route.stages for name in groups_of_stage(stage, route))
    for name in groups:
        if person in staff.unable and person in staff.groups.get(name, frozenset()):
            return Involvement(Say.TOO_MUCH, 0, name)
    return Involvement(Say.NOTHING)


def way_now(route: Route, votes: Sequence[Vote], staff: Staff) -> WayNow:
    """How a payment stands on its route with the people of ``staff``."""
    progress = progress_of(route, votes, staff)
    seats = sorted((seat for seat in progress.seats if seat.is_stand_in), key=lambda seat: seat.whose)
    return WayNow(
        former=_former(route, votes, staff),
        instead=progress.through[1:],
        stand_ins=tuple((seat.person, seat.whose) for seat in seats),
        short=tuple(route.stages[place].group for place in short_stages(route, votes, staff)),
    )


def groups_of_stage(stage: Stage, route: Route) -> tuple[str, ...]:
    """The groups that a stage can be filled from, in the order in which they are asked."""
    return tuple(dict.fromkeys(filter(None, (stage.group, stage.fallback, route.last_fallback))))


def _former(route: Route, votes: Sequence[Vote], staff: Staff) -> tuple[str, ...]:
    """Who approved in a seat that is theirs no more; nobody where Slack does not say who is in a group."""
    former = []
    for vote in votes:
        groups = groups_of_stage(route.stages[vote.stage], route)
        if not staff.untold.isdisjoint(groups):
            continue
        if not any(vote.seat.whose in staff.groups.get(name, frozenset()) for name in groups):
            former.append(vote.by)
    return tuple(former)


def _own(seats: Iterable[Seat], person: str) -> Seat | None:
    own = [seat for seat in seats if seat.person == person]
    return min(own, key=lambda seat: (seat.is_stand_in, seat.whose), default=None)


def _whose(seat: Seat) -> str:
    return seat.whose if seat.is_stand_in else ""
