"""What it makes of a review that somebody is on it: pure, as deciding is. A claim never blocks a decision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.audit.entry import AuditEntry
from bot.domain.people import Approvers
from bot.domain.review.approvals import GIVEN, refs_in
from bot.domain.review.approving import Authority
from bot.domain.review.claims import MOST_CLAIMS, Claim, claim_on
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarks import OF_REVIEW
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor, Transition

CLAIMED, GIVEN_BACK, LAPSED = "claimed", "claim_given_back", "claim_lapsed"
AT_ONCE = timedelta(minutes=1)  # within which somebody who says it again renews nothing


def claim(
    review: Review,
    refs: Iterable[int],
    actor: Actor,
    approvers: Approvers,
    life: timedelta,
    seen: str = "",
) -> RequestResult:
    """Put down that somebody is on these payments, or on the review where none is named; all, or none.

    ``life`` is how long that counts. ``seen`` is whose claim they were shown and take over (a Slack user id),
    empty where they were shown none: what others have claimed meanwhile stays theirs. Only who may decide now
    is on it: where payments have routes, ``review`` has those that are named, or all that are open.
    """
    state, targets = review.state, tuple(sorted(set(refs)))
    refused = _refused(review, targets, actor, approvers)
    if refused is not None:
        return refused
    standing = [claim_on(state.claims, ref, actor.now) for ref in targets or (OF_REVIEW,)]
    others = tuple(one for one in standing if one and one.by not in (actor.user, seen))
    if others:
        return RequestResult(Outcome.CLAIMED, claimed=others)
    if all(one and one.by == actor.user and one.until - life > actor.now - AT_ONCE for one in standing):
        return RequestResult(Outcome.REPEATED)  # a press that was delivered twice, or two of them
    made = tuple(
        Claim(
            ref=ref,
            by=actor.user,
            since=was.since if was and was.by == actor.user else actor.now,
            until=actor.now + life,
        )
        for ref, was in zip(targets or (OF_REVIEW,), standing, strict=True)
    )
    claims = tuple(sorted((*_without(state.claims, targets), *made), key=lambda one: one.ref))
    if len(claims) > MOST_CLAIMS:
        return RequestResult(Outcome.TOO_MANY_CLAIMS)
    taken = {one.by for one in standing if one} - {actor.user}
    entry = _entry(CLAIMED, made, actor.user, actor.now, taken_from=sorted(taken), until=made[0].until)
    return RequestResult(Outcome.RECORDED, Transition(state.but(claims=claims), audit=(entry,)))


def give_back(review: Review, ref: int, actor: Actor) -> RequestResult:
    """Take one's own claim away from a payment, or from the review (``OF_REVIEW``)."""
    state = review.state
    standing = claim_on(state.claims, ref, actor.now)
    if standing is None or standing.by != actor.user:
        return RequestResult(Outcome.NOT_CLAIMED, claimed=(standing,) if standing else ())
    left = tuple(one for one in state.claims if one.ref != ref)
    entry = _entry(GIVEN_BACK, (standing,), actor.user, actor.now)
    return RequestResult(Outcome.RECORDED, Transition(state.but(claims=left), audit=(entry,)))


def with_claims_kept(step: Transition, life: timedelta, now: datetime) -> Transition:
    """The step with the claims that stand after it: what is answered needs nobody on it any more.

    A decision, a hold or an approval on the way ends the claim on its payment, and renews the one that
    whoever gave it has on the review. A withdrawal ends it too, and so does what leaves nothing open. What is
    only corrected, released or undone keeps it. What has lapsed is left to ``lapsed``, which tells of it.
    """
    state = step.state
    if not state.claims:
        return step
    votes = [entry for entry in step.audit if entry.event == GIVEN]
    answered = {decision.ref for decision in step.decisions} | {
        ref for vote in votes for ref in refs_in(vote)
    }
    answered |= {amendment.ref for amendment in step.amendments if amendment.payment is None}
    active = {decision.by for decision in step.decisions} | {vote.actor for vote in votes}
    kept = tuple(
        one.model_copy(update={"until": now + life})
        if one.of_review and one.by in active and one.until > now
        else one
        for one in state.claims
        if one.ref not in answered
    )
    if state.status is ReviewStatus.CLOSED or not state.waiting:
        kept = ()
    return step if kept == state.claims else step.followed_by(state=state.but(claims=kept))


