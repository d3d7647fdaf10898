"""A decision about many payments as it is prepared, shown and done."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.conversation import DecisionKind
from bot.domain.review.bulk_effect import BulkEffect
from bot.domain.review.outcome import RequestResult
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.selection import DeskPayment, PageOf, ShownState
from bot.domain.review.state import ReviewState


class About(StrEnum):
    """Which payments of a review a decision about many is prepared for.

    ``EVERYTHING`` is what nobody has said anything about; what is on hold must be found or selected as such.
    ``RECOMMENDED`` is what of it the bot would approve, since nothing was found about it.
    """

    EVERYTHING = "everything"
    RECOMMENDED = "recommended"
    FOUND = "found"
    SELECTED = "selected"


class Bulk(BaseModel):
    """A decision about many that ``user`` prepares: about ``refs``, seen when ``content_token`` held.

    ``versions`` are those of payments that had been corrected, by reference, and ``held`` what was on hold.
    ``calls`` are how many calls had been noted on each about which its vendor was called.
    ``proposal`` is the id of what it was read from, empty for none; ``page`` is that of its high-risk ones.
    ``resets`` counts how often a button changed check marks: a modal keeps them under an element's name.
    """

    model_config = ConfigDict(frozen=True)

    review: str
    user: str
    kind: DecisionKind
    refs: tuple[int, ...]
    content_token: str
    versions: dict[int, int] = {}
    held: frozenset[int] = frozenset()
    calls: dict[int, int] = {}
    reason: str = ""
    proposal: str = ""
    page: int = 0
    resets: int = 0

    def shows(self, payment: DeskPayment) -> bool:
        """Whether a payment is still as it was when this was prepared."""
        is_held = payment.state is ShownState.HELD and self.kind is not DecisionKind.HELD
        if self.kind is DecisionKind.APPROVED and payment.calls != self.calls.get(payment.ref, 0):
            return False
        return payment.version == self.versions.get(payment.ref, 1) and (
            payment.ref in self.held or not is_held
        )


@dataclass(frozen=True, slots=True)
class BulkShown:
    """A decision about many before it is done; ``page`` is one of its high-risk payments.

    ``entries`` are the payments that are named, by reference; ``gone`` were decided since it was prepared.
    """

    id: str
    bulk: Bulk
    state: ReviewState
    effect: BulkEffect
    page: PageOf
    entries: dict[int, ReviewedTransaction]
    gone: int
    revision: int


@dataclass(frozen=True, slots=True)
class BulkDone:
    """What came of it; ``missing`` is a sentence for the form where something has to be filled in first."""

    result: RequestResult
    bulk: Bulk | None = None
    missing: str = ""
