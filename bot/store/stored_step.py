"""A step of a review as it is stored: the state after it, and the lines that it adds to the trail."""

import secrets
from collections.abc import Sequence
from itertools import chain

from bot.domain.audit.chain import TrailLine, beginning, chained, text_of
from bot.domain.audit.entry import AuditEntry, TrailEnd
from bot.domain.conversation import DecisionKind
from bot.domain.review import approvals, audit_entries, call_backs
from bot.domain.review.amendment import amended_in
from bot.domain.review.remarks import placed_in, remarked_in
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Moved, Transition
from bot.domain.transaction import Transaction
from bot.store import codec
from bot.store.keys import ReviewKeys
from bot.store.outbox import job_fields
from bot.store.refusals import told_in
from bot.store.scripts.commit import StoredStep
from bot.store.trail_lines import stored_line


def made_step(
    before: ReviewState | None, step: Transition, transactions: Sequence[Transaction], request: str
) -> tuple[ReviewState, StoredStep]:
    """The state after a step, and the step as the script takes it.

    ``transactions`` are the payments of a new review, which go into its trail behind the step's own entries;
    ``request`` names what a person did, for the jobs that follow.
    """
    after, lines = _state_and_trail_after(before, step, transactions)
    return after, _stored_step(before, step, after, lines, request)


def _state_and_trail_after(
    before: ReviewState | None, step: Transition, transactions: Sequence[Transaction]
) -> tuple[ReviewState, list[TrailLine]]:
    """The state after a step with the fields that the store keeps, and the lines it adds to the trail.

    Redis has no SHA-256 for its scripts, so the links of the audit trail are made here.
    """
    state = step.state
    trail = before.trail_end if before else TrailEnd(0, "")
    end = trail if trail.length else TrailEnd(0, beginning(state.team, state.id))
    rows = audit_entries.rows(transactions, state.submitter, state.created_at)
    lines = chained(end, (text_of(entry) for entry in chain(step.audit, rows)))
    version = before.version + 1 if before else 1
    after = state.but(
        version=version,
        stamp=secrets.token_urlsafe(3),
        turns=(before.turns if before else 0) + len(step.turns),
        audited=trail.length + len(lines),
        link=lines[-1].link if lines else trail.link,
        due=version if "publish" in step.jobs else state.due,
    )
    return after, lines


def _stored_step(
    before: ReviewState | None,
    step: Transition,
    after: ReviewState,
    lines: Sequence[TrailLine],
    request: str,
) -> StoredStep:
    """A step as the script takes it."""
    keys = ReviewKeys(after.team, after.id)
    length = before.audited if before else 0
    fields, unset = codec.changed_fields(before, after)
    refused, told = told_in(step.audit)
    withdrawn = [amendment.ref for amendment in step.amendments if amendment.payment is None]
    return StoredStep(
        version=before.version if before else 0,
        stamp=before.stamp if before else "",
        fields=fields,
        unset=unset,
        judgements=_places_of_findings(step, length),
        ranking=[codec.rank_text(rank) for rank in step.ranking],
        decisions=_places_of_decisions(step, length),
        undone=step.undone,
        remarks=[(ref, length + place) for place, entry in enumerate(step.audit) for ref in _remarked(entry)],
        placed=[place - 1 for entry in step.audit for place in placed_in(entry)],
        held=[
            *(decision.ref for decision in step.decisions if decision.kind is DecisionKind.HELD),
            *step.noted_held,
        ],
        unheld=[*step.undone, *(decision.ref for decision in step.decisions), *withdrawn],
        withdrawn=withdrawn,
        moved=_moved(step.moved),
        turns=[codec.turn_text(turn) for turn in step.turns],
        audit=[stored_line(line) for line in lines],
        refused=refused,
        told=told,
        jobs=[job_fields(name, keys, after.version, request) for name in step.jobs],
        opened=None if before else after.created_at.timestamp(),
        reopened=after.created_at.timestamp() if _is_reopened(before, after) else None,
        closed=after.status is ReviewStatus.CLOSED,
        timer=_timer(before, after),
    )


def _remarked(entry: AuditEntry) -> list[int]:
    """References of the payments with which an entry is read, since it says something about them."""
    about = (remarked_in, amended_in, approvals.refs_in, call_backs.refs_in)
    return list(dict.fromkeys(ref for refs_in in about for ref in refs_in(entry)))


def _timer(before: ReviewState | None, after: ReviewState) -> str | None:
    """When something happens where nobody acts, in epoch seconds; ``None`` where that has not changed."""
    if (before.timer_at if before else None) == after.timer_at:
        return None
    return repr(after.timer_at.timestamp()) if after.timer_at else ""


def _is_reopened(before: ReviewState | None, after: ReviewState) -> bool:
    closed = before is not None and before.status is ReviewStatus.CLOSED
    return closed and after.status is not ReviewStatus.CLOSED


def _places_of_findings(step: Transition, after: int) -> dict[int, int]:
    """Where the findings stand in the trail that had ``after`` entries before; each must have a place."""
    places = {
        ref: after + place
        for place, entry in enumerate(step.audit)
        for ref in audit_entries.flagged_in(entry)
    }
    return {judgement.ref: places[judgement.ref] for judgement in step.judgements if judgement.findings}


def _moved(moved: Moved | None) -> dict[str, str] | None:
    """A payment that stands elsewhere in the card's order, as the texts of its ranks."""
    ranks = {} if moved is None else moved._asdict()
    return {name: codec.rank_text(rank) for name, rank in ranks.items() if rank is not None} or None


def _places_of_decisions(step: Transition, after: int) -> dict[int, int]:
    """Where the decisions stand in the trail that had ``after`` entries before; each must have a place."""
    places = {
        int(entry.detail["ref"]): after + place
        for place, entry in enumerate(step.audit)
        if entry.event in audit_entries.DECIDING
    }
    return {decision.ref: places[decision.ref] for decision in step.decisions}
