"""Past reviews judged again by a draft policy, each with what was known when it was submitted."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.audit.entry import AuditEntry
from bot.domain.judgement import RECOMMENDED_CODE, Judgement, Source, Verdict
from bot.domain.names import fingerprint, folded_name
from bot.domain.policy import (
    History,
    PastExtent,
    PastPayment,
    PaymentStatus,
    Policy,
    SanctionsList,
    account_key,
    judge_by_policy,
    past_payments_from,
)
from bot.domain.policy.invoice_forms import invoice_number, is_telling
from bot.domain.review.amendment import Amendment, amended_in
from bot.domain.review.audit_entries import DECIDING, decision_in, flagged_in, judgement_in, rows_in
from bot.domain.review.decision import Decision
from bot.domain.review.judged_again import CORRECTED_CODE
from bot.domain.transaction import Transaction


@dataclass
class PastReview:
    """A review as its audit trail tells it; add the entries of the trail in their order.

    ``name`` is the review's id and ``at`` when it was submitted (UTC). ``judged`` are the references of the
    rows that were judged, ``judgements`` those with findings, ``decisions`` those in force at the end.
    ``rows`` are the newest versions, and ``withdrawn`` what was withdrawn.
    """

    team: str
    name: str
    at: dt.datetime
    rows: list[Transaction] = field(default_factory=list)
    judged: set[int] = field(default_factory=set)
    judgements: dict[int, Judgement] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)

    def add_entry(self, entry: AuditEntry) -> None:
        """Take over what the next entry of the trail tells.

        Raises ``ValueError`` or ``LookupError`` where the bot did not write the entry.
        """
        self.rows += rows_in(entry)
        for ref in amended_in(entry):
            amendment = Amendment.of(entry, ref)
            if amendment.payment is None:
                self.withdrawn.add(ref)
            else:  # a draft is held against the version that people decided about
                self.rows[ref - 1] = amendment.payment
        for ref in flagged_in(entry):
            self.judgements[ref] = judgement_in(ref, entry)
        if entry.event == "judged":
            first, last = entry.detail["refs"]
            self.judged |= set(range(first, last + 1))
        elif entry.event in DECIDING:
            ref = entry.detail["ref"]
            self.decisions[ref] = decision_in(ref, entry)
        elif entry.event == "undone":
            self.decisions.pop(entry.detail["ref"], None)

    def status_at(self, ref: int, moment: dt.datetime) -> PaymentStatus:
        """What had become of a payment by this moment (aware, UTC)."""
        decision = self.decisions.get(ref)
        if ref in self.withdrawn:
            return PaymentStatus.WITHDRAWN
        if decision is not None:
            return PaymentStatus(decision.kind.value) if decision.at <= moment else PaymentStatus.WAITING
        if ref in self.judgements or ref not in self.judged:
            return PaymentStatus.WAITING
        return PaymentStatus.APPROVED

    def automatic(self, ref: int) -> bool | None:
        """Whether the bot approved a payment by itself; ``None`` where it was never judged."""
        return ref not in self.judgements if ref in self.judged else None


class Flip(StrEnum):
    """What the draft would change about one payment, the most worrying first."""

    REJECTED_PASSES = "rejected by people, now let through"
    HELD_PASSES = "put on hold by people, now let through"
    OPEN_PASSES = "not decided by anybody, now let through"
    NEWLY_FLAGGED = "approved automatically, now flagged"
    APPROVED_PASSES = "approved by people, now let through without asking"


class ChangedVerdict(BaseModel):
    """A payment about which the draft and the policy of its time disagree.

    ``then`` and ``now`` are the codes found by each, ``evidence`` that of the one that flags it. ``by`` and
    ``reason`` are those of its decision, if there is one. ``unread`` is true where it passes now and no model
    has read it, since a rule had flagged it then.
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


class ReplayReport(BaseModel):
    """What a draft policy would have done with everything that is stored.

    ``policy`` is the version of the draft; counts are reviews and payments. ``changed`` has the most worrying
    flips first, and of each flip the largest amounts.
    """

    model_config = ConfigDict(frozen=True)

    policy: str
    reviews: int
    payments: int
    flagged_then: int
    flagged_now: int
    changed: tuple[ChangedVerdict, ...]

    def count(self, flip: Flip) -> int:
        """How many payments flip in this way."""
        return sum(change.flip is flip for change in self.changed)


