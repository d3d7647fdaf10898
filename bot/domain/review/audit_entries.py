"""The kinds of entry in the audit trail of a review: how each is written and read.

Payments, findings and decisions are stored in the trail, once, and nowhere else: everything else of a review
expires, and what was approved must be known without it.
"""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bot.domain.audit.entry import AuditEntry
from bot.domain.bounds import TEXT_LIMIT, first_sentences, shortened
from bot.domain.conversation import Medium
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.review.decision import FINANCE_BOT, Decision
from bot.domain.review.state import ReviewState
from bot.domain.submission import RawInput
from bot.domain.transaction import STORED, Transaction

# Payments in one entry, and findings. Part of the format: the entry that holds a payment is found by
# counting, and a decision about one payment reads no more than the entries about it.
ROWS = 25

# What the first entry keeps of how a batch was handed in and read. Of what is longer, the digest tells
# whether somebody has the whole of it.
TYPED = 2_000  # characters of a text as typed
NAME = 150  # characters of a file's name, and of the source
INPUTS = 20  # texts and files; Slack takes ten files at once
SENTENCES = 20  # about how it was read, and about rows that were refused
SENTENCE = 200  # characters

# An entry tells of one person's refused attempts at most this often, since anybody can press a button all
# day; and once more where the review is closed.
TOLD_EVERY = timedelta(hours=1)

# The events whose entries hold a decision. "corrected" replaces one of the same person that stands before it,
# and "decided" may replace a hold of anybody.
DECIDING = ("decided", "corrected")

# The events after which nothing stands about a payment, each of which names what stood: a decision that was
# taken back, a hold that was released.
FREEING = ("undone", "released")


def submitted(
    state: ReviewState, notes: Sequence[str], inputs: Sequence[RawInput], left_out: Sequence[str]
) -> AuditEntry:
    """Who handed in what, and where it was to be decided by which policy.

    ``input`` is text as typed, or files by name, size and SHA-256; ``read`` says how it was understood,
    ``assumed`` which currency amounts without one were read in, ``left_out`` which rows were refused. The
    payments follow in ``rows``. The entry has a few KB at most, since it is for ever: of a text longer than
    ``TYPED`` it keeps the beginning, with size (bytes of UTF-8) and SHA-256 of the whole, and of sentences
    and inputs beyond their bounds the number.
    """
    about = {
        "source",
        "channel",
        "author",
        "brought_by",
        "note",
        "mode",
        "recommend_only",
        "policy_version",
        "model",
        "prompt_version",
        "digest",
        "assumed",
        "columns_said_by",
    }
    detail = {
        **state.model_dump(mode="json", include=about),
        "transactions": state.total,
        "source": shortened(state.source, NAME),
        "note": shortened(state.note, TEXT_LIMIT),
        "input": [_kept(raw).model_dump(exclude_defaults=True) for raw in inputs[:INPUTS]],
        "more_inputs": max(0, len(inputs) - INPUTS),
        "read": first_sentences(notes, SENTENCES, SENTENCE),
        "left_out": first_sentences(left_out, SENTENCES, SENTENCE),
    }
    given = {
        name: value for name, value in detail.items() if value is not False and value not in ("", [], 0, None)
    }
    return AuditEntry(event="submitted", actor=state.submitter, at=state.created_at, detail=given)


def _kept(raw: RawInput) -> RawInput:
    """An input as the trail keeps it; of a long text its beginning, and size and digest of the whole."""
    if len(raw.text) <= TYPED:
        return raw.model_copy(update={"name": shortened(raw.name, NAME)})
    whole = raw.text.encode()
    digest = hashlib.sha256(whole).hexdigest()
    return RawInput(text=shortened(raw.text, TYPED), size=len(whole), sha256=digest)


def handed_in_again(user: str, brought_by: Sequence[str], at: datetime) -> AuditEntry:
    """The same was handed in by somebody else too; ``brought_by`` are those who are barred by that."""
    return AuditEntry(event="handed_in_again", actor=user, at=at, detail={"brought_by": list(brought_by)})


def rows(transactions: Sequence[Transaction], actor: str, at: datetime) -> Iterator[AuditEntry]:
    """The payments as they were read, ``ROWS`` to an entry; columns that none of them has are left out."""
    for start in range(0, len(transactions), ROWS):
        dumped = [transaction.model_dump(mode="json") for transaction in transactions[start : start + ROWS]]
        columns = [name for name in Transaction.model_fields if any(row[name] is not None for row in dumped)]
        detail = {"columns": columns, "rows": [[row[name] for name in columns] for row in dumped]}
        yield AuditEntry(event="rows", actor=actor, at=at, detail=detail)


