"""Adding an approver to one payment: pure, as deciding is. It only ever asks for more people, never fewer."""

from collections.abc import Iterator

from bot.domain.people import Approvers
from bot.domain.review.added_approvers import MOST_ADDED, MOST_IN_REVIEW, AddedApprover, with_added
from bot.domain.review.approving import Authority
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor, Transition, human_turn
from bot.domain.routing import Say, short_stages

WITHOUT_A_PART = (Say.NOTHING, Say.BROUGHT)


def add_approver(
    review: Review,
    ref: int,
    person: str,
    reason: str,
    actor: Actor,
    approvers: Approvers,
    *,
    is_member: bool,
) -> RequestResult:
    """Have ``person`` (a Slack user id) approve a payment too, after all whom its route asks.

    ``is_member`` is whether Slack says that they are a full member, and ``approvers`` know whether they are
    away. Whoever adds must have a part in the payment's route. A refusal has no transition.
    """
    if refused := refused_to_add(review, ref, actor, approvers):
        return refused
    entry = review.entries[ref]
    if why := next(_unfit(review, entry, person, actor, approvers, is_member), None):
        return RequestResult(why, refs=(ref,))
    added = _added(ref, person, reason, actor)
    if _makes_shorter(entry, added, Authority("", approvers, review.state.barred)):
        return RequestResult(Outcome.LEAVES_TOO_FEW, refs=(ref,))
    state = review.state.but(added=(*review.state.added, (ref, person)))
    step = Transition(
        state, turns=(human_turn(actor),), audit=(added.entry(),), jobs=("publish", "tell_added")
    )
    return RequestResult(Outcome.RECORDED, transition=step, refs=(ref,))


def refused_to_add(review: Review, ref: int, actor: Actor, approvers: Approvers) -> RequestResult | None:
    """Why this person may add nobody to a payment now; ``None`` where they may."""
    if refused := review.refused(actor, approvers):
        return RequestResult(refused)
    entry = review.entries.get(ref)
    if entry is None:
        return RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=(ref,))
    for outcome, holds in (
        (Outcome.NOT_FLAGGED, not entry.flagged),
        (Outcome.WITHDRAWN, entry.withdrawn),
        (Outcome.REJUDGING, entry.rejudging),
    ):
        if holds:
            return RequestResult(outcome, refs=(ref,))
    if not entry.open:
        already = (entry.decision,) if entry.decision else ()
        return RequestResult(Outcome.ALREADY_DECIDED, already=already, refs=(ref,))
    part = Authority(actor.user, approvers, review.state.barred).involvement(entry)
    if part.say in WITHOUT_A_PART:
        return RequestResult(Outcome.NOT_YOUR_STAGE, refs=(ref,))
    if len(entry.added) >= MOST_ADDED or len(review.state.added) >= MOST_IN_REVIEW:
        return RequestResult(Outcome.TOO_MANY_ADDED, refs=(ref,))
    return None


def _unfit(
    review: Review,
    entry: ReviewedTransaction,
    person: str,
    actor: Actor,
    approvers: Approvers,
    is_member: bool,
) -> Iterator[Outcome]:
    """Why somebody cannot be added to a payment."""
    payment = entry.transaction
    voted = {name for vote in entry.votes for name in (vote.by, vote.whose)}
    if person in review.state.barred:
        yield Outcome.BROUGHT_IT
    if person == actor.user or person in voted or person in {added.person for added in entry.added}:
        yield Outcome.HAS_A_PART
    if not is_member:
        yield Outcome.NOT_A_MEMBER
    if person in approvers.unable(payment.amount, payment.currency):
        yield Outcome.OVER_THEIR_LIMIT


def _added(ref: int, person: str, reason: str, actor: Actor) -> AddedApprover:
    return AddedApprover(ref=ref, person=person, by=actor.user, at=actor.now, how=actor.how, reason=reason)


def _makes_shorter(entry: ReviewedTransaction, added: AddedApprover, authority: Authority) -> bool:
    """Whether fewer of the places that must be filled could be: they are away, or needed at another stage."""
    after = entry.model_copy(
        update={"route": with_added(entry.route, (added,)), "added": (*entry.added, added)}
    )
    return _shortfall(after, authority) > _shortfall(entry, authority)


def _shortfall(entry: ReviewedTransaction, authority: Authority) -> int:
    return sum(short_stages(authority.route(entry), entry.votes, authority.staff(entry)).values())
