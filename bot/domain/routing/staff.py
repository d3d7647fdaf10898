"""Who can act at this moment: the people of each group, who is away, and who stands in for them."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's way to give an approval: for themselves, or for somebody who is away."""

    person: str
    whose: str

    @property
    def is_stand_in(self) -> bool:
        """Whether they act for somebody else."""
        return self.person != self.whose


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of a workspace as far as a payment's route needs them, by Slack user id.

    ``groups`` are who is in each group now, those of user groups too. ``barred`` brought the payment.
    ``away`` has who is absent, with who stands in for them or ``""``. ``unable`` may not act at all, or not
    over so much money. ``untold`` are groups of which not everybody is known: Slack did not say, or it is
    whoever is in the channel. ``here`` is whose answer is looked at: somebody who is away and answers all the
    same is evidently there, for themselves and for nobody else.
    """

    groups: Mapping[str, Set[str]]
    barred: Set[str] = frozenset()
    away: Mapping[str, str] = field(default_factory=dict)
    unable: Set[str] = frozenset()
    untold: Set[str] = frozenset()
    here: str = ""

    def seats(self, group: str) -> set[Seat]:
        """Every way in which somebody can act for a member of this group."""
        found: set[Seat] = set()
        for member in self.groups.get(group, frozenset()):
            if member in self.barred:
                continue  # whose authority is not theirs here is nobody else's either
            is_away = member in self.away and member != self.here
            person = self.away[member] if is_away else member
            if is_away and (person in self.away or member in self.unable):
                continue  # a stand-in who is away, or for somebody who could not have approved it
            if person and person not in self.barred and person not in self.unable:
                found.add(Seat(person, member))
        return found
