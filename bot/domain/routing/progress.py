"""How far a payment is along its route, and who can take it on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.domain.routing.route import Route, Stage
from bot.domain.routing.staff import Seat, Staff


class Vote(BaseModel):
    """One person's yes or no at one stage, from 0; ``whose`` seat it was, where they stood in for somebody.

    ``at`` is aware UTC, ``note`` the reason in the person's words.
    """

    model_config = ConfigDict(frozen=True)

    by: str
    stage: int
    whose: str = ""
    approves: bool = True
    at: AwareDatetime
    note: str = ""

    @property
    def seat(self) -> Seat:
        """The seat that it used up."""
        return Seat(self.by, self.whose or self.by)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a payment is.

    ``stage`` is the one that it waits for, from 0, and the number of stages where all are through.
    ``missing`` is how many more people that stage needs. ``seats`` are those who can give the next approval,
    of whom some may be ``kept`` for a later stage that only they can fill. ``through`` are the groups that
    they come from: the stage's own, and its fallbacks where it has too few. ``is_stuck`` says that even with
    these the stage cannot be filled, so that the operators must help.
    """

    stage: int
    missing: int
    seats: frozenset[Seat]
    kept: frozenset[Seat]
    through: tuple[str, ...]
    is_stuck: bool

    def seat_of(self, person: str) -> Seat | None:
        """The seat by which this person can give the next approval: their own, else one they stand in for."""
        own = [seat for seat in self.seats if seat.person == person]
        return min(own, key=lambda seat: (seat.is_stand_in, seat.whose), default=None)


def progress_of(route: Route, votes: Sequence[Vote], staff: Staff) -> Progress:
    """How far a route is, given the votes so far and who can act now.

    One person counts in one stage only, and so does one seat: whoever stood in for somebody has used their
    seat up. Votes count as they were given, whoever has left a group since.
    """
    stages = _open_stages(route, votes, staff)
    if not stages:
        return Progress(len(route.stages), 0, frozenset(), frozenset(), (), is_stuck=False)
    stage, here, missing, through = stages[0]
    later = [
        (seats, count)
        for _, seats, count, groups in stages[1:]
        if staff.untold.isdisjoint(groups)  # what nobody knows may be filled by others
    ]
    kept = _kept_for_later(here, missing, later)
    stuck = len(_fill([(here, missing)])) < missing and staff.untold.isdisjoint(through)
    return Progress(stage, missing, frozenset(here - kept), frozenset(kept), through, is_stuck=stuck)


def short_stages(route: Route, votes: Sequence[Vote], staff: Staff) -> dict[int, int]:
    """The stages, from 0, that cannot be filled with the people there are, by how many each is short of.

    People who could fill either of two stages are counted for the earlier one. A stage with a group of which
    not everybody is known is not taken for short.
    """
    stages = [
        (place, seats, count)
        for place, seats, count, groups in _open_stages(route, votes, staff)
        if staff.untold.isdisjoint(groups)
    ]
    filled = _fill([(seats, count) for _, seats, count in stages])
    short = {}
    for number, (place, _, count) in enumerate(stages):
        left = count - sum(at == number for at, _ in filled)
        if left:
            short[place] = left
    return short


_OpenStage = tuple[int, set[Seat], int, tuple[str, ...]]
"""A stage that is not through: its place, who can fill it, how many it is short of, through which groups."""


def _open_stages(route: Route, votes: Sequence[Vote], staff: Staff) -> list[_OpenStage]:
    """The stage that a payment waits for and those after it; none where all are through."""
    yes = [vote for vote in votes if vote.approves]
    given = [sum(vote.stage == place for vote in yes) for place in range(len(route.stages))]
    first = next((place for place, one in enumerate(route.stages) if given[place] < one.count), None)
    if first is None:
        return []
    people = {vote.by for vote in votes}
    seats_used = {vote.seat.whose for vote in votes}
    found: list[_OpenStage] = []
    for place in range(first, len(route.stages)):
        stage = route.stages[place]
        missing = stage.count - given[place]
        seats, through = _pool(stage, route.last_fallback, missing, staff, people, seats_used)
        found.append((place, seats, missing, through))
    return found


def can_still_pass(route: Route, votes: Sequence[Vote], staff: Staff) -> bool:
    """Whether the stage that a payment waits for can still reach its number, after those who said no."""
    progress = progress_of(route, votes, staff)
    return progress.missing == 0 or not progress.is_stuck


def _pool(
    stage: Stage,
    last_fallback: str,
    missing: int,
    staff: Staff,
    people: set[str],
    seats_used: set[str],
) -> tuple[set[Seat], tuple[str, ...]]:
    """Who can fill a stage; fallbacks join only where there are too few, and never lower the number.

    A group of which not everybody is known is not taken for too small.
    """
    found: set[Seat] = set()
    through: list[str] = []
    for group in dict.fromkeys((stage.group, stage.fallback, last_fallback)):
        if not group:
            continue
        found |= {
            seat
            for seat in staff.seats(group)
            if seat.person not in people and seat.whose not in seats_used and seat.person not in seats_used
        }
        through.append(group)
        if group in staff.untold or len(_fill([(found, missing)])) >= missing:
            break
    return found, tuple(through)


def _kept_for_later(here: set[Seat], missing: int, later: Sequence[tuple[set[Seat], int]]) -> set[Seat]:
    """Those who must not approve now, since a later stage could not be filled without them."""
    stages = [(here, missing), *later]
    total = sum(count for _, count in stages)
    if not later or len(_fill(stages)) < total:
        return set()  # it cannot be filled in any way, so keeping somebody back gains nothing
    kept = set()
    for seat in here:
        rest = [
            ({one for one in pool if one.person != seat.person and one.whose != seat.whose}, count)
            for pool, count in [(here, missing - 1), *later]
        ]
        if len(_fill(rest)) < total - 1:
            kept.add(seat)
    return kept


def _fill(stages: Iterable[tuple[set[Seat], int]]) -> dict[tuple[int, int], Seat]:
    """As many places of stages filled as can be, each by another person in another seat.

    By augmenting paths over people (Kuhn's algorithm), which for seats that two people share may find one
    fewer than there is, never more: so nothing is taken for filled that is not.
    """
    places = [(number, place, pool) for number, (pool, count) in enumerate(stages) for place in range(count)]
    taken: dict[str, tuple[int, int]] = {}  # by person
    filled: dict[tuple[int, int], Seat] = {}

    def place_one(number: int, place: int, pool: set[Seat], tried: set[str]) -> bool:
        for seat in sorted(pool, key=lambda one: (one.is_stand_in, one.person, one.whose)):
            if seat.person in tried or _is_used(seat, filled, (number, place)):
                continue
            tried.add(seat.person)
            held = taken.get(seat.person)
            if held is None or place_one(held[0], held[1], pools[held], tried):
                taken[seat.person] = (number, place)
                filled[(number, place)] = seat
                return True
        return False

    pools = {(number, place): pool for number, place, pool in places}
    for number, place, pool in places:
        place_one(number, place, pool, set())
    return filled


def _is_used(seat: Seat, filled: dict[tuple[int, int], Seat], but: tuple[int, int]) -> bool:
    """Whether somebody else sits in a seat already, at another place than this."""
    return any(
        one.whose == seat.whose and one.person != seat.person for at, one in filled.items() if at != but
    )
