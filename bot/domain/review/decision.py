"""A decision about one transaction, and a proposal: what a reply would decide once its author confirms it."""

from collections.abc import Set
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.conversation import Correct, DecisionKind, DecisionRequest, Exit, Medium, Skip

FINANCE_BOT = "finance_bot"


class Decision(BaseModel):
    """What was decided about one transaction, by whom, when, why, and over which content.

    ``ref`` is the payment's reference, ``by`` a Slack user id or ``FINANCE_BOT``, ``at`` aware UTC, and
    ``content_hash`` that of ``ReviewedTransaction``. ``replaces`` is the place in the audit trail, from 1, of
    the hold or decision that stood before it, 0 where none did. Of a correction ``since`` is when the first
    decision was made; ``None`` of every other. ``whose`` is for whom ``by`` stood in, empty where for nobody.
    """

    model_config = ConfigDict(frozen=True)

    ref: int
    kind: DecisionKind
    by: str
    at: datetime
    how: Medium
    reason: str = ""
    content_hash: str
    replaces: int = 0
    since: datetime | None = None
    whose: str = ""

    @property
    def corrects(self) -> bool:
        """Whether its author put it in the place of a decision of their own."""
        return self.since is not None


class Proposal(BaseModel):
    """What was understood of a reply that is no exact command; done only when its author confirms it.

    ``id`` is ``P-`` and the number of the reply's turn, ``by`` the author's Slack user id, ``words`` what
    people are shown, ``reading`` what is done.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    by: str
    words: str
    reading: Skip | Exit | Correct | tuple[DecisionRequest, ...]


def without_refs(proposal: Proposal | None, refs: Set[int]) -> Proposal | None:
    """The proposal that stands, unless it is about one of these payments: what it showed is so no more."""
    match proposal.reading if proposal and refs else None:
        case Correct(changes=parts) | (tuple() as parts):
            general = any(part.refs is None for part in parts)
            named = {ref for part in parts for ref in part.refs or ()}
            return None if general or named & refs else proposal
    return proposal
