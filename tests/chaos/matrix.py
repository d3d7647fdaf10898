"""Who must decide what in a run: the policy as a file, and the same in plain values for the judge.

The judge must not believe the bot's own reading of the policy, so which payment takes which stages, and who
is in which group, is worked out anew here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.chaos.plan import Plan
from tests.chaos.stored import Stored
from tests.chaos.wishes import Aim, Wish

EVERYBODY = "approvers"
LEAST = 25_000  # USD, the smallest of the limits of people's own
LIMIT = 10_000  # USD, above which a payment is looked at
CONTROLLERS, DIRECTORS = 5, 3  # of the approvers, the first ones and those behind them


@dataclass(frozen=True, slots=True)
class StageWanted:
    """So many people of a group, or a majority of it where that is ``0``; the fallback may be empty."""

    group: str
    needs: int
    fallback: str = ""


ROUTES: dict[int, tuple[StageWanted, ...]] = {  # by the amount in USD that a payment must exceed
    85_000: (StageWanted("board", 1, "directors"),),
    60_000: (StageWanted("controllers", 0, EVERYBODY), StageWanted("directors", 1, "controllers")),
    40_000: (StageWanted(EVERYBODY, 2),),
    LIMIT: (StageWanted(EVERYBODY, 1),),
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """The people of a run by what they may do; ``limits`` are in USD, ``stand_ins`` those of the policy."""

    groups: dict[str, frozenset[str]]
    limits: dict[str, int]
    stand_ins: dict[str, str]

    def text(self, approvers: Sequence[str]) -> str:
        """The policy file; reminders and the calendar are those that every policy has."""
        lines = [f"approvers = {_listed(approvers)}", "", "[limits]", f"USD = {LIMIT}", "", "[groups]"]
        lines += [
            f"{name} = {_listed(sorted(them))}" for name, them in self.groups.items() if name != EVERYBODY
        ]
        for over, stages in ROUTES.items():
            if over == LIMIT:
                continue
            wanted = ", ".join(_stage(stage) for stage in stages)
            lines += ["", "[[routes]]", f'name = "over {over}"', f"over = {{ USD = {over} }}"]
            lines += [f"stages = [{wanted}]"]
        for user, limit in self.limits.items():
            lines += ["", f'[limits_of."{user}"]', f"USD = {limit}"]
        lines += ["", "[stand_ins]", *(f'{user} = "{other}"' for user, other in self.stand_ins.items())]
        return "\n".join(lines) + "\n"

    def may_approve(self, user: str, amount: Decimal) -> bool:
        """Whether a payment is within somebody's own limit."""
        return user not in self.limits or amount <= self.limits[user]


def matrix_of(plan: Plan) -> Matrix:
    """The matrix of a plan, made of who approves in it."""
    people = plan.approvers
    return Matrix(
        groups={
            EVERYBODY: frozenset(people),
            "controllers": frozenset(people[:CONTROLLERS]),
            "directors": frozenset(people[CONTROLLERS : CONTROLLERS + DIRECTORS]),
            "board": frozenset(people[-1:]),
        },
        limits={people[2]: 50_000, people[-2]: LEAST},
        stand_ins={people[0]: people[1], people[-1]: people[0]},
    )


def stages_of(amount: Decimal) -> tuple[StageWanted, ...]:
    """The stages of a payment of so many USD; none where nobody looks at it for its amount."""
    return next((stages for over, stages in ROUTES.items() if amount > over), ())


def may_not_be_enough(stored: Stored, ref: int, wish: Wish) -> bool:
    """Whether what somebody asks of a payment may come to less than a decision, or not be theirs at all.

    Any one of the approvers decides where one stage asks for one of all, up to what is everybody's to decide.
    """
    entry = stored.review.entries[ref]
    amount = abs(entry.transaction.amount)
    if entry.earlier:
        return True  # whoever acted on an earlier version of it acted on another amount
    return stages_of(amount) not in ((), ROUTES[LIMIT]) or (wish.aim is Aim.APPROVE and amount > LEAST)


def _stage(stage: StageWanted) -> str:
    needs = stage.needs or '"majority"'
    fallback = f', fallback = "{stage.fallback}"' if stage.fallback else ""
    return f'{{ from = "{stage.group}", needs = {needs}{fallback} }}'


def _listed(people: Sequence[str]) -> str:
    return f"[{', '.join(f'{person!r}' for person in people)}]".replace("'", '"')