def rows_in(entry: AuditEntry, named: Container[int] | None = None) -> Iterator[Transaction]:
    """The payments that an entry holds, all or those named; none where it is about something else."""
    if entry.event == "rows":
        columns = entry.detail["columns"]
        place = columns.index("ref")
        for row in entry.detail["rows"]:
            if named is None or row[place] in named:
                yield Transaction.model_validate(dict(zip(columns, row, strict=True)), context=STORED)


def places_of_rows(refs: Iterable[int]) -> list[int]:
    """Places from 0 of the entries that hold these payments; the first entry of a trail is ``submitted``."""
    return sorted({1 + (ref - 1) // ROWS for ref in refs if ref > 0})


def refs_beside(refs: Iterable[int]) -> set[int]:
    """The references of all payments that stand in one entry with any of these; the last may not exist."""
    firsts = {(ref - 1) // ROWS * ROWS + 1 for ref in refs if ref > 0}
    return {ref for first in firsts for ref in range(first, first + ROWS)}


def judged(judgements: Sequence[Judgement], at: datetime, **about: str | int) -> Iterator[AuditEntry]:
    """Who judged which payments, and by reference what was found.

    A payment that is not named there is routine. Of more than ``ROWS`` flagged ones, the others follow in
    ``found`` entries. ``about`` is who judged (policy, model, prompt) and what it cost in tokens.
    """
    flagged = [judgement for judgement in judgements if judgement.findings]
    refs = [judgements[0].ref, judgements[-1].ref]
    more = {name: value for name, value in about.items() if value not in ("", 0)}
    detail = {"refs": refs, **_findings_detail(flagged[:ROWS]), **more}
    yield AuditEntry(event="judged", actor=FINANCE_BOT, at=at, detail=detail)
    for start in range(ROWS, len(flagged), ROWS):
        detail = _findings_detail(flagged[start : start + ROWS])
        yield AuditEntry(event="found", actor=FINANCE_BOT, at=at, detail=detail)


def _findings_detail(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """Findings as an entry holds them, each kind and each sentence once, since most of them recur.

    ``kinds`` are source, code, severity and line of the policy, ``evidence`` sentences, and ``flagged`` by
    reference pairs of places in these two lists, from 0: a kind, its evidence, a kind, its evidence ...
    ``about`` are by place in ``evidence`` the names of the other payments that a sentence is about,
    ``routes`` by reference the numbers of their routes, and ``exempt`` those that need no call-back though
    something was found about their bank account; ``frozen`` are those that need one.
    """
    kinds: dict[tuple[str, str, str, str], int] = {}
    evidence: dict[tuple[str, tuple[str, ...]], int] = {}
    about: dict[str, list[str]] = {}
    flagged: dict[str, list[int]] = {}
    for judgement in judgements:
        pairs = flagged.setdefault(str(judgement.ref), [])
        for finding in judgement.findings:
            kind = (finding.source.value, finding.code, finding.severity.value, finding.policy)
            pairs.append(kinds.setdefault(kind, len(kinds)))
            sentence = evidence.setdefault((finding.evidence, finding.about), len(evidence))
            pairs.append(sentence)
            if finding.about:
                about[str(sentence)] = list(finding.about)
    detail = {"kinds": [list(kind) for kind in kinds], "evidence": [text for text, _ in evidence]}
    routes = {str(judgement.ref): judgement.route for judgement in judgements if judgement.route}
    exempt = [judgement.ref for judgement in judgements if judgement.is_exempt]
    frozen = [judgement.ref for judgement in judgements if judgement.needs_call_back]
    more = {"about": about, "routes": routes, "exempt": exempt, "frozen": frozen}
    return {**detail, "flagged": flagged, **{name: value for name, value in more.items() if value}}


def flagged_in(entry: AuditEntry) -> tuple[int, ...]:
    """References of the payments that an entry flags; none where it is about something else."""
    flagged = entry.detail["flagged"] if entry.event in ("judged", "found") else {}
    return tuple(int(ref) for ref in flagged)


def says_frozen(ref: int, entry: AuditEntry) -> bool:
    """Whether an entry of findings says that a payment needs a call-back; none from before them does."""
    return ref in entry.detail.get("frozen", ())


def judgement_in(ref: int, entry: AuditEntry) -> Judgement:
    """What an entry tells against a payment; raises ``ValueError`` where it tells nothing about it."""
    detail = entry.detail
    pairs = detail["flagged"].get(str(ref)) if entry.event in ("judged", "found") else None
    if not pairs:
        raise ValueError(f"the entry found nothing about #{ref}")
    if "kinds" not in detail:
        return Judgement(ref=ref, findings=tuple(map(_first_form, pairs)))
    route = detail.get("routes", {}).get(str(ref), 0)
    findings, about = [], detail.get("about", {})
    for kind, sentence in zip(pairs[::2], pairs[1::2], strict=True):
        source, code, severity, policy = detail["kinds"][kind]
        evidence = detail["evidence"][sentence]
        names = tuple(about.get(str(sentence), ()))
        findings.append(_finding(source, code, evidence, severity, policy, names))
    return Judgement(
        ref=ref, findings=tuple(findings), route=route, is_exempt=ref in detail.get("exempt", ())
    )


def _first_form(fields: list[str]) -> Finding:
    """A finding of a trail in the first format, which has every finding whole; trails are for ever.

    The oldest of these have neither its severity nor the line of the policy.
    """
    source, code, evidence, *more = fields
    severity, policy = more or (Severity.MEDIUM.value, "")
    return _finding(source, code, evidence, severity, policy)


def _finding(
    source: str, code: str, evidence: str, severity: str, policy: str, about: tuple[str, ...] = ()
) -> Finding:
    kind = Severity(severity)
    return Finding(
        source=Source(source), code=code, evidence=evidence, severity=kind, policy=policy, about=about
    )


def decided(decision: Decision) -> AuditEntry:
    """A decision; the payment itself stands in the rows above it, and its hash covers the findings too."""
    detail = decision.model_dump(mode="json", exclude={"by", "at"}, exclude_defaults=True)
    event = "corrected" if decision.corrects else "decided"
    return AuditEntry(event=event, actor=decision.by, at=decision.at, detail=detail)


def undone(ref: int, place: int, by: str, how: Medium, at: datetime) -> AuditEntry:
    """Somebody took back their decision, which stands at this place of the trail, from 1."""
    detail = {"ref": ref, "how": how.value, "replaces": place}
    return AuditEntry(event="undone", actor=by, at=at, detail=detail)


def released(ref: int, place: int, by: str, how: Medium, at: datetime) -> AuditEntry:
    """Somebody released a hold, which stands at this place of the trail, from 1."""
    detail = {"ref": ref, "how": how.value, "replaces": place}
    return AuditEntry(event="released", actor=by, at=at, detail=detail)


def decision_in(ref: int, entry: AuditEntry) -> Decision:
    """The decision about a payment that an entry tells; raises ``ValueError`` where it tells no such one."""
    if entry.event not in DECIDING or entry.detail["ref"] != ref:
        raise ValueError(f"the entry decides nothing about #{ref}")
    return Decision.model_validate({"by": entry.actor, "at": entry.at, **entry.detail})


class Untold(NamedTuple):
    """One person's refused attempts that were only counted since the entry of ``since``, by outcome."""

    since: datetime | None = None
    counts: Mapping[str, int] = {}

    def detail(self) -> dict[str, Any]:
        """As an entry holds it: ``more`` and ``since``; empty where there are none."""
        if not self.since or not self.counts:
            return {}
        since = self.since.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"more": dict(self.counts), "since": since}


def refused(user: str, outcome: str, said: str, how: Medium, at: datetime, untold: Untold) -> AuditEntry:
    """An attempt that changed nothing, with the words of it, and how many went before it unwritten.

    Within ``TOLD_EVERY`` of one entry, further attempts of the same person on the same review are counted by
    outcome alone. The next ``refused`` entry about them tells these in ``more``, those after ``since``:
    it is written at the first attempt after the hour, or behind the first step after it that leaves an entry,
    and at the latest where the review is closed. So the trail of an open review in which nothing more happens
    does not tell the repetitions; the attempt itself it always tells.
    """
    detail = {"outcome": outcome, "said": shortened(said, TEXT_LIMIT), "how": how.value}
    return AuditEntry(event="refused", actor=user, at=at, detail={**detail, **untold.detail()})


def refused_since(user: str, at: datetime, untold: Untold) -> AuditEntry:
    """How many attempts of a person were refused and counted, where there is no further one to tell of."""
    return AuditEntry(event="refused", actor=user, at=at, detail=untold.detail())
