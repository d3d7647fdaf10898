"""What a kind of violation is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.policy import Policy, SanctionsList
from bot.evaluation.payment_generator import Case, Ground


class Group(StrEnum):
    """What is asked of a kind: a rule has to find it; a claim must not hide it; a model may help with it;
    or it stands past the bounds that the policy sets, and nobody promises to find it."""

    RULE = "rule"
    CLAIM = "claim over the limit"
    MODEL = "words nobody listed"
    BEYOND = "past the bounds"


def _as_it_is(policy: Policy) -> Policy:
    return policy


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is planted; ``codes`` count as found.

    ``policy`` turns on what the kind needs (a denied list, say) where the given one leaves it out.
    ``by_vendor`` kinds depend on who is paid, so that another name there makes another payment of it.
    """

    name: str
    means: str
    codes: frozenset[str]
    plant: Callable[[Ground], Case]
    group: Group = Group.RULE
    policy: Callable[[Policy], Policy] = _as_it_is
    sanctions: SanctionsList | None = None
    by_vendor: bool = False
