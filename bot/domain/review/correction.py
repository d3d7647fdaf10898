"""A decision replaced by whoever made it: while the review is open, and for some minutes.

One decision still stands for each payment (law 5 in ARCHITECTURE.md). A correction names the decision that
it replaces by its place in the audit trail, and the trail keeps all of them. A hold is no end: anybody who
may decide replaces or releases it, at any time.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Change, DecisionKind
from bot.domain.people import Approvers
from bot.domain.review import approvals
from bot.domain.review.approving import Authority, hindrance_of
from bot.domain.review.audit_entries import decided, released, undone
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import Outcome, RequestResult, refused_by
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor, Transition, counts_by_kind, human_turn


def correct(
    review: Review, changes: Iterable[Change], actor: Actor, approvers: Approvers, within: timedelta
) -> RequestResult:
    """Replace decisions by others, or take them back; all that was asked for, or nothing.

    ``within`` is how long after the first decision about a payment it can be corrected, and that by its
    author alone; neither binds what is on hold. What is already so is no hindrance to the rest: the result
    has it as ``already``.
    """
    refused = review.refused(actor, approvers)
    if refused is not None:
        return RequestResult(refused)
    wanted: dict[int, Change] = {}
    twice: set[int] = set()
    for change in changes:
        twice |= wanted.keys() & set(change.refs)
        wanted |= dict.fromkeys(change.refs, change)
    entries = {ref: review.entries[ref] for ref in sorted(wanted) if ref in review.entries}
    made = {ref: entry.decision for ref, entry in entries.items() if entry.decision is not None}
    for outcome, refs in (
        (Outcome.CONTRADICTORY, twice),
        (Outcome.UNKNOWN_TRANSACTION, set(wanted) - set(entries)),
        (Outcome.NOT_FLAGGED, {ref for ref, entry in entries.items() if not entry.flagged}),
        (Outcome.WITHDRAWN, {ref for ref, entry in entries.items() if entry.withdrawn}),
        (Outcome.REJUDGING, {ref for ref, entry in entries.items() if entry.rejudging}),
        (Outcome.NOT_DECIDED, set(wanted) - set(made)),
    ):
        if refs:
            return RequestResult(outcome, refs=tuple(sorted(refs)))
    if hindered := _hindered(entries, wanted, actor, review.state.barred):
        return hindered
    if routed := _not_by_one_alone(entries.values(), wanted, actor, approvers, review.state.barred):
        return RequestResult(Outcome.NOT_YOUR_STAGE, refs=routed)
    decisions = made.values()
    final = [decision for decision in decisions if decision.kind is not DecisionKind.HELD]
    for outcome, kept in (
        (Outcome.ANOTHERS, [decision for decision in final if decision.by != actor.user]),
        (Outcome.TOO_LATE, [decision for decision in final if _age(decision, actor) > within]),
    ):
        if kept:
            return _kept(outcome, kept)
    unchanged = [decision for decision in decisions if _is_so_already(decision, wanted[decision.ref], actor)]
    others = {ref: entry for ref, entry in entries.items() if entry.decision not in unchanged}
    if not others:
        return _kept(Outcome.ALREADY_DECIDED, unchanged)
    authority = Authority(actor.user, approvers, review.state.barred)
    return _corrected(review, others, wanted, actor, tuple(unchanged), authority)


def release(
    review: Review,
    refs: Iterable[int],
    actor: Actor,
    approvers: Approvers,
    content_token: str | None = None,
) -> RequestResult:
    """Take payments off hold, whoever put them there, so that they are undecided; all of them, or none.

    ``content_token`` is what the pressed button showed: an old one takes off no hold that came later.
    """
    if refused := review.refused(actor, approvers, content_token):
        return RequestResult(refused)
    named = tuple(sorted(set(refs)))
    others = tuple(ref for ref in named if ref in review.entries and not review.entries[ref].held)
    unknown = tuple(ref for ref in named if ref not in review.entries)
    if unknown or others or not named:
        outcome = Outcome.UNKNOWN_TRANSACTION if unknown else Outcome.NOT_HELD
        return RequestResult(outcome, refs=unknown or others)
    return correct(review, (Change(refs=named),), actor, approvers, timedelta(0))


def _not_by_one_alone(
    entries: Iterable[ReviewedTransaction],
    wanted: Mapping[int, Change],
    actor: Actor,
    approvers: Approvers,
    barred: frozenset[str],
) -> tuple[int, ...]:
    """Payments that a correction would decide though their route asks for others: these go the whole way.

    Whoever takes back or rejects a decision of their own needs nobody; what is on hold need not be theirs.
    """
    authority = Authority(actor.user, approvers, barred)

    def is_theirs(entry: ReviewedTransaction) -> bool:
        kind = wanted[entry.transaction.ref].kind or DecisionKind.HELD  # who may hold may release
        if kind is not DecisionKind.APPROVED and not entry.held:
            return True
        return authority.answer(entry, kind, actor.now, "").decides

    return tuple(entry.transaction.ref for entry in entries if not is_theirs(entry))


def _hindered(
    entries: Mapping[int, ReviewedTransaction],
    wanted: Mapping[int, Change],
    actor: Actor,
    barred: frozenset[str],
) -> RequestResult | None:
    """That a correction would approve what a call to the vendor keeps this person from approving."""
    approving = [ref for ref in entries if wanted[ref].kind is DecisionKind.APPROVED]
    found = {ref: why for ref in approving if (why := hindrance_of(entries[ref], actor.user, barred))}
    return refused_by(found) if found else None


def _age(decision: Decision, actor: Actor) -> timedelta:
    return actor.now - (decision.since or decision.at)


def _kept(outcome: Outcome, decisions: Iterable[Decision]) -> RequestResult:
    kept = tuple(decisions)
    return RequestResult(outcome, already=kept, refs=tuple(decision.ref for decision in kept))


def _is_so_already(decision: Decision, change: Change, actor: Actor) -> bool:
    """Whether a change asks for what stands; a hold keeps its reason whatever others say of it."""
    anothers = decision.by != actor.user  # which only a hold can be here
    return decision.kind is change.kind and (anothers or change.reason in ("", decision.reason))


def _corrected(
    review: Review,
    entries: Mapping[int, ReviewedTransaction],
    wanted: Mapping[int, Change],
    actor: Actor,
    unchanged: tuple[Decision, ...],
    authority: Authority,
) -> RequestResult:
    made = {ref: entry.decision for ref, entry in entries.items() if entry.decision is not None}
    replacing = tuple(
        Decision(
            ref=ref,
            kind=kind,
            by=actor.user,
            at=actor.now,
            how=actor.how,
            reason=wanted[ref].reason,
            content_hash=entry.content_hash(review.state.policy_version),
            replaces=entry.place,
            since=_since(made[ref], kind),
            whose=_whose(made[ref], authority.answer(entry, kind, actor.now, "").whose),
        )
        for ref, entry in entries.items()
        if (kind := wanted[ref].kind) is not None
    )
    gone = tuple(ref for ref in entries if wanted[ref].kind is None)
    taken_back = (
        (released if entries[ref].held else undone)(ref, entries[ref].place, actor.user, actor.how, actor.now)
        for ref in gone
    )
    counts = counts_by_kind(replacing)
    for name, count in counts_by_kind(made.values()).items():
        counts[name] = counts.get(name, 0) - count
    counts |= {"undecided": len(gone), "taken_back": len(gone)}
    step = Transition(
        # What was summed up is no longer so, and is summed up again.
        state=_reopened(review.state.counting(counts).but(concluded=False), gone),
        undone=gone,
        decisions=replacing,
        turns=(human_turn(actor),),
        audit=(*(decided(decision) for decision in replacing), *taken_back, *_voided(entries, gone, actor)),
        jobs=("publish", "learn"),
    )
    return RequestResult(
        Outcome.RECORDED, transition=step, recorded=replacing, undone=gone, already=unchanged
    )


def _voided(
    entries: Mapping[int, ReviewedTransaction], gone: Iterable[int], actor: Actor
) -> Iterator[AuditEntry]:
    """That what is undecided again starts its route again, where somebody had approved it on the way."""
    if refs := [ref for ref in gone if entries[ref].votes and not entries[ref].held]:
        yield approvals.voided(refs, actor.user, actor.now)


def _whose(before: Decision, seat: str) -> str:
    """For whom somebody replaces ``before``: their decision as it was made, a hold in their seat now."""
    return seat if before.kind is DecisionKind.HELD else before.whose


def _since(before: Decision, kind: DecisionKind) -> datetime | None:
    """When the first of the decisions was made that one of this kind corrects; ``None``: it corrects none.

    What approves or rejects in the place of a hold is a first decision.
    """
    if before.kind is DecisionKind.HELD and kind is not DecisionKind.HELD:
        return None
    return before.since or before.at


def _reopened(state: ReviewState, gone: tuple[int, ...]) -> ReviewState:
    """What an undo makes of the state: nobody approves by words from before what was just taken back."""
    if not gone:
        return state
    reopened = tuple(sorted({*state.reopened, *gone}))
    return state.but(reopened=reopened, proposal=None, undo_turn=state.turns + 1)