def replay(
    reviews: Iterable[PastReview],
    policy: Policy,
    sanctions: SanctionsList | None = None,
    watched: Callable[[Sequence[PastReview]], Iterable[PastReview]] = iter,
) -> ReplayReport:
    """Judge all reviews again, those of each workspace in the order in which they were submitted.

    Payments that were never judged are left out. What the model had found stays, since it may only add.
    ``watched`` gives the reviews one by one as they are judged, for whoever shows how far that is.
    """
    in_order = sorted(reviews, key=lambda review: (review.team, review.at, review.name))
    payments = flagged_then = flagged_now = 0
    changed: list[ChangedVerdict] = []
    earlier: defaultdict[str, _EarlierReviews] = defaultdict(_EarlierReviews)
    for review in watched(in_order):
        history = earlier[review.team].history_for(review)
        judgements = judge_by_policy(policy, review.rows, history, review.at.date(), sanctions)
        for row, judgement in zip(review.rows, judgements, strict=True):
            if row.ref in review.judged:
                then, now = _judgement_then(review, row.ref), _judgement_now(review, judgement)
                payments += 1
                flagged_then += then.verdict is Verdict.FLAGGED
                flagged_now += now.verdict is Verdict.FLAGGED
                changed += _change(review, row, then, now)
        earlier[review.team].add(review)
    order = list(Flip)
    changed.sort(key=lambda change: (order.index(change.flip), -abs(change.payment.amount)))
    return ReplayReport(
        policy=policy.version,
        reviews=len(in_order),
        payments=payments,
        flagged_then=flagged_then,
        flagged_now=flagged_now,
        changed=tuple(changed),
    )


def _judgement_then(review: PastReview, ref: int) -> Judgement:
    """What was found then; that everything was left to a human is no finding about the payment."""
    findings = review.judgements.get(ref, Judgement(ref=ref)).findings
    return Judgement(
        ref=ref, findings=tuple(finding for finding in findings if finding.code != RECOMMENDED_CODE)
    )


def _judgement_now(review: PastReview, judgement: Judgement) -> Judgement:
    """What the draft finds, with what no draft changes: what the model found, and that it was corrected."""
    findings = _judgement_then(review, judgement.ref).findings
    return judgement.joined(
        finding for finding in findings if finding.source is Source.MODEL or finding.code == CORRECTED_CODE
    )


def _change(
    review: PastReview, row: Transaction, then: Judgement, now: Judgement
) -> Iterator[ChangedVerdict]:
    """The changed verdict about a row; nothing where both verdicts are equal."""
    if then.verdict is now.verdict:
        return
    decision = review.decisions.get(row.ref)
    passes = now.verdict is Verdict.ROUTINE
    yield ChangedVerdict(
        flip=_flip(decision) if passes else Flip.NEWLY_FLAGGED,
        team=review.team,
        review=review.name,
        payment=row,
        then=tuple(finding.code for finding in then.findings),
        now=tuple(finding.code for finding in now.findings),
        evidence=tuple(finding.evidence for finding in (then if passes else now).findings),
        by=decision.by if decision else "",
        reason=decision.reason if decision else "",
        unread=passes and not any(finding.source is Source.MODEL for finding in then.findings),
    )


def _flip(decision: Decision | None) -> Flip:
    """How a payment flips that the draft lets pass, by what people had decided."""
    if decision is None:
        return Flip.OPEN_PASSES
    return {"approved": Flip.APPROVED_PASSES, "rejected": Flip.REJECTED_PASSES}.get(
        decision.kind.value, Flip.HELD_PASSES
    )


class _EarlierReviews:
    """The reviews of one workspace so far, payments found by vendor, card, account and invoice."""

    def __init__(self) -> None:
        self._by_key: defaultdict[tuple[str, str], list[tuple[PastReview, Transaction]]] = defaultdict(list)
        self._reviews: list[PastReview] = []

    def add(self, review: PastReview) -> None:
        """Add a review that was submitted after all others."""
        self._reviews.append(review)
        for row in review.rows:
            for key in _keys(row):
                self._by_key[key].append((review, row))

    def history_for(self, review: PastReview) -> History:
        """What was known of vendors, cards, accounts and invoices of a review at its submission."""
        payments: dict[tuple[str, int], PastPayment] = {}
        for key in {key for row in review.rows for key in _keys(row)}:
            for earlier, row in self._by_key.get(key, ()):
                if (earlier.name, row.ref) not in payments:
                    status = earlier.status_at(row.ref, review.at)
                    day = earlier.at.date()
                    (payment,) = past_payments_from(
                        [row], earlier.name, status, submitted=day, automatic=earlier.automatic(row.ref)
                    )
                    payments[earlier.name, row.ref] = payment
        approved = self._approved(review.at)
        return History(
            vendors=frozenset(row.vendor for row in approved),
            payments=tuple(payments.values()),
            extent=PastExtent.of(approved),
        )

    def _approved(self, moment: dt.datetime) -> list[Transaction]:
        return [
            row
            for review in self._reviews
            for row in review.rows
            if review.status_at(row.ref, moment) is PaymentStatus.APPROVED
        ]


def _keys(row: Transaction) -> Sequence[tuple[str, str]]:
    number = invoice_number(row.invoice or "")
    invoice = f"{number.key} {row.amount}" if is_telling(number, row.amount) else ""
    keys = {
        "vendor": fingerprint(row.vendor),
        "card": folded_name(row.card or ""),
        "account": account_key(row.account),
        "invoice": invoice,
    }
    return [(kind, key) for kind, key in keys.items() if key]
