"""What somebody typed in full and still has to confirm: decisions about many, and about what is of high risk.

Nobody approves or rejects a number of payments whose count, sums and riskiest were not before their eyes
(law 12 in ARCHITECTURE.md).
"""

from collections.abc import Sequence

from bot.application.frozen import approvable
from bot.application.propose import approved_unseen, asked, payment_facts, proposed
from bot.domain.conversation import Correct, Decide, DecisionKind, DecisionRequest, Unclear
from bot.domain.judgement import Severity
from bot.domain.replies.commands import HEAP
from bot.domain.replies.meaning import without_risky
from bot.domain.review.outcome import RequestResult
from bot.domain.review.ranking import ShareOfLimit
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor
from bot.domain.text import has_changed, refs_in_words, worst

# An amount over its limit is what people are there for, and is approved by one word; from so many times the
# limit on it is not.
FAR_OVER = 10.0
OVER_LIMIT = "amount_over_limit"
RISKY_CHANGE = (
    "Some of these are high risk, which is approved by name: please change at most {} in one message. "
    "Nothing was changed."
)
ALL_RISKY = "All of these are high risk, so please name each one. Nothing was changed."


def needs_a_reason(entry: ReviewedTransaction, share_of_limit: ShareOfLimit) -> bool:
    """Whether an approval needs a reason, or to be confirmed: high risk other than an amount near its limit.

    ``share_of_limit`` says what share of its limit an amount is; with no limit known it is far over.
    """
    findings = entry.judgement.findings if entry.judgement else ()
    high = [finding.code for finding in findings if finding.severity is Severity.HIGH]
    if not high or any(code != OVER_LIMIT for code in high):
        return bool(high)
    share = share_of_limit(entry.transaction)
    return share is None or share >= FAR_OVER


def without_a_reason(
    review: Review, requests: Sequence[DecisionRequest], share_of_limit: ShareOfLimit
) -> tuple[int, ...]:
    """Which of the payments that requests name would be approved without the reason that they need."""
    return tuple(
        ref
        for request in requests
        if request.kind is DecisionKind.APPROVED and not request.reason
        for ref in request.refs or ()
        if needs_a_reason(review.entries[ref], share_of_limit)
    )


def to_confirm(
    review: Review, requests: Sequence[DecisionRequest], actor: Actor, share_of_limit: ShareOfLimit
) -> RequestResult | None:
    """The proposal that these requests become, which would be taken else; ``None`` where they act at once.

    What is proposed are the payments that are meant now, by reference.
    """
    possible = approvable(review, Decide(asks=tuple(_spelled_out(review, requests))), actor.user)
    spelled = possible.reading.asks if isinstance(possible.reading, Decide) else ()
    moves = [request for request in spelled if request.kind is not DecisionKind.HELD]
    general = any(request.refs is None and request.kind is not DecisionKind.HELD for request in requests)
    count = sum(len(request.refs or ()) for request in moves)
    risky = without_a_reason(review, moves, share_of_limit)
    if not (risky or count > HEAP or (general and count > 1)):
        return None
    named = {ref for request in requests for ref in request.refs or ()}
    kept, notes = without_risky(spelled, tuple(map(payment_facts, review.entries.values())), named)
    if not kept:
        return asked(review, Unclear(question=ALL_RISKY), actor)
    left = sorted({ref for request in kept for ref in request.refs or ()}.intersection(risky))
    if left:
        them = "it" if len(left) == 1 else "them"
        checked = f"{refs_in_words(left)} {'is' if len(left) == 1 else 'are'} of high risk"
        notes = (*notes, f"{checked}: please confirm that you have checked {them}.")
    return proposed(review, Decide(asks=tuple(kept)), actor, (*possible.notes, *notes))


def change_to_confirm(
    review: Review, wanted: Correct, actor: Actor, share_of_limit: ShareOfLimit
) -> RequestResult | None:
    """The proposal, or the question, that a correction becomes, which would be done else; ``None`` at once.

    It approves what was held or rejected, and is no way around what an approval has to show.
    """
    if asked_back := risky_heap(review, wanted, actor):
        return asked_back
    moves = [
        change for change in wanted.changes if change.kind in (DecisionKind.APPROVED, DecisionKind.REJECTED)
    ]
    requests = [DecisionRequest(kind=change.kind, refs=change.refs) for change in moves if change.kind]
    unseen = approved_unseen(review, requests)
    if not (unseen or sum(len(change.refs) for change in moves) > HEAP):
        risky = without_a_reason(review, requests, share_of_limit)
        if not risky:
            return None
    return proposed(review, wanted, actor, tuple(map(has_changed, unseen)))


def risky_heap(review: Review, wanted: Correct, actor: Actor) -> RequestResult | None:
    """The question that a correction becomes which approves a heap with high risk in it; else ``None``."""
    approved = {
        ref for change in wanted.changes if change.kind is DecisionKind.APPROVED for ref in change.refs
    }
    entries = (review.entries[ref] for ref in sorted(approved & review.entries.keys()))
    risky = [entry.transaction.ref for entry in entries if worst(entry) is Severity.HIGH]
    if len(approved) <= HEAP or not risky:
        return None
    return asked(review, Unclear(question=RISKY_CHANGE.format(HEAP)), actor)


def _spelled_out(review: Review, requests: Sequence[DecisionRequest]) -> list[DecisionRequest]:
    """The requests with the open payments of each by reference, as ``Review.decide`` takes them."""
    named = {ref for request in requests for ref in request.refs or ()}
    left = {ref for ref, entry in review.entries.items() if entry.open}
    spelled = []
    for request in requests:
        refs: tuple[int, ...] = request.refs or ()
        if request.refs is None:
            others = named | set(request.but)
            refs = tuple(ref for ref in sorted(left - others) if review.entries[ref].undecided)
        refs = tuple(ref for ref in dict.fromkeys(refs) if ref in left)
        left -= set(refs)
        if refs:
            spelled.append(request.model_copy(update={"refs": refs, "but": ()}))
    return spelled
