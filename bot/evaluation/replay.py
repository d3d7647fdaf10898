"""Past reviews judged again by a draft policy, each with what was known when it was handed in."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import RECOMMENDED_CODE, Judgement, Source, Verdict
from bot.domain.names import folded_name, name_key
from bot.domain.policy import (
    History,
    PastPayment,
    PaymentStatus,
    Policy,
    SanctionsList,
    judge_by_policy,
    past_payments_from,
)
from bot.domain.review.audit_entries import DECIDING, decision_in, findings_in, judgement_in, rows_in
from bot.domain.review.state import AuditEntry, Decision
from bot.domain.transaction import Transaction


@dataclass
class PastReview:
    """A review as its audit trail tells it; ``judged`` are the references that somebody had judged."""

    team: str
    name: str
    at: dt.datetime
    rows: list[Transaction] = field(default_factory=list)
    judged: set[int] = field(default_factory=set)
    found: dict[int, Judgement] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)

    def take(self, entry: AuditEntry) -> None:
        """One entry of the trail, in order; raises ``ValueError`` or ``LookupError`` where it is not ours."""
        self.rows += rows_in(entry)
        for ref in findings_in(entry):
            self.found[int(ref)] = judgement_in(int(ref), entry)
        if entry.event == "judged":
            first, last = entry.detail["refs"]
            self.judged |= set(range(first, last + 1))
        elif entry.event in DECIDING:
            ref = entry.detail["ref"]
            self.decisions[ref] = decision_in(ref, entry)
        elif entry.event == "undone":
            self.decisions.pop(entry.detail["ref"], None)

    def standing(self, ref: int, at: dt.datetime) -> PaymentStatus:
        """What had become of a payment by then."""
        decision = self.decisions.get(ref)
        if decision is not None:
            return PaymentStatus(decision.kind.value) if decision.at <= at else PaymentStatus.WAITING
        return (
            PaymentStatus.WAITING if ref in self.found or ref not in self.judged else PaymentStatus.APPROVED
        )


class Flip(StrEnum):
    """What the draft would change about one payment, the most worrying first."""

    REJECTED_PASSES = "people rejected it, and the draft lets it pass"
    HELD_PASSES = "people held it, and the draft lets it pass"
    OPEN_PASSES = "nobody has decided, and the draft lets it pass"
    NEWLY_FLAGGED = "it was approved without a human, and the draft flags it"
    APPROVED_PASSES = "people approved it, and the draft no longer asks"


class Changed(BaseModel):
    """A payment about which the draft and the policy of its time disagree.

    ``then`` and ``now`` are the codes found; ``unread`` where no rule but a model might object now, since the
    model was not asked about what a rule had flagged.
    """

    model_config = ConfigDict(frozen=True)

    flip: Flip
    team: str
    review: str
    payment: Transaction
    then: tuple[str, ...]
    now: tuple[str, ...]
    evidence: tuple[str, ...]
    by: str = ""
    reason: str = ""
    unread: bool = False


class Replay(BaseModel):
    """What a draft policy would have done with everything that is stored; ``changed`` worrying ones first."""

    model_config = ConfigDict(frozen=True)

    policy: str
    reviews: int
    payments: int
    flagged_then: int
    flagged_now: int
    changed: tuple[Changed, ...]

    def count(self, flip: Flip) -> int:
        return sum(one.flip is flip for one in self.changed)


def replay(reviews: Iterable[PastReview], policy: Policy, sanctions: SanctionsList | None = None) -> Replay:
    """Judge all reviews again, those of each workspace in the order in which they were handed in.

    Payments that were never judged are left out. What the model had found stays, since it may only add.
    """
    told = sorted(reviews, key=lambda one: (one.team, one.at, one.name))
    payments = then = now = 0
    changed: list[Changed] = []
    books: defaultdict[str, _Books] = defaultdict(_Books)
    for review in told:
        history = books[review.team].until(review)
        judged = judge_by_policy(policy, review.rows, history, review.at.date(), sanctions)
        for one, judgement in zip(review.rows, judged, strict=True):
            if one.ref in review.judged:
                before, after = _before(review, one.ref), _after(review, judgement)
                payments += 1
                then += before.verdict is Verdict.FLAGGED
                now += after.verdict is Verdict.FLAGGED
                changed += _changed(review, one, before, after)
        books[review.team].add(review)
    order = list(Flip)
    changed.sort(key=lambda one: (order.index(one.flip), -abs(one.payment.amount)))
    return Replay(
        policy=policy.version,
        reviews=len(told),
        payments=payments,
        flagged_then=then,
        flagged_now=now,
        changed=tuple(changed),
    )


def _before(review: PastReview, ref: int) -> Judgement:
    """What was found then; that everything was left to a human is no finding about the payment."""
    found = review.found.get(ref, Judgement(ref=ref)).findings
    return Judgement(ref=ref, findings=tuple(one for one in found if one.code != RECOMMENDED_CODE))


def _after(review: PastReview, judgement: Judgement) -> Judgement:
    model = (one for one in _before(review, judgement.ref).findings if one.source is Source.MODEL)
    return judgement.joined(model)


def _changed(review: PastReview, one: Transaction, before: Judgement, after: Judgement) -> Iterator[Changed]:
    if before.verdict is after.verdict:
        return
    decision = review.decisions.get(one.ref)
    passes = after.verdict is Verdict.ROUTINE
    yield Changed(
        flip=_flip(decision) if passes else Flip.NEWLY_FLAGGED,
        team=review.team,
        review=review.name,
        payment=one,
        then=tuple(found.code for found in before.findings),
        now=tuple(found.code for found in after.findings),
        evidence=tuple(found.evidence for found in (before if passes else after).findings),
        by=decision.by if decision else "",
        reason=decision.reason if decision else "",
        unread=passes and not any(found.source is Source.MODEL for found in before.findings),
    )


def _flip(decision: Decision | None) -> Flip:
    if decision is None:
        return Flip.OPEN_PASSES
    return {"approved": Flip.APPROVED_PASSES, "rejected": Flip.REJECTED_PASSES}.get(
        decision.kind.value, Flip.HELD_PASSES
    )


class _Books:
    """The payments of one workspace so far, by vendor and by card."""

    def __init__(self) -> None:
        self._by_key: defaultdict[tuple[str, str], list[tuple[PastReview, Transaction]]] = defaultdict(list)
        self._reviews: list[PastReview] = []

    def add(self, review: PastReview) -> None:
        self._reviews.append(review)
        for one in review.rows:
            for key in _keys(one):
                self._by_key[key].append((review, one))

    def until(self, review: PastReview) -> History:
        """What was known of the vendors and cards of a review when it was handed in."""
        found: dict[tuple[str, int], PastPayment] = {}
        for key in {key for one in review.rows for key in _keys(one)}:
            for earlier, one in self._by_key.get(key, ()):
                if (earlier.name, one.ref) not in found:
                    standing = earlier.standing(one.ref, review.at)
                    (payment,) = past_payments_from([one], earlier.name, standing)
                    found[earlier.name, one.ref] = payment
        return History(vendors=self._approved(review.at), payments=tuple(found.values()))

    def _approved(self, at: dt.datetime) -> frozenset[str]:
        return frozenset(
            one.vendor
            for review in self._reviews
            for one in review.rows
            if review.standing(one.ref, at) is PaymentStatus.APPROVED
        )


def _keys(one: Transaction) -> Sequence[tuple[str, str]]:
    keys: Mapping[str, str] = {"vendor": name_key(one.vendor), "card": folded_name(one.card or "")}
    return [(kind, key) for kind, key in keys.items() if key]
