"""What one decision about many payments does, as it is shown before it is done. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.domain.conversation import DecisionKind
from bot.domain.review.outcome import Outcome
from bot.domain.review.selection import DeskPayment

LARGEST = 5  # payments of a selection that are named, whatever else is said of it


@dataclass(frozen=True)
class BulkEffect:
    """What one decision about many payments does, as it is shown before it is done.

    ``payments`` are all that were selected and can still be decided; ``ticked`` are references of those of
    high risk that are decided too. An approval takes the others as a heap, and of high risk only what is
    ticked by name; a rejection or hold takes only what is ticked of them as well. What a call to its vendor
    keeps ``user`` from approving is ``hindered``, and counts for nothing else.
    """

    kind: DecisionKind
    payments: Sequence[DeskPayment]
    ticked: Collection[int] = ()
    user: str = ""

    @cached_property
    def hindered(self) -> dict[int, Outcome]:
        """References of those that are shown and not approved, with why."""
        approving = self.payments if self.kind is DecisionKind.APPROVED else ()
        return {payment.ref: why for payment in approving if (why := payment.hindrance(self.user))}

    @cached_property
    def possible(self) -> tuple[DeskPayment, ...]:
        """Those that the decision may take."""
        return tuple(payment for payment in self.payments if payment.ref not in self.hindered)

    @cached_property
    def high_risk(self) -> tuple[DeskPayment, ...]:
        """Those of high risk, each of which has a check mark of its own."""
        return tuple(payment for payment in self.possible if payment.high_risk)

    @cached_property
    def taken(self) -> tuple[DeskPayment, ...]:
        """Those that the decision takes."""
        return tuple(one for one in self.possible if not one.high_risk or one.ref in self.ticked)

    @property
    def left(self) -> int:
        """How many of high risk are left as they are, since they are not ticked."""
        return len(self.possible) - len(self.taken)

    @property
    def largest(self) -> list[DeskPayment]:
        """The largest of those that the decision takes, whatever their currency."""
        return sorted(self.taken, key=lambda payment: -abs(payment.amount))[:LARGEST]

    @property
    def needs_reason(self) -> bool:
        """Whether a reason must be given: to reject, to hold, and to approve what is of high risk."""
        return self.kind is not DecisionKind.APPROVED or any(payment.high_risk for payment in self.taken)


def ticked_at_first(kind: DecisionKind, payments: Iterable[DeskPayment]) -> frozenset[int]:
    """References of the high-risk ones that are ticked when the page is opened.

    None where they are approved, which is done by name alone; all of them where they are rejected or held.
    """
    if kind is DecisionKind.APPROVED:
        return frozenset()
    return frozenset(payment.ref for payment in payments if payment.high_risk)
