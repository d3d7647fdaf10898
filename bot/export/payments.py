"""Which payments of a review are exported, and what stands in each column."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.conversation import DecisionKind
from bot.domain.review.decision import FINANCE_BOT, Decision
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import TYPED

Cell = str | int | Decimal | date | datetime | None
"""A value of a column; ``None`` where the payment has none."""

COLUMNS = (
    *("Review", "Payment", "File row", "Date", "Vendor", "Amount", "Currency", "Invoice", "Account"),
    *("Memo", "Category", "State", "Decided by", "Decided at (UTC)", "Reason", "Call to the vendor"),
)
AUTOMATICALLY = "Countersign, automatically"


class ExportedState(StrEnum):
    """Which payments are asked for; those approved automatically are among the approved ones."""

    APPROVED = "approved"
    REJECTED = "rejected"
    HELD = "held"
    ALL = "all"

    def covers(self, entry: ReviewedTransaction) -> bool:
        """Whether a payment is among them."""
        if self is ExportedState.ALL:
            return True
        if entry.withdrawn:
            return False
        if entry.decision is None:
            # Before it was judged, nothing is approved.
            return self is ExportedState.APPROVED and entry.judgement is not None and not entry.flagged
        return entry.decision.kind.value == self.value


def people_named(entries: Iterable[ReviewedTransaction]) -> set[str]:
    """Whom the cells of these payments name, by Slack user id."""
    decisions = [entry.decision for entry in entries if entry.decision]
    decided = {person for decision in decisions for person in (decision.by, decision.whose) if person}
    return decided | {entry.call_backs[-1].by for entry in entries if entry.call_backs}


def cells(state: ReviewState, entry: ReviewedTransaction, names: Mapping[str, str]) -> tuple[Cell, ...]:
    """A payment's values in the order of ``COLUMNS``; ``names`` are those of people, by Slack user id."""
    payment, decision = entry.transaction, entry.decision
    by, at, reason = _decided(decision, names) if decision else (None, None, None)
    if entry.withdrawal:
        by, at, reason = _named(entry.withdrawal.by, names), entry.withdrawal.at, None
    automatic = decision is None and entry.judgement is not None and not entry.flagged
    return (
        state.id,
        payment.ref,
        payment.row if state.source not in TYPED else None,
        payment.date,
        payment.vendor,
        payment.amount,
        payment.currency,
        payment.invoice,
        payment.account,
        payment.memo,
        payment.category,
        _state_in_words(state, entry),
        AUTOMATICALLY if automatic else by,
        at,
        reason,
        _called(entry, names),
    )


def _called(entry: ReviewedTransaction, names: Mapping[str, str]) -> str | None:
    """What came of the newest call to the vendor, of a payment that needs one; that there was none, if so."""
    if not entry.needs_call_back:
        return None
    if not entry.call_backs:
        return "none"
    newest = entry.call_backs[-1]
    came = "confirmed" if newest.confirmed else "not confirmed"
    return f"{came} at {newest.called_at:%Y-%m-%d %H:%M} UTC, by {_named(newest.by, names)}"


def _decided(decision: Decision, names: Mapping[str, str]) -> tuple[Cell, Cell, Cell]:
    by = _named(decision.by, names)
    whose = f" for {_named(decision.whose, names)}" if decision.whose else ""
    return f"{by}{whose}", decision.at, decision.reason or None


def _named(user: str, names: Mapping[str, str]) -> str:
    by = AUTOMATICALLY if user == FINANCE_BOT else user
    name = names.get(user)
    return f"{name} ({by})" if name else by


def _state_in_words(state: ReviewState, entry: ReviewedTransaction) -> str:
    if entry.judgement is None:
        return "being judged"
    if not entry.flagged:
        return "approved automatically"
    if entry.withdrawn:
        return "withdrawn"
    kind = entry.decision.kind if entry.decision else None
    if kind in (DecisionKind.APPROVED, DecisionKind.REJECTED):
        return kind.value
    if state.status is ReviewStatus.CLOSED:
        return "not approved"
    if kind is DecisionKind.HELD:
        return "on hold"
    return "frozen, needs a call-back" if entry.frozen else "needs a decision"
