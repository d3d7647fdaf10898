"""A decision replaced by whoever made it: while the review is open, and for some minutes.

Law 5 stays: one decision stands for each payment. A correction names the very decision that it replaces by
its place in the audit trail, so of two corrections at once the first is taken, and the trail keeps all.
"""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain.conversation import Change
from bot.domain.review.audit_entries import decided, undone
from bot.domain.review.review import (
    Actor,
    Outcome,
    RequestResult,
    Review,
    Transition,
    count_kinds,
    human_turn,
)
from bot.domain.review.state import Decision, ReviewedTransaction, ReviewStatus, as_text, proposal_text


def correct(
    review: Review, changes: Iterable[Change], actor: Actor, approvers: Iterable[str], within: timedelta
) -> RequestResult:
    """Replace decisions by others, or take them back; all that was asked for, or nothing.

    What is already so is no hindrance to the rest: the answer has it as ``already``.
    """
    refused = review.refused(actor, approvers)
    if refused is not None:
        return RequestResult(outcome=refused)
    wanted: dict[int, Change] = {}
    twice: set[int] = set()
    for change in changes:
        twice |= wanted.keys() & set(change.refs)
        wanted |= dict.fromkeys(change.refs, change)
    entries = {ref: review.entries[ref] for ref in sorted(wanted) if ref in review.entries}
    made = {ref: one.decision for ref, one in entries.items() if one.decision is not None}
    for outcome, refs in (
        (Outcome.CONTRADICTORY, twice),
        (Outcome.UNKNOWN_TRANSACTION, set(wanted) - set(entries)),
        (Outcome.NOT_FLAGGED, {ref for ref, one in entries.items() if not one.flagged}),
        (Outcome.NOT_DECIDED, set(wanted) - set(made)),
    ):
        if refs:
            return RequestResult(outcome=outcome, refs=tuple(sorted(refs)))
    for outcome, kept in (
        (Outcome.ANOTHERS, [one for one in made.values() if one.by != actor.user]),
        (Outcome.TOO_LATE, [one for one in made.values() if actor.now - (one.since or one.at) > within]),
    ):
        if kept:
            return _kept(outcome, kept)
    same = [one for one in made.values() if _same(one, wanted[one.ref])]
    others = {ref: one for ref, one in entries.items() if one.decision not in same}
    if not others:
        return _kept(Outcome.ALREADY_DECIDED, same)
    made = {ref: made[ref] for ref in others}
    return _corrected(review, others, made, wanted, actor).model_copy(update={"already": tuple(same)})


def _kept(outcome: Outcome, decisions: Iterable[Decision]) -> RequestResult:
    kept = tuple(decisions)
    return RequestResult(outcome=outcome, already=kept, refs=tuple(one.ref for one in kept))


def _same(decision: Decision, change: Change) -> bool:
    return decision.kind is change.kind and change.reason in ("", decision.reason)


def _corrected(
    review: Review,
    entries: dict[int, ReviewedTransaction],
    made: dict[int, Decision],
    wanted: dict[int, Change],
    actor: Actor,
) -> RequestResult:
    replacing = tuple(
        Decision(
            ref=ref,
            kind=kind,
            by=actor.user,
            at=actor.now,
            how=actor.how,
            reason=wanted[ref].reason,
            content_hash=one.content_hash(review.state.policy_version),
            replaces=one.place,
            since=made[ref].since or made[ref].at,
        )
        for ref, one in entries.items()
        if (kind := wanted[ref].kind) is not None
    )
    gone = tuple(ref for ref in entries if wanted[ref].kind is None)
    back = (undone(ref, entries[ref].place, actor.user, actor.how, actor.now) for ref in gone)
    counts = count_kinds(replacing)
    for name, count in count_kinds(made.values()).items():
        counts[name] = counts.get(name, 0) - count
    step = Transition(
        expect={"status": ReviewStatus.WAITING.value, "taken_back": as_text(review.state.taken_back)},
        replaced={ref: one.place for ref, one in entries.items()},
        undone=gone,
        # What was summed up is no longer so, and is summed up again.
        set={"concluded": as_text(False), **_reopened(review, gone)},
        add={**counts, "undecided": len(gone), "taken_back": len(gone)},
        decisions=replacing,
        turns=(human_turn(actor),),
        audit=(*(decided(one) for one in replacing), *back),
        jobs=("publish", "learn"),
    )
    return RequestResult(outcome=Outcome.RECORDED, transition=step, recorded=replacing, undone=gone)


def _reopened(review: Review, gone: tuple[int, ...]) -> dict[str, str]:
    """What an undo makes of the head: nobody approves by a word from before what was just taken back."""
    if not gone:
        return {}
    reopened = sorted({*review.state.reopened, *gone})
    return {"reopened": as_text(reopened), "proposal": proposal_text(None)}
