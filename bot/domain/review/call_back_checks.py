"""Whether nothing was approved that was frozen, as the trail has it; a part of the check of a review."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind
from bot.domain.review import approvals, call_backs
from bot.domain.review.amendment import CORRECTED, amended_in
from bot.domain.review.audit_entries import DECIDING, flagged_in, says_frozen
from bot.domain.review.call_backs import CallBack
from bot.domain.review.reviewed_transaction import ReviewedTransaction


@dataclass
class _Followed:
    """One payment on its way through the trail: its calls, who approved it, and whether it needs a call."""

    needs: bool = False
    calls: list[CallBack] = field(default_factory=list)
    yes: set[str] = field(default_factory=set)


def call_back_problems(
    entries: Mapping[int, ReviewedTransaction], trail: Sequence[AuditEntry], barred: frozenset[str]
) -> Iterator[str]:
    """What does not fit, a phrase each; ``barred`` brought the payments, by Slack user id.

    Before each approval of a payment that needs it, the newest call to its vendor has confirmed the account,
    and who noted that has not approved the payment, nor brought it. What was judged before there were such
    calls was approved without one.
    """
    followed: defaultdict[int, _Followed] = defaultdict(_Followed)
    for place, entry in enumerate(trail, start=1):
        for ref in flagged_in(entry):
            followed[ref].needs = says_frozen(ref, entry)
        for ref in amended_in(entry) if entry.event == CORRECTED else ():
            followed[ref] = _Followed(followed[ref].needs)
        for ref in call_backs.refs_in(entry):
            followed[ref].calls.append(call_backs.call_back_in(entry))
            if entry.actor in barred:
                yield f"entry {place} is a call-back on #{ref} by who brought it"
        for ref in approvals.refs_in(entry):
            if entry.event == approvals.VOID:
                followed[ref].yes.clear()
            elif not entry.detail.get("rejects", False):
                followed[ref].yes.add(entry.actor)
        if entry.event in DECIDING and entry.detail["kind"] == DecisionKind.APPROVED.value:
            ref = int(entry.detail["ref"])
            yield from _approved(place, ref, followed[ref], entry.actor)
    for ref, payment in entries.items():
        if list(payment.call_backs) != followed[ref].calls:
            yield f"the call-backs on #{ref} are not those in the audit trail"


def _approved(place: int, ref: int, payment: _Followed, by: str) -> Iterator[str]:
    if not payment.needs:
        return
    newest = payment.calls[-1] if payment.calls else None
    if newest is None or not newest.confirmed:
        yield f"entry {place} approves #{ref}, which was frozen"
    elif newest.by in {by, *payment.yes}:
        yield f"entry {place} approves #{ref} with a call-back of one who approved it"
