"""Whether what is approved was approved by as many different people as it takes, each entitled to it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind
from bot.domain.review import approvals
from bot.domain.review import audit_entries as trail
from bot.domain.review.amendment import CORRECTED
from bot.domain.review.state import ReviewStatus
from tests.chaos.evidence import Evidence, Finding, Wrong
from tests.chaos.matrix import Matrix, StageWanted, stages_of
from tests.chaos.stored import Stored
from tests.chaos.town import OPERATORS


def judge_routes(evidence: Evidence, matrix: Matrix) -> Iterator[Finding]:
    """Everything wrong with who approved what, and every payment that nobody can move."""
    for stored in evidence.stored.values():
        for ref, decision in stored.decisions.items():
            if decision.kind is DecisionKind.APPROVED:
                for words in _unfit(evidence, stored, ref, matrix):
                    yield Finding(Wrong.TOO_FEW, stored.state.id, f"#{ref} is approved, {words}")
        yield from _expired(stored)
        yield from _stuck(evidence, stored, matrix)


def _unfit(evidence: Evidence, stored: Stored, ref: int, matrix: Matrix) -> Iterator[str]:
    entry, decision = stored.review.entries[ref], stored.decisions[ref]
    stages = stages_of(abs(entry.transaction.amount))
    given = [*_given(stored, ref), (len(stages) - 1, decision.by, decision.whose, decision.at)]
    people = [by for _, by, _, _ in given]
    seats = [whose or by for _, by, whose, _ in given]
    barred = stored.state.barred
    if len(set(people)) < len(people) or len(set(seats)) < len(seats):
        yield f"and somebody counts twice: {people} for {seats}"
    if own := barred & {*people, *seats}:
        yield f"by {own}, who brought it"
    for place, stage in enumerate(stages):
        there = [one for one in given if one[0] == place]
        if len(there) < (needs := _needed(stage, matrix, barred)):
            yield f"with {len(there)} of {needs} at stage {place + 1}"
        allowed = matrix.groups[stage.group] | matrix.groups.get(stage.fallback, frozenset())
        for _, by, whose, at in there:
            if (whose or by) not in allowed:
                yield f"at stage {place + 1} by {whose or by}, who is of no group of it"
            if not all(matrix.may_approve(one, abs(entry.transaction.amount)) for one in (by, whose or by)):
                yield f"by {by} for {whose or by}, which is over their limit"
            if whose and not _stood_in(evidence.absences, matrix, by, whose, at):
                yield f"by {by} for {whose}, who did not have them stand in"


def _given(stored: Stored, ref: int) -> list[tuple[int, str, str, datetime]]:
    """The approvals of a payment that count beside its decision: stage, by whom, for whom, when."""
    found: list[tuple[int, str, str, datetime]] = []
    for entry in stored.audit:
        about = ref in entry.detail.get("refs", ()) or entry.detail.get("ref") == ref
        if about and entry.event in (approvals.VOID, CORRECTED):
            found.clear()
        elif about and entry.event == approvals.GIVEN and not entry.detail.get("rejects"):
            found.append((entry.detail["stage"], entry.actor, entry.detail.get("whose", ""), entry.at))
    return found


def _needed(stage: StageWanted, matrix: Matrix, barred: frozenset[str]) -> int:
    return stage.needs or len(matrix.groups[stage.group] - barred) // 2 + 1


def _stood_in(said: Sequence[AuditEntry], matrix: Matrix, by: str, whose: str, at: datetime) -> bool:
    """Whether somebody was away then, as they said last, and had this person stand in for them."""
    own = [entry for entry in said if entry.actor == whose and entry.at <= at]
    if not own or own[-1].event != "away":
        return False
    detail = own[-1].detail
    days = date.fromisoformat(detail["first"]), date.fromisoformat(detail["last"])
    return days[0] <= at.date() <= days[1] and by in (detail.get("stand_in"), matrix.stand_ins.get(whose))


def _expired(stored: Stored) -> Iterator[Finding]:
    """What nobody decided in time is not approved, unless the review was opened again."""
    over = False
    for entry in stored.audit:
        over = entry.event == "expired" or (over and entry.event != "reopened")
        if over and entry.event in trail.DECIDING and entry.detail["kind"] == DecisionKind.APPROVED.value:
            yield Finding(
                Wrong.TOO_FEW, stored.state.id, f"#{entry.detail['ref']} is approved though expired"
            )


def _stuck(evidence: Evidence, stored: Stored, matrix: Matrix) -> Iterator[Finding]:
    """Every payment that waits has somebody who can take it on, or the operators were told of it."""
    if stored.state.status is not ReviewStatus.WAITING:
        return
    told = any(
        message["channel"] == OPERATORS and stored.state.id in str(message["blocks"])
        for message in evidence.messages
    )
    for ref in stored.flagged:
        entry = stored.review.entries[ref]
        if ref in stored.decisions or entry.withdrawn or told:
            continue
        given, stages = _given(stored, ref), stages_of(abs(entry.transaction.amount))
        gone = stored.state.barred | {by for _, by, _, _ in given} | {whose for _, _, whose, _ in given}
        for place, stage in enumerate(stages):
            needs = _needed(stage, matrix, stored.state.barred)
            if sum(one[0] == place for one in given) >= needs:
                continue
            group = matrix.groups[stage.group] | matrix.groups.get(stage.fallback, frozenset())
            if not any(_is_there(evidence, matrix, one, gone, entry.transaction.amount) for one in group):
                yield Finding(Wrong.STUCK, stored.state.id, f"#{ref} waits for nobody at stage {place + 1}")
            break


def _is_there(evidence: Evidence, matrix: Matrix, user: str, gone: frozenset[str], amount: Decimal) -> bool:
    """Whether somebody can act at the end of the run, themselves or by whoever stands in for them."""
    stand_in = _away_for(evidence, matrix, user)
    person = user if stand_in is None else stand_in
    if stand_in is not None and (not person or _away_for(evidence, matrix, person) is not None):
        return False
    fits = matrix.may_approve(user, abs(amount)) and matrix.may_approve(person, abs(amount))
    return fits and gone.isdisjoint({user, person})


def _away_for(evidence: Evidence, matrix: Matrix, user: str) -> str | None:
    """Who stands in for somebody who is away at the end, or empty; ``None`` where they are there."""
    own = [entry for entry in evidence.absences if entry.actor == user]
    if not own or own[-1].event != "away":
        return None
    detail = own[-1].detail
    if not date.fromisoformat(detail["first"]) <= evidence.ended.date() <= date.fromisoformat(detail["last"]):
        return None
    return str(detail.get("stand_in") or matrix.stand_ins.get(user, ""))
