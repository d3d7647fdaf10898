"""Whether all that is stored about a review fits together; for after a restore, and after a chaos run."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.audit.chain import FORGOTTEN
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, Party, Turn
from bot.domain.review.amendment import AMENDING, WITHDRAWN, Amendment
from bot.domain.review.audit_entries import DECIDING, FREEING, decided, flagged_in, judgement_in, rows_in
from bot.domain.review.call_back_checks import call_back_problems
from bot.domain.review.claiming import claim_problems
from bot.domain.review.deadlines import deadline_problems
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.remark_checks import remark_problems
from bot.domain.review.remarks import Remark
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.route_checks import added_problems, route_problems
from bot.domain.review.state import WAITING, ReviewState, ReviewStatus, digest, totals
from bot.domain.review.sums import is_high_risk, standing_of


@dataclass(frozen=True, slots=True)
class Facts:
    """One review as it was read; ``flagged`` and ``decided`` are the references that findings and
    decisions stand under, ``waiting`` the jobs in the outbox, ``listed`` whether it counts as open,
    ``on_whole`` what was said and shown of the review as a whole.
    """

    state: ReviewState
    entries: Mapping[int, ReviewedTransaction]
    flagged: Sequence[int]
    decided: Sequence[int]
    turns: Sequence[Turn]
    trail: Sequence[AuditEntry]
    shown: "Shown"
    waiting: Sequence[str]
    listed: bool
    on_whole: Sequence[Remark] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What is noted about Slack: whether the card is posted, up to which version and turn it all shows,
    and whether a message was begun and nobody knows if it was posted."""

    card: bool
    version: int
    turn: int
    begun: bool


def problems(facts: Facts) -> list[str]:
    """What does not fit, a phrase each; empty where everything does."""
    parts = (_counts, _sums, _payments, _amendments, _decisions, _ending, _slack)
    found = [problem for part in parts for problem in part(facts)]
    found += route_problems(facts.entries)
    found += call_back_problems(facts.entries, facts.trail, facts.state.barred)
    found += added_problems(facts.state, facts.trail)
    found += [*claim_problems(facts.state, facts.entries), *deadline_problems(facts.state, facts.entries)]
    return [*found, *remark_problems(facts.state, facts.entries, facts.on_whole, facts.trail)]


def _counts(facts: Facts) -> Iterator[str]:
    state = facts.state
    standing = [entry for entry in facts.entries.values() if entry.decision and not entry.withdrawn]
    kinds = Counter(entry.decision.kind.value for entry in standing if entry.decision)
    withdrawn = {ref for ref, entry in facts.entries.items() if entry.withdrawn}
    counted = {
        "total": len(facts.entries),
        "flagged": len(facts.flagged),
        "undecided": len(set(facts.flagged) - set(facts.decided) - withdrawn),
        "withdrawn": len(withdrawn),
        "corrections": sum(len(entry.earlier) for entry in facts.entries.values()),
        **{kind: kinds[kind] for kind in ("approved", "rejected", "held")},
        "recommended": sum(entry.recommended for entry in facts.entries.values()),
        "taken_back": sum(entry.event in FREEING for entry in facts.trail),
        "reopenings": sum(entry.event == "reopened" for entry in facts.trail),
        "turns": len(facts.turns),
        "audited": len(facts.trail),
    }
    for name, count in counted.items():
        if getattr(state, name) != count:
            yield f"the state counts {getattr(state, name)} {name}, and there are {count}"
    if state.status is not ReviewStatus.ASSESSING and state.judged != state.total:
        yield f"{state.judged} of {state.total} payments are judged, and the review is {state.status.value}"


def _sums(facts: Facts) -> Iterator[str]:
    """A review from before there were sums has none."""
    sums: dict[str, dict[str, Decimal]] = {}
    for entry in facts.entries.values():
        if standing := standing_of(entry):
            payment, by_currency = entry.transaction, sums.setdefault(standing, {})
            by_currency[payment.currency] = by_currency.get(payment.currency, Decimal(0)) + payment.amount
    for standing in sorted({*sums, *facts.state.sums} if facts.state.sums else ()):
        stored = {currency: sum_ for currency, sum_ in facts.state.sums.get(standing, {}).items() if sum_}
        if stored != {currency: sum_ for currency, sum_ in sums.get(standing, {}).items() if sum_}:
            yield f"the sums of what is {standing} are not those of the payments"
    waiting = [entry for entry in facts.entries.values() if standing_of(entry) in WAITING]
    if facts.state.sums and facts.state.high_risk != sum(map(is_high_risk, waiting)):
        yield f"the state counts {facts.state.high_risk} of high risk that wait, and there are others"


