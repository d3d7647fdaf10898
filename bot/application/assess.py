"""Judging a review: the policy reads all of it, the model what no rule has flagged, several calls at once."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from functools import partial
from itertools import chain
from typing import NamedTuple

from bot.application.service import Service
from bot.domain.judgement import Finding, Judgement, Severity, Source, Verdict
from bot.domain.policy import PaymentStatus, Policy, facts_about, judge_by_policy, past_payments_from
from bot.domain.review.audit_entries import judged
from bot.domain.review.review import Review, Transition
from bot.domain.review.state import ReviewedTransaction, ReviewState, ReviewStatus
from bot.domain.transaction import Transaction
from bot.llm import (
    CHUNK,
    POLICY_ONLY,
    Asking,
    Assessment,
    assess_chunk,
    assessing,
    describe_model,
    in_brief,
    merge,
    rows_to_send,
)
from bot.store import Committed

SHOWN = 10  # times, at the most, that the card of a long batch shows how far it is
ROWS_A_STEP = 1000  # rows that one stored step judges at the most


class Portion(NamedTuple):
    """What one stored step judges: the policy's judgements, and the rows that the model has to see."""

    by_policy: Sequence[Judgement]
    sent: Sequence[Transaction]


async def judge(service: Service, loaded: Review) -> bool:
    """Judge what is not judged yet, portion by portion, each stored in its turn; whether all of it is.

    Not so where another worker is at it, who goes on from what it stored. The calls of the model run
    side by side, and a portion is stored when all before it are.
    """
    state = loaded.state
    policy = await service.shelf.policy(state.policy_version) or service.policy
    transactions = [entry.transaction for entry in loaded.entries.values()]
    today = state.created_at.date()
    # Before they are judged, so that of two batches at the same time at least one knows of the other. What
    # waits never pushes out what is settled, so this takes nothing from the history that is read next.
    waiting = past_payments_from(transactions, state.id, PaymentStatus.WAITING, today)
    await service.past.remember(state.team, waiting, today=today)
    history = await service.past.of(state.team, transactions, state.id)
    # Listeners have to answer while thousands of rows are looked at.
    sanctions = await asyncio.to_thread(service.sanctions, policy)
    by_policy = await asyncio.to_thread(judge_by_policy, policy, transactions, history, today, sanctions)
    if policy.version != state.policy_version:
        by_policy = tuple(one.joined([_other_policy(state, policy)]) for one in by_policy)
    facts = facts_about(transactions, history)
    asking = Asking(
        assessing(in_brief(policy)),
        facts,
        lanes=service.lanes,
        budget=service.shelf.purse.of(policy.model, state.team, state.id, service.now()),
    )
    portions = list(_portions(state, transactions, by_policy))
    calls = (partial(_assessment, service, state, portion.sent, asking) for portion in portions)
    async with aclosing(service.lanes.in_order(calls)) as assessments:
        for portion in portions:
            step = _step(portion, await anext(assessments), state, service)
            done = await service.reviews.commit(state.team, state.id, step)
            if not isinstance(done, Committed):
                return False
            service.follow(done)
    return True


def _other_policy(state: ReviewState, policy: Policy) -> Finding:
    """What is found about every payment where the policy that card and trail name cannot judge it."""
    why = f"policy {state.policy_version} is not stored as it was, and {policy.version} judged instead"
    return Finding(source=Source.RULE, code="policy_missing", evidence=why, severity=Severity.HIGH)


def _portions(
    state: ReviewState, transactions: Sequence[Transaction], judgements: Sequence[Judgement]
) -> Iterator[Portion]:
    """What is left to judge, in its order, each portion with as many rows as the model reads at a time."""
    most = ROWS_A_STEP if state.model == POLICY_ONLY else CHUNK
    start = state.judged
    while start < len(judgements):
        end, sent = start, 0
        while end < len(judgements) and sent < most and end - start < ROWS_A_STEP:
            sent += judgements[end].verdict is Verdict.ROUTINE
            end += 1
        by_policy = judgements[start:end]
        yield Portion(by_policy, rows_to_send(transactions[start:end], by_policy))
        start = end


async def _assessment(
    service: Service, state: ReviewState, sent: Sequence[Transaction], asking: Asking
) -> Assessment | None:
    """What the model says of these rows; ``None`` where it had none to read, or there is no model.

    A worker that has another model than the card names, or none, lets nothing pass: what nobody has
    read as promised goes to the human.
    """
    model = service.model
    if state.model == POLICY_ONLY or not sent:
        return None
    if model is not None and model.name == state.model:
        return await assess_chunk(model, sent, asking)
    why = f"this worker has {describe_model(model)} instead of {state.model}"
    return Assessment(
        model=state.model,
        prompt_version=state.prompt_version,
        unassessed=dict.fromkeys((one.ref for one in sent), why),
    )


def _step(
    portion: Portion, assessment: Assessment | None, state: ReviewState, service: Service
) -> Transition:
    """The step that stores one portion, with what it cost and who judged."""
    refs = [one.ref for one in portion.sent] if assessment else []
    judgements = merge(portion.by_policy, assessment, refs)
    if state.recommend_only:
        judgements = tuple(one.left_to_a_human() for one in judgements)
    flagged = [one for one in judgements if one.verdict is Verdict.FLAGGED]
    unassessed = len(assessment.unassessed) if assessment else 0
    prompt, completion = (assessment.prompt_tokens, assessment.completion_tokens) if assessment else (0, 0)
    audit = judged(
        judgements,
        service.now(),
        policy=state.policy_version,
        model=state.model if assessment else "none asked",
        prompt=assessment.prompt_version if assessment else state.prompt_version,
        prompt_tokens=prompt,
        completion_tokens=completion,
    )
    before, after = judgements[0].ref - 1, judgements[-1].ref
    return Transition(
        expect={"status": ReviewStatus.ASSESSING.value, "judged": str(before)},
        add={
            "judged": len(judgements),
            "flagged": len(flagged),
            "undecided": len(flagged),
            "unassessed": unassessed,
            "recommended": sum(one.recommended for one in judgements),
            "prompt_tokens": prompt,
            "completion_tokens": completion,
        },
        judgements=tuple(judgements),
        audit=tuple(audit),
        jobs=("publish",) if _is_worth_showing(before, after, state.total) else (),
    )


async def learn(service: Service, team: str, review: str) -> None:
    """Note what became of each payment, so that later ones are compared with it."""
    loaded = await service.reviews.load(team, review)
    if loaded is not None:
        state = loaded.state
        told = (
            past_payments_from((entry.transaction,), state.id, _standing(entry), state.created_at.date())
            for entry in loaded.entries.values()
        )
        await service.past.remember(team, chain.from_iterable(told), state.version)


def _standing(entry: ReviewedTransaction) -> PaymentStatus:
    if entry.decision is not None:
        return PaymentStatus(entry.decision.kind.value)
    return PaymentStatus.APPROVED if entry.judgement and not entry.flagged else PaymentStatus.WAITING


def _is_worth_showing(before: int, after: int, total: int) -> bool:
    """Whether another tenth is done; what comes after the last one is shown when it is handed over."""
    return before * SHOWN // total < after * SHOWN // total and after < total