def lapsed(state: ReviewState, now: datetime) -> Transition:
    """The step that takes away the claims whose time is over."""
    over = [one for one in state.claims if one.until <= now]
    left = tuple(one for one in state.claims if one.until > now)
    audit = tuple(_entry(LAPSED, _of(over, user), FINANCE_BOT, now, of=user) for user in _users(over))
    return Transition(state.but(claims=left), audit=audit)


def claim_problems(state: ReviewState, entries: Mapping[int, ReviewedTransaction]) -> Iterator[str]:
    """What people are on though nothing of it waits, a phrase each."""
    for one in state.claims:
        entry = entries.get(one.ref)
        if not (state.waiting if one.of_review else entry and entry.open):
            yield f"somebody is on {f'#{one.ref}' if one.ref else 'the review'}, which waits for nobody"


def _refused(review: Review, refs: Sequence[int], actor: Actor, approvers: Approvers) -> RequestResult | None:
    """Why this person cannot be on these payments, or on the review."""
    if outcome := review.refused(actor, approvers):
        return RequestResult(outcome)
    if not review.state.waiting:
        return RequestResult(Outcome.NOTHING_TO_DECIDE)
    entries = {ref: review.entries[ref] for ref in refs if ref in review.entries}
    decided = [entry.decision for entry in entries.values() if entry.decision and entry.decided]
    for outcome, those in (
        (Outcome.UNKNOWN_TRANSACTION, set(refs) - set(entries)),
        (Outcome.NOT_FLAGGED, {ref for ref, entry in entries.items() if not entry.flagged}),
        (Outcome.WITHDRAWN, {ref for ref, entry in entries.items() if entry.withdrawn}),
        (Outcome.ALREADY_DECIDED, {decision.ref for decision in decided}),
    ):
        if those:
            return RequestResult(outcome, refs=tuple(sorted(those)), already=tuple(decided))
    authority = Authority(actor.user, approvers, review.state.barred)

    def is_theirs(entry: ReviewedTransaction) -> bool:
        # What is frozen needs somebody on it as well, who calls the vendor.
        return authority.progress(entry).seat_of(actor.user) is not None

    if refs:
        foreign = tuple(ref for ref in refs if not is_theirs(entries[ref]))
        return RequestResult(Outcome.NOT_YOUR_STAGE, refs=foreign) if foreign else None
    open_ones = [entry for entry in review.entries.values() if entry.open]
    if not review.state.routes or any(map(is_theirs, open_ones)):
        return None
    return RequestResult(Outcome.NOT_YOUR_STAGE, refs=tuple(entry.transaction.ref for entry in open_ones[:5]))


def _without(claims: Iterable[Claim], refs: Sequence[int]) -> tuple[Claim, ...]:
    return tuple(one for one in claims if one.ref not in (refs or (OF_REVIEW,)))


def _of(claims: Iterable[Claim], user: str) -> tuple[Claim, ...]:
    return tuple(one for one in claims if one.by == user)


def _users(claims: Iterable[Claim]) -> list[str]:
    return list(dict.fromkeys(one.by for one in claims))


def _entry(
    event: str,
    claims: Iterable[Claim],
    actor: str,
    at: datetime,
    until: datetime | None = None,
    **about: object,
) -> AuditEntry:
    """The trail's word for it; ``refs`` are the payments, and there are none where it is the review."""
    refs = [one.ref for one in claims if not one.of_review]
    more = {name: value for name, value in about.items() if value}
    if until:
        more["until"] = until.isoformat().replace("+00:00", "Z")
    return AuditEntry(event=event, actor=actor, at=at, detail={"refs": refs, **more})