def _payments(facts: Facts) -> Iterator[str]:
    rows = [entry.submitted for entry in facts.entries.values()]
    sums = totals(entry.transaction for entry in facts.entries.values())
    if [row.ref for row in rows] != list(range(1, len(rows) + 1)):
        yield "the payments are not numbered from 1"
    if not has_forgotten(facts.trail) and digest(rows, facts.state.policy_version) != facts.state.digest:
        yield "the payments are not those that were submitted"
    # Where a correction has left nothing of a currency, the state has no sum of it.
    if _without_zeros(sums) != _without_zeros(facts.state.totals):
        yield "the totals are not the sums of the payments"
    in_trail = {ref: judgement_in(ref, entry).findings for entry in facts.trail for ref in flagged_in(entry)}
    for ref in sorted({*facts.flagged, *in_trail}):
        judgement = facts.entries[ref].judgement if ref in facts.entries else None
        stored = judgement.findings if judgement else ()
        if ref not in facts.entries:
            yield f"#{ref} is flagged and is no payment"
        elif stored != in_trail.get(ref, ()):
            yield f"the findings about #{ref} are not those in the audit trail"


def has_forgotten(trail: Sequence[AuditEntry]) -> bool:
    """Whether words were taken out, so that digests over them can be compared with nothing any more."""
    return any(entry.event == FORGOTTEN for entry in trail)


