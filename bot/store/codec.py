"""How the parts of a review are written in Redis: short, since a deployment keeps very many of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Party, Turn, TurnKind
from bot.domain.judgement import Judgement, Severity
from bot.domain.policy import VendorPast
from bot.domain.review.added_approvers import added_in, with_added
from bot.domain.review.amendment import AMENDING, Amendment
from bot.domain.review.approvals import votes_in
from bot.domain.review.audit_entries import decision_in, judgement_in
from bot.domain.review.call_backs import call_backs_in
from bot.domain.review.ranking import Rank
from bot.domain.review.remarks import remark_in, remarked_in
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.transaction import Transaction

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
TURN = ("at", "how", "text", "actor", "form", "proposal", "refs", "to")

# Fields of the state that are written as JSON; the others are text, numbers, and true or false.
AS_JSON = (
    "totals",
    "sums",
    "brought_by",
    "routes",
    "reopened",
    "rejudging",
    "price",
    "proposal",
    "assumed",
    "open_questions",
    "waiting_files",
    "claims",
    "deadlines",
    "added",
)
# A field that has its default is not stored: most of a review's are never touched.
DEFAULTS: Mapping[str, Any] = {
    name: field.default for name, field in ReviewState.model_fields.items() if not field.is_required()
}


def changed_fields(before: ReviewState | None, after: ReviewState) -> tuple[dict[str, str], list[str]]:
    """What makes the stored state of ``before`` that of ``after``: fields to set, and fields to delete.

    Without ``before`` nothing is stored yet.
    """
    to_set: dict[str, str] = {}
    to_delete: list[str] = []
    stored = before.__dict__ if before is not None else {}
    for name, value in after.__dict__.items():
        if name in stored and (value is stored[name] or value == stored[name]):
            continue
        if name in DEFAULTS and value == DEFAULTS[name]:
            to_delete += [name] if before is not None else []
        else:
            to_set[name] = _field_text(name, value)
    return to_set, to_delete


def state_of(fields: Mapping[str, str]) -> ReviewState:
    """A state as it was stored; raises ``ValueError`` where it cannot be read."""
    parsed = {name: json.loads(text) if name in AS_JSON else text for name, text in fields.items()}
    return ReviewState.model_validate(parsed)


def pairs_of(text: str) -> list[tuple[int, str]]:
    """The field ``added`` of a state as it was stored."""
    return [(int(ref), str(person)) for ref, person in json.loads(text)]


def _field_text(name: str, value: Any) -> str:
    if type(value) is int or isinstance(value, str):  # but no bool, which JSON writes in small letters
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if name in ("waiting_files", "routes", "claims"):
        dumped = [one.model_dump(mode="json", exclude_defaults=True) for one in value]
        return json.dumps(dumped, separators=(",", ":"))
    if name in ("totals", "sums"):
        return json.dumps(value, separators=(",", ":"), default=str)
    return json.dumps(value, separators=(",", ":"))


def rank_text(rank: Rank) -> str:
    """A rank as its reference and what else it has, separated by spaces; ``-`` for what there is not.

    The pair comes before the past, and both only where there is a past or a pair.
    """
    share = "-" if rank.share is None else str(rank.share)
    text = f"{rank.ref} {rank.score} {rank.severity.value} {share} {rank.alike} {rank.to_vendor}"
    if rank.past is None:
        return f"{text} {rank.pair}" if rank.pair else text
    past = rank.past
    return f"{text} {rank.pair} {past.times} {past.median:f} {past.currency or '-'} {past.last or '-'}"


def rank_of(text: str) -> Rank:
    """The rank that ``rank_text`` wrote; raises ``ValueError`` where it cannot be read."""
    ref, score, severity, share, alike, to_vendor, *more = text.split(" ")
    of_limit = None if share == "-" else float(share)
    pair, past = int(more[0]) if more else 0, _past_of(more[1:])
    return Rank(int(ref), float(score), Severity(severity), of_limit, int(alike), int(to_vendor), pair, past)


def _past_of(fields: Sequence[str]) -> VendorPast | None:
    if not fields:
        return None
    times, median, currency, last = fields
    day = None if last == "-" else date.fromisoformat(last)
    return VendorPast(int(times), Decimal(median), "" if currency == "-" else currency, day)


def ref_of_rank(text: str) -> int:
    """The reference in what ``rank_text`` wrote."""
    return int(text.partition(" ")[0])


def turn_text(turn: Turn) -> str:
    """A turn as a list of ``TURN``, as far as it goes, the time in microseconds since 1970.

    A turn with an actor is a human's, one without is the bot's.
    """
    kind = None if turn.form is TurnKind.PLAIN else turn.form.value
    at = (turn.at - EPOCH) // MICROSECOND
    refs = _refs_text(turn.refs) or None
    listed = [at, turn.how.value, turn.text, turn.actor, kind, turn.proposal or None, refs, turn.to or None]
    while listed[-1] is None:
        listed.pop()
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def turn_of(seq: int, text: str) -> Turn:
    """The turn that ``turn_text`` wrote, with its place ``seq`` in the conversation, from 1."""
    listed = zip(TURN, json.loads(text), strict=False)
    fields = {name: value for name, value in listed if value is not None}
    fields["at"] = EPOCH + fields["at"] * MICROSECOND
    fields["refs"] = _refs_of(fields.get("refs", ""))
    who = Party.HUMAN if "actor" in fields else Party.FINANCE_BOT
    return Turn(seq=seq, who=who, **fields)


def _refs_text(refs: Sequence[int]) -> str:
    """References in their order, each run that counts upwards by its ends: ``1-270,9,12``."""
    runs: list[list[int]] = []
    for ref in refs:
        if runs and ref == runs[-1][-1] + 1:
            runs[-1][1:] = [ref]
        else:
            runs.append([ref])
    return ",".join("-".join(map(str, run)) for run in runs)


def _refs_of(text: str) -> tuple[int, ...]:
    runs = (run.split("-") for run in text.split(",") if run)
    return tuple(ref for run in runs for ref in range(int(run[0]), int(run[-1]) + 1))


def reviewed_transaction(
    row: Transaction,
    state: ReviewState,
    findings_entry: AuditEntry | None,
    decision_entry: AuditEntry | None,
    place: int,
    remark_entries: Mapping[int, AuditEntry],
) -> ReviewedTransaction:
    """A payment with its findings and its decision, read from the entries of the audit trail that hold them.

    A payment that was judged and has no findings is routine. ``place`` is where its decision stands in the
    trail, from 1; 0 where there is none. ``remark_entries`` hold its remarks, its amendments, approvals on
    its way and call-backs, by place from 1. Raises ``ValueError`` where an entry is about another payment.
    """
    routine = Judgement(ref=row.ref) if row.ref <= state.judged else None
    judgement = routine if findings_entry is None else judgement_in(row.ref, findings_entry)
    entries = sorted(remark_entries.items())
    amendments = [Amendment.of(entry, row.ref) for _, entry in entries if entry.event in AMENDING]
    added = added_in(entry for _, entry in entries)
    corrections = [amendment for amendment in amendments if amendment.payment is not None]
    versions = [row, *(amendment.payment for amendment in corrections if amendment.payment)]
    return ReviewedTransaction(
        transaction=versions[-1],
        earlier=tuple(versions[:-1]),
        amended=corrections[-1] if corrections else None,
        rejudging=row.ref in state.rejudging,
        withdrawal=next((amendment for amendment in amendments if amendment.payment is None), None),
        judgement=judgement,
        decision=None if decision_entry is None else decision_in(row.ref, decision_entry),
        place=place,
        reopened=row.ref in state.reopened,
        closed=state.status is ReviewStatus.CLOSED,
        remarks=tuple(
            remark_in(row.ref, at, entry) for at, entry in entries if row.ref in remarked_in(entry)
        ),
        route=with_added(state.routes[judgement.route - 1] if judgement and judgement.route else None, added),
        added=added,
        votes=votes_in(entry for _, entry in entries),
        call_backs=call_backs_in(entry for _, entry in entries),
    )
