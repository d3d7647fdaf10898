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

    ``versions`` are those that were shown, by reference, of payments that had been corrected by then, and
    ``held`` are those that were shown on hold. ``calls`` are how many calls to the vendor were shown of each.
    """

    kind: DecisionKind
    refs: tuple[int, ...]
    by_name: frozenset[int]
    reason: str = ""
    versions: Mapping[int, int] = field(default_factory=dict)
    held: frozenset[int] = frozenset()
    calls: Mapping[int, int] = field(default_factory=dict)


def decide_many(
    review: Review, request: BulkRequest, actor: Actor, approvers: Approvers, content_token: str
) -> RequestResult:
    """Decide about all of them that still wait, in one step with one turn of the conversation.

    What was decided meanwhile is left as it is, and stands in the result's ``already``. What whoever brought
    it has corrected or withdrawn is left too, so is what was put on hold or called about since, and what is
    of high risk and was not ticked by name, whatever it was when it was selected: who decides about many must
    have seen it. These are its ``refs``.
    """
    changed = tuple(ref for ref in request.refs if _is_unseen(review.entries.get(ref), ref, request))
    refs = tuple(sorted(set(request.refs) - set(changed)))
    asked = DecisionRequest(kind=request.kind, refs=refs, reason=request.reason)
    result = review.decide((asked,), actor, approvers, content_token, request.versions)
    if result.transition is None:
        return result
    said = told(request, result, review.entries)
    turn = human_turn(replace(actor, text=said, told=True))
    return replace(result, transition=replace(result.transition, turns=(turn,)), refs=changed)


def _is_unseen(entry: ReviewedTransaction | None, ref: int, request: BulkRequest) -> bool:
    """Whether a payment is not as it was shown, or was not shown by itself though it is of high risk."""
    if entry is None:
        return False
    if entry.withdrawn or entry.rejudging or entry.version != request.versions.get(ref, 1):
        return True
    if entry.decided:
        return False
    if entry.held and request.kind is not DecisionKind.HELD and ref not in request.held:
        return True
    if request.kind is DecisionKind.APPROVED and len(entry.call_backs) != request.calls.get(ref, 0):
        return True
    is_risky = request.kind is DecisionKind.APPROVED and text.worst(entry) is Severity.HIGH
    return is_risky and ref not in request.by_name


def told(request: BulkRequest, result: RequestResult, entries: Mapping[int, ReviewedTransaction]) -> str:
    """``approved 84 payments, USD 12,300.00: monthly suppliers``, behind the name of whoever did it.

    What still needs others on its route stands behind that, with a count and sums of its own.
    """
    decided = [entries[decision.ref].transaction for decision in result.recorded]
    given = [entries[ref].transaction for ref in result.given]
    said = [text.decided_together(request.kind, decided, request.reason)] if decided else []
    said += [text.given_together(given)] if given else []
    return ", and ".join(said)