def _without_zeros(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {currency: amount for currency, amount in sums.items() if amount}


def _amendments(facts: Facts) -> Iterator[str]:
    """Whether versions and withdrawals are those of the trail, and what is judged again is what has to be."""
    made: dict[int, list[Amendment]] = {}
    to_judge: set[int] = set()
    for entry in facts.trail:
        to_judge -= set(flagged_in(entry))
        if entry.event in AMENDING:
            ref = entry.detail["ref"]
            amendment = Amendment.of(entry, ref)
            made.setdefault(ref, []).append(amendment)
            to_judge = to_judge | {ref} if amendment.payment else to_judge - {ref}
    for ref, payment in facts.entries.items():
        versions = [amendment.payment for amendment in made.get(ref, ()) if amendment.payment]
        if [*payment.earlier, payment.transaction] != [payment.submitted, *versions]:
            yield f"the versions of #{ref} are not those in the audit trail"
        in_trail = next((amended for amended in made.get(ref, ()) if amended.payment is None), None)
        if payment.withdrawal != in_trail:
            yield f"the withdrawal of #{ref} is not the one in the audit trail"
    if unknown := made.keys() - facts.entries.keys():
        yield f"#{min(unknown)} is amended and is no payment"
    if sorted(to_judge) != list(facts.state.rejudging):
        yield f"{sorted(to_judge)} are to be judged again, and the state has {list(facts.state.rejudging)}"


def _contents(facts: Facts, ref: int) -> set[str]:
    """The content hashes that a payment has had, over its versions and what was found about each."""
    payment = facts.entries[ref].model_copy(update={"transaction": facts.entries[ref].submitted})
    contents: set[str] = set()
    for entry in facts.trail:
        if entry.event in AMENDING and entry.detail["ref"] == ref:
            corrected = Amendment.of(entry, ref).payment or payment.transaction
            payment = payment.model_copy(update={"transaction": corrected})
        elif ref in flagged_in(entry):
            payment = payment.model_copy(update={"judgement": judgement_in(ref, entry)})
            contents.add(payment.content_hash(facts.state.policy_version))
    return contents


def _decisions(facts: Facts) -> Iterator[str]:
    standing: dict[int, AuditEntry | None] = {}
    yield from followed(facts.trail, standing)
    turns = {(turn.actor if turn.who is Party.HUMAN else FINANCE_BOT, turn.at) for turn in facts.turns}
    for ref in sorted({*facts.decided, *standing}):
        if ref not in facts.entries:
            yield f"#{ref} is decided and is no payment"
            continue
        if ref not in facts.flagged:
            yield f"#{ref} is decided and was never flagged"
        decision, in_trail = facts.entries[ref].decision, standing.get(ref)
        if decision is None and in_trail is not None:
            yield f"the audit trail has a decision about #{ref} that is not stored"
        elif decision is not None and in_trail is None:
            yield f"the decision about #{ref} is not in the audit trail"
        elif decision is not None and in_trail != decided(decision):
            yield f"the decision about #{ref} is not the last one in the audit trail"
        if decision and (decision.by, decision.at) not in turns:
            yield f"the decision about #{ref} is not in the conversation"
        content = {facts.entries[ref].content_hash(facts.state.policy_version)}
        if decision and decision.kind is DecisionKind.HELD and facts.entries[ref].earlier:
            content = _contents(facts, ref)  # a hold stays when its payment is corrected
        if decision and decision.content_hash not in content and not has_forgotten(facts.trail):
            yield f"the decision about #{ref} was made over another content"


def followed(trail: Sequence[AuditEntry], standing: dict[int, AuditEntry | None]) -> Iterator[str]:
    """Follow each payment's decisions to the one that stands; what replaces another must name it.

    A hold gives way to anybody's decision, an approval or rejection to a correction of the same person alone.
    What is decided is not amended, and what is withdrawn is neither amended nor decided.
    """
    place: dict[int, int] = {}
    withdrawn: set[int] = set()
    closed = False
    for seq, entry in enumerate(trail, start=1):
        closed = (closed or entry.event == "closed") and entry.event != "reopened"
        if entry.event not in (*DECIDING, *FREEING, *AMENDING):
            continue
        ref, before = entry.detail["ref"], entry.detail.get("replaces", 0)
        if closed:
            yield f"entry {seq} decides about #{ref} after the review was closed"
        if ref in withdrawn:
            yield f"entry {seq} is about #{ref}, which was withdrawn"
        was = standing.get(ref)
        held = was is not None and was.detail.get("kind") == DecisionKind.HELD.value
        if entry.event in AMENDING:
            withdrawn |= {ref} if entry.event == WITHDRAWN else set()
            if was is not None and not held:
                yield f"entry {seq} amends #{ref}, which was decided"
            continue
        if entry.event == "decided" and was is not None and not held:
            yield f"the audit trail has several decisions about #{ref}"
        elif (entry.event != "decided" or held) and (was is None or before != place[ref]):
            yield f"entry {seq} corrects a decision about #{ref} that did not stand"
        elif entry.event == "released" and not held:
            yield f"entry {seq} releases #{ref}, which was not on hold"
        elif entry.event in ("corrected", "undone") and was is not None and was.actor != entry.actor:
            yield f"entry {seq} corrects somebody else's decision about #{ref}"
        standing[ref] = None if entry.event in FREEING else entry
        place[ref] = seq


def _ending(facts: Facts) -> Iterator[str]:
    closed = facts.state.status is ReviewStatus.CLOSED
    endings = sum({"closed": 1, "reopened": -1}.get(entry.event, 0) for entry in facts.trail)
    if endings != closed:
        yield f"the review is {facts.state.status.value}, and its audit trail ends it {endings} times"
    if closed == facts.listed:
        yield f"the review is {facts.state.status.value} and {'' if facts.listed else 'not '}listed as open"
    if not facts.trail or facts.trail[0].event != "submitted":
        yield "the audit trail does not begin with who submitted it"
    elif [row for entry in facts.trail for row in rows_in(entry)] != [
        entry.submitted for entry in facts.entries.values()
    ]:
        yield "the audit trail has payments more than once, or too many"


def _slack(facts: Facts) -> Iterator[str]:
    for job in facts.waiting:
        yield f"a job stands in the outbox: {job}"
    shown, state = facts.shown, facts.state
    if not shown.card:
        yield "the card was never posted"
    elif shown.version < state.due:
        yield f"Slack shows version {shown.version}, and version {state.due} is due"
    if shown.turn < state.turns and shown.version < state.due:
        yield f"the thread shows {shown.turn} of {state.turns} messages"
    if shown.begun:
        yield "a message was begun, and is not noted as posted"
