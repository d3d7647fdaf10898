"""A decision about one transaction, and a proposal: what a reply would decide once its author confirms it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.conversation import Correct, DecisionKind, DecisionRequest, Exit, Medium, Skip

FINANCE_BOT = "finance_bot"


class Decision(BaseModel):
    """What was decided about one transaction, by whom, when, why, and over which content.

    ``replaces`` is the place, from 1, that the decision which it corrects has in the audit trail, and
    ``since`` when the first of them was made.
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


class Proposal(BaseModel):
    """What was understood of a reply, if not exactly; nothing of it is done before its author confirms it."""

    model_config = ConfigDict(frozen=True)

    id: str
    by: str
    words: str
    reading: Skip | Exit | Correct | tuple[DecisionRequest, ...]
