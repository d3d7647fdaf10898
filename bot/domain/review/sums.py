"""What the flagged payments of a review come to, by how they stand, kept beside its counters.

A card, a summary and a list of reviews tell sums without reading the payments of any review.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bot.domain.judgement import Severity
from bot.domain.review.amendment import WITHDRAWN
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import UNDECIDED, WAITING, ReviewState
from bot.domain.review.transition import Transition
from bot.domain.transaction import Transaction


def standing_of(entry: ReviewedTransaction) -> str:
    """``undecided``, ``withdrawn``, or what was decided of a flagged payment; empty for another."""
    if entry.withdrawn:
        return WITHDRAWN
    if entry.decision is not None:
        return entry.decision.kind.value
    return UNDECIDED if entry.flagged else ""


def with_sums(step: Transition, entries: Mapping[int, ReviewedTransaction]) -> Transition:
    """The step with the sums as they are after it.

    ``entries`` are the payments that it judges or decides about, by reference: as judged, and before they are
    decided. The sums of a review from before there were any stay unknown.
    """
    judged = [judgement.ref for judgement in step.judgements if judgement.findings]
    if not step.state.sums and step.state.flagged > len(judged):
        return step
    moves: list[tuple[int, str, str]] = [(ref, "", UNDECIDED) for ref in judged]
    stands = dict.fromkeys(judged, UNDECIDED)
    for ref in step.undone:
        moves.append((ref, standing_of(entries[ref]), UNDECIDED))
    for decision in step.decisions:
        before = stands.get(decision.ref) or standing_of(entries[decision.ref])
        moves.append((decision.ref, before, decision.kind.value))
    moves += [
        (amendment.ref, standing_of(entries[amendment.ref]), WITHDRAWN)
        for amendment in step.amendments
        if amendment.payment is None
    ]
    state = _moved(step.state, moves, entries) if moves else step.state
    for amendment in step.amendments:
        if amendment.payment is not None:
            entry = entries[amendment.ref]
            state = state.but(
                sums=_corrected(state, standing_of(entry), entry.transaction, amendment.payment)
            )
    return step if state is step.state else replace(step, state=state)


def _corrected(
    state: ReviewState, standing: str, before: Transaction, after: Transaction
) -> dict[str, dict[str, Decimal]]:
    """The sums with one version of a payment in the place of another."""
    by_currency = dict(state.sums.get(standing, {}))
    for payment, amount in ((before, -before.amount), (after, after.amount)):
        by_currency[payment.currency] = by_currency.get(payment.currency, Decimal(0)) + amount
    return {**state.sums, standing: by_currency}


def _moved(
    state: ReviewState, moves: list[tuple[int, str, str]], entries: Mapping[int, ReviewedTransaction]
) -> ReviewState:
    sums = {standing: dict(by_currency) for standing, by_currency in state.sums.items()}
    high_risk = state.high_risk
    for ref, before, after in moves:
        payment = entries[ref].transaction
        for standing, amount in ((before, -payment.amount), (after, payment.amount)):
            if standing:
                by_currency = sums.setdefault(standing, {})
                by_currency[payment.currency] = by_currency.get(payment.currency, Decimal(0)) + amount
        if is_high_risk(entries[ref]):
            high_risk += (after in WAITING) - (before in WAITING)
    return state.but(sums=sums, high_risk=high_risk)


def sums_of(entries: Mapping[int, ReviewedTransaction]) -> tuple[dict[str, dict[str, Decimal]], int]:
    """The sums of a whole review, and how many of those that wait are of high risk.

    ``entries`` are all of its flagged payments, for a review from before there were sums.
    """
    sums: dict[str, dict[str, Decimal]] = {}
    for entry in entries.values():
        if standing := standing_of(entry):
            by_currency, currency = sums.setdefault(standing, {}), entry.transaction.currency
            by_currency[currency] = by_currency.get(currency, Decimal(0)) + entry.transaction.amount
    high_risk = sum(standing_of(entry) in WAITING and is_high_risk(entry) for entry in entries.values())
    return sums, high_risk


def is_high_risk(entry: ReviewedTransaction) -> bool:
    """Whether the worst of its findings is of high risk."""
    findings = entry.judgement.findings if entry.judgement else ()
    return any(finding.severity is Severity.HIGH for finding in findings)
