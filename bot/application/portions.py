"""How a batch is judged: in portions, each of which one stored step takes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bot.domain.judgement import Finding, Judgement, Severity, Source, Verdict
from bot.domain.policy import Policy
from bot.domain.review.state import ReviewState
from bot.domain.transaction import Transaction
from bot.llm import CHUNK, POLICY_ONLY, rows_to_send

ROWS_A_STEP = 1000  # rows that one stored step judges at the most


class Portion(NamedTuple):
    """What one stored step judges: payments, the policy's judgements, and what the model has to see."""

    payments: Sequence[Transaction]
    by_policy: Sequence[Judgement]
    sent: Sequence[Transaction]


def _other_policy(state: ReviewState, policy: Policy) -> Finding:
    """What is found about every payment where the policy that card and trail name cannot judge it."""
    why = f"policy {state.policy_version} is not stored as it was, and {policy.version} judged instead"
    return Finding(source=Source.RULE, code="policy_missing", evidence=why, severity=Severity.HIGH)


def with_other_policy(
    state: ReviewState, policy: Policy, by_policy: Iterable[Judgement]
) -> Iterable[Judgement]:
    """The judgements, each with that finding where it is due."""
    if policy.version == state.policy_version:
        return by_policy
    other = _other_policy(state, policy)
    return (judgement.joined([other]) for judgement in by_policy)


def portions_of(
    state: ReviewState, transactions: Sequence[Transaction], judging: Iterable[Judgement]
) -> Iterator[Portion]:
    """What is left to judge, in its order, each portion with as many rows as the model reads at a time."""
    most = ROWS_A_STEP if state.model == POLICY_ONLY else CHUNK
    judgements = islice(judging, state.judged, None)
    start = state.judged
    while start < len(transactions):
        by_policy: list[Judgement] = []
        sent = 0
        while start + len(by_policy) < len(transactions) and sent < most and len(by_policy) < ROWS_A_STEP:
            by_policy.append(judgement := next(judgements))
            sent += judgement.verdict is Verdict.ROUTINE
        payments = transactions[start : start + len(by_policy)]
        yield Portion(payments, by_policy, rows_to_send(payments, by_policy))
        start += len(by_policy)
