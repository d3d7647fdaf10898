"""One decision about many payments that somebody selected and was shown before. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain import text
from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.judgement import Severity
from bot.domain.people import Approvers
from bot.domain.review.outcome import RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor, human_turn


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """What is to be decided: ``refs`` in one way for one reason, of high risk only those ``by_name``.

    ``versions`` are those that were shown, by reference, of payments that had been corrected by then.
    """

    kind: DecisionKind
    refs: tuple[int, ...]
    by_name: frozenset[int]
    reason: str = ""
    versions: Mapping[int, int] = field(default_factory=dict)


def decide_many(
    review: Review, request: BulkRequest, actor: Actor, approvers: Approvers, content_token: str
) -> RequestResult:
    """Decide about all of them that still wait, in one step with one turn of the conversation.

    What was decided meanwhile is left as it is, and named in the result. What is of high risk and was not
    ticked by name is left too, whatever it was when it was selected: whoever approves many must have seen it.
    So is what was corrected or withdrawn since.
    """
    refs = tuple(ref for ref in request.refs if not _unseen(review.entries.get(ref), ref, request))
    asked = DecisionRequest(kind=request.kind, refs=refs, reason=request.reason)
    result = review.decide((asked,), actor, approvers, content_token, request.versions)
    if result.transition is None:
        return result
    said = told(request, tuple(decision.ref for decision in result.recorded), review.entries)
    turn = human_turn(replace(actor, text=said, told=True))
    return result.by(replace(result.transition, turns=(turn,)))


def _unseen(entry: ReviewedTransaction | None, ref: int, request: BulkRequest) -> bool:
    if entry is None:
        return False
    if entry.withdrawn or entry.rejudging or entry.version != request.versions.get(ref, 1):
        return True
    if request.kind is not DecisionKind.APPROVED:
        return False
    return text.worst(entry) is Severity.HIGH and ref not in request.by_name


def told(request: BulkRequest, refs: tuple[int, ...], entries: Mapping[int, ReviewedTransaction]) -> str:
    """``approved 84 payments, USD 12,300.00: monthly suppliers``, behind the name of whoever did it."""
    payments = [entries[ref].transaction for ref in refs]
    return text.decided_together(request.kind, payments, request.reason)
