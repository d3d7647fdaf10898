"""What a correction or a withdrawal by whoever brought a payment makes of its review: pure, as deciding is.

Only what is open is amended. What was decided stays decided; it is submitted again instead. Nothing of this
takes a flag away (law 11 in ARCHITECTURE.md).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from bot.domain.review.amendment import Amendment
from bot.domain.review.decision import without_refs
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Actor, Transition, human_turn
from bot.domain.review.versions import changes_in_words
from bot.domain.transaction import Transaction

# Corrections of one payment. The trail keeps each for ever, and whoever looks has to compare them.
MOST_CORRECTIONS = 20


def withdraw(review: Review, refs: Iterable[int], actor: Actor) -> RequestResult:
    """Withdraw the named payments that are open, for good; all of them, or none where one is unknown.

    What was decided already stays so: the result has the decisions as ``already``. A refusal has no
    transition.
    """
    named = tuple(sorted(set(refs)))
    if refused := _refused(review, named, actor):
        return refused
    entries = [review.entries[ref] for ref in named]
    open_ = [entry for entry in entries if entry.open]
    already = tuple(entry.decision for entry in entries if entry.decision and entry.decided)
    if not open_:
        gone = all(entry.withdrawn for entry in entries)
        return RequestResult(Outcome.WITHDRAWN if gone else Outcome.NOT_OPEN, already=already, refs=named)
    made = tuple(_amendment(entry, actor) for entry in open_)
    withdrawn = {amendment.ref for amendment in made}
    counts = {
        "withdrawn": len(open_),
        "undecided": -sum(entry.undecided for entry in open_),
        "held": -sum(entry.held for entry in open_),
        "recommended": -sum(entry.recommended for entry in open_),
    }
    state = review.state.counting(counts)
    step = Transition(
        state.but(
            rejudging=tuple(ref for ref in state.rejudging if ref not in withdrawn),
            proposal=without_refs(state.proposal, withdrawn),
        ),
        amendments=made,
        turns=(human_turn(actor),),
        audit=tuple(amendment.entry(entry.version) for amendment, entry in zip(made, open_, strict=True)),
        jobs=("publish", "learn"),
    )
    return RequestResult(Outcome.RECORDED, step, already=already, refs=tuple(sorted(withdrawn)))


def amend(
    review: Review, ref: int, version: int, corrected: Callable[[Transaction], Transaction], actor: Actor
) -> RequestResult:
    """Make ``corrected`` of a payment its next version, which has to be judged before anybody decides.

    ``version`` is the one that the form showed. Holds stay; approvals of the version before would end here,
    but a payment with a final one is not open. A refusal has no transition.
    """
    if refused := _refused(review, (ref,), actor):
        return refused
    entry = review.entries[ref]
    if entry.withdrawn or not entry.open:
        already = (entry.decision,) if entry.decision and entry.decided else ()
        outcome = Outcome.WITHDRAWN if entry.withdrawn else Outcome.NOT_OPEN
        return RequestResult(outcome, already=already, refs=(ref,))
    if version != entry.version:
        return RequestResult(Outcome.STALE_CARD, refs=(ref,))
    if len(entry.earlier) >= MOST_CORRECTIONS:
        return RequestResult(Outcome.TOO_MANY_VERSIONS, refs=(ref,))
    after = corrected(entry.transaction)
    if after == entry.transaction:
        return RequestResult(Outcome.UNCHANGED, refs=(ref,))
    made = _amendment(entry, actor, after)
    said = replace(actor, text=f"correct {ref}: {changes_in_words(entry.transaction, after)}")
    state = review.state.counting({"corrections": 1, "recommended": -int(entry.recommended)})
    step = Transition(
        state.but(
            totals=_moved(state.totals, entry.transaction, after),
            rejudging=tuple(sorted({*state.rejudging, ref})),
            proposal=without_refs(state.proposal, {ref}),
            # Nobody approves it by words that were written about the version before.
            undo_turn=state.turns + 1,
        ),
        amendments=(made,),
        turns=(human_turn(said),),
        audit=(made.entry(entry.version + 1),),
        jobs=("assess", "publish"),
    )
    return RequestResult(Outcome.RECORDED, step, refs=(ref,))


def _refused(review: Review, refs: tuple[int, ...], actor: Actor) -> RequestResult | None:
    """Why none of these payments may be amended now by this person; ``None`` where they may."""
    state = review.state
    if state.status is ReviewStatus.CLOSED:
        return RequestResult(Outcome.CLOSED)
    if actor.user not in state.barred:
        return RequestResult(Outcome.NOT_BROUGHT)
    if state.status is ReviewStatus.ASSESSING:
        return RequestResult(Outcome.NOT_READY)
    unknown = tuple(ref for ref in refs if ref not in review.entries)
    return RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=unknown) if unknown or not refs else None


def _amendment(entry: ReviewedTransaction, actor: Actor, payment: Transaction | None = None) -> Amendment:
    return Amendment(ref=entry.transaction.ref, by=actor.user, at=actor.now, how=actor.how, payment=payment)


def _moved(sums: dict[str, Decimal], before: Transaction, after: Transaction) -> dict[str, Decimal]:
    """Sums by currency with one payment in the place of another; a currency that adds up to nothing goes."""
    moved = dict(sums)
    for payment, amount in ((before, -before.amount), (after, after.amount)):
        moved[payment.currency] = moved.get(payment.currency, Decimal(0)) + amount
    return {currency: amount for currency, amount in sorted(moved.items()) if amount}
