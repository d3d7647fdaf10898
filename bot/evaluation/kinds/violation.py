"""What a violation is, and what a kind of violations is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.policy import Policy, SanctionsList
from bot.domain.transaction import Transaction
from bot.evaluation.payment_generator import PaymentGenerator


@dataclass(frozen=True, slots=True)
class Violation:
    """One planted violation: the rows that must be found, and what belongs to it.

    ``beside`` are rows of the batch that need not be found, such as the first of two equal payments, and
    ``before`` payments of the past. ``way`` is the variant of its kind, as reports name it.
    """

    rows: tuple[Transaction, ...]
    beside: tuple[Transaction, ...] = ()
    before: tuple[Transaction, ...] = ()
    way: str = ""

    @classmethod
    def of_row(cls, row: Transaction, way: str = "") -> "Violation":
        """A violation that is one row by itself."""
        return cls((row,), way=way)


class ViolationGroup(StrEnum):
    """Who is expected to find a kind; the value is how reports name the group.

    ``RULE``: a rule of the policy has to find it. ``CLAIM``: the payment is over the limit, and no text may
    hide that. ``MODEL``: only a model can be expected to find it. ``OUTSIDE_THRESHOLDS``: it stands just past
    the thresholds of the policy, and nobody promises to find it.
    """

    RULE = "rule"
    CLAIM = "claim over the limit"
    MODEL = "words nobody listed"
    OUTSIDE_THRESHOLDS = "past the bounds"

    @property
    def in_bounds(self) -> bool:
        """Whether the policy by itself promises to find it; the others are beyond its bounds."""
        return self in (ViolationGroup.RULE, ViolationGroup.CLAIM)


def _unchanged(policy: Policy) -> Policy:
    return policy


@dataclass(frozen=True, slots=True)
class ViolationKind:
    """One kind of violations, and how one of it is made.

    ``name`` and ``means`` are how reports call and explain it. A row counts as found where one of ``codes``
    is among its findings, which names the matter; any other finding flags the row and does not count.
    ``plant`` makes one violation, or raises ``CannotPlant``. ``policy`` switches on
    what the kind needs (a list of denied vendors, say) where the given policy leaves it out, and
    ``sanctions`` is a list for this kind alone. ``by_vendor`` kinds depend on who is paid, so that another
    vendor's name would make another payment of the row.
    """

    name: str
    means: str
    codes: frozenset[str]
    plant: Callable[[PaymentGenerator], Violation]
    group: ViolationGroup = ViolationGroup.RULE
    policy: Callable[[Policy], Policy] = _unchanged
    sanctions: SanctionsList | None = None
    by_vendor: bool = False

    @property
    def in_bounds(self) -> bool:
        """Whether the policy by itself promises to find it."""
        return self.group.in_bounds
