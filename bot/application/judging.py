"""What judging payments takes, the first time and again: the past, the policy's means, and the model."""

from collections.abc import Sequence
from datetime import date

from bot.application.ports import Clock, PolicyInForce
from bot.domain.judgement import Judgement
from bot.domain.policy import (
    History,
    PaymentStatus,
    Policy,
    facts_about,
    past_payments_from,
    with_exemptions,
)
from bot.domain.review.state import ReviewState
from bot.domain.transaction import Transaction
from bot.llm import (
    POLICY_ONLY,
    Assessment,
    CallLimit,
    ChatModel,
    ModelContext,
    assess_chunk,
    assessment_prompt,
    describe_model,
    merge,
    policy_in_brief,
)
from bot.store import PaymentHistory, PolicyArchive, SubmittedRows, TokenBudgets


def exempted(
    judgements: Sequence[Judgement], state: ReviewState, policy: Policy, profile: str
) -> tuple[Judgement, ...]:
    """The judgements with what the policy that card and trail name spares of call-backs.

    Where that one is lost, another that judges in its place spares none.
    """
    is_lost = policy.version != state.policy_version
    return tuple(judgements) if is_lost else with_exemptions(policy, profile, judgements)


class Judging:
    """Reads what payments are compared with, and asks the model about them."""

    def __init__(
        self,
        *,
        policies: PolicyArchive,
        history: PaymentHistory,
        rows: SubmittedRows,
        budgets: TokenBudgets,
        policy: PolicyInForce,
        model: ChatModel | None,
        call_limit: CallLimit,
        now: Clock,
    ) -> None:
        self._policies = policies
        self._history = history
        self._rows = rows
        self._budgets = budgets
        self._policy = policy
        self._model = model
        self._call_limit = call_limit
        self._now = now

    async def policy_of(self, state: ReviewState) -> Policy:
        """The policy that card and trail name; where it is not stored as it was, the one in force."""
        return await self._policies.policy(state.policy_version) or self._policy()

    async def past_payments(
        self,
        state: ReviewState,
        transactions: Sequence[Transaction],
        new: Sequence[Transaction],
        today: date,
        version: int = 0,
    ) -> History:
        """What was paid before, as far as it concerns ``transactions``.

        Those of them that are ``new``, handed in ``today`` (UTC), are noted as ones that wait since this
        ``version`` of the review.
        """
        # Before they are judged, so that of two batches at the same time at least one knows of the other.
        # What waits never pushes out what is settled, so the history that is read next is whole.
        waiting = (
            past
            for transaction in new
            for past in past_payments_from((transaction,), state.id, PaymentStatus.WAITING, submitted=today)
        )
        await self._history.remember(state.team, waiting, version, today=today)
        history = await self._history.of(state.team, transactions, state.id)
        await self._rows.note(state.team, state.id, new, state.created_at)
        elsewhere = await self._rows.invoices_elsewhere(state.team, new, self._now(), without=state.id)
        history = history.model_copy(
            update={"invoices_elsewhere": {ref: row.name for ref, row in elsewhere.items()}}
        )
        if state.submitted_again:
            known = await self._rows.known(state.team, new, self._now(), without=state.id)
            names = {ref: row.name for ref, row in known.items()}
            history = history.model_copy(update={"submitted_before": names})
        return history

    def context(
        self, state: ReviewState, policy: Policy, transactions: Sequence[Transaction], history: History
    ) -> ModelContext:
        """How the model is to be asked about these payments."""
        return ModelContext(
            assessment_prompt(policy_in_brief(policy)),
            {} if state.model == POLICY_ONLY else facts_about(transactions, history),
            call_limit=self._call_limit,
            budget=self._budgets.of(policy.model, state.team, state.id, self._now()),
        )

    async def assessment(
        self, state: ReviewState, sent: Sequence[Transaction], context: ModelContext
    ) -> Assessment | None:
        """What the model says of these rows; ``None`` where it had none to read, or there is no model.

        A worker that has another model than the card names, or none, lets nothing pass: what nobody has
        read as promised goes to the human.
        """
        model = self._model
        if state.model == POLICY_ONLY or not sent:
            return None
        if model is not None and model.name == state.model:
            return await assess_chunk(model, sent, context)
        why = f"this worker has {describe_model(model)} instead of {state.model}"
        return Assessment(
            model=state.model,
            prompt_version=state.prompt_version,
            unassessed=dict.fromkeys((transaction.ref for transaction in sent), why),
        )

    def joined(
        self,
        state: ReviewState,
        by_policy: Sequence[Judgement],
        sent: Sequence[Transaction],
        assessment: Assessment | None,
    ) -> tuple[Judgement, ...]:
        """What policy and model together say of payments of which the model was ``sent`` some."""
        refs = [transaction.ref for transaction in sent] if assessment else []
        judgements = merge(by_policy, assessment, refs)
        if state.recommend_only:
            return tuple(judgement.left_to_a_human() for judgement in judgements)
        return judgements
